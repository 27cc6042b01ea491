//! Signatures that cost nothing: a fingerprint of the key and the message.
//!
//! Anyone could forge them, and in the model nobody does: the traitor signs with its own key
//! only. What is checked here is what a validator signs, not how.

use crate::print::print;
use hefu_primitives::{PublicKey, Signature, Signer, Verifier};

/// A key, secret and public in one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MockKey(pub(crate) PublicKey);

/// The verifier of what mock keys sign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MockVerifier;

/// A fingerprint, spread over the 64 bytes of a signature.
fn mock(key: &PublicKey, message: &[u8]) -> Signature {
    let hash = print(&(key, message));
    let mut signature = [0; 64];
    for (place, lane) in (1_u64..).zip(signature.chunks_exact_mut(8)) {
        lane.copy_from_slice(&hash.wrapping_mul(2 * place + 1).to_le_bytes());
    }
    Signature::from_bytes(signature)
}

impl Signer for MockKey {
    fn sign(&self, message: &[u8]) -> Signature {
        mock(&self.0, message)
    }
}

impl Verifier for MockVerifier {
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        mock(key, message) == *signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_primitives::SecretKey;

    #[test]
    fn a_signature_binds_key_and_message() {
        let key = |seed| MockKey(SecretKey::from_seed(&[seed; 32]).public_key());
        let signature = key(1).sign(b"one");
        assert!(MockVerifier.verify(&key(1).0, b"one", &signature));
        assert!(!MockVerifier.verify(&key(2).0, b"one", &signature));
        assert!(!MockVerifier.verify(&key(1).0, b"two", &signature));
    }
}
