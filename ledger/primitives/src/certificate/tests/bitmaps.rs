//! Bitmaps name exactly the members they were made of.

use crate::bounded::BoundedVec;
use crate::testing::cases;
use crate::{Bitmap, ValidatorIndex};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn places(numbers: impl IntoIterator<Item = u8>) -> BTreeSet<ValidatorIndex> {
    numbers.into_iter().map(ValidatorIndex::new).collect()
}

#[test]
fn the_lowest_bit_is_the_first_member() {
    // (members, signers, bytes)
    let table: [(usize, &[u8], &[u8]); 7] = [
        (1, &[0], &[0b1]),
        (4, &[], &[0]),
        (4, &[0, 1, 3], &[0b1011]),
        (8, &[7], &[0b1000_0000]),
        (9, &[8], &[0, 0b1]),
        (10, &[0, 8, 9], &[0b1, 0b11]),
        (100, &[99], &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0b1000]),
    ];
    for (members, signers, bytes) in table {
        let bitmap = Bitmap::of(&places(signers.iter().copied()), members);
        assert_eq!(bitmap.as_bytes(), bytes);
        let named: Vec<_> = bitmap.iter().map(ValidatorIndex::get).collect();
        assert_eq!(named, signers);
    }
}

#[test]
fn places_beyond_the_set_are_left_out() {
    let bitmap = Bitmap::of(&places([3, 4, 7, 8, 255]), 4);
    assert_eq!(bitmap.as_bytes(), [0b1000]);
}

#[test]
fn the_longest_bitmap_names_no_place_that_it_lacks() {
    let full = Bitmap::from_bytes(BoundedVec::new(vec![0xff; 13]).unwrap());
    assert!(full.iter().eq(places(0..104)));
    assert!(!full.contains(ValidatorIndex::new(104)));
    assert!(!full.contains(ValidatorIndex::new(255)));
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_bitmap_names_its_members(
        members in 1..=100_u8,
        chosen in proptest::collection::btree_set(0..100_u8, 0..=100),
    ) {
        let chosen = places(chosen.into_iter().filter(|place| *place < members));
        let bitmap = Bitmap::of(&chosen, usize::from(members));
        prop_assert_eq!(bitmap.as_bytes().len(), usize::from(members).div_ceil(8));
        prop_assert_eq!(bitmap.iter().collect::<BTreeSet<_>>(), chosen);
    }
}
