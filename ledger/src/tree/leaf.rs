//! Leaves: what the tree holds for one key.

use super::key::TreeKey;
use hefu_primitives::{Hash, Purpose};

/// The hash that stands for a record in the tree, from the record's stored bytes.
pub fn value_hash(stored: &[u8]) -> Hash {
    Hash::of(Purpose::StateValue, stored)
}

/// A key with the hash of its value. It carries its own hash, which is needed more often than it
/// changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    key: TreeKey,
    value: Hash,
    hash: Hash,
}

impl Leaf {
    /// The leaf of `key` with a value of this hash.
    pub fn new(key: TreeKey, value: Hash) -> Self {
        let mut bytes = [0; 64];
        let halves = key.as_bytes().iter().chain(value.as_bytes());
        bytes.iter_mut().zip(halves).for_each(|(to, from)| *to = *from);
        Self { key, value, hash: Hash::of(Purpose::StateLeaf, &bytes) }
    }

    /// The key.
    pub const fn key(&self) -> &TreeKey {
        &self.key
    }

    /// The hash of the value.
    pub const fn value(&self) -> &Hash {
        &self.value
    }

    /// The leaf's hash.
    pub const fn hash(&self) -> &Hash {
        &self.hash
    }
}
