//! Keys of simulated validators: mock ones, whose signatures are cheap, and real ones.

use crate::scenario::Signatures;
use hefu_primitives::{Ed25519, PublicKey, SecretKey, Signature, Signer, Verifier};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Verdicts on real signatures that are remembered, in a run's verifier, before it forgets all.
const VERDICTS_MAX: usize = 200_000;

/// A signing key. An attacker can sign only with the keys that it was given.
#[derive(Clone)]
pub(crate) enum Key {
    /// Signs with a hash of key and message.
    Mock(PublicKey),
    /// Signs with Ed25519.
    Real(SecretKey),
}

impl Key {
    /// The key of a machine: it follows from the run's seed and the machine's number.
    pub(crate) fn of_machine(signatures: Signatures, seed: u64, number: u8) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8] = number;
        let secret = SecretKey::from_seed(blake3::hash(&bytes).as_bytes());
        match signatures {
            Signatures::Mock => Self::Mock(secret.public_key()),
            Signatures::Ed25519 => Self::Real(secret),
        }
    }

    pub(crate) fn public(&self) -> PublicKey {
        match self {
            Self::Mock(key) => *key,
            Self::Real(secret) => secret.public_key(),
        }
    }
}

impl Signer for Key {
    fn sign(&self, message: &[u8]) -> Signature {
        match self {
            Self::Mock(key) => mock_signature(key, message),
            Self::Real(secret) => secret.sign(message),
        }
    }
}

/// Checks signatures of either sort. It checks a real one once, however often it is shown.
pub(crate) enum Checker {
    Mock,
    Real(RefCell<BTreeMap<[u8; 32], bool>>),
}

impl Checker {
    pub(crate) fn new(signatures: Signatures) -> Self {
        match signatures {
            Signatures::Mock => Self::Mock,
            Signatures::Ed25519 => Self::Real(RefCell::default()),
        }
    }
}

impl Verifier for Checker {
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        match self {
            Self::Mock => mock_signature(key, message) == *signature,
            Self::Real(verdicts) => {
                let mut hasher = blake3::Hasher::new();
                hasher.update(key.as_bytes()).update(signature.as_bytes());
                let name = *hasher.update(message).finalize().as_bytes();
                let mut verdicts = verdicts.borrow_mut();
                if verdicts.len() > VERDICTS_MAX {
                    verdicts.clear();
                }
                *verdicts.entry(name).or_insert_with(|| Ed25519.verify(key, message, signature))
            }
        }
    }
}

/// 64 bytes that depend on every byte of key and message. Not meant to withstand anyone who
/// computes it without the key object: simulated attackers have no way to.
fn mock_signature(key: &PublicKey, message: &[u8]) -> Signature {
    let mut state = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344];
    for chunk in key.as_bytes().chunks(8).chain(message.chunks(8)) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        let word = u64::from_le_bytes(word);
        state[0] = fold(state[0] ^ word, 0x9e37_79b9_7f4a_7c15);
        state[1] = fold(state[1].rotate_left(23) ^ word, 0xd6e8_feb8_6659_fd93);
    }
    state[1] ^= message.len() as u64;
    let mut bytes = [0; 64];
    for (at, part) in bytes.chunks_mut(8).enumerate() {
        let word = fold(state[at % 2] ^ (at as u64 + 1), 0xa076_1d64_78bd_642f ^ state[1]);
        part.copy_from_slice(&word.to_le_bytes());
    }
    Signature::from_bytes(bytes)
}

/// Both halves of the product, so that no bit of either factor is lost.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0xe703_7ed1_a0b4_28db) * u128::from(b);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the halves of the product are what is wanted"
    )]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(signatures: Signatures) -> [Key; 2] {
        [1, 2].map(|number| Key::of_machine(signatures, 9, number))
    }

    #[test]
    fn a_signature_binds_key_and_message() {
        for signatures in [Signatures::Mock, Signatures::Ed25519] {
            let [one, other] = keys(signatures);
            let checker = Checker::new(signatures);
            let signature = one.sign(b"a message of some length");
            for _ in 0..2 {
                assert!(checker.verify(&one.public(), b"a message of some length", &signature));
                assert!(!checker.verify(&one.public(), b"a message of same length", &signature));
                assert!(!checker.verify(&other.public(), b"a message of some length", &signature));
            }
        }
    }

    #[test]
    fn mock_signatures_do_not_collide_on_padding() {
        let [one, _] = keys(Signatures::Mock);
        assert_ne!(one.sign(b"abc"), one.sign(b"abc\0"));
        assert_ne!(one.sign(b""), one.sign(b"\0\0\0\0\0\0\0\0"));
    }
}
