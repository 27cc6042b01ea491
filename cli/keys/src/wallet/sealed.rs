//! The bytes of a wallet's file: a header that says how to get from the passphrase to the key, and
//! what the key has encrypted (docs/wallet.md).

use super::error::SealError;
use crate::passphrase::Passphrase;
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hefu_primitives::codec;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

const MAGIC: &[u8; 16] = b"hefu wallet v1\0\0";
const MAGIC_OF_ALL_VERSIONS: &[u8] = b"hefu wallet v";
/// The context of the hash at the end, which tells damage from a wrong passphrase.
const CHECK: &str = "hefu 2026-11 wallet file v1";
const CHECK_BYTES: usize = 32;

/// Bytes of memory hardness, salt and nonce after the magic.
const HEADER_BYTES: usize = 12 + 16 + 24;

/// Bytes of a wallet's file: all accounts with an operation under way fit.
pub(super) const WALLET_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The most that a file may ask for before anybody knows that it is genuine.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 32;
const LANES_MAX: u32 = 16;

/// How hard it is to try a passphrase: Argon2id's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hardness {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Hardness {
    /// What RFC 9106 recommends where two GiB are too much: 64 MiB, three passes, four lanes.
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    hardness: Hardness,
    salt: [u8; 16],
    nonce: [u8; 24],
}

/// A passphrase's key, with what it followed from.
pub(super) struct Key {
    hardness: Hardness,
    salt: [u8; 16],
    secret: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Hardness {
    fn out_of_bounds(self) -> SealError {
        let Self { memory_kib, passes, lanes } = self;
        SealError::Hardness { memory_kib, passes, lanes }
    }

    fn parameters(self) -> Result<Params, SealError> {
        let Self { memory_kib, passes, lanes } = self;
        let bounded = memory_kib <= MEMORY_KIB_MAX && passes <= PASSES_MAX && lanes <= LANES_MAX;
        let parameters = bounded.then(|| Params::new(memory_kib, passes, lanes, Some(32)).ok());
        parameters.flatten().ok_or(self.out_of_bounds())
    }
}

impl Key {
    /// The key of a passphrase.
    pub(super) fn derive(
        passphrase: &Passphrase,
        hardness: Hardness,
        salt: [u8; 16],
    ) -> Result<Self, SealError> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, hardness.parameters()?);
        let mut secret = Zeroizing::new([0; 32]);
        let hashed = argon2.hash_password_into(passphrase.as_bytes(), &salt, secret.as_mut());
        hashed.map_err(|_| hardness.out_of_bounds())?;
        Ok(Self { hardness, salt, secret })
    }

    /// The bytes of a file that holds `plain`. No nonce is used twice.
    pub(super) fn seal(&self, nonce: [u8; 24], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let header = Header { hardness: self.hardness, salt: self.salt, nonce };
        let mut bytes = [&MAGIC[..], &codec::encode(&header)].concat();
        let payload = Payload { msg: plain, aad: &bytes };
        let encrypted = self.cipher().encrypt(&XNonce::from(nonce), payload);
        bytes.extend(encrypted.map_err(|_| SealError::Damaged)?);
        let check = blake3::derive_key(CHECK, &bytes);
        bytes.extend(check);
        Ok(bytes)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.secret).into())
    }
}

/// What a file holds, and the key that opened it.
pub(super) fn open(
    bytes: &[u8],
    passphrase: &Passphrase,
) -> Result<(Key, Zeroizing<Vec<u8>>), SealError> {
    let parts = parts(bytes)?;
    let Header { hardness, salt, nonce } = parts.header;
    let key = Key::derive(passphrase, hardness, salt)?;
    let payload = Payload { msg: parts.encrypted, aad: parts.authenticated };
    let plain = key.cipher().decrypt(&XNonce::from(nonce), payload);
    Ok((key, Zeroizing::new(plain.map_err(|_| SealError::Passphrase)?)))
}

struct Parts<'a> {
    /// Magic and header.
    authenticated: &'a [u8],
    header: Header,
    encrypted: &'a [u8],
}

/// The parts of a file that is as it was written. Damage is found before the passphrase is hashed.
fn parts(bytes: &[u8]) -> Result<Parts<'_>, SealError> {
    if !bytes.starts_with(MAGIC) {
        let ours = bytes.starts_with(MAGIC_OF_ALL_VERSIONS);
        return Err(if ours { SealError::Version } else { SealError::NotAWallet });
    }
    let (content, check) = bytes.split_last_chunk::<CHECK_BYTES>().ok_or(SealError::Damaged)?;
    if blake3::derive_key(CHECK, content) != *check {
        return Err(SealError::Damaged);
    }
    let (authenticated, encrypted) =
        content.split_at_checked(MAGIC.len() + HEADER_BYTES).ok_or(SealError::Damaged)?;
    let header = authenticated.get(MAGIC.len()..).unwrap_or_default();
    let header = codec::decode(header, HEADER_BYTES).map_err(|_| SealError::Damaged)?;
    Ok(Parts { authenticated, header, encrypted })
}

#[cfg(test)]
mod tests;
