//! Wallets that come back from their words: the ledger tells them where they were.

use super::*;
use hefu_ledger::operation::holder::commit_to;
use hefu_ledger::record::{KeyRevocationReason, Relationships};
use proptest::prelude::*;

const REGISTER: Change =
    Change::Register { relationships: Relationships::AUTHENTICATION, until: None };

/// An operation by number: rotations, new keys, and keys that go.
fn change(scene: &mut Scene, choice: u8) -> Change {
    let keys = scene.account().login_keys();
    match choice {
        0 => Change::Rotate,
        1 if keys.len() < 4 => REGISTER,
        place if keys.len() > 1 => Change::Revoke {
            key: keys[usize::from(place) % keys.len()].key,
            reason: KeyRevocationReason::Ceased,
            compromised_since: None,
        },
        _ => Change::Rotate,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_restored_wallet_knows_what_the_lost_one_knew(
        choices in prop::collection::vec(0_u8..8, 0..10),
    ) {
        let mut scene = Scene::enrolled();
        for choice in choices {
            let change = change(&mut scene, choice);
            scene.make(&change);
        }
        let restored = scene.restored();
        let known = scene.wallet.account(&scene.did).unwrap().state();
        prop_assert_eq!(restored.account(&scene.did).unwrap().state(), known);
        scene.wallet = restored;
        scene.make(&Change::Rotate);
    }
}

#[test]
fn a_did_that_has_ended_is_known_to_have() {
    let mut scene = Scene::enrolled();
    scene.make(&Change::Deactivate);
    let restored = scene.restored();
    let account = restored.account(&scene.did).unwrap();
    assert_eq!(account.stage(), Stage::Ended);
    assert_eq!(account.login_keys(), []);
}

#[test]
fn another_seed_or_place_finds_nothing() {
    let scene = Scene::enrolled();
    let place = scene.wallet.account(&scene.did).unwrap().place().clone();
    let not_ours = WalletError::NotOurs(scene.did);
    let mut other = seeded(2);
    let refused = other.resume(place.clone(), scene.did, &scene.record());
    assert_eq!(refused.unwrap_err(), not_ours);
    let mut wallet = seeded(1);
    let next = Place { index: 1, ..place };
    assert_eq!(wallet.resume(next, scene.did, &scene.record()).unwrap_err(), not_ours);
    assert_eq!(wallet.accounts().count(), 0);
}

#[test]
fn an_operation_under_way_is_not_forgotten_by_resuming() {
    let mut scene = Scene::enrolled();
    let place = scene.account().place().clone();
    let operation = scene.prepare(&Change::Rotate).unwrap();
    let (did, record) = (scene.did, scene.record());
    let refused = scene.wallet.resume(place.clone(), did, &record).unwrap_err();
    assert_eq!(refused.code(), "wallet.pending");
    assert!(scene.account().pending().is_some());
    scene.sandbox.submit(operation).unwrap();
    let record = scene.record();
    scene.wallet.resume(place, did, &record).unwrap();
    assert_eq!((scene.account().sequence(), scene.account().pending()), (1, None));
}

#[test]
fn control_keys_of_somebody_else_are_noticed_and_logins_go_on() {
    let scene = Scene::enrolled();
    let place = scene.wallet.account(&scene.did).unwrap().place().clone();
    let mut record = scene.record();
    record.content.control = commit_to(&[KeyBytes::from_bytes([9; 32])], 1);
    let mut wallet = seeded(1);
    wallet.resume(place, scene.did, &record).unwrap();
    let account = wallet.account_mut(&scene.did).unwrap();
    let refused = account.prepare(&Change::Rotate, scene.expires()).unwrap_err();
    assert_eq!(refused.code(), "wallet.control_unknown");
    assert!(account.secret_for(Relationships::AUTHENTICATION).is_ok());
}

#[test]
fn a_control_key_beside_the_expected_one_is_found() {
    let scene = Scene::enrolled();
    let place = scene.wallet.account(&scene.did).unwrap().place().clone();
    let keys = AccountKeys::derive(scene.wallet.seed(), &place);
    let mut record = scene.record();
    record.content.sequence = 100;
    for (number, found) in [(36, true), (35, false), (164, true), (165, false)] {
        record.content.control = keys.commitment(number);
        let account = Account::resume(place.clone(), keys.clone(), scene.did, &record).unwrap();
        assert_eq!(account.state().control, found.then_some(number));
    }
}
