//! The definition once more, word by word, and what tests draw at random.

use super::Batch;
use crate::tree::TreeKey;
use hefu_primitives::{Hash, Purpose};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(super) type Map = BTreeMap<TreeKey, Hash>;

fn bit(key: &TreeKey, depth: usize) -> u8 {
    key.as_bytes()[depth / 8] >> (7 - depth % 8) & 1
}

fn tree(leaves: &[(&TreeKey, &Hash)]) -> Hash {
    if let [(key, value)] = leaves {
        let bytes = [key.as_bytes().as_slice(), value.as_bytes()].concat();
        return Hash::of(Purpose::StateLeaf, &bytes);
    }
    let differ =
        |depth: &usize| leaves.iter().any(|(k, _)| bit(k, *depth) != bit(leaves[0].0, *depth));
    let depth = (0..256).find(differ).unwrap();
    let (right, left): (Vec<_>, Vec<_>) = leaves.iter().partition(|(key, _)| bit(key, depth) == 1);
    let node_key = Hash::of(Purpose::StateNode, &[u8::try_from(depth).unwrap()]);
    let children = [*tree(&left).as_bytes(), *tree(&right).as_bytes()].concat();
    Hash::from_bytes(*blake3::keyed_hash(node_key.as_bytes(), &children).as_bytes())
}

/// The root of a map, from the text of the definition alone.
pub(super) fn root_of(map: &Map) -> Hash {
    if map.is_empty() {
        return Hash::of(Purpose::StateNode, b"");
    }
    tree(&map.iter().collect::<Vec<_>>())
}

/// What a batch does to a map.
pub(super) fn change(map: &mut Map, batch: &Batch) {
    for (key, value) in batch {
        match value {
            Some(value) => map.insert(*key, *value),
            None => map.remove(key),
        };
    }
}

/// A few hundred keys in all: some spread, some alike but for their last or their middle bits, so
/// that batches meet the keys of earlier ones and groups grow into chains of pages.
pub(super) fn keys() -> impl Strategy<Value = TreeKey> {
    let alike = |last: u8, byte: usize| {
        let mut bytes = [0x5a; 32];
        bytes[byte] = last;
        TreeKey::from_bytes(bytes)
    };
    prop_oneof![
        3 => (0..200_u64).prop_map(super::key),
        2 => any::<u8>().prop_map(move |last| alike(last, 31)),
        1 => (any::<u8>(), 0..32_usize).prop_map(move |(last, byte)| alike(last, byte)),
        1 => (0..4_u8, 250..256_usize).prop_map(move |(first, _)| alike(first, 0)),
    ]
}

/// One batch; a third of its changes are removals.
pub(super) fn batches() -> impl Strategy<Value = Batch> {
    let value = option::weighted(0.66, any::<[u8; 32]>().prop_map(Hash::from_bytes));
    btree_map(keys(), value, 0..80)
}

/// Some batches, after which everything may be removed at once.
pub(super) fn histories() -> impl Strategy<Value = Vec<Batch>> {
    vec(batches(), 1..8).prop_flat_map(|batches| {
        let all = batches.iter().flat_map(BTreeMap::keys).map(|key| (*key, None)).collect();
        let cleared = [batches.clone(), vec![all], batches[..1].to_vec()].concat();
        prop_oneof![3 => Just(batches), 1 => Just(cleared)]
    })
}
