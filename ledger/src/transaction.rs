//! Transactions: an envelope that is kept for ever, signatures over it, and a payload that can be
//! erased.
//!
//! The envelope names what is to happen to whom, in which order, and commits to the payload
//! through a salt. Its hash is the transaction's identifier. Signatures are not part of it, so
//! nobody can give one transaction two names by signing twice; but a verdict on signatures is
//! kept under both ([`CheckedTransaction::signatures_hash`]).

use crate::did::DidId;
use crate::enrolment::Enrolment;
use crate::key::KeyBytes;
use crate::limits::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, SIGNERS_MAX, TRANSACTION_BYTES_MAX};
use crate::merkle::{self, List};
use crate::operation::{OperationKind, Payload};
use crate::organisation::OrganisationId;
use hefu_primitives::codec::CodecError;
use hefu_primitives::hash::Purpose;
use hefu_primitives::{BoundedVec, GenesisHash, Hash, Signature, Timestamp, codec};
use serde::{Deserialize, Serialize};
use std::fmt;

mod check;
mod error;
mod statement;

pub use check::CheckedTransaction;
pub use error::TransactionError;
pub use statement::{consent_bytes, possession_bytes, signing_bytes};

/// What names a transaction: the hash of its envelope.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct TransactionId(Hash);

/// The part of a transaction that is never erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The form of the envelope.
    pub version: EnvelopeVersion,
    /// The network.
    pub genesis: GenesisHash,
    /// What is to happen.
    pub kind: OperationKind,
    /// To whom.
    pub subject: Subject,
    /// After what.
    pub ordering: Ordering,
    /// Who signs, in the order of the signatures.
    pub signers: BoundedVec<SignerRef, SIGNERS_MAX>,
    /// From this block time on it no longer applies.
    pub expires: Timestamp,
    /// What the payload hashes to ([`Body::hash`]).
    pub payload_hash: Hash,
}

/// The form of an envelope. A new form is a new variant; old ones stay readable for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EnvelopeVersion {
    /// The first.
    V1,
}

/// To whom an operation happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// A DID.
    Did(DidId),
    /// An organisation: of a batch its registrar, of an anchor who puts it.
    Organisation(OrganisationId),
}

/// What an operation comes after, so that it is executed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Ordering {
    /// Nothing: it makes a DID, which can be made only once.
    Creation,
    /// The holder operation before.
    Holder {
        /// One more than the record's sequence.
        sequence: u32,
        /// The last holder operation; the identifier of the DID if there was none.
        previous: Hash,
    },
    /// Nothing. Its identifier is remembered until it expires.
    Authority {
        /// The organisation's own reference, such as a case number's hash.
        reference: [u8; 16],
    },
}

/// Who signs, without naming a person's key: those stand in the payload, which can be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SignerRef {
    /// An organisation, with one of its keys.
    Organisation {
        /// Which.
        organisation: OrganisationId,
        /// The key.
        key: KeyBytes,
    },
    /// The control key at this place of the payload.
    Control(u8),
    /// The controller at this place of the payload.
    Controller(u8),
    /// The new key at this place of the payload, which proves that its holder has it.
    Possession(u8),
}

/// A transaction as it is submitted, stored and sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// What stays.
    pub envelope: Envelope,
    /// One for each signer, in order.
    pub signatures: BoundedVec<Signature, SIGNERS_MAX>,
    /// What can be erased.
    pub body: Body,
}

/// What a transaction carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// One payload.
    Single(Box<Sealed<Payload>>),
    /// The entries of a batch, each of which can be erased alone.
    Batch(BoundedVec<BatchEntry, BATCH_ENTRIES_MAX>),
}

/// One enrolment of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchEntry {
    /// The DID that it makes.
    pub did: DidId,
    /// The enrolment.
    pub enrolment: Sealed<Enrolment>,
}

/// A value behind a salted hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sealed<T> {
    /// The value is here.
    Open {
        /// Drawn at random, so that nobody can guess the value from its hash.
        salt: Salt,
        /// The value.
        value: T,
    },
    /// It was erased, and its salt with it.
    Erased(Hash),
}

/// 256 random bits that hide a payload behind its hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Salt([u8; 32]);

impl Salt {
    /// The salt with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the forms that keep the payload as well.
    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The blind of the record of `did` that the salted payload writes.
    pub fn blind(&self, did: &DidId) -> Hash {
        Hash::of(Purpose::Blind, &codec::encode(&(self, did)))
    }
}

// A salt in a log would undo the erasure that it is there for.
impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("salt")
    }
}

impl TransactionId {
    /// The identifier whose bytes are this hash.
    pub const fn new(hash: Hash) -> Self {
        Self(hash)
    }

    /// The hash.
    pub const fn hash(&self) -> &Hash {
        &self.0
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Serialize> Sealed<T> {
    /// What stands for the value: the hash of salt and value.
    pub fn hash(&self) -> Hash {
        match self {
            Self::Open { salt, value } => {
                Hash::of(Purpose::Payload, &codec::encode(&(salt, value)))
            }
            Self::Erased(hash) => *hash,
        }
    }

    /// The same without value and salt.
    #[must_use]
    pub fn erased(&self) -> Self {
        Self::Erased(self.hash())
    }
}

impl BatchEntry {
    /// The entry's leaf in the tree over its batch.
    pub fn leaf(&self) -> Hash {
        List::Entries.leaf(&codec::encode(&(&self.did, self.enrolment.hash())))
    }
}

impl Body {
    /// What the envelope commits to: the salted hash of the payload, or the root of the tree over
    /// the entries.
    pub fn hash(&self) -> Hash {
        match self {
            Self::Single(payload) => payload.hash(),
            Self::Batch(entries) => {
                let leaves: Vec<Hash> = entries.iter().map(BatchEntry::leaf).collect();
                merkle::root(List::Entries, &leaves)
            }
        }
    }
}

impl Envelope {
    /// The transaction's identifier.
    pub fn id(&self) -> TransactionId {
        TransactionId(Hash::of(Purpose::Transaction, &codec::encode(self)))
    }
}

impl Transaction {
    /// The transaction with these bytes. Only a batch may be longer than the limit for one
    /// operation.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        let transaction: Self = codec::decode(bytes, BATCH_BYTES_MAX)?;
        let got_bytes = bytes.len();
        if got_bytes > TRANSACTION_BYTES_MAX && matches!(transaction.body, Body::Single(_)) {
            return Err(CodecError::TooLong { max_bytes: TRANSACTION_BYTES_MAX, got_bytes });
        }
        Ok(transaction)
    }

    /// What stands for the signatures in the transaction's leaf and in remembered verdicts.
    pub fn signatures_hash(&self) -> Hash {
        signatures_hash(&self.signatures)
    }
}

/// What stands for these signatures.
pub(crate) fn signatures_hash(signatures: &[Signature]) -> Hash {
    Hash::of(Purpose::Signatures, &codec::encode(&signatures))
}

#[cfg(test)]
mod tests;
