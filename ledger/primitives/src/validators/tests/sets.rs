//! Which members make a set, where they stand in it, and which set may follow another.

use crate::codec::{self, CodecError};
use crate::testing::{Members, secret, validator};
use crate::validators::ValidatorSetError as Error;
use crate::{Epoch, Incarnation, Validator, ValidatorIndex, ValidatorSet, View};

fn set(numbers: impl IntoIterator<Item = u8>) -> ValidatorSet {
    ValidatorSet::new(numbers.into_iter().map(validator).collect()).unwrap()
}

/// The member of the seed `number` in another life than [`validator`]'s.
fn reborn(number: u8) -> Validator {
    Validator { incarnation: Incarnation::from_bytes([0xee; 16]), ..validator(number) }
}

#[test]
fn a_set_has_one_to_a_hundred_members() {
    let new = |count| ValidatorSet::new((1..=count).map(validator).collect());
    assert_eq!(ValidatorSet::new(vec![]), Err(Error::Size { got: 0 }));
    assert_eq!(new(1).unwrap().len(), 1);
    assert_eq!(new(100).unwrap().len(), 100);
    assert_eq!(new(101), Err(Error::Size { got: 101 }));
}

#[test]
fn a_key_stands_once_whatever_its_incarnation() {
    let sorted = set([1, 2, 3]);
    let at = usize::from(sorted.index_of(&secret(2).public_key()).unwrap().get());
    for twin in [validator(2), reborn(2)] {
        let members = vec![validator(1), validator(2), validator(3), twin];
        assert_eq!(ValidatorSet::new(members), Err(Error::RepeatedKey { at }));
    }
}

#[test]
fn members_in_any_order_make_the_same_set() {
    assert_eq!(set([3, 1, 2]), set([1, 2, 3]));
    assert_eq!(set([3, 1, 2]).hash(), set([1, 2, 3]).hash());
}

#[test]
fn r14_another_incarnation_is_another_set() {
    let other = ValidatorSet::new(vec![validator(1), reborn(2)]).unwrap();
    assert_ne!(other.hash(), set([1, 2]).hash());
}

#[test]
fn members_that_make_no_set_do_not_decode() {
    let mut sorted: Vec<_> = (1..=101).map(validator).collect();
    sorted.sort_unstable();
    let (first, second) = (sorted[0], sorted[1]);
    let cases = [
        (vec![], "0 validators, where 1 to 100 are allowed"),
        (sorted.clone(), "more than 100 elements"),
        (vec![first, first], "the key of validator 0 stands twice"),
        (vec![second, first], "validators are not sorted by key"),
    ];
    for (members, why) in cases {
        let bytes = codec::encode(&members);
        let got = codec::decode::<ValidatorSet>(&bytes, bytes.len());
        assert_eq!(got, Err(CodecError::Malformed(why.to_owned())));
    }
    sorted.truncate(100);
    let bytes = codec::encode(&sorted);
    let set = codec::decode::<ValidatorSet>(&bytes, bytes.len()).unwrap();
    assert_eq!(codec::encode(&set), bytes);
}

#[test]
fn every_member_is_found_at_its_place() {
    for n in [1, 4, 100] {
        let set = set(1..=n);
        assert_eq!(set.iter().count(), usize::from(n));
        for (index, member) in set.iter() {
            assert_eq!(set.get(index), Some(member));
            assert_eq!(set.index_of(&member.key), Some(index));
        }
        assert_eq!(set.get(ValidatorIndex::new(n)), None);
        assert_eq!(set.index_of(&secret(200).public_key()), None);
        let keys: Vec<_> = set.iter().map(|(_, member)| member.key).collect();
        assert!(keys.is_sorted());
    }
}

#[test]
fn r2_leaders_take_turns() {
    // (members, epoch, view, the leader's place)
    let table = [
        (4, 0, 0, 0),
        (4, 0, 1, 1),
        (4, 0, 3, 3),
        (4, 0, 4, 0),
        (4, 1, 1, 2),
        (4, 3, 1, 0),
        (7, 5, 9, 0),
        (1, 5, 9, 0),
        (100, 0, 199, 99),
        // 2 · (2⁶⁴ − 1) is 2 more than a multiple of 4, and 30 more than one of 100.
        (4, u64::MAX, u64::MAX, 2),
        (100, u64::MAX, u64::MAX, 30),
        (7, u64::MAX, 0, 1),
    ];
    for (n, epoch, view, place) in table {
        let leader = set(1..=n).leader(Epoch::new(epoch), View::new(view));
        assert_eq!(leader.get(), place, "n = {n}, {epoch}, {view}");
    }
    let mut members = Members::new(7).committee;
    for epoch in 0..10 {
        members.epoch = Epoch::new(epoch);
        let mut places: Vec<_> = (20..27).map(|v| members.leader(View::new(v)).get()).collect();
        places.sort_unstable();
        assert_eq!(places, [0, 1, 2, 3, 4, 5, 6]);
    }
}

#[test]
fn r12_a_successor_changes_at_most_f_members() {
    let with_reborn = |set: std::ops::RangeInclusive<u8>, number: u8| -> Vec<_> {
        let others = set.filter(|n| *n != number).map(validator);
        others.chain([reborn(number)]).collect()
    };
    let members = |numbers: &[u8]| numbers.iter().copied().map(validator).collect();
    let range = |from: u8, to: u8| (from..=to).map(validator).collect();
    // (now 1…n, then, how many change, how many may)
    let table: Vec<(u8, Vec<Validator>, usize, usize)> = vec![
        (4, range(1, 4), 0, 1),
        (4, range(2, 5), 1, 1),
        (4, range(1, 5), 1, 1),
        (4, range(1, 3), 1, 1),
        (4, with_reborn(1..=4, 4), 1, 1),
        (4, with_reborn(2..=5, 4), 2, 1),
        (4, range(3, 6), 2, 1),
        (4, range(1, 6), 2, 1),
        (4, range(1, 2), 2, 1),
        (6, range(3, 8), 2, 1),
        (7, range(3, 9), 2, 2),
        (7, members(&[1, 2, 3, 4, 8]), 3, 2),
        (7, range(4, 10), 3, 2),
        (1, range(2, 2), 1, 1),
        (1, range(1, 2), 1, 1),
        (1, range(2, 3), 2, 1),
        (3, range(2, 4), 1, 1),
        (100, range(34, 133), 33, 33),
        (100, range(35, 134), 34, 33),
        (100, range(1, 67), 33, 33),
        (100, range(1, 66), 34, 33),
    ];
    for (n, then, got, max) in table {
        let expected = if got > max { Err(Error::TooManyChanges { max, got }) } else { Ok(()) };
        let then = ValidatorSet::new(then).unwrap();
        assert_eq!(set(1..=n).check_successor(&then), expected, "from {n}");
    }
}
