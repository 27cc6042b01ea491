//! `did.create_batch`: what is skipped, and what spoils the whole batch.

use super::stage::{APPLIED, enrol, person, stage, verdict};
use hefu_fixtures::{
    BLOCK_MS, Draft, OTHER_REGISTRAR, Plan, REGISTRAR, Sandbox, Wallet, World, list, method,
};
use hefu_ledger::enrolment::{Enrolment, EnrolmentRequest};
use hefu_ledger::execute::build;
use hefu_ledger::limits::BATCH_ENTRIES_MAX;
use hefu_ledger::parameters::Caps;
use hefu_ledger::state::{self, Usage};
use hefu_ledger::step::Moment;
use hefu_ledger::transaction::{Body, Salt};
use hefu_ledger::{Transaction, author};
use hefu_primitives::Signature;

const NOTHING: &str = "rejected.nothing_applies";

/// Executes a batch, and tells which entries were applied.
fn outcome(s: &mut Sandbox, batch: &Transaction) -> Vec<bool> {
    let moment = Moment { height: s.height.next(), time: s.world.now };
    let checked = s.check(batch.clone()).unwrap();
    let entries = checked.entries().len();
    let built = build(&s.state, moment, s.last, [checked]).unwrap();
    let effects = &built.outcome.effects[0];
    let applied = (0..entries).map(|place| effects.is_applied(place)).collect();
    s.submit(batch.clone()).unwrap();
    applied
}

fn enrolled(s: &Sandbox, wallets: &[Wallet]) -> Vec<bool> {
    wallets.iter().map(|wallet| s.content(wallet.did).is_some()).collect()
}

fn usage(s: &Sandbox) -> Usage {
    state::usage(&s.state, REGISTRAR).unwrap().unwrap()
}

/// A request for another DID with the keys of `wallet`.
fn with_its_keys(s: &mut Sandbox, wallet: &Wallet) -> EnrolmentRequest {
    let mut operation = wallet.request.operation.clone();
    operation.nonce = s.world.seeds.bytes();
    let keys: Vec<_> = wallet.login.iter().collect();
    author::request(&s.world.hash, operation, &keys, vec![])
}

#[test]
fn a_batch_makes_every_did_in_it() {
    let mut s = stage();
    let people = Wallet::people(&mut s.world, 20);
    let batch = s.world.batch(&people);
    assert_eq!(outcome(&mut s, &batch), vec![true; 20]);
    assert_eq!(enrolled(&s, &people), vec![true; 20]);
    assert_eq!(usage(&s).enrolments, 20);
    let mut last = people.into_iter().next_back().unwrap();
    let rotation = last.rotate(&mut s.world);
    assert_eq!(verdict(&mut s, rotation), APPLIED);
}

#[test]
fn what_was_enrolled_before_is_skipped() {
    let mut s = stage();
    let people = Wallet::people(&mut s.world, 11);
    let earlier = s.world.create(&people[3]);
    s.submit(earlier).unwrap();
    let mut expected = vec![true; 11];
    expected[3] = false;
    let batch = s.world.batch(&people);
    assert_eq!(outcome(&mut s, &batch), expected);
    assert_eq!(verdict(&mut s, batch), NOTHING);
    assert_eq!(usage(&s).enrolments, 11);
}

#[test]
fn an_entry_whose_key_is_taken_is_skipped() {
    let mut s = stage();
    let taken = person(&mut s);
    let thief = with_its_keys(&mut s, &taken);
    let fresh = Wallet::person(&mut s.world);
    // The second of these has the key of the first, and the fourth is the first once more.
    let twin = with_its_keys(&mut s, &fresh);
    let requests = [fresh.request.clone(), twin, thief, fresh.request.clone()];
    let batch = s.world.batch_draft(REGISTRAR, requests).sign();
    assert_eq!(outcome(&mut s, &batch), [true, false, false, false]);
}

#[test]
fn an_entry_whose_controller_has_ended_is_skipped() {
    let mut s = stage();
    let mut guardian = person(&mut s);
    let plan =
        Plan { guardians: vec![guardian.guardian()], guardian_threshold: 1, ..Plan::default() };
    let (first, second) = (enrol(&mut s, &plan), Wallet::new(&mut s.world, &plan));
    assert!(s.content(first.did).is_some());
    let end = guardian.deactivate(&mut s.world);
    s.submit(end).unwrap();
    let other = Wallet::person(&mut s.world);
    let batch = s.world.batch([&second, &other]);
    assert_eq!(outcome(&mut s, &batch), [false, true]);
}

#[test]
fn entries_beyond_the_cap_are_skipped() {
    let caps = Caps { enrolments: 5, suspensions: 1, revocations: 1 };
    let world = World::with(7, |genesis| genesis.parameters.caps = caps);
    let mut s = Sandbox::new(world);
    let people = Wallet::people(&mut s.world, 7);
    let first = s.world.create(&people[0]);
    s.submit(first).unwrap();
    let batch = s.world.batch(&people);
    // The first is skipped because it is there, and does not count.
    assert_eq!(outcome(&mut s, &batch), [false, true, true, true, true, false, false]);
    assert_eq!(verdict(&mut s, batch), "rejected.replayed");
    let window_ms = s.world.genesis.parameters.cap_window_ms;
    s.wait(window_ms);
    let again = s.world.batch(&people);
    assert_eq!(outcome(&mut s, &again), [false, false, false, false, false, true, true]);
    assert_eq!(usage(&s).enrolments, 2);
}

#[test]
fn a_batch_whose_cap_is_lifted_is_not_executed_again() {
    let world = World::with(7, |genesis| {
        genesis.parameters.caps.enrolments = 1;
        genesis.parameters.cap_window_ms = BLOCK_MS;
    });
    let mut s = Sandbox::new(world);
    let people = Wallet::people(&mut s.world, 2);
    let batch = s.world.batch(&people);
    assert_eq!(outcome(&mut s, &batch), [true, false]);
    // By now the span is another one.
    assert_eq!(verdict(&mut s, batch), "rejected.replayed");
    let rest = s.world.batch(&people);
    assert_eq!(outcome(&mut s, &rest), [false, true]);
}

#[test]
fn a_batch_whose_controller_comes_later_is_not_executed_again() {
    let mut s = stage();
    let guardian = Wallet::person(&mut s.world);
    let plan =
        Plan { guardians: vec![guardian.guardian()], guardian_threshold: 1, ..Plan::default() };
    let child = Wallet::new(&mut s.world, &plan);
    let other = Wallet::person(&mut s.world);
    let batch = s.world.batch([&child, &other]);
    assert_eq!(outcome(&mut s, &batch), [false, true]);
    let enrolment = s.world.create(&guardian);
    assert_eq!(verdict(&mut s, enrolment), APPLIED);
    assert_eq!(verdict(&mut s, batch), "rejected.replayed");
}

#[test]
fn a_malformed_entry_spoils_the_batch() {
    type Spoil = fn(&mut Sandbox, &mut Draft);
    let spoils: [(Spoil, &str); 4] = [
        (|_, draft| third(draft).request.possession = list([]), "transaction.signer_missing"),
        (
            |_, draft| {
                third(draft).request.possession = list([Signature::from_bytes([0; 64])]);
            },
            "transaction.possession",
        ),
        (|_, draft| third(draft).request.operation.methods = list([]), "transaction.malformed"),
        (
            |s, draft| {
                let plan = Plan { registrar: OTHER_REGISTRAR, ..Plan::default() };
                third(draft).request = Wallet::new(&mut s.world, &plan).request;
            },
            "rejected.other_registrar",
        ),
    ];
    let mut s = stage();
    let people = Wallet::people(&mut s.world, 5);
    let requests = people.iter().map(|wallet| wallet.request.clone());
    let draft = s.world.batch_draft(REGISTRAR, requests);
    for (spoil, expected) in spoils {
        let mut batch = draft.clone();
        spoil(&mut s, &mut batch);
        assert_eq!(verdict(&mut s, batch.sign()), expected);
        assert_eq!(enrolled(&s, &people), [false; 5]);
    }
    assert_eq!(verdict(&mut s, draft.sign()), APPLIED);
}

fn third(draft: &mut Draft) -> &mut Enrolment {
    &mut draft.entries()[2].1
}

#[test]
fn an_entry_of_another_registrar_spoils_the_batch_even_if_it_were_skipped() {
    let mut s = stage();
    let there = enrol(&mut s, &Plan { registrar: OTHER_REGISTRAR, ..Plan::default() });
    let fresh = Wallet::person(&mut s.world);
    let batch = s.world.batch_draft(REGISTRAR, [fresh.request, there.request]).sign();
    assert_eq!(verdict(&mut s, batch), "rejected.other_registrar");
}

#[test]
fn an_entry_names_the_did_that_it_makes() {
    let mut s = stage();
    let people = Wallet::people(&mut s.world, 2);
    let mut batch = s.world.batch(&people);
    if let Body::Batch(entries) = &mut batch.body {
        let mut swapped = entries.to_vec();
        (swapped[0].did, swapped[1].did) = (swapped[1].did, swapped[0].did);
        *entries = list(swapped);
    }
    batch.envelope.payload_hash = batch.body.hash();
    assert_eq!(verdict(&mut s, batch), "transaction.identifier");
}

#[test]
fn an_erased_entry_is_not_submitted() {
    let mut s = stage();
    let people = Wallet::people(&mut s.world, 2);
    let mut batch = s.world.batch(&people);
    if let Body::Batch(entries) = &mut batch.body {
        let mut erased = entries.to_vec();
        erased[1].enrolment = erased[1].enrolment.erased();
        *entries = list(erased);
    }
    // What stands for it is the same, and so is the signature.
    assert_eq!(batch.envelope.payload_hash, batch.body.hash());
    assert_eq!(verdict(&mut s, batch), "transaction.erased");
}

#[test]
fn a_batch_has_one_to_a_thousand_entries() {
    let mut s = stage();
    let none = s.world.batch_draft(REGISTRAR, []).sign();
    assert_eq!(verdict(&mut s, none), "transaction.malformed");
    let many = vec![person(&mut s).request; BATCH_ENTRIES_MAX];
    let full = s.world.batch_draft(REGISTRAR, many.clone()).sign();
    let bytes = hefu_primitives::codec::encode(&full);
    let limit = hefu_ledger::limits::BATCH_BYTES_MAX;
    assert!(bytes.len() <= limit, "{}", bytes.len());
    let Body::Batch(entries) = &full.body else { panic!("a batch") };
    let more = entries.iter().cloned().chain([entries[0].clone()]);
    let more: Result<hefu_primitives::BoundedVec<_, BATCH_ENTRIES_MAX>, _> =
        hefu_primitives::BoundedVec::new(more.collect());
    assert!(more.is_err());
}

#[test]
fn the_attestation_covers_every_entry() {
    let mut s = stage();
    let people = Wallet::people(&mut s.world, 3);
    let requests = people.iter().map(|wallet| wallet.request.clone());
    let draft = s.world.batch_draft(REGISTRAR, requests);
    let signed = draft.clone().sign();
    let mut other = draft;
    other.entries()[1].0 = Salt::from_bytes([1; 32]);
    let other = other.sign();
    let swapped = Transaction { body: other.body, ..signed.clone() };
    assert_eq!(verdict(&mut s, swapped), "transaction.payload_hash");
    assert_eq!(verdict(&mut s, signed), APPLIED);
}

#[test]
fn methods_of_entries_are_kept_as_asked() {
    let mut s = stage();
    let wallet = Wallet::person(&mut s.world);
    let batch = s.world.batch([&wallet]);
    s.submit(batch).unwrap();
    let content = s.content(wallet.did).unwrap();
    assert_eq!(content.methods[..], [method(&wallet.login[0], hefu_fixtures::LOGIN)]);
    assert_eq!(content.registrar, REGISTRAR);
}
