//! f and q against arithmetic of the test's own, for every size a set may have.

use crate::testing::{cases, validator};
use crate::validators::{ValidatorSet, faults_max, quorum};
use proptest::prelude::*;
use proptest::sample::subsequence;
use std::collections::BTreeSet;

/// The most faults that n validators tolerate: n > 3f.
fn most_faults(n: usize) -> usize {
    (0..n).filter(|f| 3 * f < n).max().unwrap()
}

/// How many validators two groups of q among n share at least.
fn least_overlap(n: usize, q: usize) -> usize {
    let (first, last): (BTreeSet<_>, BTreeSet<_>) = ((0..q).collect(), (n - q..n).collect());
    first.intersection(&last).count()
}

#[test]
fn two_quorums_share_a_correct_member_and_correct_members_are_a_quorum() {
    for n in 1..=100 {
        let (f, q) = (faults_max(n), quorum(n));
        assert_eq!(f, most_faults(n), "n = {n}");
        assert!(least_overlap(n, q) > f, "n = {n}: safe");
        assert!(n - f >= q, "n = {n}: live without the faulty");
    }
}

#[test]
fn two_f_plus_one_is_no_quorum_but_where_n_is_three_f_plus_one() {
    for n in 1..=100 {
        let (f, q) = (faults_max(n), quorum(n));
        let exact = n == 3 * f + 1;
        assert_eq!(2 * f + 1 == q, exact, "n = {n}");
        assert_eq!(least_overlap(n, 2 * f + 1) > f, exact, "n = {n}");
    }
}

#[test]
fn quorums_of_small_sets() {
    // (n, f, q)
    let table = [
        (1, 0, 1),
        (2, 0, 2),
        (3, 0, 3),
        (4, 1, 3),
        (5, 1, 4),
        (6, 1, 5),
        (7, 2, 5),
        (8, 2, 6),
        (9, 2, 7),
        (10, 3, 7),
        (99, 32, 67),
        (100, 33, 67),
    ];
    let members: Vec<_> = (1..=100).map(validator).collect();
    for (n, f, q) in table {
        let set = ValidatorSet::new(members[..n].to_vec()).unwrap();
        assert_eq!((set.len(), set.faults_max(), set.quorum()), (n, f, q));
        assert!(!set.is_empty());
    }
}

/// n, the members of two quorums, and the faulty members.
fn two_quorums() -> impl Strategy<Value = (usize, Vec<usize>, Vec<usize>, Vec<usize>)> {
    (1..=100_usize).prop_flat_map(|n| {
        let all: Vec<_> = (0..n).collect();
        let (f, q) = (faults_max(n), quorum(n));
        (Just(n), subsequence(all.clone(), q), subsequence(all.clone(), q), subsequence(all, f))
    })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn any_two_quorums_share_a_correct_member((n, one, other, faulty) in two_quorums()) {
        let mut shared = one.iter().filter(|member| other.contains(member));
        prop_assert!(shared.any(|member| !faulty.contains(member)), "n = {}", n);
    }
}
