//! The journal's records: what each batch has made of groups since the pages were written.

use super::failed;
use crate::ReadError;
use crate::tree::{Child, Path, TreeChange, TreeKey};
use hefu_primitives::{Hash, Height, codec};
use rocksdb::{ColumnFamily, DB, IteratorMode, WriteBatch};
use std::collections::BTreeMap;

/// What the journal holds.
pub(super) struct Journal {
    pub(super) batches: usize,
    /// What the newest of them has made of each group.
    pub(super) groups: BTreeMap<Path, Child>,
}

/// A group in a record: the bytes of its path, and the hash of its subtree unless it is empty.
type Group = (Vec<u8>, Option<Hash>);

/// The key of a height's record: big-endian, so that records are in the order of heights.
fn record_key(height: Height) -> [u8; 8] {
    height.get().to_be_bytes()
}

/// Adds to `batch` the record of the groups that it changes.
pub(super) fn put_journal(
    batch: &mut WriteBatch,
    column: &ColumnFamily,
    height: Height,
    change: &TreeChange,
) {
    let groups = change.children().map(|(path, child)| (path.to_bytes(), child.hash()));
    batch.put_cf(column, record_key(height), codec::encode(&groups.collect::<Vec<Group>>()));
}

/// Removes all records by `batch`, which writes the pages.
pub(super) fn end_journal(batch: &mut WriteBatch, column: &ColumnFamily) {
    batch.delete_range_cf(column, [0; 8], [u8::MAX; 8]);
}

pub(super) fn read_journal(db: &DB, column: &ColumnFamily) -> Result<Journal, ReadError> {
    let mut journal = Journal { batches: 0, groups: BTreeMap::new() };
    for record in db.iterator_cf(column, IteratorMode::Start) {
        let (_, bytes) = record.map_err(failed)?;
        let groups: Vec<Group> = codec::decode(&bytes, usize::MAX)
            .map_err(|error| ReadError::Damaged(format!("journal: {error}")))?;
        for (path, hash) in groups {
            let no_path = || ReadError::Damaged(format!("journal: no path is {path:02x?}"));
            let path = Path::from_bytes(&path).ok_or_else(no_path)?;
            journal.groups.insert(path, hash.map_or(Child::Empty, Child::Group));
        }
        journal.batches = journal.batches.saturating_add(1);
    }
    Ok(journal)
}

/// The tree key that is the key of a record among the values.
pub(super) fn tree_key(bytes: &[u8]) -> Result<TreeKey, ReadError> {
    let key = bytes.try_into().map(TreeKey::from_bytes);
    key.map_err(|_| ReadError::Damaged(format!("a key of {} bytes", bytes.len())))
}
