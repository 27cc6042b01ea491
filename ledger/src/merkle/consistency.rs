//! Proofs that a list has only grown.

use super::{List, MerkleError, Path, check_length, shape};
use hefu_primitives::Hash;
use serde::{Deserialize, Serialize};

/// The proof that a list of `new_size` leaves begins with all of an older one (RFC 9162, 2.1.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsistencyProof {
    /// Leaves of the older list.
    pub old_size: u64,
    /// Leaves of the newer list.
    pub new_size: u64,
    /// The largest subtree of both that ends with the older list, then what completes either.
    pub path: Path,
}

impl ConsistencyProof {
    /// Checks that the list under `new_root` begins with the list under `old_root`. Both sizes are
    /// vouched for when the proof holds.
    pub fn verify(&self, list: List, old_root: &Hash, new_root: &Hash) -> Result<(), MerkleError> {
        let (old_size, new_size) = (self.old_size, self.new_size);
        if old_size > new_size {
            return Err(MerkleError::Shrunk { old_size, new_size });
        }
        let (old_top, new_top) = self.tops(list)?;
        list.check(old_size, &old_top, old_root)?;
        list.check(new_size, &new_top, new_root)
    }

    /// The topmost nodes of both lists. An empty list has none; its root asks for none either.
    fn tops(&self, list: List) -> Result<(Hash, Hash), MerkleError> {
        let ranges = shape::shared(self.old_size, self.new_size);
        check_length(&ranges, &self.path)?;
        let first = self.path.first().copied().unwrap_or_default();
        let (mut old, mut new) = (first, first);
        for (range, part) in ranges.iter().zip(&self.path).skip(1) {
            if range.start < self.old_size {
                old = list.node(part, &old);
                new = list.node(part, &new);
            } else {
                new = list.node(&new, part);
            }
        }
        Ok((old, new))
    }
}
