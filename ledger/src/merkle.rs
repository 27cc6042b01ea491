//! Append-only trees over lists: roots, inclusion and consistency proofs.
//!
//! The shape is that of RFC 9162, section 2.1: the left subtree of a list of n leaves holds the
//! largest power of two below n. Two things differ:
//!
//! - Leaves and inner nodes have hash purposes of their own, where the RFC has a leading byte. So a
//!   node never stands for a leaf, nor the tree of one list for that of another.
//! - The root is not the topmost node but a hash over the number of leaves and that node. In the
//!   RFC a signed tree head says the number; our headers do not. Without it one path could be read
//!   as leaf 1 of 2 or as leaf 2 of 3. With it, a proof that holds vouches for its index and for
//!   its sizes.
//!
//! A short list stays in memory and gives its proofs itself ([`root`], [`inclusion`]). The history
//! of a chain grows for ever. Of it one keeps the [`Frontier`], from which the next root follows,
//! and the perfect subtrees that each append completes: a [`NodeReader`] over them gives every proof
//! of every earlier size ([`inclusion_at`], [`consistency`]) after a few dozen reads.

mod consistency;
mod frontier;
mod inclusion;
mod reader;
mod shape;

pub use consistency::ConsistencyProof;
pub use frontier::{Frontier, FrontierError, Node};
pub use inclusion::InclusionProof;
pub use reader::{NodeReader, consistency, frontier, inclusion_at};

use hefu_primitives::{BoundedVec, Hash, Header, Purpose};
use std::ops::Range;
use thiserror::Error;

/// Hashes of a proof. A tree of 2⁶⁴ − 1 leaves is 64 deep, and a consistency proof begins with one
/// hash more.
pub const PATH_HASHES_MAX: usize = 65;

/// Bytes of the largest encoded proof: two numbers, the length of the path, the path.
pub const PROOF_BYTES_MAX: usize = 2 * 8 + 1 + PATH_HASHES_MAX * 32;

const _: () = assert!(PATH_HASHES_MAX < 128, "the length of the path is one byte");

/// The hashes of a proof, from the lowest to the highest.
pub type Path = BoundedVec<Hash, PATH_HASHES_MAX>;

/// What a tree stands over. Each list hashes for purposes of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// The transactions of a block.
    Transactions,
    /// The entries of a batch.
    Entries,
    /// What a transaction writes.
    Effects,
    /// All headers of a chain, from genesis on.
    History,
}

impl List {
    const fn leaf_purpose(self) -> Purpose {
        match self {
            Self::Transactions => Purpose::TransactionLeaf,
            Self::Entries => Purpose::EntryLeaf,
            Self::Effects => Purpose::EffectLeaf,
            Self::History => Purpose::HistoryLeaf,
        }
    }

    const fn node_purpose(self) -> Purpose {
        match self {
            Self::Transactions => Purpose::TransactionNode,
            Self::Entries => Purpose::EntryNode,
            Self::Effects => Purpose::EffectNode,
            Self::History => Purpose::HistoryNode,
        }
    }

    /// The leaf of an element whose encoding is `bytes`.
    pub fn leaf(self, bytes: &[u8]) -> Hash {
        Hash::of(self.leaf_purpose(), bytes)
    }

    /// The node above `left` and `right`.
    pub fn node(self, left: &Hash, right: &Hash) -> Hash {
        let both = [*left.as_bytes(), *right.as_bytes()];
        Hash::of(self.node_purpose(), both.as_flattened())
    }

    /// The root of the list without elements.
    pub fn empty_root(self) -> Hash {
        match self {
            Self::Transactions => Header::empty_transaction_root(),
            Self::Entries | Self::Effects | Self::History => self.leaf(b""),
        }
    }

    /// The root of `size` leaves whose topmost node is `top`. Its 40 bytes cannot be mistaken for
    /// the 64 of an inner node.
    fn seal(self, size: u64, top: &Hash) -> Hash {
        if size == 0 {
            return self.empty_root();
        }
        let bytes = [&size.to_le_bytes()[..], top.as_bytes()].concat();
        Hash::of(self.node_purpose(), &bytes)
    }

    /// Whether `root` is that of `size` leaves under `top`.
    fn check(self, size: u64, top: &Hash, root: &Hash) -> Result<(), MerkleError> {
        let got = self.seal(size, top);
        if got == *root { Ok(()) } else { Err(MerkleError::Root { size, expected: *root, got }) }
    }
}

/// Why a proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MerkleError {
    /// It is about a leaf that the list does not have.
    #[error("leaf {index} of a list of {size}")]
    Index {
        /// The leaf, counted from 0.
        index: u64,
        /// The number of leaves.
        size: u64,
    },
    /// The newer list is shorter than the older one, and so has lost something.
    #[error("a list of {new_size}, grown out of one of {old_size}")]
    Shrunk {
        /// Leaves of the older list.
        old_size: u64,
        /// Leaves of the newer list.
        new_size: u64,
    },
    /// The tree has another depth at this place.
    #[error("a path of {got} hashes, where the tree has {expected}")]
    PathLength {
        /// What the sizes ask for.
        expected: usize,
        /// The length of the path.
        got: usize,
    },
    /// The path leads to another root.
    #[error("the path gives the root {got} for {size} leaves, expected {expected}")]
    Root {
        /// Leaves of the list that was checked.
        size: u64,
        /// The root that was to be proved.
        expected: Hash,
        /// The root that the path gives.
        got: Hash,
    },
}

/// The root of a list with these leaves.
pub fn root(list: List, leaves: &[Hash]) -> Hash {
    list.seal(length(leaves), &top(list, leaves))
}

/// The proof that the leaf at `index` is one of these leaves, if there is one at `index`. It costs
/// as many hashes as there are leaves.
pub fn inclusion(list: List, leaves: &[Hash], index: u64) -> Option<InclusionProof> {
    let size = length(leaves);
    if index >= size {
        return None;
    }
    let siblings = shape::siblings(index, size);
    let path = siblings.into_iter().map(|range| top(list, part(leaves, range)));
    Some(InclusionProof { index, size, path: Path::first_of(path) })
}

/// The topmost node over `leaves`. Pairs are joined level by level; a node without a neighbour goes
/// up as it is, which gives the shape of the RFC.
fn top(list: List, leaves: &[Hash]) -> Hash {
    let join = |pair: &[Hash]| match pair {
        [left, right] => list.node(left, right),
        _ => pair.first().copied().unwrap_or_else(|| list.empty_root()),
    };
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = level.chunks(2).map(join).collect();
    }
    join(&level)
}

fn length(leaves: &[Hash]) -> u64 {
    u64::try_from(leaves.len()).unwrap_or(u64::MAX)
}

fn part(leaves: &[Hash], range: Range<u64>) -> &[Hash] {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    leaves.get(place(range.start)..place(range.end)).unwrap_or_default()
}

/// Refuses a path that is not as long as `ranges`.
fn check_length(ranges: &[Range<u64>], path: &Path) -> Result<(), MerkleError> {
    let (expected, got) = (ranges.len(), path.len());
    if expected == got { Ok(()) } else { Err(MerkleError::PathLength { expected, got }) }
}

#[cfg(test)]
mod tests;
