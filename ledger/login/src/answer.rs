//! Answers: a holder's signature under a challenge, with the proof of whose it is.

use crate::challenge::{Challenge, Seen};
use crate::error::LoginError;
use crate::limits::{ANSWER_BYTES_MAX, STAPLED_BYTES_MAX};
use hefu_ledger::DidId;
use hefu_ledger::key::KeyBytes;
use hefu_primitives::bounded::TooMany;
use hefu_primitives::codec::CodecError;
use hefu_primitives::{BoundedVec, SecretKey, Signature, Signer, codec};
use serde::{Deserialize, Serialize};
use std::fmt;

const LOGIN_DOMAIN: [u8; 16] = *b"hefu login v1\0\0\0";

/// The form of an answer. A new form is a new variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnswerVersion {
    /// The first.
    V1,
}

/// A holder's answer to a challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The form.
    pub version: AnswerVersion,
    /// The challenge as the holder saw it.
    pub challenge: Challenge,
    /// Who answers.
    pub did: DidId,
    /// The key that signs.
    pub key: KeyBytes,
    /// The signature ([`signed_bytes`]).
    pub signature: Signature,
    /// The bundle of the DID's record.
    pub bundle: Stapled,
}

/// The bytes of a bundle, which nobody has verified yet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stapled(BoundedVec<u8, STAPLED_BYTES_MAX>);

impl Stapled {
    /// These bytes, if they are not too many.
    pub fn new(bytes: Vec<u8>) -> Result<Self, TooMany> {
        BoundedVec::new(bytes).map(Self)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Stapled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// What a holder signs to log in: domain, challenge (which begins with the genesis hash), and the
/// holder's DID.
pub fn signed_bytes(challenge: &Challenge, did: &DidId) -> Vec<u8> {
    codec::encode(&(LOGIN_DOMAIN, challenge, did))
}

impl Answer {
    /// The answer of `did`, signed with one of its keys for authentication, to a challenge of the
    /// place where the holder is. A challenge of another place is not signed.
    pub fn sign(
        challenge: Challenge,
        seen: &Seen,
        did: DidId,
        key: &SecretKey,
        bundle: Stapled,
    ) -> Result<Self, LoginError> {
        challenge.check_place(seen)?;
        let signature = key.sign(&signed_bytes(&challenge, &did));
        let key = KeyBytes::from(&key.public_key());
        Ok(Self { version: AnswerVersion::V1, challenge, did, key, signature, bundle })
    }

    /// The answer with these bytes. Nothing of it is checked but its form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        codec::decode(bytes, ANSWER_BYTES_MAX)
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }
}
