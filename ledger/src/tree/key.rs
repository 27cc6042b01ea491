//! Keys of the state tree, and their bits.

use hefu_primitives::{Hash, Purpose};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a record is in the state tree. Keys are hashes, so whoever chooses names cannot choose
/// which keys are neighbours, short of work that doubles with every bit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TreeKey([u8; 32]);

impl TreeKey {
    /// The key with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of the record with this name: its kind and its identifier, in canonical bytes.
    pub fn of(name: &[u8]) -> Self {
        Self(*Hash::of(Purpose::StateKey, name).as_bytes())
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bit with this number, the most significant bit of the first byte being 0.
    pub(super) fn bit(&self, depth: u8) -> bool {
        let byte = self.0.get(usize::from(depth / 8)).copied().unwrap_or_default();
        byte & (0x80 >> (depth % 8)) != 0
    }

    /// The number of the first bit in which two keys differ, if they do.
    pub(super) fn split(&self, other: &Self) -> Option<u8> {
        let bytes = self.0.iter().zip(&other.0).map(|(one, other)| one ^ other);
        let (at, difference) = (0_u8..).zip(bytes).find(|(_, difference)| *difference != 0)?;
        let bit = u8::try_from(difference.leading_zeros()).unwrap_or_default();
        Some(at.saturating_mul(8).saturating_add(bit))
    }
}

impl fmt::Display for TreeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hash::from_bytes(self.0), f)
    }
}

impl fmt::Debug for TreeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Hash::from_bytes(self.0), f)
    }
}
