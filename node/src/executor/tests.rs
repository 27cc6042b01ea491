//! Blocks on blocks, valid, wrong, final and abandoned.

use super::{Executor, ExecutorError, Made, Shared};
use crate::ledger::Ledger;
use hefu_consensus::Verdict;
use hefu_fixtures::{Wallet, World};
use hefu_ledger::store::{MemoryStore, Store};
use hefu_ledger::{CheckedTransaction, Transaction};
use hefu_primitives::{Digest, Ed25519, Hash, Header};
use std::sync::{Arc, RwLock};

/// A network with one executor.
struct Scene {
    world: World,
    store: Shared<MemoryStore>,
    executor: Executor<MemoryStore>,
}

impl Scene {
    fn new() -> Self {
        let world = World::new(9);
        let store = Arc::new(RwLock::new(MemoryStore::new(&world.genesis).unwrap()));
        let executor = Executor::new(Arc::clone(&store), world.hash);
        Self { world, store, executor }
    }

    fn head(&self) -> Header {
        self.store.read().unwrap().head().header.clone()
    }

    fn enrolments(&mut self, count: usize) -> Vec<CheckedTransaction> {
        let people = Wallet::people(&mut self.world, count);
        let creates: Vec<_> = people.iter().map(|one| self.world.create(one)).collect();
        creates.into_iter().map(|one| self.check(one)).collect()
    }

    fn check(&self, transaction: Transaction) -> CheckedTransaction {
        CheckedTransaction::new(Arc::new(transaction), &self.world.hash, &Ed25519).unwrap()
    }

    fn build(&mut self, on: &Digest, candidates: Vec<CheckedTransaction>) -> Made<Ledger> {
        self.world.now = self.world.now.saturating_add(1_000);
        self.executor.build(on, self.world.now, candidates).unwrap()
    }

    fn commit(&mut self, header: &Header) -> Result<(), ExecutorError> {
        let proof = self.world.finalization(header);
        self.executor.commit(header, &proof).map(|_| ())
    }
}

#[test]
fn what_one_builds_another_finds_valid() {
    let (mut maker, mut other) = (Scene::new(), Scene::new());
    let (head, candidates) = (maker.head().digest(), maker.enrolments(3));
    let made = maker.build(&head, candidates.clone());
    assert!(made.left_out.is_empty() && made.content.belongs_to(&made.header));
    let body = &made.content.body;
    let verdict = other.executor.validate(&made.header, body, &candidates);
    assert_eq!(verdict, Ok(Verdict::Valid));
    other.commit(&made.header).unwrap();
    assert_eq!(other.head(), made.header);
}

#[test]
fn a_header_that_says_something_else_is_invalid() {
    let (mut maker, mut other) = (Scene::new(), Scene::new());
    let (head, candidates) = (maker.head().digest(), maker.enrolments(2));
    let made = maker.build(&head, candidates.clone());
    let wrong = Header { state_root: Hash::default(), ..made.header.clone() };
    let body = &made.content.body;
    let verdict = other.executor.validate(&wrong, body, &candidates);
    assert_eq!(verdict, Ok(Verdict::Invalid));
    let early = Header { time: Scene::new().head().time, ..made.header.clone() };
    assert_eq!(other.executor.validate(&early, body, &candidates), Ok(Verdict::Invalid));
    let verdict = other.executor.validate(&made.header, body, &candidates[..1]);
    assert_eq!(verdict, Ok(Verdict::Invalid), "one transaction is missing");
}

#[test]
fn what_does_not_apply_is_left_out() {
    let mut scene = Scene::new();
    let (head, mut candidates) = (scene.head().digest(), scene.enrolments(2));
    candidates.push(candidates[0].clone());
    let made = scene.build(&head, candidates.clone());
    assert_eq!(made.content.body.transactions.len(), 2);
    let left_out: Vec<_> = made.left_out.iter().map(|(id, _)| *id).collect();
    assert_eq!(left_out, [candidates[0].id()]);
}

#[test]
fn blocks_stand_on_blocks_that_are_not_final() {
    let mut scene = Scene::new();
    let (head, first) = (scene.head().digest(), scene.enrolments(1));
    let below = scene.build(&head, first.clone()).header;
    let again = scene.build(&below.digest(), first);
    assert_eq!(again.left_out.len(), 1, "it is enrolled below");
    let second = scene.enrolments(1);
    let above = scene.build(&below.digest(), second).header;
    assert_eq!(scene.head().height.get(), 0);
    scene.commit(&below).unwrap();
    let third = scene.enrolments(1);
    let top = scene.build(&above.digest(), third).header;
    scene.commit(&above).unwrap();
    scene.commit(&top).unwrap();
    assert_eq!(scene.head(), top);
}

#[test]
fn what_stands_beside_a_final_block_is_forgotten() {
    let mut scene = Scene::new();
    let head = scene.head().digest();
    let (one, other) = (scene.enrolments(1), scene.enrolments(1));
    let (one, other) = (scene.build(&head, one).header, scene.build(&head, other).header);
    scene.commit(&one).unwrap();
    assert!(scene.executor.unfinal.is_empty());
    let unknown = Err(ExecutorError::Unknown(other.digest()));
    assert_eq!(scene.commit(&other), unknown);
    let on = scene.executor.build(&other.digest(), scene.world.now, vec![]);
    assert_eq!(on.map(|_| ()), unknown);
}

#[test]
fn a_block_is_written_after_the_one_below() {
    let mut scene = Scene::new();
    let head = scene.head().digest();
    let below = scene.build(&head, vec![]).header;
    let above = scene.build(&below.digest(), vec![]).header;
    assert!(matches!(scene.commit(&above), Err(ExecutorError::Write { .. })));
}
