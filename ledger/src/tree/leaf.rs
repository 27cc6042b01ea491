//! Leaves: what the tree holds for one key.

use super::key::TreeKey;
use hefu_primitives::{Hash, Purpose};

/// The hash that stands for a record in the tree, from the record's stored bytes.
pub fn value_hash(stored: &[u8]) -> Hash {
    Hash::of(Purpose::StateValue, stored)
}

/// A key with the hash that it has together with its value. The value's own hash is needed for proofs
/// alone, and a large ledger spends much of its time and memory on leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    key: TreeKey,
    hash: Hash,
}

impl Leaf {
    /// The leaf of `key` with a value of this hash.
    pub fn new(key: TreeKey, value: Hash) -> Self {
        let halves = [*key.as_bytes(), *value.as_bytes()];
        Self { key, hash: Hash::of(Purpose::StateLeaf, halves.as_flattened()) }
    }

    /// The key.
    pub const fn key(&self) -> &TreeKey {
        &self.key
    }

    /// The leaf's hash.
    pub const fn hash(&self) -> &Hash {
        &self.hash
    }
}
