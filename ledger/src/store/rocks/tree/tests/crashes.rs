//! A crash at any time loses nothing that was committed.

use super::{Batch, Store, TreeLimits, hashes, inserts, key};
use crate::tree::{MemoryTree, Overlay, TreeKey, prove, root, update};
use hefu_primitives::Height;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use rocksdb::{WriteBatch, WriteOptions};
use std::sync::Arc;

const OFTEN: TreeLimits = TreeLimits {
    pages_bytes_max: 1 << 20,
    groups_bytes_max: 1 << 20,
    dirty_bytes_max: 1 << 20,
    batches_max: 5,
};

#[test]
fn a_crash_between_any_two_batches_loses_nothing() {
    let mut store = Store::new(OFTEN);
    for round in 0..12 {
        store.commit(&inserts((0..600).filter(|n| n % 12 <= round), &format!("round {round}")));
        let (_directory, tree) = store.crashed(OFTEN);
        assert_eq!(root(&tree), Ok(store.root()), "round {round}");
        assert_eq!(tree.recomputed_root(), Ok(store.root()), "round {round}");
    }
}

#[test]
fn a_tree_that_has_crashed_goes_on_and_may_crash_again() {
    let mut store = Store::new(OFTEN);
    store.commit(&inserts(0..300, "before"));
    for round in 0..12 {
        store.crash(OFTEN);
        store.commit(&inserts(round * 100..round * 100 + 150, "after"));
        assert_eq!(root(&store.tree), Ok(store.root()), "round {round}");
    }
}

#[test]
fn a_flushed_tree_has_nothing_to_make_up_for() {
    let mut store = Store::new(TreeLimits::default());
    store.commit(&inserts(0..500, "value"));
    assert_eq!(store.journal_len(), 1);
    assert_ne!(store.tree.dirty_bytes(), 0);
    store.tree.flush(&WriteOptions::default()).unwrap();
    assert_eq!((store.journal_len(), store.tree.dirty_bytes()), (0, 0));
    let (_directory, tree) = store.crashed(TreeLimits::default());
    assert_eq!((root(&tree), tree.dirty_bytes()), (Ok(store.root()), 0));
}

#[test]
fn an_emptied_tree_stays_empty_when_its_pages_are_written() {
    let mut store = Store::new(OFTEN);
    store.commit(&inserts(0..300, "value"));
    store.tree.flush(&WriteOptions::default()).unwrap();
    store.commit(&(0..300).map(|number| (key(number), None)).collect());
    store.tree.flush(&WriteOptions::default()).unwrap();
    assert_eq!(root(&store.tree), root(&MemoryTree::default()));
    store.commit(&inserts(0..10, "again"));
    let (_directory, tree) = store.crashed(OFTEN);
    assert_eq!(root(&tree), Ok(store.root()));
}

#[test]
fn pages_that_are_gone_do_not_come_back_with_a_crash() {
    let mut store = Store::new(OFTEN);
    store.commit(&inserts(0..300, "value"));
    store.tree.flush(&WriteOptions::default()).unwrap();
    store.commit(&(0..300).map(|number| (key(number), None)).collect());
    let (_directory, tree) = store.crashed(OFTEN);
    assert_eq!(root(&tree), root(&MemoryTree::default()));
}

/// A key below one of the root page's children.
fn key_below(nibble: u8, number: u8) -> TreeKey {
    let mut bytes = [0; 32];
    (bytes[0], bytes[1]) = ((nibble << 4) | (number % 16), number);
    TreeKey::from_bytes(bytes)
}

#[test]
fn a_page_that_was_emptied_may_be_a_group_after_a_crash() {
    let mut store = Store::new(OFTEN);
    let below = |nibble, numbers: std::ops::Range<u8>, value: Option<&[u8]>| {
        let value = value.map(<[u8]>::to_vec);
        numbers.map(|number| (key_below(nibble, number), value.clone())).collect::<Batch>()
    };
    store.commit(&below(1, 0..30, Some(b"first")));
    store.commit(&below(2, 0..30, Some(b"first")));
    store.tree.flush(&WriteOptions::default()).unwrap();
    store.commit(&below(1, 0..30, None));
    store.commit(&below(1, 7..9, Some(b"again")));
    let (_directory, tree) = store.crashed(OFTEN);
    assert_eq!(root(&tree), Ok(store.root()));
    for number in 0..30 {
        let key = key_below(1, number);
        assert_eq!(prove(&tree, &key), prove(&store.expected, &key), "{number}");
    }
}

#[test]
fn pages_and_journal_are_written_with_the_values_or_not_at_all() {
    let mut store = Store::new(OFTEN);
    store.commit(&inserts(0..300, "value"));
    let change = update(&store.tree, hashes(&inserts(300..600, "value"))).unwrap();
    let mut refused = WriteOptions::default();
    // RocksDB refuses a write that is to be synced to a log that it is told not to write.
    refused.set_sync(true);
    refused.disable_wal(true);
    let height = Height::new(2);
    store.tree.commit(&change, height, WriteBatch::default(), &refused).unwrap_err();
    assert_eq!(root(&store.tree), Ok(store.root()));
    assert_eq!(store.journal_len(), 1);
}

#[test]
fn an_unfinal_change_on_top_of_a_store_reads_like_the_store_that_it_will_be() {
    let mut store = Store::new(OFTEN);
    store.commit(&inserts(0..300, "value"));
    let batch = inserts(200..400, "other");
    let change = Arc::new(update(&store.tree, hashes(&batch)).unwrap());
    let proof = prove(&Overlay::new(&store.tree, vec![change]), &key(350)).unwrap();
    store.commit(&batch);
    assert_eq!(prove(&store.tree, &key(350)), Ok(proof));
}

/// Batches over a few hundred keys, and whether a crash follows each.
fn histories() -> impl Strategy<Value = Vec<(Batch, bool)>> {
    let stored = option::weighted(0.6, vec(any::<u8>(), 0..4));
    let batch = btree_map((0..300_u64).prop_map(key), stored, 0..120);
    vec((batch, any::<bool>()), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_history_with_crashes_has_the_root_of_its_values(history in histories()) {
        let mut store = Store::new(OFTEN);
        for (batch, crash) in history {
            store.commit(&batch);
            if crash {
                store.crash(OFTEN);
            }
            prop_assert_eq!(root(&store.tree), Ok(store.root()));
            prop_assert_eq!(store.tree.recomputed_root(), Ok(store.root()));
            for key in batch.keys() {
                prop_assert_eq!(prove(&store.tree, key), prove(&store.expected, key));
            }
        }
    }
}
