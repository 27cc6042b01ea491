//! Tests of `verified`: what does not verify does not become `Verified`, and one byte altered
//! anywhere in an encoded value is enough.

use super::*;
use crate::codec::{decode, encode};
use crate::testing::{Gullible, Members, digest};
use crate::{Ed25519, Evidence, Subject, ValidatorIndex, VoteError};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

#[test]
fn a_value_that_does_not_hold_is_not_verified() {
    let members = Members::new(4);
    let (a, b) = (members.vote(0, 1, Subject::Nullify), members.vote(0, 2, Subject::Nullify));
    let forged = crate::Vote { signature: b.signature, ..a };
    let signer = ValidatorIndex::new(0);
    let refused = Err(VoteError::Signature { signer });
    let committee = &members.committee;
    assert_eq!(Verified::new(forged, committee, &Ed25519), refused);
    assert!(Verified::new(Arc::new(forged), committee, &Ed25519).is_err());
    let verified = Verified::new(a, committee, &Ed25519).unwrap();
    assert_eq!((*verified, verified.into_inner()), (a, a));
    let verified = Verified::new(Arc::new(a), committee, &Ed25519).unwrap();
    assert_eq!(verified.view, a.view);
    let trusted = Verified::new(forged, committee, &Gullible).unwrap();
    assert_eq!(*trusted, forged, "no better than its verifier");
}

/// Flips each bit, and all bits, of each byte in turn. Returns how often the bytes no longer
/// decoded and how often the value no longer verified.
fn alter_every_byte<T>(value: &T, committee: &Committee) -> (usize, usize)
where
    T: Serialize + DeserializeOwned + Verify + Debug,
    T::Error: Debug + PartialEq,
{
    value.verify(committee, &Ed25519).unwrap();
    let bytes = encode(value);
    let flips = [1, 2, 4, 8, 16, 32, 64, 128, 255];
    let (mut undecoded, mut unverified) = (0, 0);
    for at in 0..bytes.len() {
        for flip in flips {
            let mut altered = bytes.clone();
            altered[at] ^= flip;
            match decode::<T>(&altered, altered.len()) {
                Err(_) => undecoded += 1,
                Ok(other) => {
                    let verdict = other.verify(committee, &Ed25519);
                    assert!(verdict.is_err(), "byte {at}, flip {flip}: {other:?}");
                    unverified += 1;
                }
            }
        }
    }
    assert_eq!(undecoded + unverified, bytes.len() * flips.len());
    (undecoded, unverified)
}

#[test]
fn any_altered_byte_is_refused() {
    let members = Members::new(4);
    let committee = &members.committee;
    let (notarize, nullify) = (Subject::Notarize(digest(1)), Subject::Nullify);
    let finalize = Subject::Finalize(digest(2));
    let mut counted = Vec::new();
    for subject in [notarize, nullify, finalize] {
        let (kind, vote) = (subject.kind(), members.vote(1, 5, subject));
        let certificate = members.certificate(&[0, 1, 3], 5, subject);
        counted.extend([
            (format!("vote, {kind}"), alter_every_byte(&vote, committee)),
            (format!("certificate, {kind}"), alter_every_byte(&certificate, committee)),
        ]);
    }
    let checkpoint = alter_every_byte(&members.checkpoint(), committee);
    counted.push(("checkpoint".to_owned(), checkpoint));
    let proposal = members.proposal(5, digest(1));
    let signed = alter_every_byte(&proposal, committee);
    counted.push(("proposal".to_owned(), signed));
    let vote = |subject| members.vote(1, 5, subject);
    let evidence = [
        Evidence::of_votes(vote(notarize), vote(Subject::Notarize(digest(3)))),
        Evidence::of_votes(vote(nullify), vote(finalize)),
        Evidence::of_proposals(proposal, members.proposal(5, digest(3))),
    ];
    for evidence in evidence.map(Option::unwrap) {
        let refused = alter_every_byte(&evidence, committee);
        counted.push(("evidence".to_owned(), refused));
    }
    println!("altered                   not decoded  not verified");
    for (name, (undecoded, unverified)) in counted {
        println!("{name:<24} {undecoded:>12} {unverified:>13}");
    }
}
