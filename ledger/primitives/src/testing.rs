//! What the tests of this crate build on: committees whose keys come from counted seeds.

use crate::{
    Certificate, Committee, Digest, Epoch, GenesisHash, Hash, Incarnation, Purpose, SecretKey,
    Subject, Validator, ValidatorIndex, ValidatorSet, View, Vote,
};

pub(crate) struct Members {
    pub(crate) committee: Committee,
    pub(crate) keys: Vec<SecretKey>,
}

pub(crate) fn digest(number: u8) -> Digest {
    Digest::new(Hash::from_bytes([number; 32]))
}

pub(crate) fn secret(number: u8) -> SecretKey {
    SecretKey::from_seed(&[number; 32])
}

impl Members {
    /// `n` members of epoch 1, their keys in the order of their places.
    pub(crate) fn new(n: u8) -> Self {
        let mut keys: Vec<_> = (1..=n).map(secret).collect();
        keys.sort_by_key(SecretKey::public_key);
        let validators = keys.iter().map(|key| Validator {
            key: key.public_key(),
            incarnation: Incarnation::from_bytes([7; 16]),
        });
        let committee = Committee {
            genesis: GenesisHash::new(Hash::of(Purpose::Genesis, b"test")),
            epoch: Epoch::new(1),
            validators: ValidatorSet::new(validators.collect()).unwrap(),
        };
        Self { committee, keys }
    }

    pub(crate) fn vote(&self, signer: u8, view: u64, subject: Subject) -> Vote {
        let (index, key) = (ValidatorIndex::new(signer), &self.keys[usize::from(signer)]);
        Vote::sign(&self.committee, index, View::new(view), subject, key).unwrap()
    }

    pub(crate) fn certificate(&self, signers: &[u8], view: u64, subject: Subject) -> Certificate {
        let votes: Vec<_> = signers
            .iter()
            .map(|s| self.vote(*s, view, subject))
            .collect();
        Certificate::assemble(&self.committee, &votes).unwrap()
    }
}
