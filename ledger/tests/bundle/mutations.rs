//! Altered bundles: none proves anything.
//!
//! Signatures are the slow part of verification. So the many mutations are verified by who knows
//! every genuine signature by heart and takes nothing else, and a few by the real thing.

use super::golden::each_kind;
use super::scene::{Scene, checked, content};
use hefu_ledger::bundle::{Bundle, BundleError, Origin, Policy, Proven, Query, verify};
use hefu_ledger::state::StateKey;
use hefu_primitives::{Ed25519, PublicKey, Signature, Verifier};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;

/// Mutations in all, drawn over the kinds in turn, unless `HEFU_MUTATIONS` says how many.
const DRAWN: usize = 1_000_000;
/// Mutations that are verified with real signatures.
const DRAWN_FOR_REAL: usize = 20_000;

type Triple = (PublicKey, Vec<u8>, Signature);

/// Verifies for real, and remembers what holds.
#[derive(Default)]
struct Learner(RefCell<BTreeSet<Triple>>);

impl Verifier for Learner {
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        let holds = Ed25519.verify(key, message, signature);
        if holds {
            self.0.borrow_mut().insert((*key, message.to_vec(), *signature));
        }
        holds
    }
}

/// Takes for valid what it has learnt, which is all that anybody without the keys could show.
struct Knower(BTreeSet<Triple>);

impl Verifier for Knower {
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        self.0.contains(&(*key, message.to_vec(), *signature))
    }
}

/// A question, and the bundle that answers it, without the hash at its end: whoever forges a bundle
/// hashes it anew.
struct Kind {
    name: &'static str,
    origin: Origin,
    policy: Policy,
    query: Query,
    bytes: Vec<u8>,
}

impl Kind {
    fn new(scene: &Scene, name: &'static str, query: Query) -> Self {
        let (origin, policy) = (scene.origin(), scene.policy());
        Self { name, origin, policy, query, bytes: content(&scene.prove(query)) }
    }

    /// What these bytes, hashed anew, prove to who asked the question.
    fn ask<V: Verifier>(&self, bytes: &[u8], verifier: &V) -> Option<Proven> {
        let bundle = Bundle::from_bytes(&checked(bytes)).ok()?;
        let proven = verify(bundle, &self.origin, &self.policy, verifier).ok()?;
        proven.check_answer(&self.query).is_ok().then_some(proven)
    }

    /// Sees each of the bytes altered by each of the masks, and the bundle refused.
    fn alter_each<V: Verifier>(&self, masks: &[u8], verifier: &V) {
        for at in 0..self.bytes.len() {
            for mask in masks {
                let mut altered = self.bytes.clone();
                altered[at] ^= mask;
                let proven = self.ask(&altered, verifier);
                assert!(proven.is_none(), "byte {at} of {}: {proven:?}", self.name);
            }
        }
    }
}

/// Bundles of every kind, and who knows their signatures.
fn kinds(scene: &Scene) -> (Vec<Kind>, Knower) {
    let questions = each_kind(scene).into_iter();
    let kinds: Vec<_> = questions.map(|(name, query)| Kind::new(scene, name, query)).collect();
    let knower = learn(&kinds);
    (kinds, knower)
}

fn learn(kinds: &[Kind]) -> Knower {
    let learner = Learner::default();
    for kind in kinds {
        assert!(kind.ask(&kind.bytes, &learner).is_some(), "{}", kind.name);
    }
    Knower(learner.0.into_inner())
}

struct Mutator(ChaCha8Rng);

impl Mutator {
    fn below(&mut self, bound: usize) -> usize {
        self.0.next_u32() as usize % bound
    }

    fn byte(&mut self) -> u8 {
        self.0.next_u32().to_be_bytes()[0]
    }

    /// A part of the bytes, at most 64 of them.
    fn part(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length);
        start..(start + 1 + self.below(64)).min(length)
    }

    /// The bytes with something flipped, replaced, removed, inserted, moved, repeated, or taken from
    /// another bundle.
    fn alter(&mut self, bytes: &[u8], other: &[u8]) -> Vec<u8> {
        let mut altered = bytes.to_vec();
        let at = self.below(bytes.len());
        match self.below(9) {
            0 => drop(altered.remove(at)),
            1 => altered.insert(at, self.byte()),
            2 => altered.swap(at, bytes.len() - 1 - at),
            3 => altered[at] = self.byte(),
            4 => drop(altered.drain(self.part(bytes.len()))),
            5 => {
                let part = bytes[self.part(bytes.len())].to_vec();
                drop(altered.splice(at..at, part));
            }
            6 => {
                let part = self.part(bytes.len().min(other.len()));
                altered[part.clone()].copy_from_slice(&other[part]);
            }
            _ => altered[at] ^= 1 << self.below(8),
        }
        altered
    }
}

/// Draws mutations of every kind and sees them refused.
fn draw<V: Verifier>(count: usize, seed: u8, verifier: &V, kinds: &[Kind]) {
    let mut mutator = Mutator(ChaCha8Rng::from_seed([seed; 32]));
    let mut refused = 0;
    for number in 0..count {
        let kind = &kinds[number % kinds.len()];
        let other = &kinds[mutator.below(kinds.len())];
        let altered = mutator.alter(&kind.bytes, &other.bytes);
        if altered == kind.bytes {
            continue;
        }
        let proven = kind.ask(&altered, verifier);
        assert!(proven.is_none(), "mutation {number} of {}: {proven:?}", kind.name);
        refused += 1;
    }
    assert!(refused > count / 10 * 9, "the mutations alter something");
}

#[test]
fn a_damaged_bundle_is_known_as_such() {
    let scene = Scene::one_epoch();
    for (name, query) in each_kind(&scene) {
        let bytes = scene.prove(query).to_bytes();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            assert_eq!(Bundle::from_bytes(&damaged), Err(BundleError::Damaged), "{name}, {at}");
        }
    }
}

#[test]
fn no_byte_of_any_bundle_can_be_altered() {
    let scene = Scene::one_epoch();
    let (kinds, knower) = kinds(&scene);
    for kind in &kinds {
        kind.alter_each(&[1, 0x80, 0xff], &knower);
    }
}

#[test]
fn no_byte_of_the_epochs_can_be_altered() {
    let scene = Scene::three_epochs();
    let kind = Kind::new(&scene, "epochs", Query::Record(StateKey::Did(scene.alice.did)));
    let knower = learn(std::slice::from_ref(&kind));
    kind.alter_each(&[1], &knower);
}

/// How many mutations are asked for.
#[expect(clippy::disallowed_methods, reason = "how long this searches is up to whoever runs it")]
fn drawn() -> usize {
    env::var("HEFU_MUTATIONS").map_or(DRAWN, |count| count.parse().unwrap())
}

#[test]
fn mutations_by_the_million_prove_nothing() {
    let scene = Scene::one_epoch();
    let (kinds, knower) = kinds(&scene);
    draw(drawn(), 1, &knower, &kinds);
}

#[test]
fn mutations_prove_nothing_to_who_checks_signatures() {
    let scene = Scene::one_epoch();
    let (kinds, _) = kinds(&scene);
    draw(DRAWN_FOR_REAL, 2, &Ed25519, &kinds);
}
