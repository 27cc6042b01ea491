//! Keys as the ledger keeps them: bytes that were checked once, when they came in.

use data_encoding::HEXLOWER_PERMISSIVE;
use hefu_primitives::hash::Purpose;
use hefu_primitives::{Hash, KeyError, PublicKey};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The 32 bytes of a public key.
///
/// A transaction's keys become a [`PublicKey`] while the transaction is checked, once: to find
/// that a point has no part of small order costs as much as a signature. What stands in a record
/// has been through that, so records hold bytes and are read fast.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyBytes([u8; 32]);

impl KeyBytes {
    /// The bytes of a key, good or not.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key, if it is one that may sign.
    pub fn check(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_bytes(&self.0)
    }

    /// What stands for the key in the key index.
    pub fn hash(&self) -> KeyHash {
        KeyHash(Hash::of(Purpose::Key, &self.0))
    }

    /// What commits to it as a control key.
    pub fn control_hash(&self) -> Hash {
        Hash::of(Purpose::ControlKey, &self.0)
    }
}

impl From<&PublicKey> for KeyBytes {
    fn from(key: &PublicKey) -> Self {
        Self(*key.as_bytes())
    }
}

impl fmt::Display for KeyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER_PERMISSIVE.encode(&self.0))
    }
}

impl fmt::Debug for KeyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A signature key's hash. It is what remains of a key once its DID has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyHash(Hash);

impl KeyHash {
    /// The hash.
    pub const fn hash(&self) -> &Hash {
        &self.0
    }
}
