//! How nodes are hashed: the part of the definition that every validator must share.

use hefu_primitives::{Hash, Purpose};
use std::sync::LazyLock;

/// The root of the map without keys.
pub fn empty_root() -> Hash {
    Hash::of(Purpose::StateNode, b"")
}

/// The key under which nodes of one depth are hashed.
fn derive_key(depth: u8) -> [u8; 32] {
    *Hash::of(Purpose::StateNode, &[depth]).as_bytes()
}

static KEYS: LazyLock<Vec<[u8; 32]>> = LazyLock::new(|| (0..=u8::MAX).map(derive_key).collect());

/// The hash of the node of this depth over two subtrees.
pub(super) fn node(depth: u8, left: &Hash, right: &Hash) -> Hash {
    let kept = KEYS.get(usize::from(depth)).copied();
    let key = kept.unwrap_or_else(|| derive_key(depth));
    let children = [*left.as_bytes(), *right.as_bytes()];
    Hash::from_bytes(*blake3::keyed_hash(&key, children.as_flattened()).as_bytes())
}

/// The hash of two subtrees below a bit, of which one or both may be empty.
pub(super) fn combine(depth: u8, left: Option<Hash>, right: Option<Hash>) -> Option<Hash> {
    match (left, right) {
        (Some(left), Some(right)) => Some(node(depth, &left, &right)),
        (one, None) | (None, one) => one,
    }
}
