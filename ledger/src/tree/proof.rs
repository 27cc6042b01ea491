//! Proofs of inclusion and absence, and their verification.

use super::hashing::{empty_root, node};
use super::key::TreeKey;
use super::leaf::Leaf;
use hefu_primitives::{BoundedVec, Hash};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Bytes of the largest encoded proof: a leaf, 32 bytes of depths and 256 siblings, with their
/// lengths. Keys are hashes, so in a ledger of a million records one has some 700 bytes.
pub const TREE_PROOF_BYTES_MAX: usize = (1 + 64) + (1 + 32) + (2 + 256 * 32);

/// What one finds by following a key's bits from the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reached {
    /// Nothing: the tree is empty.
    Nothing,
    /// The key's own leaf, with a value of this hash.
    Key(Hash),
    /// The leaf of another key.
    Other {
        /// That key.
        key: TreeKey,
        /// The hash of its value.
        value: Hash,
    },
}

/// What shows that a key has a value of a certain hash, or none, in the tree with a certain root.
/// The module documentation says why it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeProof {
    /// The leaf that the key leads to.
    pub reached: Reached,
    /// Which depths have nodes on the path: bit 7 − d % 8 of byte ⌊d / 8⌋ for depth d, the last
    /// byte not zero.
    pub depths: BoundedVec<u8, 32>,
    /// What each of them has on its other side, from the root down.
    pub siblings: BoundedVec<Hash, 256>,
}

/// Why a proof does not convince.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// It belongs to another tree, or to another key, or was altered.
    #[error("the proof leads to the root {got}, not to {expected}")]
    Root {
        /// The root of the tree.
        expected: Hash,
        /// What the proof hashes to.
        got: Hash,
    },
    /// Its depths are not written in the one way that is allowed.
    #[error("the depths end with a byte that says nothing")]
    Depths,
    /// It has another number of siblings than of nodes.
    #[error("{siblings} siblings of {nodes} nodes")]
    Lengths {
        /// Depths set.
        nodes: usize,
        /// Siblings present.
        siblings: usize,
    },
    /// It names a leaf that the key's bits do not lead to.
    #[error("the key does not lead to {other}: their bits {depth} differ")]
    Elsewhere {
        /// The key of that leaf.
        other: TreeKey,
        /// The first depth on the path at which the keys differ.
        depth: u8,
    },
    /// It names the key itself as the other key that is found in its stead.
    #[error("the key is named as another one")]
    Itself,
}

impl TreeProof {
    /// The proof with these siblings, from the root down.
    pub(super) fn new(reached: Reached, siblings: &[(u8, Hash)]) -> Self {
        let mut depths = Vec::new();
        for (depth, _) in siblings {
            let at = usize::from(depth / 8);
            depths.resize(depths.len().max(at.saturating_add(1)), 0);
            if let Some(byte) = depths.get_mut(at) {
                *byte |= 0x80 >> (depth % 8);
            }
        }
        let siblings = BoundedVec::first_of(siblings.iter().map(|(_, hash)| *hash));
        Self { reached, depths: BoundedVec::first_of(depths), siblings }
    }

    /// The hash of the value that `key` has in the tree with this root, or none if it has no value
    /// there. An error says nothing about the key, only about the proof.
    pub fn value_of(&self, root: &Hash, key: &TreeKey) -> Result<Option<Hash>, ProofError> {
        self.check_lengths()?;
        let (leaf, value) = match self.reached {
            Reached::Nothing => return check_root(root, empty_root()).map(|()| None),
            Reached::Key(value) => (Leaf::new(*key, value), Some(value)),
            Reached::Other { key: other, value } => {
                self.check_led_to(key, &other)?;
                (Leaf::new(other, value), None)
            }
        };
        check_root(root, self.root_over(&leaf))?;
        Ok(value)
    }

    /// The depths of the nodes on the path, from the root down.
    fn depths(&self) -> impl DoubleEndedIterator<Item = u8> {
        let set = |depth: &u8| {
            let byte = self.depths.get(usize::from(depth / 8)).copied().unwrap_or_default();
            byte & (0x80 >> (depth % 8)) != 0
        };
        (0..=u8::MAX).filter(set)
    }

    fn check_lengths(&self) -> Result<(), ProofError> {
        if self.depths.last() == Some(&0) {
            return Err(ProofError::Depths);
        }
        let (nodes, siblings) = (self.depths().count(), self.siblings.len());
        if nodes != siblings {
            return Err(ProofError::Lengths { nodes, siblings });
        }
        if self.reached == Reached::Nothing && siblings != 0 {
            return Err(ProofError::Lengths { nodes: 0, siblings });
        }
        Ok(())
    }

    fn check_led_to(&self, key: &TreeKey, other: &TreeKey) -> Result<(), ProofError> {
        if key == other {
            return Err(ProofError::Itself);
        }
        let parted = self.depths().find(|depth| key.bit(*depth) != other.bit(*depth));
        parted.map_or(Ok(()), |depth| Err(ProofError::Elsewhere { other: *other, depth }))
    }

    /// The root of the tree in which this leaf has these siblings.
    fn root_over(&self, leaf: &Leaf) -> Hash {
        let upwards = self.depths().rev().zip(self.siblings.iter().rev());
        upwards.fold(*leaf.hash(), |hash, (depth, sibling)| {
            if leaf.key().bit(depth) {
                node(depth, sibling, &hash)
            } else {
                node(depth, &hash, sibling)
            }
        })
    }
}

fn check_root(expected: &Hash, got: Hash) -> Result<(), ProofError> {
    if got == *expected {
        return Ok(());
    }
    Err(ProofError::Root { expected: *expected, got })
}
