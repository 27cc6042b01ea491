//! Proofs that a leaf stands at its place in a list.

use super::{List, MerkleError, Path, check_length, shape};
use hefu_primitives::Hash;
use serde::{Deserialize, Serialize};

/// The proof that a list of `size` leaves has a certain leaf at `index` (RFC 9162, 2.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InclusionProof {
    /// The place of the leaf, counted from 0.
    pub index: u64,
    /// The number of leaves.
    pub size: u64,
    /// The siblings of the nodes between the leaf and the top, from the leaf's own on.
    pub path: Path,
}

impl InclusionProof {
    /// Checks that `root` is that of a list of [`size`](Self::size) leaves with `leaf` at
    /// [`index`](Self::index). Both numbers are vouched for when the proof holds.
    pub fn verify(&self, list: List, leaf: &Hash, root: &Hash) -> Result<(), MerkleError> {
        let (index, size) = (self.index, self.size);
        if index >= size {
            return Err(MerkleError::Index { index, size });
        }
        let siblings = shape::siblings(index, size);
        check_length(&siblings, &self.path)?;
        let top = siblings.iter().zip(&self.path).fold(*leaf, |node, (range, sibling)| {
            if range.start > index { list.node(&node, sibling) } else { list.node(sibling, &node) }
        });
        list.check(size, &top, root)
    }
}
