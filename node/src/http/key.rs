//! Keys as clients write them: in hexadecimal, or as documents show them.

use hefu_ledger::document::parse_signature_key;
use hefu_ledger::key::KeyBytes;
use std::str::FromStr;
use thiserror::Error;

/// A signature key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(pub(super) KeyBytes);

/// A text that is no signature key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a signature key is 64 hexadecimal digits, or begins with z6Mk as in documents")]
pub(super) struct NoKey;

impl FromStr for Key {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        parse_signature_key(text).map(Self).ok_or(NoKey)
    }
}
