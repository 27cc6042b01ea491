//! The one binary form of every value that is hashed, signed, stored or sent: BCS (Binary
//! Canonical Serialization), where a value has exactly one encoding.
//!
//! Decoding is strict: the input is bounded before it is read, all of it is consumed, lengths are
//! minimal, and collections grow with the bytes received, never with a declared length
//! ([`crate::BoundedVec`]). What decodes therefore encodes to the very bytes it came from.

use crate::limits::DECODE_DEPTH_MAX;
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

/// Why bytes are not a value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CodecError {
    /// The input is longer than any value of its type may be.
    #[error("{got_bytes} bytes, where at most {max_bytes} are allowed")]
    TooLong {
        /// The limit for this type.
        max_bytes: usize,
        /// The length of the input.
        got_bytes: usize,
    },
    /// The input is not the canonical encoding of a value: cut short, followed by more bytes,
    /// with an unknown variant, a length that is not minimal, or a field out of range.
    #[error("not a canonical encoding: {0}")]
    Malformed(String),
}

/// Room for a record, a page of the state tree, or a transaction of one operation.
const USUAL_BYTES: usize = 1_024;

/// The canonical bytes of `value`.
///
/// No value of this crate can fail to encode: lengths are bounded by their types. A type that has
/// no encoding (a `char`, a float, a list of unknown length) would give empty bytes, and so one
/// hash for all of its values: whoever adds a type pins its encoding in a test.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // It grows by single bytes: with room for most values it is not moved again and again.
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    if bcs::serialize_into(&mut bytes, value).is_err() {
        return Vec::new();
    }
    bytes.shrink_to_fit();
    bytes
}

/// The value whose canonical encoding is `bytes`, of which there are at most `max_bytes`.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], max_bytes: usize) -> Result<T, CodecError> {
    if bytes.len() > max_bytes {
        return Err(CodecError::TooLong { max_bytes, got_bytes: bytes.len() });
    }
    bcs::from_bytes_with_limit(bytes, DECODE_DEPTH_MAX)
        .map_err(|error| CodecError::Malformed(error.to_string()))
}

#[cfg(test)]
mod tests;
