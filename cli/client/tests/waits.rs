//! What is final is final by its bundle, not by a node's word.

use crate::chain::{Shared, hasty, not_found, problem};
use crate::node::{Node, Said};
use hefu_api::{Hex32, Outcome, Receipt, Submitted, TransactionState, TransactionStatus};
use hefu_client::{ClientError, Exit};
use hefu_fixtures::Wallet;
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::{Height, SecretKey, Timestamp};
use std::time::{Duration, Instant};

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(300)
}

/// A chain, and the enrolment of a person who is not enrolled yet.
fn scene() -> (Shared, Transaction) {
    let (chain, _) = Shared::with_people(1, 1);
    let enrolment = chain.with(|chain| {
        let person = Wallet::person(&mut chain.world);
        chain.world.create(&person)
    });
    (chain, enrolment)
}

fn status(id: TransactionId, state: TransactionState) -> Vec<u8> {
    serde_json::to_vec(&TransactionStatus::of(id.into(), state)).unwrap()
}

fn is_status(path: &str) -> bool {
    path.starts_with("/v1/transactions/") && !path.ends_with("/bundle")
}

#[test]
fn a_transaction_is_final_when_its_bundle_says_so() {
    let (chain, enrolment) = scene();
    let id = enrolment.envelope.id();
    let (serving, mut times, late) = (chain.clone(), 0, enrolment.clone());
    let node = Node::new(move |asked| {
        if asked.body.len() > 1 {
            let genesis = serving.genesis().hash();
            let key = SecretKey::from_seed(&[5; 32]);
            let receipt = Receipt::sign(&genesis, id, Timestamp::new(7), &key);
            let submitted = Submitted { id: id.into(), receipt, outcome: None };
            return Said::Answer(202, serde_json::to_vec(&submitted).unwrap());
        }
        if !is_status(&asked.path) {
            return serving.say(asked);
        }
        times += 1;
        match times {
            1 => not_found("no such transaction"),
            2 => Said::Answer(200, status(id, TransactionState::Pending)),
            3 => {
                serving.with(|chain| chain.extend([late.clone()]));
                Said::Answer(503, problem(503, "api.busy", "too much at a time"))
            }
            _ => {
                let outcome = Outcome { height: 2, place: 0, time_ms: 1, applied: None };
                let status = TransactionStatus::final_at(Hex32::from(id), outcome);
                Said::Answer(200, serde_json::to_vec(&status).unwrap())
            }
        }
    });
    let late = Instant::now() + Duration::from_mins(1);
    let done = chain.client([node.url.clone()]).submit_and_wait(&enrolment, late).unwrap();
    assert_eq!((done.transaction.id, done.transaction.header.height), (id, Height::new(2)));
    assert_eq!(done.applied(), None);
    assert!(node.asked()[0].path.contains("wait=final&timeout_ms="));
}

#[test]
fn a_node_that_says_final_too_early_is_not_believed() {
    let (chain, enrolment) = scene();
    let id = enrolment.envelope.id();
    let serving = chain.clone();
    let node = Node::new(move |asked| {
        if is_status(&asked.path) {
            return Said::Answer(200, status(id, TransactionState::Final));
        }
        serving.say(asked)
    });
    let error = chain.client([node.url.clone()]).wait_final(&id, soon()).unwrap_err();
    assert_eq!(error.exit(), Exit::Unknown, "{error}");
}

#[test]
fn a_transaction_that_is_dropped_is_refused() {
    let (chain, enrolment) = scene();
    let id = enrolment.envelope.id();
    for (state, code) in [
        (TransactionState::Refused, "rejected.replayed"),
        (TransactionState::Expired, "rejected.expired"),
    ] {
        let mut said = TransactionStatus::of(id.into(), state);
        said.code = (state == TransactionState::Refused).then(|| code.to_owned());
        let node = Node::new(move |_| Said::Answer(200, serde_json::to_vec(&said).unwrap()));
        let error = chain.client([node.url.clone()]).wait_final(&id, soon()).unwrap_err();
        assert_eq!((error.code(), error.exit()), (code, Exit::Rejected));
    }
}

#[test]
fn the_deadline_says_whether_the_network_stands_still() {
    let (chain, enrolment) = scene();
    let id = enrolment.envelope.id();
    let wait = |why: Said| {
        let mut why = Some(why);
        let node = Node::new(move |asked| match asked.path.as_str() {
            "/v1/why" => why.take().unwrap_or(Said::Nothing),
            _ => Said::Answer(200, status(id, TransactionState::Pending)),
        });
        hasty(&chain, &[&node.url]).wait_final(&id, soon()).unwrap_err()
    };
    let text = "{\"well\":false,\"height\":1,\"age_ms\":1,\"view\":9,\"in_view_ms\":50000,\
                \"reasons\":[{\"code\":\"why.no_quorum\",\"detail\":\"2 of 4\"}]}";
    let stuck = wait(Said::Answer(200, text.as_bytes().to_vec()));
    assert_eq!(stuck, ClientError::NoQuorum { id: Some(id), why: "2 of 4".to_owned() });
    let unknown = wait(Said::Nothing);
    assert_eq!(unknown.exit(), Exit::Unknown, "{unknown}");
    assert!(unknown.to_string().contains("still pending"), "{unknown}");
}
