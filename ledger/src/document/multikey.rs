//! Keys as documents show them: Multikey (Controlled Identifiers 1.0, 2.2.2).

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

/// Whether a text begins as every [`multikey`] does, so that it might be taken for one.
pub fn is_like_multikey(text: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}
