//! Keys as clients write them: in hexadecimal, or as documents show them.

use hefu_api::Hex32;
use hefu_ledger::document::multikey;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::record::MethodKey;
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
        if let Ok(key) = text.parse::<Hex32>() {
            return Ok(Self(KeyBytes::from_bytes(key.0)));
        }
        let decoded = text.strip_prefix('z').and_then(|rest| bs58::decode(rest).into_vec().ok());
        // Behind the two bytes that tell the kind. The text that comes back shows that they did.
        let bytes = decoded.as_ref().and_then(|bytes| bytes.get(2..)?.try_into().ok());
        let key = KeyBytes::from_bytes(bytes.ok_or(NoKey)?);
        if multikey(&MethodKey::Ed25519(key)) == text { Ok(Self(key)) } else { Err(NoKey) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_two_spellings() {
        let key = KeyBytes::from_bytes([7; 32]);
        let shown = multikey(&MethodKey::Ed25519(key));
        assert_eq!(shown.parse(), Ok(Key(key)));
        assert_eq!(key.to_string().parse(), Ok(Key(key)));
        let agreement = multikey(&MethodKey::X25519(key));
        for wrong in ["", "z", "z6Mk", &agreement, &shown[1..], &key.to_string()[1..]] {
            assert_eq!(wrong.parse::<Key>(), Err(NoKey), "{wrong}");
        }
    }
}
