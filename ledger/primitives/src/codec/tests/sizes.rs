//! The largest values are exactly as large, and as deep, as `limits` says.

use crate::bounded::BoundedVec;
use crate::codec::{decode, encode};
use crate::limits::{
    BITMAP_BYTES_MAX, CERTIFICATE_BYTES_MAX, DECODE_DEPTH_MAX, HEADER_BYTES, PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES, VALIDATORS_MAX, VOTE_BYTES_MAX,
};
use crate::testing::{Members, digest, header, secret};
use crate::{Certificate, Checkpoint, Evidence, Signer, Subject, Vote};
use serde::{Serialize, de::DeserializeOwned};

fn subjects() -> [Subject; 3] {
    [Subject::Notarize(digest(1)), Subject::Nullify, Subject::Finalize(digest(1))]
}

#[test]
fn keys_and_signatures_are_encoded_without_a_length() {
    assert_eq!(encode(&secret(1).public_key()).len(), PUBLIC_KEY_BYTES);
    assert_eq!(encode(&secret(1).sign(b"")).len(), SIGNATURE_BYTES);
}

#[test]
fn the_largest_vote_has_the_size_of_the_limit() {
    let members = Members::new(100);
    let sizes = subjects().map(|subject| encode(&members.vote(99, u64::MAX, subject)).len());
    assert_eq!(sizes, [VOTE_BYTES_MAX, VOTE_BYTES_MAX - 32, VOTE_BYTES_MAX]);
}

#[test]
fn the_largest_certificate_has_the_size_of_the_limit() {
    let members = Members::new(u8::try_from(VALIDATORS_MAX).unwrap());
    let all: Vec<_> = (0..100).collect();
    let sizes = subjects().map(|subject| {
        let certificate = members.certificate(&all, u64::MAX, subject);
        assert_eq!(certificate.signers.as_bytes().len(), BITMAP_BYTES_MAX);
        let bytes = encode(&certificate);
        assert_eq!(decode(&bytes, CERTIFICATE_BYTES_MAX), Ok(certificate));
        bytes.len()
    });
    let max = CERTIFICATE_BYTES_MAX;
    assert_eq!(sizes, [max, max - 32, max]);
}

#[test]
fn every_header_has_the_size_of_the_limit() {
    assert_eq!(encode(&header()).len(), HEADER_BYTES);
}

/// How many containers the value nests: the least depth that decodes it.
fn depth<T: Serialize + DeserializeOwned>(value: &T) -> usize {
    let bytes = encode(value);
    let decodes = |depth: &usize| bcs::from_bytes_with_limit::<T>(&bytes, *depth).is_ok();
    (0..=DECODE_DEPTH_MAX).find(decodes).unwrap()
}

#[test]
fn the_deepest_value_nests_five_times() {
    let four = Members::new(4);
    let vote = |digest| four.vote(0, 1, Subject::Notarize(digest));
    let (a, b) = (digest(1), digest(2));
    let certificate: Certificate = four.certificate(&[0, 1, 2], 1, Subject::Notarize(a));
    let checkpoint: Checkpoint = four.checkpoint();
    let votes: Vote = vote(a);
    let evidence = [
        Evidence::of_votes(vote(a), vote(b)).unwrap(),
        Evidence::of_proposals(four.proposal(1, a), four.proposal(1, b)).unwrap(),
    ];
    assert_eq!(depth(&header()), 3);
    assert_eq!(depth(&votes), 4);
    assert_eq!(depth(&certificate), 4);
    assert_eq!(depth(&checkpoint), 5);
    assert_eq!(evidence.each_ref().map(depth), [5, 5]);
}

#[test]
fn what_nests_deeper_than_the_limit_is_refused() {
    #[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
    struct Nest(Option<Box<Nest>>);
    let nest = |depth| (1..depth).fold(Nest(None), |inner, _| Nest(Some(Box::new(inner))));
    let bytes = encode(&nest(DECODE_DEPTH_MAX));
    assert_eq!(decode(&bytes, bytes.len()), Ok(nest(DECODE_DEPTH_MAX)));
    let bytes = encode(&nest(DECODE_DEPTH_MAX + 1));
    assert!(decode::<Nest>(&bytes, bytes.len()).is_err());
}

#[test]
fn an_empty_list_is_one_byte() {
    assert_eq!(encode(&BoundedVec::<u8, 4>::default()), [0]);
}
