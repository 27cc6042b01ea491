//! Signatures that were found good, so that none is checked twice.
//!
//! A vote comes by itself, then in the certificates that are made of it, and these come again with the next
//! proposals. What was good stays good: whether a signature holds follows from the key, the message and the
//! signature, and all three are compared. What does not hold is not remembered, so nobody fills the memory
//! but members of the committee, with what they have signed.

use crate::limits::SIGNATURES_KEPT;
use hefu_primitives::{Committee, Ed25519, PublicKey, Signature, Verifier, Verify, Vote};
use std::collections::BTreeSet;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A signature that holds, its message and the bytes of its key.
type Good = (Signature, Box<[u8]>, [u8; 32]);

/// A verifier that remembers what holds.
#[derive(Debug, Default)]
pub(super) struct Signatures(Mutex<Memory>);

/// Two generations: when the younger one is full the older one is forgotten.
#[derive(Debug, Default)]
struct Memory {
    younger: BTreeSet<Good>,
    older: BTreeSet<Good>,
}

impl Memory {
    fn has(&self, one: &Good) -> bool {
        self.younger.contains(one) || self.older.contains(one)
    }

    fn add(&mut self, one: Good) {
        if self.younger.len() >= SIGNATURES_KEPT / 2 {
            self.older = mem::take(&mut self.younger);
        }
        self.younger.insert(one);
    }
}

impl Signatures {
    /// This node has just signed this vote, which comes back to it in certificates.
    pub(super) fn note_own(&self, vote: &Vote, committee: &Committee) {
        // A vote of another committee than the engine's own is never made.
        let _ = vote.verify(committee, &Own(self));
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Verifier for Signatures {
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        let one = good(key, message, signature);
        if self.memory().has(&one) {
            return true;
        }
        // Not under the lock: others check meanwhile.
        let holds = Ed25519.verify(key, message, signature);
        if holds {
            self.memory().add(one);
        }
        holds
    }
}

/// Takes signatures for good that this node has made.
struct Own<'a>(&'a Signatures);

impl Verifier for Own<'_> {
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        self.0.memory().add(good(key, message, signature));
        true
    }
}

fn good(key: &PublicKey, message: &[u8], signature: &Signature) -> Good {
    (*signature, message.into(), *key.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_fixtures::World;
    use hefu_primitives::{Epoch, SecretKey, Signer, Subject, ValidatorIndex, View};

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_seed(&[seed; 32])
    }

    fn kept(signatures: &Signatures) -> usize {
        let memory = signatures.0.lock().unwrap();
        memory.younger.len() + memory.older.len()
    }

    #[test]
    fn what_was_good_is_good_for_its_key_and_message_alone() {
        let (signatures, signer) = (Signatures::default(), key(1));
        let signature = signer.sign(b"yes");
        for _ in 0..2 {
            assert!(signatures.verify(&signer.public_key(), b"yes", &signature));
            assert!(!signatures.verify(&signer.public_key(), b"no", &signature));
            assert!(!signatures.verify(&key(2).public_key(), b"yes", &signature));
            let other = key(2).sign(b"yes");
            assert!(!signatures.verify(&signer.public_key(), b"yes", &other));
            assert_eq!(kept(&signatures), 1, "and nothing else is remembered");
        }
    }

    #[test]
    fn a_remembered_signature_is_not_checked_again() {
        let signatures = Signatures::default();
        // No signature of this message: had it been checked, it would not hold.
        let (public, forged) = (key(1).public_key(), key(1).sign(b"another"));
        let one = (forged, b"message"[..].into(), *public.as_bytes());
        signatures.0.lock().unwrap().add(one);
        assert!(signatures.verify(&public, b"message", &forged));
    }

    #[test]
    fn what_this_node_has_signed_is_known_when_it_comes_back() {
        let world = World::new(1);
        let (committee, signatures) = (world.committee(Epoch::ZERO), Signatures::default());
        let (me, view) = (ValidatorIndex::new(0), View::new(1));
        let vote = Vote::sign(&committee, me, view, Subject::Nullify, &world.validators[0]);
        signatures.note_own(&vote.unwrap(), &committee);
        assert_eq!(kept(&signatures), 1);
        assert!(vote.unwrap().verify(&committee, &signatures).is_ok());
        assert_eq!(kept(&signatures), 1, "it is the same");
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_the_oldest() {
        let (public, signature) = (key(1).public_key(), key(1).sign(b"any"));
        let mut memory = Memory::default();
        let one = |number: usize| -> Good {
            (signature, number.to_le_bytes().into(), *public.as_bytes())
        };
        let count = 2 * SIGNATURES_KEPT;
        (0..count).for_each(|number| memory.add(one(number)));
        assert!(memory.younger.len() + memory.older.len() <= SIGNATURES_KEPT);
        assert!(memory.has(&one(count - 1)) && !memory.has(&one(0)));
        assert!(memory.has(&one(count - SIGNATURES_KEPT / 2)));
    }
}
