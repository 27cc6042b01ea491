//! Submitting: forms, limits, answers, waiting.

use super::{Reply, Rig};
use crate::mempool::{Refusal, Source, Status};
use hefu_api::{Submitted, TransactionState, TransactionStatus, codes, media, paths};
use hefu_consensus::Halt;
use hefu_fixtures::Wallet;
use hefu_ledger::rejection::Rejection;
use hefu_ledger::{Transaction, json};
use hefu_primitives::{Timestamp, View, codec};

/// A rig, and the enrolment of somebody who is not in its chain.
fn newcomer() -> (Rig, Transaction) {
    let mut rig = Rig::new();
    let wallet = Wallet::person(&mut rig.chain.world);
    let create = rig.chain.world.create(&wallet);
    (rig, create)
}

async fn submit(rig: &Rig, query: &str, transaction: &Transaction) -> Reply {
    let path = format!("{}{query}", paths::TRANSACTIONS);
    rig.post(&path, media::BYTES, codec::encode(transaction)).await
}

#[tokio::test]
async fn a_transaction_is_taken_up_in_both_forms() {
    let (rig, create) = newcomer();
    let (id, text) = (create.envelope.id(), json::to_text(&create));
    for (media_type, body) in [
        ("application/json", text.clone().into_bytes()),
        ("application/json; charset=utf-8", text.into_bytes()),
        (media::BYTES, codec::encode(&create)),
    ] {
        let reply = rig.post(paths::TRANSACTIONS, media_type, body).await;
        assert_eq!(reply.status, 202, "{reply:?}");
        let submitted: Submitted = reply.json();
        assert_eq!((submitted.id, submitted.outcome), (id.into(), None));
        let node = submitted.receipt.verify(&rig.chain.world.hash).unwrap();
        assert_eq!(node, rig.chain.world.validators[0].public_key());
        assert_eq!(reply.header("location"), paths::transaction(&id));
    }
    let mut source = [0; 32];
    source[26..].copy_from_slice(&[0xff, 0xff, 192, 0, 2, 1]);
    assert_eq!(rig.live.submitted(), [(id, Source::new(source)); 3]);
}

#[tokio::test]
async fn what_is_no_transaction_is_refused_with_a_reason() {
    let (rig, create) = newcomer();
    let long = vec![b' '; 65 * 1024];
    for (media_type, body, status, code) in [
        ("text/plain", Vec::new(), 415, codes::MEDIA_TYPE),
        (media::BYTES, vec![1, 2, 3], 400, codes::BODY_MALFORMED),
        (media::JSON, vec![0xff], 400, codes::BODY_MALFORMED),
        (media::JSON, b"{}".to_vec(), 400, "json.missing"),
        (media::JSON, b"{\"a\":1}".to_vec(), 400, "json.unknown"),
        (
            media::JSON,
            [json::to_text(&create).into_bytes(), long].concat(),
            413,
            codes::BODY_TOO_LARGE,
        ),
        (media::BYTES, vec![0; 4 * 1024 * 1024 + 1], 413, codes::BODY_TOO_LARGE),
    ] {
        let reply = rig.post(paths::TRANSACTIONS, media_type, body).await;
        assert_eq!(reply.problem(), (status, code.to_owned()));
    }
    assert_eq!(rig.live.submitted(), []);
}

#[tokio::test]
async fn a_batch_may_be_longer_than_an_operation() {
    let mut rig = Rig::new();
    let people = Wallet::people(&mut rig.chain.world, 100);
    let batch = rig.chain.world.batch(&people);
    let text = json::to_text(&batch).into_bytes();
    assert!(text.len() > 64 * 1024);
    let reply = rig.post(paths::TRANSACTIONS, media::JSON, text).await;
    assert_eq!(reply.status, 202, "{reply:?}");
}

#[tokio::test]
async fn a_refusal_keeps_its_code() {
    let (rig, create) = newcomer();
    rig.live.refuse(Refusal::Full { retry_after_ms: 5_000 });
    let reply = submit(&rig, "", &create).await;
    assert_eq!(reply.problem(), (429, "mempool.full".to_owned()));
    assert_eq!(reply.header("retry-after"), "5");
    rig.live.halt(Halt::Forked { view: View::new(1) });
    let reply = submit(&rig, "", &create).await;
    assert_eq!(reply.problem(), (503, codes::HALTED.to_owned()));
}

#[tokio::test]
async fn who_waits_is_answered_when_the_transaction_is_final() {
    let (mut rig, create) = newcomer();
    let id = create.envelope.id();
    let path = format!("{}?wait=final", paths::TRANSACTIONS);
    let router = rig.poster(&path, codec::encode(&create));
    let answer = tokio::spawn(router);
    while rig.live.submitted().is_empty() {
        tokio::task::yield_now().await;
    }
    rig.add([create]);
    let reply = answer.await.unwrap();
    assert_eq!(reply.status, 200, "{reply:?}");
    let submitted: Submitted = reply.json();
    assert_eq!((submitted.id, submitted.outcome.unwrap().height), (id.into(), 1));
}

#[tokio::test]
async fn who_waits_too_long_knows_that_it_is_pending() {
    let (rig, create) = newcomer();
    let reply = submit(&rig, "?wait=final&timeout_ms=1", &create).await;
    assert_eq!(reply.status, 202);
    assert_eq!(reply.json::<Submitted>().outcome, None);
    for wrong in ["?wait=long", "?timeout_ms=5", "?wait=final&timeout_ms=60001", "?x=1"] {
        assert_eq!(submit(&rig, wrong, &create).await.problem(), (400, codes::QUERY.to_owned()));
    }
}

#[tokio::test]
async fn a_final_transaction_is_not_submitted_again() {
    let (mut rig, create) = newcomer();
    rig.add([create.clone()]);
    let reply = submit(&rig, "", &create).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json::<Submitted>().outcome.unwrap().height, 1);
    assert_eq!(rig.live.submitted(), []);
}

#[tokio::test]
async fn the_pool_says_what_became_of_a_transaction() {
    let (rig, create) = newcomer();
    let id = create.envelope.id();
    let expired = Rejection::Expired { expired: Timestamp::ZERO, now: Timestamp::ZERO };
    for (fate, state, code) in [
        (Status::Checking, TransactionState::Pending, None),
        (Status::Pending(None), TransactionState::Pending, None),
        (
            Status::Pending(Some(Rejection::NothingApplies)),
            TransactionState::Pending,
            Some("rejected.nothing_applies"),
        ),
        (
            Status::Rejected(Rejection::Replayed),
            TransactionState::Refused,
            Some("rejected.replayed"),
        ),
        (Status::Rejected(expired), TransactionState::Expired, Some("rejected.expired")),
    ] {
        rig.live.set_fate(id, fate);
        let status: TransactionStatus = rig.get(&paths::transaction(&id)).await.json();
        assert_eq!((status.status, status.code.as_deref()), (state, code));
    }
}
