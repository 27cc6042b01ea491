//! The tree against its definition.

mod golden;
mod mutations;
mod oracle;
mod overlays;
mod pages;
mod proofs;
mod roots;

use super::{MemoryTree, TreeKey, update};
use hefu_primitives::{Hash, Purpose};
use std::collections::BTreeMap;

type Batch = BTreeMap<TreeKey, Option<Hash>>;

/// A key that is spread like a real one.
fn key(number: u64) -> TreeKey {
    TreeKey::of(&number.to_be_bytes())
}

fn value(number: u64) -> Hash {
    Hash::of(Purpose::StateValue, &number.to_be_bytes())
}

fn inserts(numbers: impl IntoIterator<Item = u64>) -> Batch {
    numbers.into_iter().map(|number| (key(number), Some(value(number)))).collect()
}

fn removals(numbers: impl IntoIterator<Item = u64>) -> Batch {
    numbers.into_iter().map(|number| (key(number), None)).collect()
}

/// The tree after these batches.
fn tree_of(batches: impl IntoIterator<Item = Batch>) -> MemoryTree {
    let mut tree = MemoryTree::default();
    for batch in batches {
        let change = update(&tree, batch).unwrap();
        tree.apply(&change);
    }
    tree
}
