//! The state tree of this crate.

use crate::load::Record;
use crate::{Contender, database};
use hefu_ledger::store::rocks::tree::{JOURNAL, PAGES, RocksTree, STATE, TreeLimits};
use hefu_ledger::tree::{TreeKey, prove, root, update, value_hash};
use hefu_primitives::{Height, codec};
use rocksdb::{DB, WriteBatch};
use std::hint::black_box;
use std::sync::Arc;
use tempfile::TempDir;

const COLUMNS: [&str; 3] = [STATE, PAGES, JOURNAL];

pub(crate) struct Ours {
    tree: RocksTree,
    db: Arc<DB>,
    _directory: TempDir,
}

impl Ours {
    pub(crate) fn open() -> Self {
        let (directory, db) = database::open(&COLUMNS);
        let db = Arc::new(db);
        let tree = RocksTree::open(Arc::clone(&db), TreeLimits::default()).unwrap();
        Self { tree, db, _directory: directory }
    }

    fn stored(&self, key: &TreeKey) -> Vec<u8> {
        let column = self.db.cf_handle(STATE).unwrap();
        self.db.get_cf(column, key.as_bytes()).unwrap().unwrap()
    }
}

impl Contender for Ours {
    fn write(&mut self, version: u64, batch: Vec<Record>) {
        let column = self.db.cf_handle(STATE).unwrap();
        let mut writes = WriteBatch::default();
        let change = |(key, value): &Record| {
            writes.put_cf(column, key, value);
            (TreeKey::from_bytes(*key), Some(value_hash(value)))
        };
        let changes = batch.iter().map(change).collect();
        let change = update(&self.tree, changes).unwrap();
        let (height, synced) = (Height::new(version), database::synced());
        self.tree.commit(&change, height, writes, &synced).unwrap();
    }

    fn prove(&self, key: [u8; 32]) {
        let key = TreeKey::from_bytes(key);
        black_box((prove(&self.tree, &key).unwrap(), self.stored(&key)));
    }

    fn check(&self, key: [u8; 32]) -> usize {
        let key = TreeKey::from_bytes(key);
        let proof = prove(&self.tree, &key).unwrap();
        let value = proof.value_of(&root(&self.tree).unwrap(), &key).unwrap();
        assert_eq!(value, Some(value_hash(&self.stored(&key))));
        codec::encode(&proof).len()
    }

    fn compact(&mut self) -> u64 {
        self.tree.flush(&database::synced()).unwrap();
        database::compact(&self.db, &COLUMNS)
    }
}
