//! BLAKE3-256 with one derivation context per purpose, so that a hash made for one purpose can
//! never stand in for one made for another.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A BLAKE3-256 hash.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hash([u8; 32]);

/// What a hash is for. Each purpose has its own derivation context (BLAKE3 `derive_key` mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A header, giving the digest of its block.
    Header,
    /// A validator set.
    ValidatorSet,
    /// The transaction root of a body without transactions.
    EmptyBody,
    /// The genesis file.
    Genesis,
}

impl Purpose {
    /// Every purpose there is.
    pub const ALL: [Self; 4] = [Self::Header, Self::ValidatorSet, Self::EmptyBody, Self::Genesis];

    /// The derivation context: globally unique, never changed once used.
    pub const fn context(self) -> &'static str {
        match self {
            Self::Header => "hefu 2026-11 header v1",
            Self::ValidatorSet => "hefu 2026-11 validator set v1",
            Self::EmptyBody => "hefu 2026-11 empty body v1",
            Self::Genesis => "hefu 2026-11 genesis v1",
        }
    }
}

impl Hash {
    /// A hash from its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash of `bytes` for `purpose`.
    pub fn of(purpose: Purpose, bytes: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(purpose.context());
        hasher.update(bytes);
        Self(*hasher.finalize().as_bytes())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

macro_rules! hash_of {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub struct $name(self::Hash);

        impl $name {
            /// The identifier whose bytes are this hash.
            pub const fn new(hash: self::Hash) -> Self {
                Self(hash)
            }

            /// The hash.
            pub const fn hash(&self) -> &self::Hash {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

hash_of!(
    /// What names a block: the hash of its header. Validators vote on digests.
    Digest
);
hash_of!(
    /// What names a network: the hash of its genesis. Every signature covers it.
    GenesisHash
);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_purpose_has_a_context_of_its_own() {
        let contexts: BTreeSet<_> = Purpose::ALL.iter().map(|p| p.context()).collect();
        assert_eq!(contexts.len(), Purpose::ALL.len());
        let hashes: BTreeSet<_> = Purpose::ALL.iter().map(|&p| Hash::of(p, b"x")).collect();
        assert_eq!(hashes.len(), Purpose::ALL.len());
    }

    #[test]
    fn a_hash_prints_as_lower_case_hexadecimal() {
        let mut bytes = [0; 32];
        bytes[0] = 0xab;
        bytes[31] = 0x01;
        let text = Hash::from_bytes(bytes).to_string();
        assert!(text.starts_with("ab00") && text.ends_with("01") && text.len() == 64);
    }
}
