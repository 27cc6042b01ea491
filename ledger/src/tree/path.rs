//! Paths: where pages and groups are in the tree.

use super::key::TreeKey;

/// The beginning of keys, a whole number of nibbles (four bits). It names the subtree of all leaves
/// whose keys begin so. Ordered by length, then by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// How many nibbles, at most 64.
    nibbles: u8,
    /// Those, followed by zeroes.
    prefix: [u8; 32],
}

impl Path {
    /// The path of the whole tree.
    pub const ROOT: Self = Self { nibbles: 0, prefix: [0; 32] };

    /// The beginning of `key` with so many nibbles.
    #[cfg(feature = "rocksdb")]
    pub(crate) fn above(key: &TreeKey, nibbles: u8) -> Self {
        let mut path = Self::ROOT;
        while path.nibbles < nibbles.min(64) {
            path = path.child(path.nibble(key));
        }
        path
    }

    /// How many nibbles it has.
    #[cfg(feature = "rocksdb")]
    pub(crate) const fn nibbles(&self) -> u8 {
        self.nibbles
    }

    /// The number of the first bit behind the path, as far as there is one.
    pub(super) const fn depth(&self) -> u8 {
        self.nibbles.saturating_mul(4)
    }

    /// The path with one more nibble.
    #[must_use]
    pub(crate) fn child(&self, nibble: u8) -> Self {
        let mut child = Self { nibbles: self.nibbles.saturating_add(1), ..*self };
        if let Some(byte) = child.prefix.get_mut(usize::from(self.nibbles / 2)) {
            *byte |= if self.nibbles.is_multiple_of(2) { nibble << 4 } else { nibble };
        }
        child
    }

    /// The path without its last nibble, and that nibble.
    #[cfg(feature = "rocksdb")]
    pub(crate) fn parent(&self) -> Option<(Self, u8)> {
        let mut above = Self { nibbles: self.nibbles.checked_sub(1)?, ..*self };
        let last = above.nibble(&self.first());
        if let Some(byte) = above.prefix.get_mut(usize::from(above.nibbles / 2)) {
            *byte &= if above.nibbles.is_multiple_of(2) { 0 } else { 0xf0 };
        }
        Some((above, last))
    }

    /// The nibble that `key` has behind the path.
    pub(crate) fn nibble(&self, key: &TreeKey) -> u8 {
        let byte = key.as_bytes().get(usize::from(self.nibbles / 2)).copied().unwrap_or_default();
        if self.nibbles.is_multiple_of(2) { byte >> 4 } else { byte & 0xf }
    }

    /// The first key that begins so.
    pub const fn first(&self) -> TreeKey {
        TreeKey::from_bytes(self.prefix)
    }

    /// The last key that begins so.
    pub fn last(&self) -> TreeKey {
        let mut bytes = self.prefix;
        bytes.iter_mut().skip(usize::from(self.nibbles.div_ceil(2))).for_each(|byte| *byte = 0xff);
        if !self.nibbles.is_multiple_of(2)
            && let Some(byte) = bytes.get_mut(usize::from(self.nibbles / 2))
        {
            *byte |= 0xf;
        }
        TreeKey::from_bytes(bytes)
    }

    /// The path as the key of a database: its length and the bytes that it fills. No path has a
    /// length above 64.
    pub fn to_bytes(&self) -> Vec<u8> {
        let filled = self.prefix.iter().take(usize::from(self.nibbles.div_ceil(2)));
        std::iter::once(&self.nibbles).chain(filled).copied().collect()
    }

    /// The path with these bytes, unless they are not those of any.
    #[cfg(feature = "rocksdb")]
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (nibbles, filled) = bytes.split_first()?;
        let mut prefix = [0; 32];
        prefix.get_mut(..filled.len())?.copy_from_slice(filled);
        let path = Self::above(&TreeKey::from_bytes(prefix), *nibbles);
        (path.to_bytes() == bytes).then_some(path)
    }
}
