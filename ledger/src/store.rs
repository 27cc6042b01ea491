//! What is kept of a chain, and how it is read and extended.
//!
//! Two stores keep it: one in memory, and RocksDB behind the feature `rocksdb`. One suite of tests
//! holds for both.

use crate::ReadError;
use crate::block::{BlockBody, FinalBlock, Parent};
use crate::did::DidId;
use crate::effects::Effects;
use crate::log::LogEntry;
use crate::merkle::NodeReader;
use crate::operation::OperationKind;
use crate::organisation::OrganisationId;
use crate::state::StateReader;
use crate::transaction::{Envelope, TransactionId};
use crate::tree::TreeReader;
use hefu_primitives::{Certificate, Header, Height, Timestamp};
use thiserror::Error;

mod change;
mod memory;
#[cfg(feature = "rocksdb")]
pub mod rocks;

pub use memory::MemoryStore;

/// Where a transaction stands in the chain. Ordered as the chain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Its block.
    pub height: Height,
    /// Its place in the body, from zero.
    pub place: u32,
}

/// One of the indexes over transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Index {
    /// What happened to a DID; a batch counts for each DID that it made.
    Did(DidId),
    /// What an organisation signed.
    Organisation(OrganisationId),
    /// Operations of one kind.
    Kind(OperationKind),
}

/// Why nothing was written. After [`WriteError::Failed`] the store must not be written again; any
/// other leaves it as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteError {
    /// The block is not the next one.
    #[error("block {got} cannot follow block {head}")]
    NotNext {
        /// The head's height.
        head: Height,
        /// The block's height.
        got: Height,
    },
    /// The block is no child of the head, or not what its body comes to.
    #[error("the block's {0} is not that of a child of the head")]
    NotChild(&'static str),
    /// A DID that goes on keeps what it has.
    #[error("{0} has not ended, so nothing of it is erased")]
    NotEnded(DidId),
    /// The storage engine, or the operating system below it, reports a failure.
    #[error("nothing was written: {0}")]
    Failed(String),
    /// What the write rests on cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// A chain of final blocks and the state after the last.
pub trait Store: StateReader + TreeReader + NodeReader {
    /// The last block, with the headers below it.
    fn head(&self) -> &Parent;

    /// Adds a block to the chain, in one write that is durable when this returns.
    fn commit(&mut self, block: &FinalBlock) -> Result<(), WriteError>;

    /// Writes what the next start would else have to make up for. To be done before an orderly end.
    fn settle(&mut self) -> Result<(), WriteError>;

    /// The header at a height.
    fn header(&self, height: Height) -> Result<Option<Header>, ReadError>;

    /// The proof that the block at a height is final: a finalization of it, or of a block above
    /// ([`Certificate::finalizes`] tells). The genesis block has none.
    fn finalization(&self, height: Height) -> Result<Option<Certificate>, ReadError>;

    /// The body of the block at a height. Erased payloads stand as their hashes.
    fn body(&self, height: Height) -> Result<Option<BlockBody>, ReadError>;

    /// What is never erased of each transaction of the block at a height. Cheaper than its body.
    fn envelopes(&self, height: Height) -> Result<Vec<Envelope>, ReadError>;

    /// What is never erased of the transaction at a place.
    fn envelope(&self, at: &Location) -> Result<Option<Envelope>, ReadError>;

    /// What each transaction of the block at a height did.
    fn effects(&self, height: Height) -> Result<Vec<Effects>, ReadError>;

    /// Where a transaction stands.
    fn locate(&self, id: &TransactionId) -> Result<Option<Location>, ReadError>;

    /// Entries of a DID's log, from the one with this number on, at most `count`.
    fn log(&self, did: &DidId, from: u32, count: usize) -> Result<Vec<LogEntry>, ReadError>;

    /// The version of a DID that entry `number` of its log made, unless it was erased
    /// ([`DidRecord::version`](crate::record::DidRecord::version)). Its bytes hash to
    /// [`LogEntry::content`].
    fn version(&self, did: &DidId, number: u32) -> Result<Option<Vec<u8>>, ReadError>;

    /// Locations in an index after `after`, in the order of the chain, at most `count`.
    fn search(
        &self,
        index: Index,
        after: Option<Location>,
        count: usize,
    ) -> Result<Vec<Location>, ReadError>;

    /// The last block at or before a time.
    fn height_at(&self, time: Timestamp) -> Result<Option<Height>, ReadError>;

    /// Drops the payloads and salts of a DID that has ended, or that never came to be because every
    /// entry for it was skipped, and its past versions. Its record stays, and what is left still proves every root. Tells how many payloads were dropped.
    ///
    /// The store does not ask how long ago the DID ended: who calls this has waited out
    /// [`retention_ms`](crate::parameters::Parameters::retention_ms).
    fn erase(&mut self, did: &DidId) -> Result<u64, WriteError>;
}

/// The last block at or before a time, found among the headers: their times only grow.
fn last_at<S: Store + ?Sized>(store: &S, time: Timestamp) -> Result<Option<Height>, ReadError> {
    let (mut low, mut high) = (0, store.head().header.height.get());
    let mut found = None;
    while low <= high {
        let middle = low.midpoint(high);
        let height = Height::new(middle);
        let missing = || ReadError::Damaged(format!("header {height} is missing"));
        if store.header(height)?.ok_or_else(missing)?.time <= time {
            (found, low) = (Some(height), middle.saturating_add(1));
        } else if let Some(below) = middle.checked_sub(1) {
            high = below;
        } else {
            break;
        }
    }
    Ok(found)
}
