//! BLAKE3-256 with one derivation context per purpose, so that a hash made for one purpose can
//! never stand in for one made for another.

use blake3::hazmat::{ContextKey, HasherExt, hash_derive_key_context};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::LazyLock;

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
    /// A genesis operation, giving the identifier of a DID.
    Identifier,
    /// A signature key, as it stands in the key index and in what remains of ended DIDs.
    Key,
    /// A control key, as the operation before commits to it.
    ControlKey,
    /// What a registrar has checked about a person, with its opening.
    Enrolment,
    /// A salt and a payload, giving what the envelope carries.
    Payload,
    /// An envelope, giving the identifier of its transaction.
    Transaction,
    /// The signatures of a transaction.
    Signatures,
    /// A leaf of the tree over the transactions of a block.
    TransactionLeaf,
    /// An inner node of that tree.
    TransactionNode,
    /// A leaf of the tree over the entries of a batch.
    EntryLeaf,
    /// An inner node of that tree.
    EntryNode,
    /// A leaf of the tree over what a transaction writes.
    EffectLeaf,
    /// An inner node of that tree.
    EffectNode,
    /// A leaf of the tree over all headers of a chain.
    HistoryLeaf,
    /// An inner node of that tree.
    HistoryNode,
    /// The kind and name of a record, giving its place in the state tree.
    StateKey,
    /// A record as it is stored.
    StateValue,
    /// A leaf of the state tree.
    StateLeaf,
    /// An inner node of the state tree.
    StateNode,
    /// A salt, giving the blind of one record.
    Blind,
    /// A version of a DID, its log apart, with its blind.
    Content,
    /// An entry of a DID's operation log on top of the head before.
    Log,
    /// The detail of a reason, with its opening.
    Reason,
    /// A recovery policy, with its opening.
    Recovery,
    /// The name of a development network, giving a secret key that everybody knows.
    DevelopmentKey,
    /// A bundle, so that a damaged one is known as such.
    Bundle,
}

impl Purpose {
    /// Every purpose there is, in the order of declaration.
    pub const ALL: [Self; 30] = [
        Self::Header,
        Self::ValidatorSet,
        Self::EmptyBody,
        Self::Genesis,
        Self::Identifier,
        Self::Key,
        Self::ControlKey,
        Self::Enrolment,
        Self::Payload,
        Self::Transaction,
        Self::Signatures,
        Self::TransactionLeaf,
        Self::TransactionNode,
        Self::EntryLeaf,
        Self::EntryNode,
        Self::EffectLeaf,
        Self::EffectNode,
        Self::HistoryLeaf,
        Self::HistoryNode,
        Self::StateKey,
        Self::StateValue,
        Self::StateLeaf,
        Self::StateNode,
        Self::Blind,
        Self::Content,
        Self::Log,
        Self::Reason,
        Self::Recovery,
        Self::DevelopmentKey,
        Self::Bundle,
    ];

    /// The derivation context: globally unique, never changed once used.
    pub const fn context(self) -> &'static str {
        match self {
            Self::Header => "hefu 2026-11 header v1",
            Self::ValidatorSet => "hefu 2026-11 validator set v1",
            Self::EmptyBody => "hefu 2026-11 empty body v1",
            Self::Genesis => "hefu 2026-11 genesis v1",
            Self::Identifier => "hefu 2026-11 identifier v1",
            Self::Key => "hefu 2026-11 key v1",
            Self::ControlKey => "hefu 2026-11 control key v1",
            Self::Enrolment => "hefu 2026-11 enrolment commitment v1",
            Self::Payload => "hefu 2026-11 payload v1",
            Self::Transaction => "hefu 2026-11 transaction v1",
            Self::Signatures => "hefu 2026-11 signatures v1",
            Self::TransactionLeaf => "hefu 2026-11 transaction leaf v1",
            Self::TransactionNode => "hefu 2026-11 transaction node v1",
            Self::EntryLeaf => "hefu 2026-11 entry leaf v1",
            Self::EntryNode => "hefu 2026-11 entry node v1",
            Self::EffectLeaf => "hefu 2026-11 effect leaf v1",
            Self::EffectNode => "hefu 2026-11 effect node v1",
            Self::HistoryLeaf => "hefu 2026-11 history leaf v1",
            Self::HistoryNode => "hefu 2026-11 history node v1",
            Self::StateKey => "hefu 2026-11 state key v1",
            Self::StateValue => "hefu 2026-11 state value v1",
            Self::StateLeaf => "hefu 2026-11 state leaf v1",
            Self::StateNode => "hefu 2026-11 state node v1",
            Self::Blind => "hefu 2026-11 blind v1",
            Self::Content => "hefu 2026-11 content v1",
            Self::Log => "hefu 2026-11 log v1",
            Self::Reason => "hefu 2026-11 reason v1",
            Self::Recovery => "hefu 2026-11 recovery policy v1",
            Self::DevelopmentKey => "hefu 2026-11 development key v1",
            Self::Bundle => "hefu 2026-11 bundle v1",
        }
    }

    /// The key that the context gives, which costs as much as hashing a short value.
    fn key(self) -> ContextKey {
        let kept = CONTEXT_KEYS.get(self as usize).copied();
        kept.unwrap_or_else(|| hash_derive_key_context(self.context()))
    }
}

static CONTEXT_KEYS: LazyLock<[ContextKey; Purpose::ALL.len()]> =
    LazyLock::new(|| Purpose::ALL.map(|purpose| hash_derive_key_context(purpose.context())));

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
        let mut hasher = blake3::Hasher::new_from_context_key(&purpose.key());
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
    fn a_kept_context_key_is_the_one_of_its_purpose() {
        for purpose in Purpose::ALL {
            let expected = blake3::derive_key(purpose.context(), b"x");
            assert_eq!(Hash::of(purpose, b"x").as_bytes(), &expected, "{purpose:?}");
        }
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
