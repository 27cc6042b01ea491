//! Bundles: proofs that carry all that a verifier needs but the genesis of the network.
//!
//! A bundle holds three things. The *epochs* lead from the validators of the genesis to those of
//! today: for each change of the set the boundary block, its finalization, and the next set. The
//! *checkpoint* is a final header, which commits to the whole state and to all headers below it. The
//! *claim* is what the bundle is about, with the proof that the checkpoint commits to it.
//!
//! [`verify()`] takes a bundle apart and gives back a [`Proven`], which holds nothing that was not
//! verified. It reads no clock and opens nothing: the time, and how old a checkpoint may be, come in
//! with a [`Policy`].
//!
//! ```
//! use hefu_ledger::bundle::{Bundle, BundleError, Origin, Policy, Proven, verify};
//! use hefu_ledger::genesis::Genesis;
//! use hefu_primitives::{Ed25519, Timestamp};
//!
//! fn read(bytes: &[u8], genesis: &Genesis, now: Timestamp) -> Result<Proven, BundleError> {
//!     verify(Bundle::from_bytes(bytes)?, &Origin::from(genesis), &Policy::strict(now), &Ed25519)
//! }
//! ```
//!
//! # What a bundle cannot do
//!
//! - A quorum of an *old* epoch's keys can sign another past. Whoever verifies again and again keeps
//!   the last checkpoint that it accepted, and hands it in with the policy.
//! - A proof of what a checkpoint holds says nothing about the time after that checkpoint.
//! - A bundle may withhold a payload or a past version, just as an erasure does. It cannot withhold
//!   that there was one.

mod answer;
mod build;
mod chain;
mod consistency;
mod error;
mod fact;
mod log;
mod policy;
mod record;
mod transaction;
mod verify;

pub use answer::{At, Operations, Query, WrongAnswer};
pub use build::{BuildError, build};
pub use chain::{ChainError, EpochEnd, Origin, Which};
pub use consistency::{ConsistencyClaim, ConsistencyError};
pub use error::BundleError;
pub use fact::{Fact, Proven, ProvenCheckpoint};
pub use log::{Chosen, History, HistoryProof, LogError, Past, PastProof, Span, Step, Version};
pub use policy::{Accepted, Policy, PolicyError};
pub use record::{AbsenceProof, Holding, KeyHolderProof, RecordError, RecordProof};
pub use transaction::{
    BlockProof, Carried, EntryProof, ProvenTransaction, TransactionProof, TransactionProofError,
};
pub use verify::verify;

use crate::limits::{BUNDLE_BYTES_MAX, BUNDLE_EPOCHS_MAX};
use hefu_primitives::{BoundedVec, Checkpoint, GenesisHash, Hash, Purpose, codec};
use serde::{Deserialize, Serialize};

/// A proof with all that a verifier needs but the genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// The form of the bundle.
    pub version: BundleVersion,
    /// The network.
    pub genesis: GenesisHash,
    /// How each epoch before the checkpoint's ended, from epoch 0 on.
    pub epochs: BoundedVec<EpochEnd, BUNDLE_EPOCHS_MAX>,
    /// The final header to which everything else leads.
    pub checkpoint: Checkpoint,
    /// What the bundle is about.
    pub claim: Claim,
}

/// The form of a bundle. A new form is a new variant; old ones stay readable for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BundleVersion {
    /// The first.
    V1,
}

/// What a bundle is about, with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claim {
    /// A record of the state: a DID, an organisation, the rules, and so on.
    Record(RecordProof),
    /// There is no record of this name.
    Absence(AbsenceProof),
    /// A signature key belongs to a DID, or did.
    KeyHolder(KeyHolderProof),
    /// A transaction is in the chain, with what it did.
    Transaction(TransactionProof),
    /// All that ever happened to a DID.
    History(HistoryProof),
    /// What a DID was at an earlier time.
    Past(PastProof),
    /// A checkpoint grew out of an older one.
    Consistency(ConsistencyClaim),
}

impl Bundle {
    /// The bundle with these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BundleError> {
        let (content, check) = bytes.split_last_chunk().ok_or(BundleError::Damaged)?;
        if content.len() <= BUNDLE_BYTES_MAX && Hash::from_bytes(*check) != check_of(content) {
            return Err(BundleError::Damaged);
        }
        Ok(codec::decode(content, BUNDLE_BYTES_MAX)?)
    }

    /// The bytes: the encoding and, in the last 32 bytes, its hash.
    ///
    /// The hash keeps nobody from forging a bundle; the rest does that. But damage is told from
    /// forgery by it, and a claim that something is absent would else survive damage to the name as
    /// the proof, just as true, that something else is.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = codec::encode(self);
        let check = check_of(&bytes);
        bytes.extend(check.as_bytes());
        bytes
    }
}

fn check_of(content: &[u8]) -> Hash {
    Hash::of(Purpose::Bundle, content)
}
