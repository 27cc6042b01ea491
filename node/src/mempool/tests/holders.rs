//! Holder operations: one for each sequence of a DID, by those who may make it, in order.

use super::material::{BYTES, Bench, SOURCE, ids};
use crate::mempool::{Lane, Limits, Status};
use hefu_fixtures::{Change, REGISTRAR, Wallet};
use hefu_ledger::rejection::Rejection;
use hefu_ledger::{CheckedTransaction, Transaction};

/// A body with room for one transaction.
const ONE: u32 = 400;

fn bench() -> (Bench, Wallet) {
    let mut bench = Bench::new(Limits { did_pending_max: 3, ..Limits::default() });
    let person = bench.person();
    (bench, person)
}

fn rotations(bench: &mut Bench, person: &mut Wallet, count: usize) -> Vec<Transaction> {
    (0..count).map(|_| person.rotate(bench.world())).collect()
}

/// Another operation of the same sequence as the next.
fn rival(bench: &mut Bench, person: &mut Wallet) -> Transaction {
    person.draft(bench.world(), Change::Rotate).sign()
}

/// The next operation, by somebody who knows all but the control keys.
fn forged(bench: &mut Bench, person: &Wallet) -> Transaction {
    let mut thief = Wallet::person(bench.world());
    (thief.did, thief.sequence, thief.previous) = (person.did, person.sequence, person.previous);
    thief.rotate(bench.world())
}

#[test]
fn successive_operations_come_in_order() {
    let (mut bench, mut person) = bench();
    let chain = rotations(&mut bench, &mut person, 4);
    assert_eq!(bench.refused(&chain[1]), "rejected.sequence");
    for operation in &chain[..3] {
        bench.add(operation);
    }
    assert_eq!(bench.refused(&chain[3]), "mempool.did_busy");
    assert_eq!(bench.candidates(u32::MAX), ids(&chain[..3]));
    assert_eq!(bench.pool.footprint().lanes, [(Lane::Holders(REGISTRAR), 3)].into());
    let candidates = bench.pool.candidates(u32::MAX, &|_| false);
    assert!(bench.sandbox.execute(&candidates).iter().all(Result::is_ok));
    bench.pool.executed(candidates.iter().map(CheckedTransaction::id));
    bench.add(&chain[3]);
}

#[test]
fn what_the_state_has_behind_it_is_turned_away_for_good() {
    let (mut bench, mut person) = bench();
    let chain = rotations(&mut bench, &mut person, 2);
    bench.sandbox.submit(chain[0].clone()).unwrap();
    let refusal = bench.submit(&chain[0]).unwrap_err();
    assert_eq!((refusal.code(), refusal.retry_after_ms()), ("rejected.sequence", None));
    bench.add(&chain[1]);
}

#[test]
fn what_rests_on_another_is_not_proposed_without_it() {
    let (mut bench, mut person) = bench();
    let chain = rotations(&mut bench, &mut person, 2);
    bench.send(&chain[0], 2 * BYTES, SOURCE).unwrap();
    bench.add(&chain[1]);
    assert!(bench.candidates(ONE).is_empty());
    assert!(!bench.pool.has_candidates(ONE, &|_| false));
    let below = chain[0].envelope.id();
    let candidates = bench.pool.candidates(ONE, &|id| *id == below);
    assert_eq!(candidates.iter().map(CheckedTransaction::id).collect::<Vec<_>>(), ids(&chain[1..]));
    bench.pool.left_out(&below, Rejection::Controller(person.did), bench.now);
    assert!(bench.candidates(u32::MAX).is_empty());
}

#[test]
fn one_operation_has_a_sequence_until_it_is_left_out() {
    let (mut bench, mut person) = bench();
    let (first, rival) = (rival(&mut bench, &mut person), rival(&mut bench, &mut person));
    let id = bench.add(&first);
    let refusal = bench.submit(&rival).unwrap_err();
    assert_eq!(refusal.code(), "mempool.sequence_taken");
    assert!(refusal.retry_after_ms().is_some());
    let why = Rejection::Controller(person.did);
    bench.pool.left_out(&id, why.clone(), bench.now);
    bench.add(&rival);
    assert_eq!(bench.pool.status(&id), Status::Rejected(why));
    assert_eq!(bench.candidates(u32::MAX), ids([&rival]));
}

#[test]
fn nobody_else_takes_a_holders_sequence() {
    let (mut bench, mut person) = bench();
    let thief = forged(&mut bench, &person);
    assert_eq!(bench.refused(&thief), "rejected.control");
    let first = person.rotate(bench.world());
    bench.add(&first);
    let thief = forged(&mut bench, &person);
    assert_eq!(bench.refused(&thief), "rejected.control");
    let second = person.rotate(bench.world());
    bench.add(&second);
    assert_eq!(bench.candidates(u32::MAX), ids([&first, &second]));
}

#[test]
fn an_operation_follows_the_one_that_it_names() {
    let (mut bench, mut person) = bench();
    let mut other = person.clone();
    let pair = [person.rotate(bench.world()), other.rotate(bench.world())];
    let (_, next) = (person.rotate(bench.world()), other.rotate(bench.world()));
    bench.add(&pair[0]);
    assert_eq!(bench.refused(&next), "rejected.previous");
    person.sequence = 0;
    let lost = person.rotate(bench.world());
    let id = pair[0].envelope.id();
    bench.pool.left_out(&id, Rejection::Controller(person.did), bench.now);
    assert_eq!(bench.refused(&lost), "rejected.previous");
}

#[test]
fn there_must_be_a_living_did() {
    let (mut bench, mut person) = bench();
    let mut stranger = Wallet::person(bench.world());
    let rotation = stranger.rotate(bench.world());
    let refusal = bench.submit(&rotation).unwrap_err();
    assert_eq!(refusal.code(), "rejected.did_unknown");
    assert!(refusal.retry_after_ms().is_some(), "its enrolment may be under way");
    let end = person.deactivate(bench.world());
    bench.sandbox.submit(end).unwrap();
    let rotation = person.rotate(bench.world());
    assert_eq!(bench.refused(&rotation), "rejected.did_ended");
}

#[test]
fn what_follows_is_tried_again_once_the_one_before_is_executed() {
    let (mut bench, mut person) = bench();
    let chain = rotations(&mut bench, &mut person, 2);
    let [first, second] = [&chain[0], &chain[1]].map(|one| bench.add(one));
    let why = Rejection::Sequence { expected: 1, got: 2 };
    bench.pool.left_out(&second, why.clone(), bench.now);
    assert_eq!(bench.candidates(u32::MAX), [first]);
    bench.pool.executed([first]);
    assert_eq!(bench.candidates(u32::MAX), [second]);
    assert_eq!(bench.pool.status(&second), Status::Pending(Some(why)));
}
