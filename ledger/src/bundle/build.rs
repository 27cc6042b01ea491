//! Making bundles from a store.

mod epochs;
mod history;
mod transaction;

use super::answer::Query;
use super::consistency::ConsistencyClaim;
use super::record::{AbsenceProof, KeyHolderProof, RecordProof};
use super::{Bundle, BundleVersion, Claim};
use crate::ReadError;
use crate::did::DidId;
use crate::key::KeyBytes;
use crate::limits::BUNDLE_BYTES_MAX;
use crate::merkle::{self, List};
use crate::state::StateKey;
use crate::store::Store;
use crate::transaction::TransactionId;
use crate::tree;
use hefu_primitives::{BoundedVec, Checkpoint, Epoch, Header, Height};
use thiserror::Error;

/// Why there is no bundle.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BuildError {
    /// The store cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The block of this height has no finalization of its own: it is the genesis block, or final
    /// through a later one.
    #[error("block {0} has no finalization of its own; ask again when a later block is final")]
    NotFinal(Height),
    /// What is asked about is later than the newest block; or, of growth, not earlier.
    #[error("the newest block is {newest}, which is too early to prove that")]
    Future {
        /// The newest block.
        newest: Height,
    },
    /// No DID has or had the key.
    #[error("no DID has or had the key {0}")]
    KeyUnknown(KeyBytes),
    /// The chain does not hold the transaction.
    #[error("the chain does not hold transaction {0}")]
    TransactionUnknown(TransactionId),
    /// The batch has no entry of the DID.
    #[error("the batch has no entry of the DID {0}")]
    NotInBatch(DidId),
    /// Nothing that is stored says who voted after this epoch.
    #[error("the validators after epoch {0} are not known")]
    ValidatorsUnknown(Epoch),
    /// The proof is larger than a bundle may be. A history can be asked for without transactions.
    #[error("the proof needs more than {BUNDLE_BYTES_MAX} bytes")]
    TooLarge,
}

impl BuildError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "build.unreadable",
            Self::NotFinal(_) => "build.not_final",
            Self::Future { .. } => "build.future",
            Self::KeyUnknown(_) => "build.key_unknown",
            Self::TransactionUnknown(_) => "build.transaction_unknown",
            Self::NotInBatch(_) => "build.not_in_batch",
            Self::ValidatorsUnknown(_) => "build.validators_unknown",
            Self::TooLarge => "build.too_large",
        }
    }
}

/// The bundle that answers `query` under the store's newest block.
pub fn build<S: Store>(store: &S, query: &Query) -> Result<Bundle, BuildError> {
    let head = store.head().header.clone();
    let builder = Builder { store, head };
    let bundle = Bundle {
        version: BundleVersion::V1,
        genesis: builder.head.genesis,
        epochs: builder.epochs()?,
        checkpoint: builder.checkpoint(builder.head.height)?,
        claim: builder.claim(query)?,
    };
    if bundle.to_bytes().len() > BUNDLE_BYTES_MAX {
        return Err(BuildError::TooLarge);
    }
    Ok(bundle)
}

/// A store, and its newest block.
struct Builder<'a, S> {
    store: &'a S,
    head: Header,
}

impl<S: Store> Builder<'_, S> {
    fn claim(&self, query: &Query) -> Result<Claim, BuildError> {
        match query {
            Query::Record(key) => self.record_or_absence(*key),
            Query::KeyHolder(key) => self.key_holder(*key).map(Claim::KeyHolder),
            Query::Transaction { id, of } => self.transaction(id, *of).map(Claim::Transaction),
            Query::History { did, operations } => self.history(did, *operations),
            Query::Past { did, at, operations } => self.past(did, *at, *operations),
            Query::Consistency { older } => self.consistency(*older).map(Claim::Consistency),
        }
    }

    fn header(&self, height: Height) -> Result<Header, ReadError> {
        let missing = || ReadError::Damaged(format!("the header of block {height} is missing"));
        self.store.header(height)?.ok_or_else(missing)
    }

    /// The header at a height with its finalization.
    fn checkpoint(&self, height: Height) -> Result<Checkpoint, BuildError> {
        let (header, proof) = (self.header(height)?, self.store.finalization(height)?);
        let own = proof.filter(|finalization| finalization.finalizes(&header));
        let finalization = own.ok_or(BuildError::NotFinal(height))?;
        Ok(Checkpoint { header, finalization })
    }

    /// A record with its proof, if there is one.
    fn record(&self, key: StateKey) -> Result<Option<RecordProof>, BuildError> {
        let Some(value) = self.store.record(&key)? else { return Ok(None) };
        let proof = tree::prove(self.store, &key.tree_key())?;
        Ok(Some(RecordProof { key, value, proof }))
    }

    fn absence(&self, key: StateKey) -> Result<Claim, BuildError> {
        let proof = tree::prove(self.store, &key.tree_key())?;
        Ok(Claim::Absence(AbsenceProof { key, proof }))
    }

    fn record_or_absence(&self, key: StateKey) -> Result<Claim, BuildError> {
        match self.record(key)? {
            Some(proof) => Ok(Claim::Record(proof)),
            None => self.absence(key),
        }
    }

    fn key_holder(&self, key: KeyBytes) -> Result<KeyHolderProof, BuildError> {
        let did = self.store.key_holder(&key.hash())?.ok_or(BuildError::KeyUnknown(key))?;
        let missing = || ReadError::Damaged(format!("the key {key} is that of no record"));
        let record = self.record(StateKey::Did(did))?.ok_or_else(missing)?;
        Ok(KeyHolderProof { key, record })
    }

    fn consistency(&self, older: Height) -> Result<ConsistencyClaim, BuildError> {
        let (size, newest) = (older.get(), self.head.height);
        let future = || BuildError::Future { newest };
        if older >= newest {
            return Err(future());
        }
        let growth = merkle::consistency(List::History, self.store, size, newest.get())?;
        let inclusion = merkle::inclusion_at(List::History, self.store, size, newest.get())?;
        Ok(ConsistencyClaim {
            older: self.checkpoint(older)?,
            growth: growth.ok_or_else(future)?,
            inclusion: inclusion.ok_or_else(future)?,
        })
    }
}

/// The list of these, if they are not too many.
fn bounded<T, const MAX: usize>(elements: Vec<T>) -> Result<BoundedVec<T, MAX>, BuildError> {
    BoundedVec::new(elements).map_err(|_| BuildError::TooLarge)
}
