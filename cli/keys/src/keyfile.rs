//! Key files: an Ed25519 secret key as PKCS#8 PEM, encrypted with a passphrase.
//!
//! The encryption is PBES2 of scrypt and AES-256-CBC, which OpenSSL reads and writes:
//! `openssl pkey -in FILE -noout -text` shows a key, and
//! `openssl genpkey -algorithm ed25519 -aes256 -out FILE` makes one.
//!
//! AES-CBC does not notice damage: a file with a wrong bit could open as another key, and a validator
//! would come up as a stranger. So ours begin with a line that names the public key, which OpenSSL
//! skips and [`open`] checks.

use crate::files::{self, FileError};
use crate::passphrase::{Passphrase, PassphraseError};
use crate::random::{self, RandomError};
use hefu_primitives::SecretKey;
use pkcs8::der::{
    Decode, SecretDocument,
    asn1::{BitStringRef, OctetStringRef},
};
use pkcs8::pkcs5::{EncryptionScheme, pbes2, scrypt};
use pkcs8::{
    AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier,
    PrivateKeyInfoRef,
};
use std::path::Path;
use thiserror::Error;
use zeroize::Zeroizing;

/// Ed25519 (RFC 8410, 3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// What the line with the public key begins with, before the PEM.
const PUBLIC_KEY: &str = "Public-Key: ";
const PLAIN_LABEL: &str = "PRIVATE KEY";
const ENCRYPTED_LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// Bytes of a key file: ours have 380, those of other programs a little more.
const KEY_FILE_BYTES_MAX: usize = 16 * 1024;

/// scrypt's cost: 2^14 blocks of 1 KiB, five times over. OpenSSL refuses the next larger memory; five
/// passes make up for it (they cost as much as the 2^17 blocks that are recommended where memory is
/// free to choose).
const SCRYPT_LOG_N: u8 = 14;
const SCRYPT_R: u32 = 8;
const SCRYPT_P: u32 = 5;

/// The most memory that opening a file may take, in bytes.
const SCRYPT_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// The most passes over it, and iterations of PBKDF2: a few seconds.
const SCRYPT_P_MAX: u16 = 16;
const PBKDF2_ITERATIONS_MAX: u32 = 10_000_000;

/// What protects a key file besides its permissions.
#[derive(Clone, Copy, Debug)]
pub enum Protection<'a> {
    /// A passphrase.
    Passphrase(&'a Passphrase),
    /// Nothing. Fit for development networks alone.
    None,
}

/// Whether a key file may be unencrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unprotected {
    /// It may not.
    Refused,
    /// It may, since the network is one for development.
    InDevelopment,
}

/// Why a key file was not read or written.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// There are no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// It is no PKCS#8 file in PEM.
    #[error("{path} is not a PKCS#8 key file in PEM: {why}")]
    NotPem {
        /// Which file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// It holds another kind of key.
    #[error("{path} holds a key that is not Ed25519")]
    NotEd25519 {
        /// Which file.
        path: String,
    },
    /// It is encrypted in a way that is unknown, or would take too much memory or time to open.
    #[error("{path} is encrypted in a way that is not accepted: {why}")]
    Scheme {
        /// Which file.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The passphrase does not open it. Nothing in the format tells a wrong passphrase from damage.
    #[error("the passphrase does not open {path}: it is another one, or the file is damaged")]
    Locked {
        /// Which file.
        path: String,
    },
    /// The key is not the one that the file's first line names.
    #[error("the key in {path} is not the one that its line {PUBLIC_KEY:?} names: it is damaged")]
    OtherKey {
        /// Which file.
        path: String,
    },
    /// It is not encrypted.
    #[error(
        "{path} is not encrypted, which only a development network accepts; encrypt it with: \
         openssl pkcs8 -topk8 -scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 5 -in '{path}' \
         -out NEW"
    )]
    Unencrypted {
        /// Which file.
        path: String,
    },
    /// The key could not be encrypted.
    #[error("encrypting the key: {0}")]
    Encrypting(String),
}

impl KeyFileError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Passphrase(error) => error.code(),
            Self::Random(error) => error.code(),
            Self::NotPem { .. } => "keyfile.not_pem",
            Self::NotEd25519 { .. } => "keyfile.not_ed25519",
            Self::Scheme { .. } => "keyfile.scheme",
            Self::Locked { .. } => "keyfile.locked",
            Self::OtherKey { .. } => "keyfile.other_key",
            Self::Unencrypted { .. } => "keyfile.unencrypted",
            Self::Encrypting(_) => "keyfile.encrypting",
        }
    }
}

/// A new key from the operating system's chance.
pub fn generate() -> Result<SecretKey, RandomError> {
    Ok(SecretKey::from_seed(&*random::bytes()?))
}

/// Writes a key into a new file, durably, for its owner alone. A file that is there stays.
pub fn create(path: &Path, key: &SecretKey, protection: Protection) -> Result<(), KeyFileError> {
    let pem = match protection {
        Protection::Passphrase(passphrase) => {
            encrypted(key, passphrase, &*random::bytes()?, *random::bytes()?)?
        }
        Protection::None => plain(key).map_err(encrypting)?,
    };
    Ok(files::create_private(path, with_public_key(key, &pem).as_bytes())?)
}

fn with_public_key(key: &SecretKey, pem: &str) -> Zeroizing<String> {
    let line = format!("{PUBLIC_KEY}{}\n", key.public_key());
    let mut text = Zeroizing::new(String::with_capacity(line.len().saturating_add(pem.len())));
    text.push_str(&line);
    text.push_str(pem);
    text
}

/// The key in a file that its owner alone may read. The passphrase is asked for if the file is
/// encrypted.
pub fn open(
    path: &Path,
    unprotected: Unprotected,
    passphrase: &mut dyn FnMut() -> Result<Passphrase, PassphraseError>,
) -> Result<SecretKey, KeyFileError> {
    let bytes = files::read_private(path, KEY_FILE_BYTES_MAX)?;
    let text = files::text(path, &bytes)?;
    let (label, document) = SecretDocument::from_pem(&text).map_err(|why| not_pem(path, &why))?;
    let key = match (label, unprotected) {
        (ENCRYPTED_LABEL, _) => decrypt(path, &document, &passphrase()?)?,
        (PLAIN_LABEL, Unprotected::InDevelopment) => read(path, document.as_bytes())?,
        (PLAIN_LABEL, Unprotected::Refused) => {
            return Err(KeyFileError::Unencrypted { path: name(path) });
        }
        (other, _) => return Err(not_pem(path, &format!("it is labelled {other:?}"))),
    };
    let named = text.lines().find_map(|line| line.strip_prefix(PUBLIC_KEY));
    if named.is_some_and(|named| named.trim_end() != key.public_key().to_string()) {
        return Err(KeyFileError::OtherKey { path: name(path) });
    }
    Ok(key)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn not_pem(path: &Path, why: &dyn ToString) -> KeyFileError {
    KeyFileError::NotPem { path: name(path), why: why.to_string() }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn encrypting<E: ToString>(error: E) -> KeyFileError {
    KeyFileError::Encrypting(error.to_string())
}

/// Gives what `take` makes of the key as PKCS#8 has it: an octet string within an octet string.
fn with_info<T>(
    key: &SecretKey,
    take: impl FnOnce(PrivateKeyInfoRef<'_>) -> pkcs8::Result<T>,
) -> pkcs8::Result<T> {
    let mut inner = Zeroizing::new([0; 34]);
    let (head, seed) = inner.split_at_mut(2);
    head.copy_from_slice(&[0x04, 0x20]);
    seed.copy_from_slice(&*Zeroizing::new(key.to_seed()));
    let algorithm = AlgorithmIdentifierRef { oid: ED25519, parameters: None };
    take(PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(&*inner)?))
}

fn plain(key: &SecretKey) -> pkcs8::Result<Zeroizing<String>> {
    let document = with_info(key, |info| SecretDocument::try_from(&info))?;
    Ok(document.to_pem(PLAIN_LABEL, LineEnding::LF)?)
}

fn encrypted(
    key: &SecretKey,
    passphrase: &Passphrase,
    salt: &[u8; 16],
    iv: [u8; 16],
) -> Result<Zeroizing<String>, KeyFileError> {
    let cost = scrypt::Params::new(SCRYPT_LOG_N, SCRYPT_R, SCRYPT_P).map_err(encrypting)?;
    let scheme = pbes2::Parameters::generate_scrypt_aes256cbc(cost, salt, iv);
    let scheme = scheme.map_err(encrypting)?;
    let document = with_info(key, |info| info.encrypt_with_params(scheme, passphrase.as_bytes()));
    let text = document.and_then(|document| Ok(document.to_pem(ENCRYPTED_LABEL, LineEnding::LF)?));
    text.map_err(encrypting)
}

fn decrypt(
    path: &Path,
    document: &SecretDocument,
    passphrase: &Passphrase,
) -> Result<SecretKey, KeyFileError> {
    let info = EncryptedPrivateKeyInfoRef::from_der(document.as_bytes());
    let info = info.map_err(|why| not_pem(path, &why))?;
    check_scheme(&info.encryption_algorithm)
        .map_err(|why| KeyFileError::Scheme { path: name(path), why })?;
    let locked = || KeyFileError::Locked { path: name(path) };
    let plain = info.decrypt(passphrase.as_bytes()).map_err(|_| locked())?;
    // One wrong passphrase in 256 leaves what looks like a padding, and no key before it.
    read(path, plain.as_bytes()).map_err(|error| match error {
        KeyFileError::NotPem { .. } => locked(),
        other => other,
    })
}

/// Refuses what would take more memory or time than any honest file.
fn check_scheme(scheme: &EncryptionScheme) -> Result<(), &'static str> {
    let EncryptionScheme::Pbes2(parameters) = scheme else {
        return Err("PBES1 is broken");
    };
    match &parameters.kdf {
        pbes2::Kdf::Scrypt(scrypt) => {
            let blocks = scrypt.cost_parameter;
            let bytes = blocks.saturating_mul(u64::from(scrypt.block_size)).saturating_mul(128);
            let fits = bytes <= SCRYPT_BYTES_MAX && scrypt.parallelization <= SCRYPT_P_MAX;
            // The library would take the logarithm of no blocks at all.
            let some = blocks.is_power_of_two();
            if fits && some { Ok(()) } else { Err("scrypt with more than 1 GiB or 16 passes") }
        }
        pbes2::Kdf::Pbkdf2(pbkdf2) if pbkdf2.iteration_count > PBKDF2_ITERATIONS_MAX => {
            Err("PBKDF2 with more than 10,000,000 iterations")
        }
        pbes2::Kdf::Pbkdf2(_) => Ok(()),
        _ => Err("its key derivation is unknown"),
    }
}

fn read(path: &Path, bytes: &[u8]) -> Result<SecretKey, KeyFileError> {
    let info = PrivateKeyInfoRef::from_der(bytes).map_err(|why| not_pem(path, &why))?;
    if info.algorithm.oid != ED25519 || info.algorithm.parameters.is_some() {
        return Err(KeyFileError::NotEd25519 { path: name(path) });
    }
    let wrong = |why: &str| not_pem(path, &why);
    let seed = match info.private_key.as_bytes() {
        [0x04, 0x20, seed @ ..] => <[u8; 32]>::try_from(seed).ok().map(Zeroizing::new),
        _ => None,
    };
    let seed = seed.ok_or_else(|| wrong("its key has not 32 bytes"))?;
    let key = SecretKey::from_seed(&seed);
    let named = info.public_key.as_ref().map(BitStringRef::raw_bytes);
    if named.is_some_and(|named| named != key.public_key().as_bytes()) {
        return Err(wrong("its public key is another key's"));
    }
    Ok(key)
}

#[cfg(test)]
mod tests;
