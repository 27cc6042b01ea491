//! The right edge of a growing tree: all that its next root depends on.

use super::List;
use hefu_primitives::Hash;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The perfect subtrees that make up a list, of which there are at most 64 however long it grows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Frontier {
    size: u64,
    /// The topmost nodes of the subtrees, from the left and so from the largest.
    peaks: Vec<Hash>,
}

/// The topmost node of a perfect subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its height above the leaves: the subtree holds 2^`level` of them.
    pub level: u8,
    /// How many perfect subtrees of this level are on its left.
    pub index: u64,
    /// Its hash.
    pub hash: Hash,
}

/// A frontier whose subtrees do not add up to its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{got} subtrees, where a list of {size} leaves has {}", size.count_ones())]
pub struct FrontierError {
    /// The number of leaves.
    pub size: u64,
    /// The number of subtrees.
    pub got: usize,
}

/// A frontier as it is decoded.
#[derive(Deserialize)]
#[serde(rename = "Frontier")]
struct Unchecked {
    size: u64,
    peaks: Vec<Hash>,
}

impl TryFrom<Unchecked> for Frontier {
    type Error = FrontierError;

    fn try_from(Unchecked { size, peaks }: Unchecked) -> Result<Self, FrontierError> {
        let got = peaks.len();
        if usize::try_from(size.count_ones()) == Ok(got) {
            Ok(Self { size, peaks })
        } else {
            Err(FrontierError { size, got })
        }
    }
}

impl Frontier {
    /// The frontier of a list of `size` leaves with these subtrees, from the largest.
    pub fn of(size: u64, peaks: Vec<Hash>) -> Result<Self, FrontierError> {
        Unchecked { size, peaks }.try_into()
    }

    /// The number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and returns what is to be stored: the leaf and each larger perfect subtree that
    /// it completes, one level after the other. A list of 2⁶⁴ − 1 leaves is full and stays as it is.
    pub fn append(&mut self, list: List, leaf: Hash) -> Vec<Node> {
        let Some(size) = self.size.checked_add(1) else {
            return Vec::new();
        };
        let mut node = Node { level: 0, index: self.size, hash: leaf };
        let mut completed = vec![node];
        // A node with an odd index is a right child, and the last peak is its left sibling.
        while node.index & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            node = node.above(list, &left);
            completed.push(node);
        }
        self.peaks.push(node.hash);
        self.size = size;
        completed
    }

    /// The root of the list as it is now.
    pub fn root(&self, list: List) -> Hash {
        let from_the_right = self.peaks.iter().rev().copied();
        let top = from_the_right.reduce(|right, left| list.node(&left, &right));
        list.seal(self.size, &top.unwrap_or_default())
    }
}

impl Node {
    /// The parent of this node and of its left sibling.
    fn above(self, list: List, left: &Hash) -> Self {
        let hash = list.node(left, &self.hash);
        Self { level: self.level.saturating_add(1), index: self.index >> 1, hash }
    }
}
