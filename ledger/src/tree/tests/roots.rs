//! Roots: whatever the order of batches, the root is that of the definition.

use super::oracle::{self, Map, histories};
use super::{inserts, key, removals, tree_of, value};
use crate::tree::{GROUP_LEAVES_MAX, Leaf, MemoryTree, RootHasher, TreeKey, root, update};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_history_has_the_root_of_its_map(history in histories()) {
        let (mut tree, mut map) = (MemoryTree::default(), Map::new());
        for batch in history {
            oracle::change(&mut map, &batch);
            let change = update(&tree, batch).unwrap();
            tree.apply(&change);
            prop_assert_eq!(change.root, oracle::root_of(&map));
            prop_assert_eq!(root(&tree).unwrap(), change.root);
        }
    }
}

#[test]
fn a_thousand_keys_in_any_number_of_batches_have_one_root() {
    let expected = root(&tree_of([inserts(0..1_000)])).unwrap();
    for size in [1, 7, 24, 25, 333] {
        let starts = (0..1_000).step_by(size);
        let batch = |start| inserts((start..1_000).take(size));
        assert_eq!(root(&tree_of(starts.map(batch))).unwrap(), expected, "{size}");
    }
}

#[test]
fn keys_that_differ_in_their_last_bits_have_the_root_of_the_definition() {
    let alike = |last: u8| {
        let mut bytes = [0; 32];
        bytes[31] = last;
        TreeKey::from_bytes(bytes)
    };
    let batch: super::Batch = (0..=u8::MAX).map(|last| (alike(last), Some(value(1)))).collect();
    let map: Map = batch.keys().map(|key| (*key, value(1))).collect();
    let tree = tree_of([batch]);
    assert_eq!(root(&tree).unwrap(), oracle::root_of(&map));
    assert_eq!(tree.page_count(), 63, "one page for each nibble before the last");
}

#[test]
fn a_group_becomes_a_page_with_one_leaf_too_many() {
    let most = GROUP_LEAVES_MAX as u64;
    let mut tree = tree_of([inserts(0..most)]);
    assert_eq!(tree.page_count(), 0);
    let change = update(&tree, inserts([most])).unwrap();
    tree.apply(&change);
    assert_eq!(tree.page_count(), 1);
}

#[test]
fn a_tree_that_is_emptied_is_empty() {
    let tree = tree_of([inserts(0..3_000), removals(0..3_000)]);
    assert_eq!(root(&tree).unwrap(), root(&MemoryTree::default()).unwrap());
    assert_eq!(tree.page_count(), 0);
}

#[test]
fn removing_what_is_not_there_changes_no_root() {
    let tree = tree_of([inserts(0..100)]);
    let change = update(&tree, removals(100..200)).unwrap();
    assert_eq!(change.root, root(&tree).unwrap());
    let nothing = update(&tree, super::Batch::new()).unwrap();
    assert_eq!((nothing.root, nothing.pages.len()), (root(&tree).unwrap(), 0));
}

#[test]
fn an_update_touches_only_what_lies_on_its_way() {
    let tree = tree_of([inserts(0..10_000)]);
    let change = update(&tree, [(key(5), Some(value(0)))].into()).unwrap();
    assert!((2..=4).contains(&change.pages.len()), "{} pages", change.pages.len());
    assert_eq!(change.groups.len(), 1);
}

#[test]
fn leaves_in_order_hash_to_the_root() {
    for count in [0, 1, 2, 100, 5_000] {
        let batch = inserts(0..count);
        let mut hasher = RootHasher::default();
        for (key, value) in &batch {
            hasher.push(&Leaf::new(*key, value.unwrap()));
        }
        assert_eq!(hasher.root(), root(&tree_of([batch])).unwrap(), "{count} leaves");
    }
}
