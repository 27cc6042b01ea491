//! Tests of `codec`: each value has one encoding, which never changes, and nothing else decodes.

mod golden;
mod properties;
mod sizes;

use super::*;
use crate::bounded::BoundedVec;
use crate::testing::{Members, digest};
use crate::{Subject, Vote};
use serde::{Deserialize, Deserializer};

type Short = BoundedVec<u8, 200>;

/// A type that cannot be decoded without a failure of the test.
#[derive(Debug, PartialEq)]
struct Untouched;

impl<'de> Deserialize<'de> for Untouched {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("input that is too long was read")
    }
}

fn malformed<T: DeserializeOwned + std::fmt::Debug>(bytes: &[u8]) -> String {
    match decode::<T>(bytes, bytes.len()) {
        Err(CodecError::Malformed(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn input_that_is_too_long_is_refused_before_it_is_read() {
    let (max_bytes, got_bytes) = (3, 4);
    assert_eq!(
        decode::<Untouched>(&[0; 4], max_bytes),
        Err(CodecError::TooLong { max_bytes, got_bytes })
    );
    assert_eq!(decode::<u32>(&[7, 0, 0, 0], 4), Ok(7));
}

#[test]
fn a_vote_of_the_limit_decodes_and_one_byte_more_is_too_long() {
    use crate::limits::VOTE_BYTES_MAX;
    let vote = Members::new(4).vote(1, 2, Subject::Notarize(digest(3)));
    let mut bytes = encode(&vote);
    assert_eq!(decode(&bytes, VOTE_BYTES_MAX), Ok(vote));
    bytes.push(0);
    assert_eq!(
        decode::<Vote>(&bytes, VOTE_BYTES_MAX),
        Err(CodecError::TooLong { max_bytes: 114, got_bytes: 115 })
    );
}

#[test]
fn a_length_is_written_in_one_way() {
    let long = [&[0xc8, 0x01][..], &[7; 200]].concat();
    assert_eq!(decode::<Short>(&long, 300).unwrap().len(), 200);
    for padded in [&[0x80, 0x00][..], &[0x81, 0x80, 0x00, 7]] {
        assert!(malformed::<Short>(padded).contains("ULEB128"));
    }
    assert!(malformed::<Short>(&[0xff, 0xff, 0xff, 0xff, 0x1f]).contains("ULEB128"));
}

#[test]
fn a_variant_is_written_in_one_way() {
    assert_eq!(decode(&[1], 1), Ok(Subject::Nullify));
    malformed::<Subject>(&[0x81, 0x00]);
    malformed::<Subject>(&[3]);
    malformed::<Subject>(&[]);
    malformed::<Subject>(&[1, 0]);
}

#[test]
fn every_short_input_is_one_list_or_none() {
    let mut decoded = 0_u32;
    for first in 0..=u8::MAX {
        for second in 0..=u8::MAX {
            for bytes in [&[][..], &[first], &[first, second]] {
                if let Ok(list) = decode::<Short>(bytes, 2) {
                    assert_eq!(encode(&list), bytes);
                    decoded += u32::from(bytes.len() == 2);
                }
            }
        }
    }
    assert_eq!(decoded, 256, "one element, of any value");
}

#[test]
fn a_list_over_its_limit_is_refused() {
    let over = [&[0xc9, 0x01][..], &[7; 201]].concat();
    assert_eq!(malformed::<Short>(&over), "more than 200 elements");
}

#[test]
fn a_declared_length_is_refused_when_the_bytes_do_not_follow() {
    let longest = [0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3];
    malformed::<BoundedVec<u8, { usize::MAX }>>(&longest);
    malformed::<BoundedVec<[u64; 32], { usize::MAX }>>(&longest);
    let longer = [0x80, 0x80, 0x80, 0x80, 0x08, 1, 2, 3];
    malformed::<BoundedVec<u8, { usize::MAX }>>(&longer);
}

#[test]
fn a_type_without_an_encoding_gives_no_bytes() {
    assert_eq!(encode(&'x'), [0; 0]);
}
