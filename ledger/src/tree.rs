//! The state tree: an authenticated map from 256-bit keys to the hashes of records. Its root stands
//! in every header, and a proof of some 700 bytes shows what one key holds, or that it holds nothing.
//!
//! # The root
//!
//! This section is consensus: what it defines is pinned by vectors in the tests.
//!
//! - A *leaf* is a key with the hash of its value. Its hash is `H(StateLeaf, key ‖ value)`.
//! - Two or more leaves are split at the first bit, counted from the most significant one of the
//!   key's first byte, in which their keys differ. That bit's number d, 0 to 255, is the *depth* of
//!   the node, whose hash is BLAKE3's keyed hash of `left ‖ right` under the key
//!   `H(StateNode, [d])`. Keys whose bit d is 0 are on the left.
//! - The root of one leaf is the leaf's hash, the root of none is `H(StateNode, "")`.
//!
//! So a set of leaves has one tree, whatever the order of its making. Each node commits to its depth.
//! There is no empty node, and no node with a single child.
//!
//! # Why a proof convinces
//!
//! A proof for a key k holds the leaf (k′, v′) that one reaches from the root by following, at each
//! node, k's bit at the node's depth; and the depth and the other child's hash of every node passed.
//! The verifier hashes its way up from the leaf and compares the result with the root.
//!
//! *The path is a real one.* Leaves and nodes are hashed in different modes of BLAKE3, and nodes of
//! different depths under different keys. Unless somebody finds a collision, a hash therefore is
//! either that of one leaf or that of one node with one depth and one pair of children. If the
//! verifier arrives at the root, then each step downwards is the tree's own: the root is a node of
//! the first depth, the child on the side of k′'s bit is a node of the second depth, and so on to the
//! leaf.
//!
//! *Inclusion.* If k′ = k, the leaf is in the tree, so k holds v′.
//!
//! *Absence.* If k′ ≠ k, the verifier checks that k and k′ have the same bit at every depth of the
//! path. Suppose that k were in the tree. Each node that has k's leaf below it has it on the side of
//! k's bit, because its keys are parted by that bit. So whoever follows k's bits from the root arrives
//! at k's leaf. But k's bits lead along this path, to k′. Hence k is not in the tree. The tree with
//! the root of no leaves holds no key at all.
//!
//! *One proof, one encoding.* Depths are a bitmap without trailing zero bytes, so they increase from
//! the root down and cannot be written in two ways. The leaf of an inclusion is not named, because the
//! verifier knows its key, and a proof that names it all the same is refused.
//!
//! # What is stored
//!
//! How a node stores its tree is its own affair. Here a *page* holds four levels of it: the hashes of
//! the 16 subtrees four bits further down. There are pages only for subtrees that have had more than
//! [`GROUP_LEAVES_MAX`] leaves. Any smaller subtree is a *group*, of which nothing is stored, since
//! its few leaves are neighbours among the values and hash in a few microseconds. A page stays until
//! its last leaf is gone; the root does not depend on where pages are.
//!
//! [`update`] and [`prove`] read through a [`TreeReader`] and write nothing. What an update changes
//! comes back as a [`TreeChange`]. On top of a reader it is an [`Overlay`], which is a reader too.

mod group;
mod hashing;
mod key;
mod leaf;
mod memory;
mod overlay;
mod page;
mod path;
mod proof;
mod prove;
mod reader;
mod update;

pub use group::{GROUP_LEAVES_MAX, RootHasher};
pub use hashing::empty_root;
pub use key::TreeKey;
pub use leaf::{Leaf, value_hash};
pub use memory::MemoryTree;
pub use overlay::Overlay;
pub use page::{Child, Page};
pub use path::Path;
pub use proof::{ProofError, Reached, TREE_PROOF_BYTES_MAX, TreeProof};
pub use prove::prove;
pub use reader::{TreeReader, root};
pub use update::{TreeChange, update};

#[cfg(test)]
mod tests;
