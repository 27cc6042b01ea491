//! Identifiers of DIDs: their syntax, and how one follows from a genesis operation.

use crate::limits::{
    DID_CHARS_MAX, IDENTIFIER_CHARS, NETWORK_NAME_CHARS_MAX, NETWORK_NAME_CHARS_MIN,
};
use data_encoding::{Encoding, Specification};
use hefu_primitives::Hash;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use thiserror::Error;

/// What names a DID within its network: the hash of its genesis operation.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DidId(Hash);

/// The name of a network: a lower-case letter and up to 15 letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NetworkName(String);

/// A DID: `did:hefu:` network `:` identifier (docs/did-method.md, Syntax).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did {
    /// The network whose ledger holds its record.
    pub network: NetworkName,
    /// Its name there.
    pub id: DidId,
}

/// Why a text is not a DID of this method.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DidError {
    /// It is longer than any DID.
    #[error("{got} characters, where a DID has at most {DID_CHARS_MAX}")]
    TooLong {
        /// Its length.
        got: usize,
    },
    /// It does not begin as a DID of this method does.
    #[error("it does not begin with did:hefu: (lower case)")]
    Method,
    /// The network's name is missing or breaks the grammar.
    #[error(
        "{0:?} is not a network's name: a lower-case letter, then 1 to 15 lower-case letters, digits and hyphens"
    )]
    Network(String),
    /// The identifier is not 52 characters of lower-case base32 that encode 32 bytes.
    #[error("{0:?} is not an identifier: 52 characters of a-z and 2-7, the last of them a or q")]
    Identifier(String),
}

/// RFC 4648 base32 in lower case, without padding; bits that encode nothing must be zero.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    specification.encoding().unwrap_or(data_encoding::BASE32_NOPAD)
});

impl DidId {
    /// The identifier whose bytes are this hash.
    pub const fn new(hash: Hash) -> Self {
        Self(hash)
    }

    /// The hash.
    pub const fn hash(&self) -> &Hash {
        &self.0
    }
}

impl FromStr for DidId {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        let wrong = || DidError::Identifier(text.chars().take(IDENTIFIER_CHARS).collect());
        let bytes = BASE32.decode(text.as_bytes()).map_err(|_| wrong())?;
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| wrong())?;
        Ok(Self(Hash::from_bytes(bytes)))
    }
}

impl fmt::Display for DidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32.encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for DidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(BASE32.encode(self.0.as_bytes()).get(..8).unwrap_or_default())
    }
}

impl NetworkName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NetworkName {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        let lengths = NETWORK_NAME_CHARS_MIN..=NETWORK_NAME_CHARS_MAX;
        let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let first = text.chars().next().is_some_and(|c| c.is_ascii_lowercase());
        if !(first && lengths.contains(&text.len()) && text.chars().all(part)) {
            return Err(DidError::Network(text.chars().take(DID_CHARS_MAX).collect()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for NetworkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for NetworkName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for Did {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        if text.len() > DID_CHARS_MAX {
            return Err(DidError::TooLong { got: text.len() });
        }
        let rest = text.strip_prefix("did:hefu:").ok_or(DidError::Method)?;
        let (network, id) =
            rest.split_once(':').ok_or_else(|| DidError::Network(rest.to_owned()))?;
        Ok(Self { network: network.parse()?, id: id.parse()? })
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "did:hefu:{}:{}", self.network, self.id)
    }
}

#[cfg(test)]
mod tests;
