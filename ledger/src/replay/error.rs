//! Why a replay ends.

use crate::ReadError;
use crate::did::DidId;
use crate::execute::InvalidBlock;
use crate::transaction::TransactionError;
use hefu_primitives::{CheckpointError, Height};
use thiserror::Error;

/// Why a chain is not one that this network's rules allow.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// A block is not final.
    #[error("block {height}: {error}")]
    NotFinal {
        /// Its height.
        height: Height,
        /// Why not.
        error: CheckpointError,
    },
    /// The last block, and others below it perhaps, are said to be final through one above, which is
    /// not there.
    #[error("block {height} has no finalization of its own, and nothing is above it")]
    NotProved {
        /// Its height.
        height: Height,
    },
    /// A block is not what its header says, or does not follow its parent.
    #[error("block {height}: {error}")]
    Invalid {
        /// Its height.
        height: Height,
        /// What is wrong.
        error: InvalidBlock,
    },
    /// A transaction is not well made.
    #[error("block {height}, transaction {at}: {error}")]
    Transaction {
        /// The block's height.
        height: Height,
        /// The transaction's place, from zero.
        at: usize,
        /// What is wrong.
        error: TransactionError,
    },
    /// There are not as many effects as transactions.
    #[error("block {height}: {got} effects for {expected} transactions")]
    EffectCount {
        /// The block's height.
        height: Height,
        /// The number of transactions.
        expected: usize,
        /// The number of effects.
        got: usize,
    },
    /// A transaction did something else than its effects say.
    #[error("block {height}, transaction {at}: its effects are not what it does")]
    Effects {
        /// The block's height.
        height: Height,
        /// The transaction's place, from zero.
        at: usize,
    },
    /// The last record of a DID does not account for what could not be checked of it.
    #[error("{did}: {error}")]
    LastRecord {
        /// Which.
        did: DidId,
        /// What is wrong.
        error: LastRecordError,
    },
}

/// Why the last record of a DID does not account for what could not be checked of it.
#[derive(Debug, Error)]
pub enum LastRecordError {
    /// It is not shown. What is current is never erased.
    #[error(
        "its record is wanted, because not all that made it could be checked, and is not there"
    )]
    Missing,
    /// The state root commits to another.
    #[error("the record that is shown is not the one that the last state root commits to")]
    Another,
    /// It has not ended.
    #[error("payloads of it are missing, though it has not ended")]
    Living,
    /// One of its signature keys is registered under another DID too.
    #[error("a signature key of it is also registered under {0}")]
    SharedKey(DidId),
    /// The record cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}
