//! Memory is bounded, and nothing depends on how much there is.

use super::{Store, TreeLimits, inserts, key};
use crate::tree::root;
use rocksdb::WriteOptions;
use std::collections::BTreeSet;

const SCARCE: TreeLimits = TreeLimits {
    pages_bytes_max: 20_000,
    groups_bytes_max: 20_000,
    dirty_bytes_max: 200_000,
    batches_max: 64,
};

#[test]
fn dirty_pages_stay_below_their_limit() {
    let mut store = Store::new(SCARCE);
    store.commit(&inserts(0..9_000, "value"));
    assert_eq!(store.tree.dirty_bytes(), 0, "one batch may change more than may be dirty");
    let mut most = 0;
    for round in 0..30 {
        store.commit(&inserts(round * 30..round * 30 + 30, "other"));
        most = most.max(store.tree.dirty_bytes());
        assert!(store.tree.dirty_bytes() <= SCARCE.dirty_bytes_max, "round {round}");
        assert_eq!(root(&store.tree), Ok(store.root()), "round {round}");
    }
    assert!(most > SCARCE.dirty_bytes_max / 2, "only {most} bytes were ever dirty");
}

#[test]
fn the_journal_ends_after_so_many_batches() {
    let limits = TreeLimits { batches_max: 4, ..TreeLimits::default() };
    let mut store = Store::new(limits);
    let mut lengths = Vec::new();
    for round in 0..9 {
        store.commit(&inserts([round], "value"));
        lengths.push(store.journal_len());
    }
    assert_eq!(lengths, [1, 2, 3, 0, 1, 2, 3, 0, 1]);
}

#[test]
fn crashes_do_not_lengthen_the_journal() {
    let limits = TreeLimits { batches_max: 4, ..TreeLimits::default() };
    let mut store = Store::new(limits);
    let mut lengths = Vec::new();
    for round in 0..5 {
        store.commit(&inserts([round], "value"));
        lengths.push(store.journal_len());
        store.crash(limits);
    }
    assert_eq!(lengths, [1, 2, 3, 0, 1]);
}

#[test]
fn caches_stay_below_their_limits() {
    let mut store = Store::new(SCARCE);
    store.commit(&inserts(0..5_000, "value"));
    store.tree.flush(&WriteOptions::default()).unwrap();
    assert!((1..=SCARCE.groups_bytes_max).contains(&store.tree.groups.weight()));
    assert!((1..=SCARCE.pages_bytes_max).contains(&store.tree.pages.weight()));
}

#[test]
fn a_tree_without_caches_has_the_same_root() {
    let limits =
        TreeLimits { pages_bytes_max: 0, groups_bytes_max: 0, dirty_bytes_max: 0, batches_max: 1 };
    let mut store = Store::new(limits);
    for round in 0..10 {
        store.commit(&inserts(round * 50..round * 50 + 200, "value"));
        assert_eq!(store.tree.dirty_bytes(), 0);
        assert_eq!(root(&store.tree), Ok(store.root()), "round {round}");
    }
}

#[test]
fn memory_tells_what_is_absent_and_never_of_what_is_there() {
    for limits in [SCARCE, TreeLimits::default()] {
        let mut store = Store::new(limits);
        let mut there = BTreeSet::new();
        for round in 0..60_u64 {
            let (from, gone) = (round * 40, (round * 40).saturating_sub(90));
            let mut batch = inserts(from..from + 60, "value");
            batch.extend((gone..gone + 30).map(|number| (key(number), None)));
            store.commit(&batch);
            there.extend(from..from + 60);
            there.retain(|number| !(gone..gone + 30).contains(number));
            assert!(!there.iter().any(|number| store.tree.lacks(&key(*number))), "round {round}");
        }
        let absent = (100_000..101_000).filter(|number| store.tree.lacks(&key(*number)));
        let told = absent.count();
        assert!(told > 100, "{told} of a thousand absent keys");
        assert!(limits == SCARCE || told == 1_000, "{told} of a thousand, with enough memory");
    }
}
