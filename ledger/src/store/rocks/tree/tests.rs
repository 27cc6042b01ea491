//! The tree on a database, across crashes.

mod crashes;
mod damage;
mod limits;

use super::{JOURNAL, PAGES, RocksTree, STATE, TreeLimits};
use crate::ReadError;
use crate::tree::{MemoryTree, TreeChange, TreeKey, root, update, value_hash};
use hefu_primitives::{Hash, Height};
use rocksdb::checkpoint::Checkpoint;
use rocksdb::{DB, Options, WriteBatch, WriteOptions};
use std::collections::BTreeMap;
use std::path::Path as FilePath;
use std::sync::Arc;
use tempfile::TempDir;

/// New values by key, or none where the key is removed.
type Batch = BTreeMap<TreeKey, Option<Vec<u8>>>;

fn key(number: u64) -> TreeKey {
    TreeKey::of(&number.to_be_bytes())
}

fn inserts(numbers: impl IntoIterator<Item = u64>, text: &str) -> Batch {
    let stored = |number| format!("{text} {number}").into_bytes();
    numbers.into_iter().map(|number| (key(number), Some(stored(number)))).collect()
}

fn hashes(batch: &Batch) -> BTreeMap<TreeKey, Option<Hash>> {
    batch.iter().map(|(key, stored)| (*key, stored.as_deref().map(value_hash))).collect()
}

fn open(directory: &FilePath, limits: TreeLimits) -> Result<(Arc<DB>, RocksTree), ReadError> {
    let mut options = Options::default();
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    let db = Arc::new(DB::open_cf(&options, directory, [STATE, PAGES, JOURNAL]).unwrap());
    Ok((Arc::clone(&db), RocksTree::open(db, limits)?))
}

/// A tree on a database, and what it should be.
struct Store {
    directory: TempDir,
    db: Arc<DB>,
    tree: RocksTree,
    expected: MemoryTree,
    height: Height,
}

impl Store {
    fn new(limits: TreeLimits) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (db, tree) = open(directory.path(), limits).unwrap();
        Self { directory, db, tree, expected: MemoryTree::default(), height: Height::ZERO }
    }

    fn writes(&self, batch: &Batch) -> WriteBatch {
        let column = self.db.cf_handle(STATE).unwrap();
        let mut writes = WriteBatch::default();
        for (key, stored) in batch {
            match stored {
                Some(stored) => writes.put_cf(column, key.as_bytes(), stored),
                None => writes.delete_cf(column, key.as_bytes()),
            }
        }
        writes
    }

    fn commit(&mut self, batch: &Batch) -> TreeChange {
        self.height = self.height.next();
        let change = update(&self.tree, hashes(batch)).unwrap();
        let writes = self.writes(batch);
        self.tree.commit(&change, self.height, writes, &WriteOptions::default()).unwrap();
        self.expected.apply(&update(&self.expected, hashes(batch)).unwrap());
        change
    }

    /// The tree as it comes up from what is on disk now, while this one goes on.
    fn crashed(&self, limits: TreeLimits) -> (TempDir, RocksTree) {
        let copy = tempfile::tempdir().unwrap();
        // Whatever is not in a file yet comes from the log, as after a crash.
        let checkpoint = Checkpoint::new(&*self.db).unwrap();
        let path = copy.path().join("crashed");
        checkpoint.create_checkpoint_with_log_size(&path, u64::MAX).unwrap();
        let (_, tree) = open(&path, limits).unwrap();
        (copy, tree)
    }

    /// Goes on with what a crash leaves.
    fn crash(&mut self, limits: TreeLimits) {
        let (directory, tree) = self.crashed(limits);
        // The database of the crashed one goes down with its tree.
        self.db = Arc::clone(&tree.db);
        (self.tree, self.directory) = (tree, directory);
    }

    fn root(&self) -> Hash {
        root(&self.expected).unwrap()
    }

    fn journal_len(&self) -> usize {
        let column = self.db.cf_handle(JOURNAL).unwrap();
        self.db.iterator_cf(column, rocksdb::IteratorMode::Start).count()
    }
}
