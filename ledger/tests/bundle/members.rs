//! Validators of an epoch with their secrets.

use hefu_primitives::{
    Certificate, Committee, Header, Incarnation, SecretKey, Subject, Validator, ValidatorIndex,
    ValidatorSet, View, Vote,
};

/// A committee with everybody's keys.
#[derive(Clone, Debug)]
pub(super) struct Members {
    pub(super) committee: Committee,
    /// In the order of their places.
    keys: Vec<SecretKey>,
}

impl Members {
    /// The members of `committee`, whose keys are among `keys`.
    pub(super) fn new(committee: Committee, keys: &[SecretKey]) -> Self {
        let mut keys = keys.to_vec();
        keys.sort_by_key(SecretKey::public_key);
        Self { committee, keys }
    }

    /// The members of the epoch after this one: the first one has gone, and `newcomer` has come.
    pub(super) fn successor(&self, newcomer: SecretKey) -> Self {
        let mut keys = self.keys.clone();
        keys.remove(0);
        let key = newcomer.public_key();
        keys.push(newcomer);
        let old = self.committee.validators.iter().map(|(_, member)| *member);
        let new = Validator { key, incarnation: Incarnation::from_bytes([9; 16]) };
        let set: Vec<_> =
            old.filter(|one| keys.iter().any(|k| k.public_key() == one.key)).collect();
        let validators = ValidatorSet::new([&set[..], &[new]].concat()).unwrap();
        let epoch = self.committee.epoch.next();
        Self::new(Committee { epoch, validators, ..self.committee.clone() }, &keys)
    }

    /// The matching votes of the first `count` members.
    pub(super) fn certificate(&self, subject: Subject, count: usize) -> Certificate {
        let places = (0..).map(ValidatorIndex::new).zip(&self.keys).take(count);
        let vote = |(place, key)| Vote::sign(&self.committee, place, View::new(7), subject, key);
        let votes: Vec<_> = places.map(|one| vote(one).unwrap()).collect();
        Certificate::assemble(&self.committee, &votes).unwrap()
    }

    /// The finalization of a header by a quorum.
    pub(super) fn finalization(&self, header: &Header) -> Certificate {
        let quorum = self.committee.validators.quorum();
        self.certificate(Subject::Finalize(header.digest()), quorum)
    }
}
