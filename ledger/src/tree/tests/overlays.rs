//! Overlays: a stack of changes reads like the tree that it will be.

use super::oracle::histories;
use super::{inserts, key, removals, tree_of, value};
use crate::tree::{MemoryTree, Overlay, TreeReader, prove, root, update};
use proptest::prelude::*;
use std::sync::Arc;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_stack_of_changes_reads_like_the_tree_that_it_will_be(history in histories(), below in 0..4_usize) {
        let below = below.min(history.len());
        let base = tree_of(history[..below].to_vec());
        let (mut applied, mut stack) = (base.clone(), Vec::new());
        for batch in &history[below..] {
            let change = Arc::new(update(&Overlay::new(&base, stack.clone()), batch.clone()).unwrap());
            applied.apply(&update(&applied, batch.clone()).unwrap());
            stack.push(change);
            let overlay = Overlay::new(&base, stack.clone());
            prop_assert_eq!(root(&overlay).unwrap(), root(&applied).unwrap());
            for key in batch.keys() {
                prop_assert_eq!(prove(&overlay, key).unwrap(), prove(&applied, key).unwrap());
            }
        }
    }
}

#[test]
fn an_emptied_overlay_hides_the_leaves_below() {
    let base = tree_of([inserts(0..100)]);
    let emptied = Arc::new(update(&base, removals(0..100)).unwrap());
    let overlay = Overlay::new(&base, vec![Arc::clone(&emptied)]);
    assert_eq!(root(&overlay), root(&MemoryTree::default()));
    let again = Arc::new(update(&overlay, inserts([3])).unwrap());
    assert_eq!(Ok(again.root), root(&tree_of([inserts([3])])));
}

#[test]
fn an_overlay_leaves_its_base_alone() {
    let base = tree_of([inserts(0..100)]);
    let before = base.leaves(&crate::tree::Path::ROOT).unwrap();
    let change = update(&base, [(key(1), Some(value(2)))].into()).unwrap();
    assert_ne!(Ok(change.root), root(&base));
    assert_eq!(base.leaves(&crate::tree::Path::ROOT).unwrap(), before);
}
