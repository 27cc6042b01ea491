//! That a transaction is in the chain, and what it did.

use super::BundleError;
use super::chain::{Epochs, FinalHeader};
use crate::block::history_leaf;
use crate::did::DidId;
use crate::effects::{Effects, TransactionLeaf, Write, outcome_leaf};
use crate::limits::{BATCH_OUTCOME_BYTES_MAX, SIGNERS_MAX};
use crate::merkle::{InclusionProof, List, MerkleError};
use crate::operation::OperationKind;
use crate::state::StateKey;
use crate::transaction::{BatchEntry, Body, Envelope, Sealed, TransactionId, signatures_hash};
use hefu_primitives::{BoundedVec, Digest, Hash, Header, Height, Signature};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A transaction, and the proof that a block holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionProof {
    /// The block.
    pub block: BlockProof,
    /// The part of the transaction that is never erased.
    pub envelope: Envelope,
    /// Its signatures.
    pub signatures: BoundedVec<Signature, SIGNERS_MAX>,
    /// What it carries, and what it did.
    pub carried: Carried,
    /// Its place in the block.
    pub inclusion: InclusionProof,
}

/// A block of the chain that a checkpoint vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockProof {
    /// The checkpoint's own block. Its history covers only the blocks below it.
    Checkpoint,
    /// A block below.
    Below {
        /// Its header.
        header: Box<Header>,
        /// Its place in the checkpoint's history.
        inclusion: InclusionProof,
    },
}

/// What a transaction carries, and what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Carried {
    /// All of it.
    Whole {
        /// The payload, or what is left of it.
        body: Body,
        /// What the transaction did.
        effects: Effects,
    },
    /// One entry of a batch, which may have a thousand.
    Entry(Box<EntryProof>),
}

/// One entry of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryProof {
    /// The entry, or what is left of it.
    pub entry: BatchEntry,
    /// Its place in the batch.
    pub inclusion: InclusionProof,
    /// The root of what the batch did.
    pub effects: Hash,
    /// Which entries were applied.
    pub outcome: BoundedVec<u8, BATCH_OUTCOME_BYTES_MAX>,
    /// The outcome's place among the effects: the first.
    pub outcome_inclusion: InclusionProof,
    /// What the entry wrote and where that stands among the effects, if it was applied.
    pub write: Option<(Write, InclusionProof)>,
}

/// Why a transaction is not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TransactionProofError {
    /// The proof of the block is not about its height, or not about the checkpoint's history.
    #[error(
        "leaf {index} of {size} headers cannot be block {height} below checkpoint {checkpoint}"
    )]
    Place {
        /// The leaf that is proved.
        index: u64,
        /// The leaves of the history that is meant.
        size: u64,
        /// The height that the header names.
        height: Height,
        /// The checkpoint's height.
        checkpoint: Height,
    },
    /// The block is not below the checkpoint.
    #[error("block {height} is not in the checkpoint's history: {error}")]
    Block {
        /// The height that the header names.
        height: Height,
        /// Why.
        error: MerkleError,
    },
    /// The block does not hold the transaction with these signatures and effects.
    #[error(
        "block {height} does not hold this transaction with these signatures and effects: {error}"
    )]
    Transaction {
        /// The block.
        height: Height,
        /// Why.
        error: MerkleError,
    },
    /// The transaction carries something else.
    #[error("the transaction carries {expected}, and this payload hashes to {got}")]
    Payload {
        /// What its envelope commits to.
        expected: Hash,
        /// The hash of what is in the bundle.
        got: Hash,
    },
    /// A batch is shown as something else, or something else as a batch.
    #[error("the envelope names a {0:?}, and the bundle shows another kind of body")]
    Kind(OperationKind),
    /// The batch does not have the entry.
    #[error("the batch does not have this entry: {0}")]
    Entry(MerkleError),
    /// The batch had another outcome.
    #[error("the batch had another outcome: {0}")]
    Outcome(MerkleError),
    /// The outcome is not the first of the effects.
    #[error("the outcome stands at place {0} of the effects, where place 0 is its own")]
    OutcomePlace(u64),
    /// The batch did not write this.
    #[error("the batch did not write this: {0}")]
    Write(MerkleError),
    /// What is shown as written by the entry is another record's.
    #[error("the entry of {did} is shown with what was written under {written:?}")]
    OtherWrite {
        /// The DID of the entry.
        did: DidId,
        /// The record that was written.
        written: StateKey,
    },
    /// The entry was applied, and what it wrote is withheld.
    #[error("the entry was applied, and what it wrote is missing")]
    WriteMissing,
    /// The entry was skipped, and yet something is shown as written by it.
    #[error("the entry was skipped, and cannot have written anything")]
    WriteOfSkipped,
}

impl TransactionProofError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Place { .. } => "bundle.block_place",
            Self::Block { .. } => "bundle.block",
            Self::Transaction { .. } => "bundle.transaction",
            Self::Payload { .. } => "bundle.payload",
            Self::Kind(_) => "bundle.body_kind",
            Self::Entry(_) => "bundle.entry",
            Self::Outcome(_) => "bundle.outcome",
            Self::OutcomePlace(_) => "bundle.outcome_place",
            Self::Write(_) => "bundle.write",
            Self::OtherWrite { .. } => "bundle.other_write",
            Self::WriteMissing => "bundle.write_missing",
            Self::WriteOfSkipped => "bundle.write_of_skipped",
        }
    }
}

/// A transaction of the chain. Every field was verified; its signatures were checked by the
/// validators, and are those that they checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenTransaction {
    /// What names it.
    pub id: TransactionId,
    /// The header of its block.
    pub header: Header,
    /// Its place in the block.
    pub place: u64,
    /// The part of it that is never erased.
    pub envelope: Envelope,
    /// Its signatures.
    pub signatures: BoundedVec<Signature, SIGNERS_MAX>,
    /// What it carries, and what it did.
    pub carried: Carried,
}

impl TransactionProof {
    /// The transaction, if a block below or at the checkpoint holds it.
    pub(super) fn check(
        self,
        checkpoint: &FinalHeader,
        epochs: &Epochs,
    ) -> Result<ProvenTransaction, BundleError> {
        let (header, digest) = self.block.check(checkpoint)?;
        epochs.check_known(header.height, digest)?;
        self.carried.check(&self.envelope)?;
        let id = self.envelope.id();
        let signatures = signatures_hash(&self.signatures);
        let leaf = TransactionLeaf { id, signatures, effects: self.carried.effects() };
        let included =
            self.inclusion.verify(List::Transactions, &leaf.hash(), &header.transaction_root);
        let height = header.height;
        included.map_err(|error| TransactionProofError::Transaction { height, error })?;
        let Self { envelope, signatures, carried, inclusion, .. } = self;
        let place = inclusion.index;
        Ok(ProvenTransaction { id, header, place, envelope, signatures, carried })
    }
}

impl BlockProof {
    /// The header that is proved, with what names it.
    fn check(&self, checkpoint: &FinalHeader) -> Result<(Header, Digest), TransactionProofError> {
        match self {
            Self::Checkpoint => Ok((checkpoint.header.clone(), checkpoint.digest)),
            Self::Below { header, inclusion } => {
                let digest = check_below(header, inclusion, &checkpoint.header)?;
                Ok(((**header).clone(), digest))
            }
        }
    }
}

/// What names `header`, if `checkpoint` commits to it. Leaf h of a history is block h, and the
/// history of block h has h leaves.
pub(super) fn check_below(
    header: &Header,
    inclusion: &InclusionProof,
    checkpoint: &Header,
) -> Result<Digest, TransactionProofError> {
    let (height, above) = (header.height, checkpoint.height);
    let (index, size) = (inclusion.index, inclusion.size);
    if index != height.get() || size != above.get() {
        return Err(TransactionProofError::Place { index, size, height, checkpoint: above });
    }
    let digest = header.digest();
    let leaf = history_leaf(&digest);
    let included = inclusion.verify(List::History, &leaf, &checkpoint.history_root);
    included.map_err(|error| TransactionProofError::Block { height, error })?;
    Ok(digest)
}

impl Carried {
    /// Checks that a transaction with this envelope carries this. What it did stands in
    /// [`Self::effects`], for the transaction's leaf to vouch for.
    fn check(&self, envelope: &Envelope) -> Result<(), TransactionProofError> {
        let (is_batch, got) = match self {
            Self::Whole { body: Body::Single(payload), .. } => {
                let kind = match payload.as_ref() {
                    Sealed::Open { value, .. } => value.kind(),
                    Sealed::Erased(_) => envelope.kind,
                };
                if kind != envelope.kind {
                    return Err(TransactionProofError::Kind(envelope.kind));
                }
                (false, payload.hash())
            }
            Self::Whole { body, .. } => (true, body.hash()),
            Self::Entry(entry) => (true, entry.check(envelope)?),
        };
        if is_batch != (envelope.kind == OperationKind::DidCreateBatch) {
            return Err(TransactionProofError::Kind(envelope.kind));
        }
        let expected = envelope.payload_hash;
        if got == expected { Ok(()) } else { Err(TransactionProofError::Payload { expected, got }) }
    }

    /// The root of what the transaction did.
    fn effects(&self) -> Hash {
        match self {
            Self::Whole { effects, .. } => effects.root(),
            Self::Entry(entry) => entry.effects,
        }
    }

    /// Whether this is shown to have happened to `did`: it wrote the record.
    pub fn wrote(&self, did: &DidId) -> bool {
        let key = StateKey::Did(*did);
        match self {
            Self::Whole { effects, .. } => effects.writes.iter().any(|write| write.key == key),
            Self::Entry(entry) => entry.write.as_ref().is_some_and(|(write, _)| write.key == key),
        }
    }
}

impl EntryProof {
    /// Whether the entry was applied.
    pub fn is_applied(&self) -> bool {
        let place = usize::try_from(self.inclusion.index).unwrap_or(usize::MAX);
        crate::effects::is_applied(&self.outcome, place)
    }

    /// Checks the entry and what it did, and gives the hash that the envelope must commit to.
    fn check(&self, envelope: &Envelope) -> Result<Hash, TransactionProofError> {
        let root = envelope.payload_hash;
        let entry = self.inclusion.verify(List::Entries, &self.entry.leaf(), &root);
        entry.map_err(TransactionProofError::Entry)?;
        self.check_outcome()?;
        self.check_write()?;
        Ok(root)
    }

    fn check_outcome(&self) -> Result<(), TransactionProofError> {
        let leaf = outcome_leaf(&self.outcome);
        let outcome = self.outcome_inclusion.verify(List::Effects, &leaf, &self.effects);
        outcome.map_err(TransactionProofError::Outcome)?;
        match self.outcome_inclusion.index {
            0 => Ok(()),
            place => Err(TransactionProofError::OutcomePlace(place)),
        }
    }

    fn check_write(&self) -> Result<(), TransactionProofError> {
        let (write, inclusion) = match (&self.write, self.is_applied()) {
            (Some(write), true) => write,
            (None, false) => return Ok(()),
            (None, true) => return Err(TransactionProofError::WriteMissing),
            (Some(_), false) => return Err(TransactionProofError::WriteOfSkipped),
        };
        let did = self.entry.did;
        if write.key != StateKey::Did(did) {
            return Err(TransactionProofError::OtherWrite { did, written: write.key });
        }
        let written = inclusion.verify(List::Effects, &write.leaf(), &self.effects);
        written.map_err(TransactionProofError::Write)
    }
}
