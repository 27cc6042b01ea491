//! Ed25519 keys and signatures, with one rule of validity everywhere: `verify_strict`.
//!
//! Libraries disagree about signatures made with keys or points of small or mixed order. The
//! strict rule refuses small-order keys and commitments, needs a canonical scalar, and uses the
//! equation without the cofactor, which are libsodium's verdicts. [`PublicKey`] refuses, besides,
//! every encoding that is not a canonical point of the prime-order group, so that a key has one
//! form and no weak relatives.

use crate::limits::{PUBLIC_KEY_BYTES, SIGNATURE_BYTES};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use thiserror::Error as ThisError;

/// An Ed25519 public key: a canonical encoding of a point of the prime-order group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why 32 bytes are not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
pub enum KeyError {
    /// No point of the curve has this encoding.
    #[error("not a point of the curve")]
    NotAPoint,
    /// A point, but written in another way than the one that RFC 8032 prescribes.
    #[error("not the canonical encoding of its point")]
    NotCanonical,
    /// A point of order 1, 2, 4 or 8, under which one signature fits many messages.
    #[error("a point of small order")]
    SmallOrder,
    /// A point with a part of small order, for which verification rules disagree.
    #[error("a point of mixed order")]
    MixedOrder,
}

impl PublicKey {
    /// The key with this encoding (RFC 8032, 5.1.5).
    pub fn from_bytes(bytes: &[u8; PUBLIC_KEY_BYTES]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        let point = key.to_edwards();
        if point.compress().as_bytes() != bytes {
            return Err(KeyError::NotCanonical);
        }
        if key.is_weak() {
            return Err(KeyError::SmallOrder);
        }
        if !point.is_torsion_free() {
            return Err(KeyError::MixedOrder);
        }
        Ok(Self(key))
    }

    /// The encoding.
    pub fn as_bytes(&self) -> &[u8; PUBLIC_KEY_BYTES] {
        self.0.as_bytes()
    }
}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&crate::Hash::from_bytes(*self.as_bytes()), f)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&crate::Hash::from_bytes(*self.as_bytes()), f)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_bytes().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <[u8; PUBLIC_KEY_BYTES]>::deserialize(deserializer)?;
        Self::from_bytes(&bytes).map_err(D::Error::custom)
    }
}

/// An Ed25519 signature as received: 64 bytes that verify or do not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature([u8; SIGNATURE_BYTES]);

impl Signature {
    /// A signature from its bytes, valid or not.
    pub const fn from_bytes(bytes: [u8; SIGNATURE_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; SIGNATURE_BYTES] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

// serde has no arrays above 32; a tuple of 64 bytes has the same encoding: no length, 64 bytes.
impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(SIGNATURE_BYTES)?;
        self.0.iter().try_for_each(|byte| tuple.serialize_element(byte))?;
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(SIGNATURE_BYTES, SignatureVisitor)
    }
}

struct SignatureVisitor;

impl<'de> Visitor<'de> for SignatureVisitor {
    type Value = Signature;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SIGNATURE_BYTES} bytes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Signature, A::Error> {
        let mut bytes = [0; SIGNATURE_BYTES];
        for (position, byte) in bytes.iter_mut().enumerate() {
            *byte = seq
                .next_element()?
                .ok_or_else(|| A::Error::invalid_length(position, &"64 bytes"))?;
        }
        Ok(Signature(bytes))
    }
}

/// Who can sign.
pub trait Signer {
    /// The signature of `message`.
    fn sign(&self, message: &[u8]) -> Signature;
}

/// Who can tell whether a signature is valid.
pub trait Verifier {
    /// Whether `signature` is one of `message` by `key`.
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool;
}

/// The verifier of hefu: Ed25519 by the strict rule.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ed25519;

impl Verifier for Ed25519 {
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        key.0.verify_strict(message, &signature).is_ok()
    }
}

/// An Ed25519 secret key. It is wiped from memory when dropped, and never printed.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// The key with this 32-byte seed (RFC 8032, 5.1.5), which must come from a good random source.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, for what needs the key in another form. Whoever takes it out wipes it.
    pub fn to_seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The public half. A key made from a seed is always a point of the prime-order group.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }
}

impl Signer for SecretKey {
    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests;
