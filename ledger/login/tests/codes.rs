//! What is wrong with a challenge, a signature or a bundle, each with its code, and just not wrong.

use super::scene::{Scene, domain};
use hefu_fixtures::World;
use hefu_ledger::bundle::{Operations, Policy, Query};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::limits::CHECKPOINT_AGE_MAX_MS;
use hefu_ledger::state::StateKey;
use hefu_login::{LoginError, Stapled};
use hefu_primitives::{GenesisHash, Signature};

#[test]
fn a_holder_is_let_in_with_what_the_registrar_attested() {
    let scene = Scene::new();
    let login = scene.login().verify().unwrap();
    assert_eq!(login.did, scene.alice.did);
    assert_eq!(login.key, KeyBytes::from(&scene.alice.login[0].public_key()));
    assert_eq!(login.assurance, hefu_ledger::record::Assurance::Two);
    assert_eq!(login.registrar, hefu_fixtures::REGISTRAR);
    assert_eq!(login.class, hefu_ledger::record::Class::Person);
    assert_eq!(login.checkpoint.age_ms, hefu_fixtures::BLOCK_MS);
}

#[test]
fn an_answer_to_another_challenge_says_what_differs() {
    let scene = Scene::new();
    assert_eq!(scene.answered(|_| ()), "in");
    assert_eq!(scene.answered(|c| c.domain = domain("bank.examp1e")), "login.other_domain");
    assert_eq!(scene.answered(|c| c.platform = scene.alice.did), "login.other_platform");
    assert_eq!(scene.answered(|c| c.network = GenesisHash::default()), "login.other_network");
    for code in [
        scene.answered(|c| c.nonce[31] ^= 1),
        scene.answered(|c| c.purpose = "Pay 100".parse().unwrap()),
        scene.answered(|c| c.issued = c.issued.saturating_sub(1)),
        scene.answered(|c| c.expires = c.expires.saturating_add(1)),
    ] {
        assert_eq!(code, "login.other_challenge");
    }
}

#[test]
fn a_challenge_of_another_network_than_the_genesis_is_refused() {
    let scene = Scene::new();
    assert_eq!(scene.agreed(|c| c.network = GenesisHash::default()), "login.other_network");
}

#[test]
fn a_challenge_is_open_for_two_minutes_at_most() {
    let scene = Scene::new();
    let span = |ms| scene.agreed(|c| c.expires = c.issued.saturating_add(ms));
    assert_eq!((span(1), span(120_000)), ("in", "in"));
    assert_eq!((span(0), span(120_001)), ("login.span", "login.span"));
    assert_eq!(scene.agreed(|c| c.expires = c.issued.saturating_sub(1)), "login.span");
}

#[test]
fn a_challenge_is_open_from_its_making_to_its_expiry() {
    let scene = Scene::new();
    let ahead = |ms| scene.agreed(|c| c.issued = scene.now().saturating_add(ms));
    assert_eq!((ahead(5_000), ahead(5_001)), ("in", "login.not_yet"));
    let at =
        |ms| scene.spoilt(|login| login.policy.now = login.challenge.issued.saturating_add(ms));
    assert_eq!((at(59_999), at(60_000)), ("in", "login.expired"));
}

#[test]
fn only_the_key_that_is_named_signs_for_the_did_that_is_named() {
    let scene = Scene::new();
    let bad = "login.bad_signature";
    let other = KeyBytes::from(&scene.platform.login[0].public_key());
    assert_eq!(scene.spoilt(|login| login.answer.key = other), bad);
    let no_point = KeyBytes::from_bytes([2; 32]);
    assert_eq!(scene.spoilt(|login| login.answer.key = no_point), bad);
    // Under a key of small order one signature would fit many messages.
    let weak = KeyBytes::from_bytes([0; 32]);
    assert_eq!(scene.spoilt(|login| login.answer.key = weak), bad);
    assert_eq!(scene.spoilt(|login| login.answer.did = scene.platform.did), bad);
    let none = Signature::from_bytes([0; 64]);
    assert_eq!(scene.spoilt(|login| login.answer.signature = none), bad);
}

#[test]
fn a_signature_for_something_else_is_none_for_a_login() {
    let scene = Scene::new();
    let request = scene.alice.request.possession[0];
    assert_eq!(scene.spoilt(|login| login.answer.signature = request), "login.bad_signature");
}

#[test]
fn a_checkpoint_grows_too_old() {
    let scene = Scene::new();
    let max_ms = CHECKPOINT_AGE_MAX_MS;
    let late = |ms| {
        let mut login = scene.login();
        let time = scene.now().saturating_sub(hefu_fixtures::BLOCK_MS);
        login.policy = Policy::strict(time.saturating_add(ms));
        login.challenge.issued = login.policy.now;
        login.challenge.expires = login.policy.now.saturating_add(1);
        login.answer = scene.answer(login.challenge.clone(), &scene.alice.login[0]);
        login.verify().map(|in_| in_.checkpoint.age_ms)
    };
    assert_eq!(late(max_ms), Ok(max_ms));
    let refused = late(max_ms + 1).unwrap_err();
    assert_eq!(refused.code(), "login.stale_checkpoint");
    assert!(refused.to_string().contains("get a new bundle"), "{refused}");
}

#[test]
fn a_checkpoint_behind_the_last_accepted_one_is_too_old() {
    let mut scene = Scene::new();
    let old = scene.prove_did(scene.alice.did);
    scene.chain.extend([]);
    let newest = scene.login().verify().unwrap().checkpoint.accepted();
    let mut login = scene.login();
    login.policy = login.policy.not_before(newest);
    assert_eq!(login.clone().code(), "in");
    login.answer.bundle = old;
    assert_eq!(login.code(), "login.stale_checkpoint");
}

#[test]
fn a_bundle_that_does_not_hold_keeps_its_own_code() {
    let scene = Scene::new();
    let cut = |login: &mut super::scene::Login| {
        let bytes = login.answer.bundle.as_bytes();
        login.answer.bundle = Stapled::new(bytes[..bytes.len() - 1].to_vec()).unwrap();
    };
    assert_eq!(scene.spoilt(cut), "bundle.damaged");
    let empty = Stapled::new(Vec::new()).unwrap();
    assert_eq!(scene.spoilt(|login| login.answer.bundle = empty), "bundle.damaged");
    let ahead = |login: &mut super::scene::Login| {
        login.policy.now = scene.now().saturating_sub(10 * CHECKPOINT_AGE_MAX_MS);
        login.challenge.issued = login.policy.now;
        login.challenge.expires = login.policy.now.saturating_add(1);
        login.answer = scene.answer(login.challenge.clone(), &scene.alice.login[0]);
    };
    assert_eq!(scene.spoilt(ahead), "bundle.ahead");
}

#[test]
fn a_bundle_of_another_network_is_refused() {
    let scene = Scene::new();
    let world = World::with(1, |genesis| genesis.network = "elsewhere".parse().unwrap());
    let store = hefu_ledger::store::MemoryStore::new(&world.genesis).unwrap();
    let mut chain = hefu_fixtures::Chain::new(world, store);
    chain.extend([]);
    let elsewhere = Scene { chain, ..scene.clone() };
    let bundle = elsewhere.prove_did(scene.alice.did);
    let mut login = scene.login();
    login.answer.bundle = bundle;
    assert!(matches!(login.verify(), Err(LoginError::Bundle(_))));
    assert_eq!(login.code(), "bundle.other_network");
}

#[test]
fn a_bundle_of_something_else_is_no_answer() {
    let scene = Scene::new();
    let (did, operations) = (scene.alice.did, Operations::Named);
    for query in [
        Query::Record(StateKey::Did(scene.platform.did)),
        Query::Record(StateKey::Rules),
        Query::KeyHolder(KeyBytes::from(&scene.alice.login[0].public_key())),
        Query::History { did, operations },
    ] {
        let bundle = scene.prove(&query);
        let code = scene.spoilt(|login| login.answer.bundle = bundle);
        assert_eq!(code, "bundle.other_fact", "{query:?}");
    }
}
