//! Every operation of a holder, executed by the ledger.

use super::*;
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::record::{Controllers, KeyRevocationReason, Relationships, Service, Status};
use hefu_primitives::BoundedVec;

const SIGNING: Change =
    Change::Register { relationships: Relationships::ASSERTION_METHOD, until: None };

fn revoke(key: KeyBytes) -> Change {
    Change::Revoke { key, reason: KeyRevocationReason::Superseded, compromised_since: None }
}

#[test]
fn a_life_of_every_operation_is_executed() {
    let mut scene = Scene::enrolled();
    let first = scene.account().login_keys()[0].key;
    scene.make(&Change::Rotate);
    scene.make(&SIGNING);
    let relationships = Relationships::AUTHENTICATION;
    let until = Some(scene.expires());
    scene.make(&Change::Register { relationships, until });
    scene.make(&revoke(first));
    let numbers: Vec<_> = scene.account().login_keys().iter().map(|key| key.number).collect();
    assert_eq!(numbers, [1, 2]);
    scene.make(&Change::Rotate);
    assert_eq!(scene.account().sequence(), 5);
    scene.make(&Change::Deactivate);
    assert_eq!(scene.account().stage(), Stage::Ended);
    assert_eq!(scene.sandbox.status(scene.did), Some(Status::Deactivated));
    assert_eq!(scene.prepare(&Change::Rotate).unwrap_err().code(), "wallet.ended");
}

#[test]
fn a_public_did_shows_services() {
    let mut scene = Scene::requested();
    let hash = scene.sandbox.world.hash;
    let (did, request) = scene.wallet.request(hash, &bank(), REGISTRAR, Class::Public).unwrap();
    scene.did = did;
    scene.enrol(did, request);
    scene.settle().unwrap();
    let service = Service {
        name: "login".parse().unwrap(),
        service_type: "Login".parse().unwrap(),
        endpoint: "https://bank.example/login".parse().unwrap(),
    };
    let services = Some(BoundedVec::first_of([service.clone()]));
    scene.make(&Change::Update(DidUpdate { services, ..DidUpdate::default() }));
    assert_eq!(scene.record().content.services[..], [service]);
}

#[test]
fn keys_sign_for_what_they_are_registered_for() {
    let mut scene = Scene::enrolled();
    scene.make(&SIGNING);
    let account = scene.account();
    let public = |secret: hefu_primitives::SecretKey| KeyBytes::from(&secret.public_key());
    let keys: Vec<_> = account.login_keys().iter().map(|key| key.key).collect();
    assert_eq!(account.secret_for(Relationships::AUTHENTICATION).map(public), Ok(keys[0]));
    assert_eq!(account.secret_for(Relationships::ASSERTION_METHOD).map(public), Ok(keys[1]));
    let none = account.secret_for(Relationships::CAPABILITY_DELEGATION).map(public);
    assert_eq!(none.unwrap_err().code(), "wallet.unknown_key");
    assert_eq!(account.secret_of(&keys[1]).map(public), Ok(keys[1]));
    let none = account.secret_of(&KeyBytes::from_bytes([9; 32])).map(public);
    assert_eq!(none.unwrap_err().code(), "wallet.unknown_key");
}

#[test]
fn a_did_whose_controllers_must_agree_is_left_alone() {
    let mut scene = Scene::enrolled();
    scene.account().state.controlled = true;
    assert_eq!(scene.prepare(&Change::Rotate).unwrap_err().code(), "wallet.controllers");
    // Who takes the controllers away in an update may go on alone.
    let none = DidUpdate { controllers: Some(Controllers::default()), ..DidUpdate::default() };
    scene.account().state.controlled = false;
    scene.make(&Change::Update(none));
    assert!(scene.prepare(&Change::Rotate).is_ok());
}

#[test]
fn no_two_payloads_share_a_salt() {
    let mut scene = Scene::enrolled();
    let salt = |scene: &mut Scene, change: &Change, later: u64| {
        let expires = scene.expires().saturating_add(later);
        let mut account = scene.account().clone();
        let transaction = account.prepare(change, expires).unwrap();
        let hefu_ledger::transaction::Body::Single(sealed) = transaction.body else { panic!() };
        let hefu_ledger::transaction::Sealed::Open { salt, .. } = *sealed else { panic!() };
        salt
    };
    let salts = [
        salt(&mut scene, &Change::Rotate, 0),
        salt(&mut scene, &Change::Rotate, 1),
        salt(&mut scene, &Change::Deactivate, 0),
        salt(&mut scene, &SIGNING, 0),
    ];
    assert!((0..4).all(|one| (0..one).all(|other| salts[one] != salts[other])));
    assert_eq!(salt(&mut scene, &Change::Rotate, 0), salts[0], "the same follows from the same");
}
