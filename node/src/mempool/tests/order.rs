//! The order of the checks, and what is known.

use super::material::{BYTES, Bench, Doubting, OTHER_SOURCE, SOURCE, Trusting, resigned};
use crate::mempool::{Admission, Known, Limits, Status};
use hefu_fixtures::{MEMBER, REGISTRAR, Wallet, list};
use hefu_ledger::Transaction;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::limits::{BATCH_BYTES_MAX, TRANSACTION_BYTES_MAX};
use hefu_ledger::rejection::Rejection;
use hefu_ledger::transaction::{Body, Sealed, SignerRef};
use hefu_primitives::Timestamp;

/// What is wrong with a transaction, in the order in which it must be found.
const FAULTS: [&str; 6] = [
    "mempool.too_large",
    "transaction.signature_count",
    "rejected.expired",
    "known",
    "mempool.source_full",
    "mempool.share_full",
];

/// The verdict on a transaction that has the faults from a place on.
fn first_found(from: usize) -> &'static str {
    let limits = Limits { bytes_max: 4 * BYTES, source_bytes_max: 3 * BYTES, ..Limits::default() };
    let mut bench = Bench::new(limits);
    let has = |fault| FAULTS[from..].contains(&fault);
    let whole = bench.anchor(MEMBER);
    let mut spoilt = whole.clone();
    if has("mempool.source_full") {
        let other = bench.anchor(REGISTRAR);
        let begun = bench.consider(&other, 3 * BYTES, SOURCE);
        assert!(matches!(begun, Ok(Admission::Check(_))));
    }
    if has("known") {
        bench.send(&whole, BYTES, OTHER_SOURCE).unwrap();
    }
    if has("mempool.share_full") {
        let others = [bench.anchor(MEMBER), bench.anchor(MEMBER)];
        let _ = others.map(|other| bench.send(&other, BYTES, OTHER_SOURCE));
    }
    if has("transaction.signature_count") {
        spoilt.signatures = list([]);
    }
    if has("rejected.expired") {
        bench.now = whole.envelope.expires;
    }
    let bytes = if has("mempool.too_large") { TRANSACTION_BYTES_MAX + 1 } else { BYTES };
    match bench.consider(&spoilt, bytes, SOURCE) {
        Ok(Admission::Check(_)) => "checked",
        Ok(Admission::Known(_)) => "known",
        Err(refusal) => refusal.code(),
    }
}

#[test]
fn the_first_fault_is_found_first() {
    for (from, code) in FAULTS.iter().enumerate() {
        assert_eq!(first_found(from), *code, "from {from} on");
    }
    assert_eq!(first_found(FAULTS.len()), "checked");
}

#[test]
fn a_batch_may_be_longer_than_one_operation() {
    let mut bench = Bench::new(Limits::default());
    let people = Wallet::people(bench.world(), 2);
    let batch = bench.world().batch(&people);
    assert_eq!(bench.send(&batch, TRANSACTION_BYTES_MAX + 1, SOURCE), Ok(None));
    let batch = bench.world().batch(&people);
    let refusal = bench.send(&batch, BATCH_BYTES_MAX + 1, SOURCE).unwrap_err();
    assert_eq!((refusal.code(), refusal.retry_after_ms()), ("mempool.too_large", None));
    let mut disguised = bench.world().batch(&people);
    disguised.envelope.kind = hefu_ledger::operation::OperationKind::AnchorPut;
    assert_eq!(bench.refused(&disguised), "transaction.malformed");
}

#[test]
fn the_same_is_known_wherever_it_is() {
    let mut bench = Bench::new(Limits::default());
    let anchor = bench.anchor(MEMBER);
    let id = anchor.envelope.id();
    assert_eq!(bench.pool.status(&id), Status::Unknown);
    let ticket = bench.ticket(&anchor);
    assert_eq!(bench.pool.status(&id), Status::Checking);
    assert_eq!(bench.submit(&anchor), Ok(Some(Known::Checking)));
    let outcome = ticket.check(&bench.sandbox.world.hash, &Trusting, &bench.sandbox.state);
    assert_eq!(bench.pool.accept(outcome, bench.now), Ok(id));
    assert_eq!(bench.pool.status(&id), Status::Pending(None));
    assert_eq!(bench.submit(&anchor), Ok(Some(Known::Pending)));
    assert_eq!(bench.submit(&resigned(&anchor)), Ok(Some(Known::Pending)));
    assert_eq!(bench.pool.footprint().count, 1);
    bench.pool.executed([id]);
    assert_eq!(bench.pool.status(&id), Status::Executed);
    assert_eq!(bench.submit(&anchor), Ok(Some(Known::Executed)));
    assert_eq!(bench.pool.footprint().bytes, 0);
}

#[test]
fn two_that_are_checked_at_once_are_added_once() {
    let mut bench = Bench::new(Limits::default());
    let anchor = bench.anchor(MEMBER);
    let tickets = [bench.ticket(&anchor), bench.ticket(&resigned(&anchor))];
    for ticket in tickets {
        let outcome = ticket.check(&bench.sandbox.world.hash, &Trusting, &bench.sandbox.state);
        assert_eq!(bench.pool.accept(outcome, bench.now), Ok(anchor.envelope.id()));
    }
    assert_eq!((bench.pool.footprint().count, bench.pool.footprint().bytes), (1, BYTES));
}

#[test]
fn other_signatures_are_not_turned_away_for_the_first() {
    let mut bench = Bench::new(Limits::default());
    let anchor = bench.anchor(MEMBER);
    let id = bench.add(&anchor);
    bench.pool.left_out(&id, Rejection::Replayed, bench.now);
    assert_eq!(bench.pool.status(&id), Status::Rejected(Rejection::Replayed));
    assert_eq!(bench.refused(&anchor), "rejected.replayed");
    assert_eq!(bench.submit(&resigned(&anchor)), Ok(None));
}

#[test]
fn a_bad_signature_or_a_missing_body_says_nothing_about_the_next() {
    let mut bench = Bench::new(Limits::default());
    let anchor = bench.anchor(MEMBER);
    let ticket = bench.ticket(&anchor);
    let outcome = ticket.check(&bench.sandbox.world.hash, &Doubting, &bench.sandbox.state);
    let refusal = bench.pool.accept(outcome, bench.now).unwrap_err();
    assert_eq!(refusal.code(), "transaction.signature");
    let Body::Single(payload) = &anchor.body else { panic!("it is no batch") };
    let body = Body::Single(Box::new(Sealed::Erased(payload.hash())));
    let hollow = Transaction { body, ..anchor.clone() };
    let hollow_ticket = bench.ticket(&hollow);
    assert_eq!(bench.submit(&anchor), Ok(None), "while the hollow one is being checked");
    let outcome = hollow_ticket.check(&bench.sandbox.world.hash, &Trusting, &bench.sandbox.state);
    assert!(bench.pool.accept(outcome, bench.now).is_err());
    assert_eq!(bench.pool.status(&anchor.envelope.id()), Status::Pending(None));
}

#[test]
fn verdicts_are_given_for_the_very_signatures() {
    let mut bench = Bench::new(Limits { verdict_bytes_max: BYTES, ..Limits::default() });
    let (pending, foreign) = (bench.anchor(MEMBER), bench.anchor(MEMBER));
    bench.add(&pending);
    let checked = bench.sandbox.check(foreign.clone()).unwrap();
    bench.pool.remember(checked.clone(), BYTES);
    for transaction in [&pending, &foreign] {
        let (id, other) = (transaction.envelope.id(), resigned(transaction));
        let found = bench.pool.verdict(&id, &transaction.signatures_hash()).unwrap();
        assert_eq!(**found.transaction(), *transaction);
        assert!(bench.pool.verdict(&id, &other.signatures_hash()).is_none());
    }
    let newer = bench.anchor(MEMBER);
    let newer = bench.sandbox.check(newer).unwrap();
    bench.pool.remember(newer.clone(), BYTES);
    assert!(bench.pool.verdict(&checked.id(), &checked.signatures_hash()).is_none());
    assert_eq!(bench.pool.footprint().verdict_bytes, BYTES);
    bench.pool.executed([newer.id()]);
    assert_eq!(bench.pool.footprint().verdict_bytes, 0, "nobody asks for what is executed");
}

#[test]
fn an_envelope_that_merely_names_an_organisation_burns_nothing_of_it() {
    let mut bench = Bench::new(Limits { bytes_max: 4 * BYTES, ..Limits::default() });
    let own = bench.world().seeds.key();
    for _ in 0..16 {
        let mut draft_key = bench.anchor(MEMBER);
        let key = KeyBytes::from(&own.public_key());
        let signer = SignerRef::Organisation { organisation: MEMBER, key };
        draft_key.envelope.signers = list([signer]);
        assert_eq!(bench.refused(&draft_key), "rejected.organisation_key");
    }
    assert_eq!(bench.pool.footprint().lanes, [].into());
    let mut nobody = bench.anchor(MEMBER);
    let organisation = hefu_ledger::organisation::OrganisationId::new(999);
    let key = KeyBytes::from(&own.public_key());
    nobody.envelope.signers = list([SignerRef::Organisation { organisation, key }]);
    assert_eq!(bench.refused(&nobody), "rejected.organisation_unknown");
    for _ in 0..2 {
        let anchor = bench.anchor(MEMBER);
        bench.add(&anchor);
    }
}

#[test]
fn what_expires_while_it_is_checked_is_not_added() {
    let mut bench = Bench::new(Limits::default());
    let anchor = bench.anchor(MEMBER);
    let ticket = bench.ticket(&anchor);
    let outcome = ticket.check(&bench.sandbox.world.hash, &Trusting, &bench.sandbox.state);
    let expires: Timestamp = anchor.envelope.expires;
    let refusal = bench.pool.accept(outcome, expires).unwrap_err();
    assert_eq!((refusal.code(), refusal.retry_after_ms()), ("rejected.expired", None));
}
