//! What the tests of this crate build on: committees whose keys come from counted seeds, and
//! verifiers that tell whether they were asked.

pub(crate) mod arbitrary;

use crate::{
    Certificate, Checkpoint, Committee, Digest, Epoch, GenesisHash, Hash, Header, Height,
    Incarnation, ProposalStatement, PublicKey, Purpose, SecretKey, Signature, SignedProposal,
    Subject, Timestamp, Validator, ValidatorIndex, ValidatorSet, Verifier, View, Vote,
};
use proptest::test_runner::{Config, RngSeed};

/// A committee with everybody's keys.
pub(crate) struct Members {
    pub(crate) committee: Committee,
    pub(crate) keys: Vec<SecretKey>,
}

pub(crate) fn hash(number: u8) -> Hash {
    Hash::from_bytes([number; 32])
}

pub(crate) fn digest(number: u8) -> Digest {
    Digest::new(hash(number))
}

pub(crate) fn genesis(name: &str) -> GenesisHash {
    GenesisHash::new(Hash::of(Purpose::Genesis, name.as_bytes()))
}

pub(crate) fn secret(number: u8) -> SecretKey {
    SecretKey::from_seed(&[number; 32])
}

/// The member whose key comes from the seed `number`, in the life of the same number.
pub(crate) fn validator(number: u8) -> Validator {
    Validator {
        key: secret(number).public_key(),
        incarnation: Incarnation::from_bytes([number; 16]),
    }
}

/// The header of block 5, no two of whose fields are alike.
pub(crate) fn header() -> Header {
    Header {
        protocol_version: 1,
        genesis: genesis("test"),
        epoch: Epoch::new(1),
        height: Height::new(5),
        parent: digest(4),
        time: Timestamp::new(1_700_000_000_123),
        transaction_root: hash(0x11),
        state_root: hash(0x22),
        history_root: hash(0x33),
        validators: hash(0x44),
        next_validators: hash(0x55),
    }
}

impl Members {
    /// `n` members of epoch 1 of the network "test", their keys in the order of their places.
    pub(crate) fn new(n: u8) -> Self {
        let mut numbers: Vec<_> = (1..=n).collect();
        numbers.sort_by_key(|number| secret(*number).public_key());
        let validators = numbers.iter().map(|number| validator(*number));
        let committee = Committee {
            genesis: genesis("test"),
            epoch: Epoch::new(1),
            validators: ValidatorSet::new(validators.collect()).unwrap(),
        };
        let keys = numbers.into_iter().map(secret).collect();
        Self { committee, keys }
    }

    /// The first q places.
    pub(crate) fn quorum(&self) -> Vec<u8> {
        let q = u8::try_from(self.committee.validators.quorum()).unwrap();
        (0..q).collect()
    }

    pub(crate) fn vote(&self, signer: u8, view: u64, subject: Subject) -> Vote {
        let (index, key) = (ValidatorIndex::new(signer), &self.keys[usize::from(signer)]);
        Vote::sign(&self.committee, index, View::new(view), subject, key).unwrap()
    }

    pub(crate) fn certificate(&self, signers: &[u8], view: u64, subject: Subject) -> Certificate {
        let votes: Vec<_> = signers.iter().map(|s| self.vote(*s, view, subject)).collect();
        Certificate::assemble(&self.committee, &votes).unwrap()
    }

    /// The leader's proposal of this block in this view, on the block that the epoch starts from.
    pub(crate) fn proposal(&self, view: u64, digest: Digest) -> SignedProposal {
        let view = View::new(view);
        let statement = ProposalStatement {
            epoch: self.committee.epoch,
            view,
            digest,
            parent_view: View::ZERO,
            parent_digest: self::digest(0),
        };
        let leader = usize::from(self.committee.leader(view).get());
        SignedProposal::sign(&self.committee, statement, &self.keys[leader]).unwrap()
    }

    /// [`header`] with a finalization by the first q.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        let header = header();
        let subject = Subject::Finalize(header.digest());
        Checkpoint { header, finalization: self.certificate(&self.quorum(), 9, subject) }
    }
}

/// Finds every signature valid.
pub(crate) struct Gullible;

impl Verifier for Gullible {
    fn verify(&self, _: &PublicKey, _: &[u8], _: &Signature) -> bool {
        true
    }
}

/// Must not be asked: what it guards is refused before any signature is checked.
pub(crate) struct Unasked;

impl Verifier for Unasked {
    fn verify(&self, _: &PublicKey, _: &[u8], _: &Signature) -> bool {
        panic!("a signature was checked in vain")
    }
}

/// As many cases of a property, the same ones in every run: a failure replays by running again.
pub(crate) fn cases(count: u32) -> Config {
    Config {
        cases: count,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x6865_6675),
        ..Config::default()
    }
}
