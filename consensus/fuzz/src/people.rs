//! Committees whose every secret is known, and signatures that cost little.

use hefu_primitives::{
    Certificate, Committee, Ed25519, Epoch, GenesisHash, Hash, Incarnation, ProposalStatement,
    PublicKey, Purpose, SecretKey, Signature, SignedProposal, Signer, Subject, Validator,
    ValidatorIndex, ValidatorSet, Verifier, View, Vote,
};
use std::sync::{Arc, LazyLock};

/// How many members the committees have: one alone, the least that tolerate one fault and two,
/// one whose quorum is not 2f + 1, one that needs a second byte of bitmap, and the largest.
pub(crate) const SIZES: [u8; 6] = [1, 4, 7, 6, 10, 100];

/// The epoch of the committees that matter.
pub(crate) const EPOCH: Epoch = Epoch::new(3);

/// A committee with its secrets.
pub(crate) struct People {
    pub(crate) committee: Arc<Committee>,
    secrets: Vec<SecretKey>,
}

/// A way to sign.
pub(crate) trait Scheme: Verifier {
    /// What the member at `place` gives for `message`.
    fn sign(&self, people: &People, place: u8, message: &[u8]) -> Signature;
}

/// Signatures that are a hash over key and message. Anyone could make them; they are for checking
/// who signed what, not how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mock;

/// A key of [`Mock`], secret and public in one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MockKey(PublicKey);

fn fold(hash: u64, bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    let mixed = (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed.rotate_right(29)
}

fn mock(key: &PublicKey, message: &[u8]) -> Signature {
    let parts = key.as_bytes().chunks(8).chain(message.chunks(8));
    let hash = parts.fold(message.len() as u64, fold);
    let mut bytes = [0; 64];
    for (place, lane) in (1_u8..).zip(bytes.chunks_exact_mut(8)) {
        lane.copy_from_slice(&fold(hash, &[place]).to_le_bytes());
    }
    Signature::from_bytes(bytes)
}

impl Signer for MockKey {
    fn sign(&self, message: &[u8]) -> Signature {
        mock(&self.0, message)
    }
}

impl Verifier for Mock {
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        mock(key, message) == *signature
    }
}

impl Scheme for Mock {
    fn sign(&self, people: &People, place: u8, message: &[u8]) -> Signature {
        people.mock_key(place).sign(message)
    }
}

impl Scheme for Ed25519 {
    fn sign(&self, people: &People, place: u8, message: &[u8]) -> Signature {
        people.secrets[usize::from(place)].sign(message)
    }
}

impl People {
    fn new(size: u8, epoch: Epoch) -> Self {
        let secret = |number: u8| SecretKey::from_seed(&[number; 32]);
        let mut secrets: Vec<_> = (0..size).map(secret).collect();
        secrets.sort_by_key(SecretKey::public_key);
        let member = |(place, secret): (u8, &SecretKey)| Validator {
            key: secret.public_key(),
            incarnation: Incarnation::from_bytes(incarnation(place)),
        };
        let members = (0..).zip(&secrets).map(member).collect();
        let validators = ValidatorSet::new(members).expect("the keys are distinct and few");
        let genesis = GenesisHash::new(Hash::of(Purpose::Genesis, b"fuzz"));
        Self { committee: Arc::new(Committee { genesis, epoch, validators }), secrets }
    }

    /// The committee of this size in [`EPOCH`].
    pub(crate) fn of(size: u8) -> &'static Self {
        static ALL: LazyLock<Vec<People>> = LazyLock::new(|| people_of(EPOCH));
        find(&ALL, size)
    }

    /// The same members in the next epoch.
    pub(crate) fn of_next_epoch(size: u8) -> &'static Self {
        static ALL: LazyLock<Vec<People>> = LazyLock::new(|| people_of(EPOCH.next()));
        find(&ALL, size)
    }

    pub(crate) fn len(&self) -> u8 {
        u8::try_from(self.secrets.len()).expect("a committee has at most 100 members")
    }

    pub(crate) fn mock_key(&self, place: u8) -> MockKey {
        let key = self.committee.key(ValidatorIndex::new(place));
        MockKey(*key.expect("the place is one of the committee's"))
    }

    /// n − f, by arithmetic of its own.
    pub(crate) fn quorum(&self) -> u8 {
        self.len() - (self.len() - 1) / 3
    }

    /// (epoch + view) mod n, by arithmetic of its own.
    pub(crate) fn leader(&self, view: View) -> u8 {
        let turn = u128::from(self.committee.epoch.get()) + u128::from(view.get());
        let place = turn % u128::from(self.len());
        u8::try_from(place).expect("a remainder is smaller than its divisor")
    }

    pub(crate) fn vote(
        &self,
        scheme: &impl Scheme,
        place: u8,
        view: View,
        subject: Subject,
    ) -> Vote {
        let (signer, key) = (ValidatorIndex::new(place), Pen { people: self, scheme, place });
        Vote::sign(&self.committee, signer, view, subject, &key).expect("a member signs")
    }

    pub(crate) fn certificate(
        &self,
        scheme: &impl Scheme,
        signers: &[u8],
        view: View,
        subject: Subject,
    ) -> Certificate {
        let votes: Vec<_> =
            signers.iter().map(|place| self.vote(scheme, *place, view, subject)).collect();
        Certificate::assemble(&self.committee, &votes).expect("members sign, each once")
    }

    pub(crate) fn proposal(
        &self,
        scheme: &impl Scheme,
        statement: ProposalStatement,
    ) -> SignedProposal {
        let place = self.leader(statement.view);
        let key = Pen { people: self, scheme, place };
        SignedProposal::sign(&self.committee, statement, &key).expect("a view has a leader")
    }
}

/// A member who is about to sign.
struct Pen<'a, S> {
    people: &'a People,
    scheme: &'a S,
    place: u8,
}

impl<S: Scheme> Signer for Pen<'_, S> {
    fn sign(&self, message: &[u8]) -> Signature {
        self.scheme.sign(self.people, self.place, message)
    }
}

/// The incarnation of the member at `place`: each has another.
pub(crate) const fn incarnation(place: u8) -> [u8; 16] {
    [place ^ 0xa5; 16]
}

fn people_of(epoch: Epoch) -> Vec<People> {
    SIZES.map(|size| People::new(size, epoch)).into()
}

fn find(all: &'static [People], size: u8) -> &'static People {
    let found = all.iter().find(|people| people.len() == size);
    found.expect("the size is one of SIZES")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_order_of_their_keys() {
        for size in SIZES {
            let people = People::of(size);
            for place in 0..size {
                let key = people.secrets[usize::from(place)].public_key();
                assert_eq!(people.mock_key(place), MockKey(key));
            }
        }
    }

    #[test]
    fn a_mock_signature_binds_key_and_message() {
        let people = People::of(4);
        let signature = Mock.sign(people, 1, b"one");
        let verify = |place, message| Mock.verify(&people.mock_key(place).0, message, &signature);
        assert!(verify(1, b"one"));
        assert!(!verify(2, b"one"));
        assert!(!verify(1, b"one\0"));
    }
}
