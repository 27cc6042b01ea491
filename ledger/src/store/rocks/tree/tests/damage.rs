//! What is lost or altered on disk is noticed.

use super::{JOURNAL, PAGES, STATE, Store, TreeLimits, inserts, key, open};
use crate::ReadError;
use crate::store::rocks::tree::RocksTree;
use crate::tree::{Path, prove, root};
use hefu_primitives::{Hash, codec};
use rocksdb::{IteratorMode, WriteOptions};
use tempfile::TempDir;

fn flushed() -> Store {
    let mut store = Store::new(TreeLimits::default());
    store.commit(&inserts(0..2_000, "value"));
    store.tree.flush(&WriteOptions::default()).unwrap();
    store
}

fn reopened(store: &Store) -> (TempDir, RocksTree) {
    store.crashed(TreeLimits::default())
}

/// A stored page below the root page, and its key.
fn lower_page(store: &Store) -> (Box<[u8]>, Box<[u8]>) {
    let column = store.db.cf_handle(PAGES).unwrap();
    store.db.iterator_cf(column, IteratorMode::Start).nth(4).unwrap().unwrap()
}

fn damaged_proofs(tree: &RocksTree) -> usize {
    let is_damaged =
        |number: &u64| matches!(prove(tree, &key(*number)), Err(ReadError::Damaged(_)));
    (0..2_000).filter(is_damaged).count()
}

#[test]
fn a_lost_page_is_noticed_where_it_is_needed() {
    let store = flushed();
    let column = store.db.cf_handle(PAGES).unwrap();
    store.db.delete_cf(column, lower_page(&store).0).unwrap();
    let (_directory, tree) = reopened(&store);
    assert!((50..500).contains(&damaged_proofs(&tree)));
    assert_eq!(tree.recomputed_root(), Ok(store.root()), "the values are whole");
}

#[test]
fn an_altered_page_is_noticed_where_it_is_needed() {
    let store = flushed();
    let (path, mut bytes) = lower_page(&store);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    store.db.put_cf(store.db.cf_handle(PAGES).unwrap(), path, bytes).unwrap();
    let (_directory, tree) = reopened(&store);
    assert!((50..500).contains(&damaged_proofs(&tree)));
    assert_eq!(root(&tree), Ok(store.root()), "the root page is whole");
}

#[test]
fn an_altered_root_page_gives_another_root() {
    let store = flushed();
    let column = store.db.cf_handle(PAGES).unwrap();
    let mut bytes = store.db.get_cf(column, Path::ROOT.to_bytes()).unwrap().unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    store.db.put_cf(column, Path::ROOT.to_bytes(), bytes).unwrap();
    let (_directory, tree) = reopened(&store);
    assert_ne!(root(&tree), Ok(store.root()));
    assert_eq!(tree.recomputed_root(), Ok(store.root()));
}

#[test]
fn a_lost_journal_gives_another_root() {
    let mut store = flushed();
    store.commit(&inserts(0..50, "other"));
    let column = store.db.cf_handle(JOURNAL).unwrap();
    store.db.delete_range_cf(column, [0; 8], [u8::MAX; 8]).unwrap();
    let (_directory, tree) = reopened(&store);
    assert_ne!(root(&tree), Ok(store.root()));
    assert_eq!(tree.recomputed_root(), Ok(store.root()));
}

#[test]
fn a_tree_comes_up_without_a_look_at_values() {
    let mut store = flushed();
    store.commit(&inserts(0..50, "other"));
    store.db.put_cf(store.db.cf_handle(STATE).unwrap(), key(7).as_bytes(), b"altered").unwrap();
    let (_directory, tree) = reopened(&store);
    assert_eq!(root(&tree), Ok(store.root()), "as the journal has it");
    assert_ne!(tree.recomputed_root(), Ok(store.root()), "whoever reads them all finds it");
}

#[test]
fn a_journal_or_a_key_of_other_bytes_is_damage() {
    let no_path = codec::encode(&vec![(vec![2, 0x12, 0x34], None::<Hash>)]);
    let journal = [0; 8].as_slice();
    for (column, key, value) in
        [(JOURNAL, journal, &b"x"[..]), (JOURNAL, journal, &no_path), (STATE, &[7], b"x")]
    {
        let store = flushed();
        store.db.put_cf(store.db.cf_handle(column).unwrap(), key, value).unwrap();
        let directory = store.directory;
        drop((store.db, store.tree));
        let opened = open(directory.path(), TreeLimits::default());
        let recomputed = opened.and_then(|(_, tree)| tree.recomputed_root());
        assert!(matches!(recomputed, Err(ReadError::Damaged(_))), "{column}");
    }
}

#[test]
fn a_database_without_the_columns_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let db = rocksdb::DB::open_default(directory.path()).unwrap();
    let opened = RocksTree::open(db.into(), TreeLimits::default());
    assert!(matches!(opened.err(), Some(ReadError::Failed(_))));
}
