//! Groups: subtrees that are not stored, because hashing their leaves costs less than reading a page.

use super::hashing::{empty_root, node};
use super::key::TreeKey;
use super::leaf::Leaf;
use hefu_primitives::Hash;

/// Leaves of a subtree without a page. A quarter as many would need twice the pages, and records cost
/// a database more than hashes cost a processor; with four times as many, an update would mostly
/// hash neighbours that have not changed.
pub const GROUP_LEAVES_MAX: usize = 24;

/// The root over leaves that come one by one, in the order of their keys. It keeps one hash for each
/// node on the way to the newest leaf, at most 256.
#[derive(Clone, Debug, Default)]
pub struct RootHasher {
    /// Left children that wait for their right one, and the depths of their nodes.
    waiting: Vec<(u8, Hash)>,
    /// The subtree to the right of them, so far, and the newest key.
    newest: Option<(TreeKey, Hash)>,
}

impl RootHasher {
    /// Takes in the next leaf. Its key is above those of all leaves before.
    pub fn push(&mut self, leaf: &Leaf) {
        let before = self.newest.replace((*leaf.key(), *leaf.hash()));
        let Some((key, right)) = before else { return };
        // Keys that ascend differ. If they did not, the result would be a root of no tree.
        let depth = key.split(leaf.key()).unwrap_or(u8::MAX);
        let left = self.close(depth, right);
        self.waiting.push((depth, left));
    }

    /// Makes the waiting nodes below `above`, the lowest of which has `right` as its right child.
    fn close(&mut self, above: u8, right: Hash) -> Hash {
        let mut hash = right;
        while let Some((depth, left)) = self.waiting.pop_if(|(depth, _)| *depth > above) {
            hash = node(depth, &left, &hash);
        }
        hash
    }

    /// The hash of the subtree of all leaves, unless there are none.
    pub(super) fn subtree(self) -> Option<Hash> {
        let (_, right) = self.newest?;
        let waiting = self.waiting.into_iter().rev();
        Some(waiting.fold(right, |hash, (depth, left)| node(depth, &left, &hash)))
    }

    /// The root over all leaves.
    pub fn root(self) -> Hash {
        self.subtree().unwrap_or_else(empty_root)
    }
}

/// The hash of the subtree of these leaves, which are in the order of their keys.
pub(super) fn subtree<'a>(leaves: impl IntoIterator<Item = &'a Leaf>) -> Option<Hash> {
    let mut hasher = RootHasher::default();
    leaves.into_iter().for_each(|leaf| hasher.push(leaf));
    hasher.subtree()
}

/// The leaf that `key` leads to among these, and what the nodes passed have on their other sides.
pub(super) fn descend(
    mut leaves: &[Leaf],
    key: &TreeKey,
    siblings: &mut Vec<(u8, Hash)>,
) -> Option<Leaf> {
    while let [first, .., last] = leaves {
        let depth = first.key().split(last.key())?;
        let (left, right) = leaves.split_at(leaves.partition_point(|leaf| !leaf.key().bit(depth)));
        let (near, far) = if key.bit(depth) { (right, left) } else { (left, right) };
        siblings.push((depth, subtree(far)?));
        leaves = near;
    }
    leaves.first().copied()
}
