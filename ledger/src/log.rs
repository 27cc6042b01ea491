//! The operation log of a DID: a chain of hashes over every version that it has had.

use hefu_primitives::hash::Purpose;
use hefu_primitives::{Hash, Height, Timestamp, codec};
use serde::{Deserialize, Serialize};

/// One entry: which operation made which version, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// The transaction's identifier; for an entry of a batch, the batch's.
    pub transaction: Hash,
    /// The block that holds it.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
    /// The version after it ([`crate::record::Content::hash`]).
    pub content: Hash,
}

/// Where a log has come to. It stands in the record, so that whoever proves the record proves
/// that no entry was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHead {
    /// The chain of all entries; zero before the first.
    pub hash: Hash,
    /// How many entries there are.
    pub length: u32,
    /// The block of the last one.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
}

impl LogHead {
    /// The head after one more entry.
    #[must_use]
    pub fn then(&self, entry: &LogEntry) -> Self {
        Self {
            hash: Hash::of(Purpose::Log, &codec::encode(&(&self.hash, entry))),
            length: self.length.saturating_add(1),
            height: entry.height,
            time: entry.time,
        }
    }

    /// The head after all of `entries`, from the first.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a LogEntry>) -> Self {
        entries.into_iter().fold(Self::default(), |head, entry| head.then(entry))
    }
}
