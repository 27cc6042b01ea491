//! For every type that is encoded: values survive, and bytes that decode are canonical.

use crate::codec::{decode, encode};
use crate::testing::{arbitrary, cases};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// What happens to bytes on a bad line.
#[derive(Clone, Debug)]
enum Damage {
    Alter(Index, u8),
    Insert(Index, u8),
    Remove(Index),
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Insert(at, byte) => bytes.insert(at.index(bytes.len() + 1), *byte),
            Self::Alter(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Remove(at) if !bytes.is_empty() => drop(bytes.remove(at.index(bytes.len()))),
            Self::Alter(..) | Self::Remove(_) => {}
        }
    }
}

/// Few changes at a time, else nothing would decode. Small bytes are often tags and lengths.
fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let byte = || prop_oneof![any::<u8>(), 0..4_u8, Just(0x80)];
    let one = prop_oneof![
        3 => (any::<Index>(), byte()).prop_map(|(at, byte)| Damage::Alter(at, byte)),
        1 => (any::<Index>(), byte()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        1 => any::<Index>().prop_map(Damage::Remove),
    ];
    vec(one, 1..3)
}

/// The value, and nothing but its bytes, decodes; of damaged bytes, what decodes is canonical.
fn check<T>(value: &T, damage: &[Damage]) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let bytes = encode(value);
    let decoded = decode::<T>(&bytes, bytes.len());
    prop_assert_eq!(decoded.as_ref(), Ok(value));
    for length in 0..bytes.len() {
        let cut = &bytes[..length];
        prop_assert!(decode::<T>(cut, length).is_err(), "{} bytes of it", length);
    }
    for byte in 0..=u8::MAX {
        let more = [&bytes[..], &[byte]].concat();
        prop_assert!(decode::<T>(&more, more.len()).is_err(), "and {} more", byte);
    }
    let mut damaged = bytes;
    for damage in damage {
        damage.apply(&mut damaged);
    }
    if let Ok(other) = decode::<T>(&damaged, damaged.len()) {
        prop_assert_eq!(encode(&other), damaged);
    }
    Ok(())
}

macro_rules! canonical {
    ($($name:ident: $values:expr;)*) => {
        proptest! {
            #![proptest_config(cases(64))]
            $(
                #[test]
                fn $name(value in $values, damage in damage()) {
                    check(&value, &damage)?;
                }
            )*
        }
    };
}

canonical! {
    heights: arbitrary::height();
    views: arbitrary::view();
    epochs: arbitrary::epoch();
    timestamps: arbitrary::timestamp();
    hashes: arbitrary::hash();
    digests: arbitrary::digest();
    genesis_hashes: arbitrary::genesis();
    public_keys: arbitrary::public_key();
    signatures: arbitrary::signature();
    incarnations: arbitrary::incarnation();
    validators: arbitrary::validator();
    validator_indices: arbitrary::index();
    validator_sets: arbitrary::validator_set(4);
    headers: arbitrary::header();
    subjects: arbitrary::subject();
    votes: arbitrary::vote();
    bitmaps: arbitrary::bitmap();
    certificates: arbitrary::certificate();
    checkpoints: arbitrary::checkpoint();
    proposal_statements: arbitrary::proposal_statement();
    signed_proposals: arbitrary::signed_proposal();
    evidence: arbitrary::evidence();
}
