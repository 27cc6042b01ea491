//! Handing in: receipts are checked, silence is not taken for an answer, refusals are.

use crate::chain::{Shared, hasty, problem};
use crate::node::{Node, Said, nobody};
use hefu_api::{Receipt, Submitted};
use hefu_client::{ClientError, Exit};
use hefu_fixtures::Wallet;
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::{Hash, SecretKey, Timestamp, codec};
use std::time::{Duration, Instant};

/// The enrolment of a person who is not enrolled yet.
fn enrolment(chain: &Shared) -> Transaction {
    chain.with(|chain| {
        let person = Wallet::person(&mut chain.world);
        chain.world.create(&person)
    })
}

/// What a node says that takes up a transaction of this name.
fn taken(chain: &Shared, id: TransactionId) -> Submitted {
    let genesis = chain.genesis().hash();
    let key = SecretKey::from_seed(&[5; 32]);
    let receipt = Receipt::sign(&genesis, id, Timestamp::new(7), &key);
    Submitted { id: id.into(), receipt, outcome: None }
}

fn json(submitted: &Submitted) -> Vec<u8> {
    serde_json::to_vec(submitted).unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(300)
}

#[test]
fn a_receipt_is_checked() {
    let (chain, _) = Shared::with_people(1, 0);
    let transaction = enrolment(&chain);
    let id = transaction.envelope.id();
    let submit = |said: Submitted| {
        let node = Node::new(move |_| Said::Answer(202, json(&said)));
        let submission = chain.client([node.url.clone()]).submit(&transaction, soon());
        assert_eq!(node.asked()[0].body, codec::encode(&transaction));
        submission
    };
    let good = taken(&chain, id);
    assert_eq!(submit(good.clone()).unwrap().receipt, good.receipt);
    let other = taken(&chain, TransactionId::new(Hash::from_bytes([1; 32])));
    let altered = Receipt { received_ms: 8, ..good.receipt };
    for wrong in [
        other.clone(),
        Submitted { receipt: other.receipt, ..good.clone() },
        Submitted { receipt: altered, ..good },
    ] {
        let error = submit(wrong).unwrap_err();
        assert_eq!((error.code(), error.exit()), ("client.receipt", Exit::Unverified));
    }
}

#[test]
fn a_refusal_has_the_ledgers_code() {
    let (chain, _) = Shared::with_people(1, 0);
    let transaction = enrolment(&chain);
    let detail = "the key is taken";
    let node = Node::new(move |_| Said::Answer(422, problem(422, "rejected.key_taken", detail)));
    let error = chain.client([node.url.clone()]).submit(&transaction, soon()).unwrap_err();
    assert_eq!((error.code(), error.exit()), ("rejected.key_taken", Exit::Rejected));
    assert!(error.to_string().contains(detail), "{error}");
    assert_eq!(node.asked().len(), 1);
}

#[test]
fn who_is_busy_is_asked_again() {
    let (chain, _) = Shared::with_people(1, 0);
    let transaction = enrolment(&chain);
    let said = json(&taken(&chain, transaction.envelope.id()));
    let mut times = 0;
    let node = Node::new(move |_| {
        times += 1;
        match times {
            1 => Said::Busy(429, problem(429, "mempool.full", "there is no room"), 0),
            2 => Said::Answer(503, problem(503, "api.busy", "too much at a time")),
            _ => Said::Answer(202, said.clone()),
        }
    });
    chain.client([node.url.clone()]).submit(&transaction, soon()).unwrap();
    assert_eq!(node.asked().len(), 3);
}

#[test]
fn who_wants_to_be_left_alone_for_longer_than_there_is_time_is_told_of() {
    let (chain, _) = Shared::with_people(1, 0);
    let full = || problem(429, "mempool.full", "there is no room");
    let node = Node::new(move |_| Said::Busy(429, full(), 60));
    let error = chain.client([node.url.clone()]).submit(&enrolment(&chain), soon()).unwrap_err();
    assert_eq!((error.code(), error.exit()), ("mempool.full", Exit::Fault));
    assert_eq!(node.asked().len(), 1);
}

#[test]
fn silence_is_followed_by_another_attempt() {
    let (chain, _) = Shared::with_people(1, 0);
    let transaction = enrolment(&chain);
    let said = json(&taken(&chain, transaction.envelope.id()));
    let mut first = true;
    let node = Node::new(move |_| {
        if std::mem::take(&mut first) { Said::Nothing } else { Said::Answer(202, said.clone()) }
    });
    let late = Instant::now() + Duration::from_mins(1);
    hasty(&chain, &[&node.url]).submit(&transaction, late).unwrap();
}

#[test]
fn silence_leaves_the_outcome_unknown() {
    let (chain, _) = Shared::with_people(1, 0);
    let transaction = enrolment(&chain);
    let node = Node::new(|_| Said::Nothing);
    let error = hasty(&chain, &[&node.url]).submit(&transaction, soon()).unwrap_err();
    assert_eq!(error.exit(), Exit::Unknown, "{error}");
    assert!(error.to_string().contains(&transaction.envelope.id().to_string()), "{error}");
}

#[test]
fn nothing_is_unknown_of_what_was_never_sent() {
    let (chain, _) = Shared::with_people(1, 0);
    let begun = Instant::now();
    let late = begun + Duration::from_mins(1);
    let error = chain.client([nobody()]).submit(&enrolment(&chain), late).unwrap_err();
    assert!(matches!(error, ClientError::Unreachable(_)), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(30), "it does not wait for nobody");
}
