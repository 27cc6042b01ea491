//! Arbitrary values of every type that is encoded. They are well-formed, and hardly ever verify.

use crate::bounded::BoundedVec;
use crate::{
    Bitmap, Certificate, Checkpoint, Digest, Epoch, Evidence, GenesisHash, Hash, Header, Height,
    Incarnation, ProposalStatement, PublicKey, SecretKey, Signature, SignedProposal, Subject,
    Timestamp, Validator, ValidatorIndex, ValidatorSet, View, Vote,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// Any number, the first and the last more often than chance has them.
pub(crate) fn number() -> impl Strategy<Value = u64> {
    prop_oneof![2 => any::<u64>(), 1 => Just(0), 1 => Just(u64::MAX), 2 => 0..300_u64]
}

pub(crate) fn epoch() -> impl Strategy<Value = Epoch> {
    number().prop_map(Epoch::new)
}

pub(crate) fn view() -> impl Strategy<Value = View> {
    number().prop_map(View::new)
}

pub(crate) fn height() -> impl Strategy<Value = Height> {
    number().prop_map(Height::new)
}

pub(crate) fn timestamp() -> impl Strategy<Value = Timestamp> {
    number().prop_map(Timestamp::new)
}

pub(crate) fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash::from_bytes)
}

pub(crate) fn digest() -> impl Strategy<Value = Digest> {
    hash().prop_map(Digest::new)
}

pub(crate) fn genesis() -> impl Strategy<Value = GenesisHash> {
    hash().prop_map(GenesisHash::new)
}

pub(crate) fn public_key() -> impl Strategy<Value = PublicKey> {
    any::<[u8; 32]>().prop_map(|seed| SecretKey::from_seed(&seed).public_key())
}

pub(crate) fn signature() -> impl Strategy<Value = Signature> {
    any::<[u8; 64]>().prop_map(Signature::from_bytes)
}

pub(crate) fn incarnation() -> impl Strategy<Value = Incarnation> {
    any::<[u8; 16]>().prop_map(Incarnation::from_bytes)
}

pub(crate) fn index() -> impl Strategy<Value = ValidatorIndex> {
    any::<u8>().prop_map(ValidatorIndex::new)
}

pub(crate) fn validator() -> impl Strategy<Value = Validator> {
    (public_key(), incarnation()).prop_map(|(key, incarnation)| Validator { key, incarnation })
}

/// A set of up to `max` members.
pub(crate) fn validator_set(max: usize) -> impl Strategy<Value = ValidatorSet> {
    btree_map(public_key(), incarnation(), 1..=max).prop_map(|members| {
        let member = |(key, incarnation)| Validator { key, incarnation };
        ValidatorSet::new(members.into_iter().map(member).collect()).unwrap()
    })
}

pub(crate) fn header() -> impl Strategy<Value = Header> {
    let roots = (hash(), hash(), hash(), hash(), hash());
    let place = (any::<u32>(), genesis(), epoch(), height());
    (place, digest(), timestamp(), roots).prop_map(|(place, parent, time, roots)| Header {
        protocol_version: place.0,
        genesis: place.1,
        epoch: place.2,
        height: place.3,
        parent,
        time,
        transaction_root: roots.0,
        state_root: roots.1,
        history_root: roots.2,
        validators: roots.3,
        next_validators: roots.4,
    })
}

pub(crate) fn subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        digest().prop_map(Subject::Notarize),
        Just(Subject::Nullify),
        digest().prop_map(Subject::Finalize),
    ]
}

prop_compose! {
    pub(crate) fn vote()(
        epoch in epoch(),
        view in view(),
        subject in subject(),
        signer in index(),
        signature in signature(),
    ) -> Vote {
        Vote { epoch, view, subject, signer, signature }
    }
}

pub(crate) fn bitmap() -> impl Strategy<Value = Bitmap> {
    vec(any::<u8>(), 0..=13).prop_map(|bytes| Bitmap::from_bytes(BoundedVec::new(bytes).unwrap()))
}

prop_compose! {
    pub(crate) fn certificate()(
        genesis in genesis(),
        epoch in epoch(),
        view in view(),
        subject in subject(),
        signers in bitmap(),
        signatures in vec(signature(), 0..=100),
    ) -> Certificate {
        let signatures = BoundedVec::new(signatures).unwrap();
        Certificate { genesis, epoch, view, subject, signers, signatures }
    }
}

pub(crate) fn checkpoint() -> impl Strategy<Value = Checkpoint> {
    (header(), certificate()).prop_map(|(header, finalization)| Checkpoint { header, finalization })
}

prop_compose! {
    pub(crate) fn proposal_statement()(
        epoch in epoch(),
        view in view(),
        digest in digest(),
        parent_view in view(),
        parent_digest in digest(),
    ) -> ProposalStatement {
        ProposalStatement { epoch, view, digest, parent_view, parent_digest }
    }
}

pub(crate) fn signed_proposal() -> impl Strategy<Value = SignedProposal> {
    (proposal_statement(), signature())
        .prop_map(|(statement, signature)| SignedProposal { statement, signature })
}

pub(crate) fn evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![
        (vote(), vote()).prop_map(|(a, b)| Evidence::Votes(a, b)),
        (signed_proposal(), signed_proposal()).prop_map(|(a, b)| Evidence::Proposals(a, b)),
    ]
}
