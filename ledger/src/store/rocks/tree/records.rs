//! The journal's records: which keys each batch has changed since the pages were written.

use super::failed;
use crate::ReadError;
use crate::tree::TreeKey;
use hefu_primitives::{Hash, Height, codec};
use rocksdb::{ColumnFamily, DB, IteratorMode, WriteBatch};
use std::collections::{BTreeMap, BTreeSet};

/// What the journal holds.
pub(super) struct Journal {
    pub(super) batches: usize,
    /// The keys that any of them has changed.
    pub(super) keys: BTreeSet<TreeKey>,
}

/// The key of a height's record: big-endian, so that records are in the order of heights.
fn record_key(height: Height) -> [u8; 8] {
    height.get().to_be_bytes()
}

/// Adds to `batch` the record of the keys that it changes.
pub(super) fn put_journal(
    batch: &mut WriteBatch,
    column: &ColumnFamily,
    height: Height,
    values: &BTreeMap<TreeKey, Option<Hash>>,
) {
    let keys: Vec<_> = values.keys().collect();
    batch.put_cf(column, record_key(height), codec::encode(&keys));
}

/// Removes all records by `batch`, which writes the pages.
pub(super) fn end_journal(batch: &mut WriteBatch, column: &ColumnFamily) {
    batch.delete_range_cf(column, [0; 8], [u8::MAX; 8]);
}

pub(super) fn read_journal(db: &DB, column: &ColumnFamily) -> Result<Journal, ReadError> {
    let mut journal = Journal { batches: 0, keys: BTreeSet::new() };
    for record in db.iterator_cf(column, IteratorMode::Start) {
        let (_, bytes) = record.map_err(failed)?;
        let keys: Vec<TreeKey> = codec::decode(&bytes, usize::MAX)
            .map_err(|error| ReadError::Damaged(format!("journal: {error}")))?;
        journal.keys.extend(keys);
        journal.batches = journal.batches.saturating_add(1);
    }
    Ok(journal)
}

/// The tree key that is the key of a record among the values.
pub(super) fn tree_key(bytes: &[u8]) -> Result<TreeKey, ReadError> {
    let key = bytes.try_into().map(TreeKey::from_bytes);
    key.map_err(|_| ReadError::Damaged(format!("a key of {} bytes", bytes.len())))
}
