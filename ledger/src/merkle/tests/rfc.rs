//! The oracle: RFC 9162, section 2.1, as it is written there, with our hashes. Provers are the
//! recursive definitions, verifiers the loops over bits; the code under test is neither.

use crate::merkle::List;
use hefu_primitives::Hash;

/// The largest power of two below `n`.
fn k(n: usize) -> usize {
    n.next_power_of_two() / 2
}

/// MTH of 2.1.1, for a list that is not empty.
pub(super) fn mth(list: List, d: &[Hash]) -> Hash {
    if let [leaf] = d {
        return *leaf;
    }
    let (left, right) = d.split_at(k(d.len()));
    list.node(&mth(list, left), &mth(list, right))
}

/// PATH of 2.1.3.1.
pub(super) fn path(list: List, m: usize, d: &[Hash]) -> Vec<Hash> {
    if d.len() == 1 {
        return Vec::new();
    }
    let k = k(d.len());
    let (left, right) = d.split_at(k);
    let (mut path, beside) = if m < k {
        (path(list, m, left), mth(list, right))
    } else {
        (path(list, m - k, right), mth(list, left))
    };
    path.push(beside);
    path
}

/// SUBPROOF of 2.1.4.1, where `b` says that the verifier knows the old top.
pub(super) fn subproof(list: List, m: usize, d: &[Hash], b: bool) -> Vec<Hash> {
    if m == d.len() {
        return if b { Vec::new() } else { vec![mth(list, d)] };
    }
    let k = k(d.len());
    let (left, right) = d.split_at(k);
    let (mut path, beside) = if m <= k {
        (subproof(list, m, left, b), mth(list, right))
    } else {
        (subproof(list, m - k, right, false), mth(list, left))
    };
    path.push(beside);
    path
}

/// 2.1.3.2: the top to which `path` leads.
pub(super) fn top_by_inclusion(
    list: List,
    (index, size): (u64, u64),
    leaf: Hash,
    path: &[Hash],
) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut f, mut s, mut r) = (index, size - 1, leaf);
    for p in path {
        if s == 0 {
            return None;
        }
        if f & 1 == 1 || f == s {
            r = list.node(p, &r);
            while f & 1 == 0 && f != 0 {
                (f, s) = (f >> 1, s >> 1);
            }
        } else {
            r = list.node(&r, p);
        }
        (f, s) = (f >> 1, s >> 1);
    }
    (s == 0).then_some(r)
}

/// 2.1.4.2 from step 3 on: both tops to which `path` leads, the prepended hash included.
pub(super) fn tops_by_consistency(
    list: List,
    (first, second): (u64, u64),
    path: &[Hash],
) -> Option<(Hash, Hash)> {
    let (mut f, mut s) = (first - 1, second - 1);
    while f & 1 == 1 {
        (f, s) = (f >> 1, s >> 1);
    }
    let (mut old, mut new) = (*path.first()?, *path.first()?);
    for c in &path[1..] {
        if s == 0 {
            return None;
        }
        if f & 1 == 1 || f == s {
            (old, new) = (list.node(c, &old), list.node(c, &new));
            while f & 1 == 0 && f != 0 {
                (f, s) = (f >> 1, s >> 1);
            }
        } else {
            new = list.node(&new, c);
        }
        (f, s) = (f >> 1, s >> 1);
    }
    (s == 0).then_some((old, new))
}
