//! Tests of `bounded`: the limit holds however a list comes about.

use super::*;
use crate::codec::{CodecError, decode, encode};
use serde::de::value::{Error as ValueError, SeqDeserializer};

/// Three bytes that claim to be as many as the codec can declare.
struct Boastful(std::ops::Range<u8>);

const CLAIM: usize = (1 << 31) - 1;

impl Iterator for Boastful {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (CLAIM, Some(CLAIM))
    }
}

#[test]
fn a_declared_length_allocates_nothing() {
    let claims = SeqDeserializer::<_, ValueError>::new(Boastful(0..3));
    let list = BoundedVec::<u8, CLAIM>::deserialize(claims).unwrap();
    assert_eq!(*list, [0, 1, 2]);
    assert!(list.0.capacity() <= 64, "room for {}", list.0.capacity());
}

#[test]
fn a_list_holds_as_many_as_its_limit_and_no_more() {
    type List = BoundedVec<u8, 3>;
    for got in 0..6_u8 {
        let elements: Vec<_> = (0..got).collect();
        let bytes = encode(&elements);
        let made = List::new(elements.clone());
        let decoded = decode::<List>(&bytes, bytes.len());
        if got <= 3 {
            let list = made.unwrap();
            assert_eq!(*list, elements);
            assert_eq!(decoded, Ok(list));
        } else {
            let (max, got) = (3, usize::from(got));
            assert_eq!(made, Err(TooMany { max, got }));
            let why = "more than 3 elements".to_owned();
            assert_eq!(decoded, Err(CodecError::Malformed(why)));
        }
        let first = List::first_of(elements.clone());
        assert!(first.iter().eq(elements.iter().take(3)));
        assert!((&first).into_iter().eq(&*first));
    }
}
