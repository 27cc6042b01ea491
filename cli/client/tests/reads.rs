//! What is read is verified: the truth is given back, and every lie is known as such.

use crate::chain::{Shared, client_of, hasty, not_found, now_ms, problem};
use crate::node::{Node, Said, nobody};
use hefu_api::{Hex32, PendingView, Role, Status};
use hefu_client::{ClientError, Exit, Trusted, node_says};
use hefu_fixtures::{MEMBER, REGISTRAR};
use hefu_ledger::TransactionId;
use hefu_ledger::bundle::{At, Claim, Operations, Query};
use hefu_ledger::did::DidId;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::Assurance;
use hefu_ledger::state::{StateKey, StateValue};
use hefu_primitives::{Epoch, GenesisHash, Hash, Height, Timestamp};
use std::sync::Arc;

fn stranger() -> DidId {
    DidId::new(Hash::from_bytes([9; 32]))
}

#[test]
fn the_truth_is_told_of_everything_that_can_be_asked() {
    let (chain, people) = Shared::with_people(1, 2);
    let node = chain.honest();
    let client = chain.client([node.url.clone()]);
    let person = &people[0];
    let record = client.record(&person.did).unwrap();
    assert_eq!(record.value.unwrap().content.registrar, REGISTRAR);
    assert_eq!(record.checkpoint.header.height, Height::new(2));
    assert_eq!(client.record(&stranger()).unwrap().value, None);
    let history = client.history(&person.did, Operations::Proved).unwrap().value.unwrap();
    let created = history.steps[0].transaction.as_ref().unwrap().id;
    assert_eq!(history.steps.len(), 1);
    assert_eq!(client.transaction(&created, None).unwrap().value.id, created);
    let at = At::Height(Height::ZERO);
    assert_eq!(client.past(&person.did, at).unwrap().value.unwrap().step, None);
    let at = At::Time(Timestamp::new(now_ms() - 58_500));
    assert!(client.past(&person.did, at).unwrap().value.unwrap().step.is_some());
    let key = KeyBytes::from(&person.login[0].public_key());
    assert_eq!(client.key_holder(&key).unwrap().value.did, person.did);
    assert!(client.organisation(MEMBER).unwrap().value.is_some());
    assert_eq!(client.organisation(OrganisationId::new(77)).unwrap().value, None);
    let genesis = chain.genesis();
    assert_eq!(client.rules().unwrap().value, genesis.rules);
    assert_eq!(client.parameters().unwrap().value, genesis.parameters);
    assert_eq!(client.validators().unwrap().value.epoch, Epoch::ZERO);
    assert_eq!(client.checkpoint().unwrap().header.height, Height::new(2));
    let fetched = client.fetch(&Query::Consistency { older: Height::new(1) }).unwrap();
    assert_eq!(fetched.url, node.url);
}

#[test]
fn what_cannot_be_proved_absent_is_not_found() {
    let (chain, _) = Shared::with_people(1, 1);
    let node = chain.honest();
    let missing = chain.client([node.url.clone()]).key_holder(&KeyBytes::from_bytes([7; 32]));
    let missing = missing.unwrap_err();
    assert_eq!(missing.exit(), Exit::NotFound);
    assert!(missing.to_string().contains("unproved"), "{missing}");
}

/// The error of asking a node that lies for a person's record, or a stranger's.
fn refused(node: &Node, chain: &Shared, did: &DidId) -> ClientError {
    let error = chain.client([node.url.clone()]).record(did).unwrap_err();
    assert_eq!(error.exit(), Exit::Unverified, "{error}");
    error
}

#[test]
fn another_state_root_is_no_final_header() {
    let (chain, people) = Shared::with_people(1, 1);
    let node = chain.lying(|bundle| {
        bundle.checkpoint.header.state_root = Hash::from_bytes([1; 32]);
    });
    assert_eq!(refused(&node, &chain, &people[0].did).code(), "bundle.not_final");
}

#[test]
fn an_altered_record_is_another_record() {
    let (chain, people) = Shared::with_people(1, 1);
    let node = chain.lying(|bundle| {
        let Claim::Record(proof) = &mut bundle.claim else { panic!("a record was asked for") };
        let StateValue::Did(record) = Arc::make_mut(&mut proof.value) else { panic!("of a DID") };
        record.content.assurance = Assurance::Three;
    });
    assert_eq!(refused(&node, &chain, &people[0].did).code(), "bundle.other_record");
}

#[test]
fn the_true_record_of_another_is_no_answer() {
    let (chain, people) = Shared::with_people(1, 2);
    let other = chain.bundle(&Query::Record(StateKey::Did(people[1].did)));
    let node = Node::new(move |_| Said::Answer(200, other.to_bytes()));
    assert_eq!(refused(&node, &chain, &people[0].did).code(), "bundle.other_fact");
}

#[test]
fn a_person_cannot_be_denied() {
    let (chain, people) = Shared::with_people(1, 1);
    let absent = chain.bundle(&Query::Record(StateKey::Did(stranger())));
    let did = people[0].did;
    let node = Node::new(move |_| {
        let mut bundle = absent.clone();
        let Claim::Absence(proof) = &mut bundle.claim else { panic!("nobody is there") };
        proof.key = StateKey::Did(did);
        Said::Answer(200, bundle.to_bytes())
    });
    let code = refused(&node, &chain, &people[0].did).code().to_owned();
    assert!(["bundle.state_proof", "bundle.record_present"].contains(&code.as_str()), "{code}");
}

#[test]
fn damage_is_told_from_lies() {
    let (chain, people) = Shared::with_people(1, 1);
    let bytes = chain.bundle(&Query::Record(StateKey::Did(people[0].did))).to_bytes();
    let cut = bytes[..bytes.len() - 1].to_vec();
    let node = Node::new(move |_| Said::Answer(200, cut.clone()));
    assert_eq!(refused(&node, &chain, &people[0].did).code(), "bundle.damaged");
}

#[test]
fn a_node_of_another_network_is_named() {
    let (chain, people) = Shared::with_people(1, 1);
    let (other, _) = Shared::with_people(2, 1);
    let bytes = other.bundle(&Query::Record(StateKey::Did(people[0].did))).to_bytes();
    let node = Node::new(move |_| Said::Answer(200, bytes.clone()));
    let error = refused(&node, &chain, &people[0].did);
    assert!(matches!(error, ClientError::OtherNetwork { .. }), "{error}");
    assert!(error.to_string().contains(&other.genesis().hash().to_string()));
}

#[test]
fn an_old_truth_is_told_from_a_lie() {
    let (chain, people) = Shared::with_people(1, 1);
    let node = chain.honest();
    let trusted = Trusted::new(chain.genesis()).with_max_age(Some(10_000));
    let error = client_of(trusted, [node.url.clone()]).record(&people[0].did).unwrap_err();
    assert!(matches!(error, ClientError::Old { .. }), "{error}");
    assert_eq!((error.code(), error.exit()), ("bundle.stale", Exit::Unverified));
}

#[test]
fn no_quorum_explains_an_old_truth() {
    let (chain, people) = Shared::with_people(1, 1);
    let truthful = chain.clone();
    let why = "{\"well\":false,\"height\":1,\"age_ms\":59000,\"view\":9,\"in_view_ms\":50000,\
               \"reasons\":[{\"code\":\"why.no_quorum\",\"detail\":\"2 of 4 validators are there\"}]}";
    let node = Node::new(move |asked| match asked.path.as_str() {
        "/v1/why" => Said::Answer(200, why.as_bytes().to_vec()),
        _ => truthful.say(asked),
    });
    let trusted = Trusted::new(chain.genesis()).with_max_age(Some(10_000));
    let error = client_of(trusted, [node.url.clone()]).record(&people[0].did).unwrap_err();
    assert_eq!(error.exit(), Exit::NoQuorum, "{error}");
    assert!(error.to_string().contains("2 of 4 validators"), "{error}");
}

#[test]
fn nobody_goes_back_behind_what_was_seen() {
    let (chain, people) = Shared::with_people(1, 1);
    let did = people[0].did;
    let old = chain.bundle(&Query::Record(StateKey::Did(did))).to_bytes();
    chain.with(|chain| chain.extend([]));
    let (node, behind) = (chain.honest(), Node::new(move |_| Said::Answer(200, old.clone())));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("checkpoint.json");
    let client = |url| {
        let trusted = Trusted::new(chain.genesis()).with_state(&file).unwrap();
        client_of(trusted, [url])
    };
    assert!(client(behind.url.clone()).record(&did).is_ok(), "nothing was seen before");
    assert!(client(node.url.clone()).record(&did).is_ok());
    let error = client(behind.url.clone()).record(&did).unwrap_err();
    assert_eq!((error.code(), error.exit()), ("bundle.behind", Exit::Unverified));
    assert!(behind.asked().len() > 2, "it is given time to come up");
}

#[test]
fn a_fork_is_an_alarm() {
    let (chain, people) = Shared::with_people(1, 1);
    let (mut world, did) = (chain.with(|chain| chain.world.clone()), people[0].did);
    let (node, other) = (chain.honest(), Shared::with_people(1, 0).0);
    world.now = chain.with(|chain| chain.world.now);
    other.with(|fork| {
        fork.world.genesis = world.genesis.clone();
        fork.store = hefu_ledger::store::MemoryStore::new(&world.genesis).unwrap();
        fork.world = world.clone();
        fork.extend([]);
    });
    let lying = other.honest();
    let client = hasty(&chain, &[&node.url, &lying.url]);
    client.record(&did).unwrap();
    drop(node);
    let error = client.record(&did).unwrap_err();
    assert_eq!((error.code(), error.exit()), ("bundle.fork", Exit::Unverified), "{error}");
}

#[test]
fn a_state_file_of_another_network_is_refused() {
    let (chain, people) = Shared::with_people(1, 1);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("checkpoint.json");
    let node = chain.honest();
    let trusted = Trusted::new(chain.genesis()).with_state(&file).unwrap();
    client_of(trusted, [node.url.clone()]).record(&people[0].did).unwrap();
    let (other, _) = Shared::with_people(2, 0);
    let error = Trusted::new(other.genesis()).with_state(&file).unwrap_err();
    assert_eq!(error.code(), "client.state_damaged");
    std::fs::write(&file, "{").unwrap();
    let error = Trusted::new(chain.genesis()).with_state(&file).unwrap_err();
    assert_eq!(error.code(), "client.state_damaged");
}

#[test]
fn what_was_verified_is_not_given_if_it_cannot_be_kept() {
    let (chain, people) = Shared::with_people(1, 1);
    let node = chain.honest();
    let directory = tempfile::tempdir().unwrap();
    let nowhere = directory.path().join("none").join("checkpoint.json");
    let trusted = Trusted::new(chain.genesis()).with_state(&nowhere).unwrap();
    let error = client_of(trusted, [node.url.clone()]).record(&people[0].did).unwrap_err();
    assert_eq!((error.code(), error.exit()), ("client.state_unwritable", Exit::Fault));
}

#[test]
fn the_next_node_answers_for_one_that_cannot() {
    let (chain, people) = Shared::with_people(1, 1);
    let node = chain.honest();
    let broken = Node::new(|_| Said::Answer(503, problem(503, "api.stopping", "it stops")));
    let other = Node::new(|_| Said::Answer(404, b"<html>".to_vec()));
    let urls = [nobody(), broken.url.clone(), other.url.clone(), node.url.clone()];
    let client = chain.client(urls);
    client.record(&people[0].did).unwrap();
    client.record(&people[0].did).unwrap();
    assert_eq!(broken.asked().len(), 1, "the one that answered is asked first from then on");
}

#[test]
fn who_cannot_be_reached_is_told_from_who_is_no_node() {
    let (chain, people) = Shared::with_people(1, 1);
    let did = &people[0].did;
    let ask = |url| chain.client([url]).record(did).unwrap_err();
    let gone = ask(nobody());
    assert!(matches!(gone, ClientError::Unreachable(_)), "{gone}");
    assert_eq!(gone.exit(), Exit::Fault);
    let web = Node::new(|_| Said::Answer(404, b"<html>not found</html>".to_vec()));
    let foreign = ask(web.url.clone());
    assert!(matches!(foreign, ClientError::Foreign { .. }), "{foreign}");
    let moved = Node::new(|_| Said::Answer(302, Vec::new()));
    assert!(matches!(ask(moved.url.clone()), ClientError::Foreign { .. }));
    let silent = Node::new(|_| Said::Nothing);
    let silence = hasty(&chain, &[&silent.url]).record(did).unwrap_err();
    assert!(matches!(silence, ClientError::Unreachable(_)), "{silence}");
    assert_eq!(chain.client([]).record(did).unwrap_err(), ClientError::NoNode);
}

#[test]
fn what_a_node_says_instead_of_json_steers_no_terminal() {
    let node = Node::new(|_| Said::Answer(200, br#"{"role":"\u001b[2J"}"#.to_vec()));
    let error = node_says(&node.url).unwrap_err().to_string();
    assert!(error.contains("[2J") && !error.contains(char::is_control), "{error:?}");
}

#[test]
fn an_answer_without_an_end_is_cut_off() {
    let (chain, people) = Shared::with_people(1, 1);
    let node = Node::new(|_| Said::Answer(200, vec![0; 34 * 1024 * 1024]));
    let error = chain.client([node.url.clone()]).record(&people[0].did).unwrap_err();
    assert!(error.to_string().contains("longer than"), "{error}");
}

/// How a node of this network says it is.
fn status(genesis: GenesisHash) -> Vec<u8> {
    let none = Hex32([0; 32]);
    let status = Status {
        network: "other".to_owned(),
        genesis: genesis.into(),
        development: true,
        key: none,
        role: Role::Follower,
        software: "1".to_owned(),
        protocol_version: 1,
        height: 0,
        digest: none,
        time_ms: 0,
        epoch: 0,
        view: 0,
        leader: none,
        quorum: 3,
        peers: Vec::new(),
        pending: PendingView { transactions: 0, bytes: 0 },
        catching_up_to: None,
        halted: None,
    };
    serde_json::to_vec(&status).unwrap()
}

/// A node of a network that knows nothing that it is asked for.
fn ignorant(genesis: GenesisHash) -> Node {
    Node::new(move |asked| match asked.path.as_str() {
        "/v1/status" => Said::Answer(200, status(genesis)),
        _ => not_found("there is nothing here"),
    })
}

#[test]
fn a_node_of_another_network_denies_nothing_of_this_one() {
    let (chain, _) = Shared::with_people(1, 0);
    let other = ignorant(Shared::with_people(2, 0).0.genesis().hash());
    let (key, id) = (KeyBytes::from_bytes([7; 32]), TransactionId::new(Hash::from_bytes([7; 32])));
    let client = chain.client([other.url.clone()]);
    let refused = [
        client.key_holder(&key).unwrap_err(),
        client.fate(&id).unwrap_err(),
        client.status(&other.url).unwrap_err(),
        client.why(&other.url).unwrap_err(),
    ];
    for error in refused {
        assert!(matches!(error, ClientError::OtherNetwork { .. }), "{error}");
    }
    let ours = ignorant(chain.genesis().hash());
    let missing = chain.client([ours.url.clone()]).key_holder(&key).unwrap_err();
    assert_eq!(missing.exit(), Exit::NotFound, "{missing}");
}

#[test]
fn nothing_can_be_proved_before_the_first_block() {
    let (chain, _) = Shared::with_people(1, 0);
    let early = || Said::Answer(409, problem(409, "build.not_final", "no block is final"));
    let node = Node::new(move |_| early());
    let error = hasty(&chain, &[&node.url]).checkpoint().unwrap_err();
    assert!(error.is_before_the_first_block(), "{error}");
    assert_eq!(error.exit(), Exit::Fault);
    let (genesis, why) = (
        chain.genesis().hash(),
        r#"{"well":false,"height":0,"age_ms":1,
        "view":9,"in_view_ms":50000,"reasons":[{"code":"why.no_quorum","detail":"1 of 4"}]}"#,
    );
    let stuck = Node::new(move |asked| match asked.path.as_str() {
        "/v1/status" => Said::Answer(200, status(genesis)),
        "/v1/why" => Said::Answer(200, why.as_bytes().to_vec()),
        _ => early(),
    });
    let error = hasty(&chain, &[&stuck.url]).checkpoint().unwrap_err();
    assert_eq!(error.exit(), Exit::NoQuorum, "{error}");
}
