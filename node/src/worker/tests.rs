//! Jobs in their order, signatures, and the end after a failure.

use super::{Done, Job, start};
use crate::application::Made;
use crate::executor::Executor;
use crate::ledger::Ledger;
use hefu_consensus::Verdict;
use hefu_fixtures::{Wallet, World};
use hefu_ledger::CheckedTransaction;
use hefu_ledger::block::BlockBody;
use hefu_ledger::store::{MemoryStore, Store};
use hefu_primitives::{BoundedVec, Digest, Ed25519, Epoch, View};
use std::sync::{Arc, RwLock, mpsc};

/// An executor at work.
struct Shop {
    world: World,
    head: Digest,
    jobs: mpsc::Sender<Job<Ledger>>,
    done: mpsc::Receiver<Done<Ledger>>,
}

fn open() -> Shop {
    let world = World::new(4);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let head = store.head().header.digest();
    let executor = Executor::new(Arc::new(RwLock::new(store)), world.hash);
    let ((jobs, todo), (report, done)) = (mpsc::channel(), mpsc::channel());
    let report = move |one| drop(report.send(one));
    start(executor, todo, report).unwrap();
    Shop { world, head, jobs, done }
}

impl Shop {
    fn ask(&self, job: Job<Ledger>) -> Done<Ledger> {
        self.jobs.send(job).unwrap();
        self.done.recv().unwrap()
    }

    fn build(&mut self) -> Made<Ledger> {
        let people = Wallet::people(&mut self.world, 3);
        let creates: Vec<_> = people.iter().map(|one| self.world.create(one)).collect();
        let check = |one| CheckedTransaction::new(Arc::new(one), &self.world.hash, &Ed25519);
        let candidates = creates.into_iter().map(|one| check(one).unwrap()).collect();
        let (epoch, view, time) = (Epoch::ZERO, View::new(1), self.world.now);
        match self.ask(Job::Build { epoch, view, on: self.head, time, candidates }) {
            Done::Built { made, .. } => *made,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_block_is_built_validated_and_written() {
    let (mut maker, other) = (open(), open());
    let made = maker.build();
    let (epoch, header) = (Epoch::ZERO, Arc::new(made.header.clone()));
    let content = Arc::new(made.content);
    let job =
        Job::Validate { epoch: Some(epoch), header: Arc::clone(&header), content, known: vec![] };
    let Done::Validated { verdict, checked, .. } = other.ask(job) else { panic!("not validated") };
    assert_eq!((verdict, checked.len()), (Verdict::Valid, 3));
    let proof = Arc::new(maker.world.finalization(&header));
    let Done::Committed { header: written, ids, .. } = other.ask(Job::Commit { header, proof })
    else {
        panic!("not written")
    };
    assert_eq!((*written == made.header, ids.len()), (true, 3));
}

#[test]
fn a_signature_that_does_not_hold_makes_a_block_invalid() {
    let (mut maker, other) = (open(), open());
    let made = maker.build();
    let mut transactions = made.content.body.transactions.to_vec();
    let mut forged = transactions[2].as_ref().clone();
    forged.signatures = transactions[0].signatures.clone();
    transactions[2] = Arc::new(forged);
    let body = BlockBody { transactions: BoundedVec::new(transactions).unwrap() };
    let content = Arc::new(crate::content::Content { body, ..made.content });
    let (epoch, header) = (Epoch::ZERO, Arc::new(made.header));
    let job = Job::Validate { epoch: Some(epoch), header, content, known: vec![] };
    let Done::Validated { verdict, .. } = other.ask(job) else { panic!("not validated") };
    assert_eq!(verdict, Verdict::Invalid);
}

#[test]
fn after_a_failure_nothing_is_done_any_more() {
    let shop = open();
    let header = Arc::new(hefu_primitives::Header {
        height: hefu_primitives::Height::new(7),
        ..shop.world.genesis.header(hefu_primitives::Hash::default())
    });
    let proof = Arc::new(shop.world.finalization(&header));
    let failed = shop.ask(Job::Commit { header, proof });
    assert!(matches!(failed, Done::Failed(_)), "{failed:?}");
    let (epoch, view, on) = (Epoch::ZERO, View::new(1), shop.head);
    let job = Job::Build { epoch, view, on, time: shop.world.now, candidates: vec![] };
    let refused = shop.jobs.send(job).is_err() || shop.done.recv().is_err();
    assert!(refused);
}
