//! That a checkpoint grew out of an older one.

use super::BundleError;
use super::chain::{Epochs, FinalHeader, Which};
use super::transaction::{TransactionProofError, check_below};
use crate::merkle::{ConsistencyProof, InclusionProof, List, MerkleError};
use hefu_primitives::{Checkpoint, Height, Verifier};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The bundle's checkpoint is a descendant of an older one, and its history begins with all of the
/// older one's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsistencyClaim {
    /// The older checkpoint, of the same epoch or an earlier one.
    pub older: Checkpoint,
    /// The proof that the history has only grown.
    pub growth: ConsistencyProof,
    /// The older header's place in the history.
    pub inclusion: InclusionProof,
}

/// Why two checkpoints are not shown to be of one chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConsistencyError {
    /// The older checkpoint is not older.
    #[error("block {older} is not below block {newer}")]
    NotOlder {
        /// The height that should be the lower one.
        older: Height,
        /// The checkpoint's height.
        newer: Height,
    },
    /// The proof is about other lengths of the history.
    #[error("a proof from {old_size} to {new_size} headers, for the blocks {older} and {newer}")]
    Sizes {
        /// Headers of the older history that is meant.
        old_size: u64,
        /// Headers of the newer history that is meant.
        new_size: u64,
        /// The older height.
        older: Height,
        /// The newer height.
        newer: Height,
    },
    /// The history was rewritten.
    #[error("the newer history does not begin with the older one: {0}")]
    Growth(MerkleError),
    /// The older block is not in the newer history.
    #[error("the older block is not in the newer history: {0}")]
    Inclusion(TransactionProofError),
}

impl ConsistencyError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOlder { .. } => "bundle.not_older",
            Self::Sizes { .. } => "bundle.history_sizes",
            Self::Growth(_) => "bundle.history_rewritten",
            Self::Inclusion(_) => "bundle.older_not_included",
        }
    }
}

impl ConsistencyClaim {
    /// The older header, if it is final and the newer one has grown out of it.
    pub(super) fn check<V: Verifier>(
        &self,
        newer: &FinalHeader,
        epochs: &Epochs,
        verifier: &V,
    ) -> Result<FinalHeader, BundleError> {
        self.check_sizes(newer.header.height)?;
        let epoch = self.older.header.epoch;
        let older = epochs.check(Which::Older, epoch, &self.older, verifier)?;
        let (old, new) = (&older.header.history_root, &newer.header.history_root);
        self.growth.verify(List::History, old, new).map_err(ConsistencyError::Growth)?;
        let included = check_below(&older.header, &self.inclusion, &newer.header);
        included.map_err(ConsistencyError::Inclusion)?;
        Ok(older)
    }

    fn check_sizes(&self, newer: Height) -> Result<(), ConsistencyError> {
        let older = self.older.header.height;
        if older >= newer {
            return Err(ConsistencyError::NotOlder { older, newer });
        }
        let (old_size, new_size) = (self.growth.old_size, self.growth.new_size);
        if (old_size, new_size) != (older.get(), newer.get()) {
            return Err(ConsistencyError::Sizes { old_size, new_size, older, newer });
        }
        Ok(())
    }
}
