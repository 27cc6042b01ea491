//! Bytes as they stand in JSON: lower-case hexadecimal digits, so many and no others.

use data_encoding::HEXLOWER;
use hefu_ledger::TransactionId;
use hefu_ledger::key::KeyBytes;
use hefu_primitives::{Digest, GenesisHash, Hash, Incarnation, KeyError, PublicKey, Signature};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Why a text is not so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{digits} hexadecimal digits in lower case are needed")]
pub struct HexError {
    /// Two for each byte.
    pub digits: usize,
}

macro_rules! hex {
    ($(#[$doc:meta])* $name:ident, $bytes:literal, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $bytes]);

        impl FromStr for $name {
            type Err = HexError;

            fn from_str(text: &str) -> Result<Self, HexError> {
                let bytes = HEXLOWER.decode(text.as_bytes()).ok();
                let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
                bytes.map(Self).ok_or(HexError { digits: 2 * $bytes })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                ObjectBuilder::new().schema_type(Type::String).pattern(Some($pattern)).into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

hex!(
    /// 16 bytes: an incarnation.
    Hex16,
    16,
    "^[0-9a-f]{32}$"
);
hex!(
    /// 32 bytes: a hash, an identifier, a key.
    Hex32,
    32,
    "^[0-9a-f]{64}$"
);
hex!(
    /// 64 bytes: a signature.
    Hex64,
    64,
    "^[0-9a-f]{128}$"
);

macro_rules! from {
    ($($type:ty => $name:ident: $bytes:expr;)+) => {$(
        impl From<$type> for $name {
            fn from(value: $type) -> Self {
                let bytes: fn($type) -> _ = $bytes;
                Self(bytes(value))
            }
        }
    )+};
}

from! {
    Hash => Hex32: |hash| *hash.as_bytes();
    Digest => Hex32: |digest| *digest.hash().as_bytes();
    GenesisHash => Hex32: |genesis| *genesis.hash().as_bytes();
    TransactionId => Hex32: |id| *id.hash().as_bytes();
    PublicKey => Hex32: |key| *key.as_bytes();
    KeyBytes => Hex32: |key| *key.as_bytes();
    Incarnation => Hex16: |incarnation| *incarnation.as_bytes();
    Signature => Hex64: |signature| *signature.as_bytes();
}

impl Hex32 {
    /// The bytes as a hash.
    pub const fn hash(self) -> Hash {
        Hash::from_bytes(self.0)
    }

    /// The bytes as what names a transaction.
    pub const fn transaction(self) -> TransactionId {
        TransactionId::new(self.hash())
    }

    /// The bytes as a key, if they are one that may sign.
    pub fn key(self) -> Result<PublicKey, KeyError> {
        PublicKey::from_bytes(&self.0)
    }
}

impl Hex64 {
    /// The bytes as a signature, good or not.
    pub const fn signature(self) -> Signature {
        Signature::from_bytes(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_spelling() {
        let text = "0f".repeat(16);
        assert_eq!(text.parse::<Hex16>().unwrap().to_string(), text);
        for wrong in [text.to_uppercase(), "0f".repeat(15), "0f".repeat(17), "0g".repeat(16)] {
            let refused = wrong.parse::<Hex16>().unwrap_err();
            assert_eq!(refused, HexError { digits: 32 }, "{wrong}");
        }
    }

    #[test]
    fn bytes_survive_json() {
        let bytes = Hex64([7; 64]);
        let text = serde_json::to_string(&bytes).unwrap();
        assert_eq!(text.len(), 2 + 128);
        assert_eq!(serde_json::from_str::<Hex64>(&text).unwrap(), bytes);
        assert!(serde_json::from_str::<Hex64>("\"07\"").is_err());
    }
}
