//! Keys as documents show them: Multikey (Controlled Identifiers 1.0, 2.2.2).

use crate::json::{Json, Value};
use crate::key::KeyBytes;
use crate::record::MethodKey;

/// The multicodec prefix of Ed25519 public keys, 0xed as a varint.
const ED25519: [u8; 2] = [0xed, 0x01];
/// The multicodec prefix of X25519 public keys, 0xec as a varint.
const X25519: [u8; 2] = [0xec, 0x01];

/// How keys of either kind begin in base58btc, whatever their bytes.
const BEGINNINGS: [&str; 2] = ["z6Mk", "z6LS"];

/// A key as a multibase text: `z`, then in base58btc its multicodec prefix and its 32 bytes.
pub fn multikey(key: &MethodKey) -> String {
    let prefix = match key {
        MethodKey::Ed25519(_) => ED25519,
        MethodKey::X25519(_) => X25519,
    };
    let bytes = [&prefix[..], key.bytes().as_bytes()].concat();
    format!("z{}", bs58::encode(bytes).into_string())
}

/// Characters of a text that may be a key: more than either spelling takes. Base58 takes time that
/// grows with the square of its length.
const KEY_CHARS_MAX: usize = 64;

/// The signature key that a text names: with 64 hexadecimal digits, or as [`multikey`] does.
pub fn parse_signature_key(text: &str) -> Option<KeyBytes> {
    if text.len() > KEY_CHARS_MAX {
        return None;
    }
    KeyBytes::read(&Value::Text(text.to_owned())).ok().or_else(|| from_multikey(text))
}

fn from_multikey(text: &str) -> Option<KeyBytes> {
    let bytes = bs58::decode(text.strip_prefix('z')?).into_vec().ok()?;
    let bytes = bytes.strip_prefix(&ED25519)?;
    let key = KeyBytes::from_bytes(bytes.try_into().ok()?);
    // One text a key.
    (multikey(&MethodKey::Ed25519(key)) == text).then_some(key)
}

/// Whether a text begins as every [`multikey`] does, so that it might be taken for one.
pub fn is_like_multikey(text: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_key_has_two_spellings() {
        let key = KeyBytes::from_bytes([7; 32]);
        let (shown, digits) = (multikey(&MethodKey::Ed25519(key)), key.to_string());
        assert_eq!(parse_signature_key(&shown), Some(key));
        assert_eq!(parse_signature_key(&digits), Some(key));
        let agreement = multikey(&MethodKey::X25519(key));
        let long = format!("z{}", "1".repeat(64));
        for wrong in ["", "z", "z6Mk", &agreement, &shown[1..], &digits[1..], &long] {
            assert_eq!(parse_signature_key(wrong), None, "{wrong}");
        }
    }
}
