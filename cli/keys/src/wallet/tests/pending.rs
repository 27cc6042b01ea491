//! Operations under way: one control key signs one operation, whatever happens.

use super::*;
use hefu_ledger::TransactionId;

#[test]
fn nothing_is_signed_before_the_did_is_enrolled() {
    let mut scene = Scene::requested();
    assert_eq!(scene.prepare(&Change::Rotate).unwrap_err().code(), "wallet.not_enrolled");
}

#[test]
fn no_second_operation_is_signed_while_one_is_under_way() {
    let mut scene = Scene::enrolled();
    let first = scene.prepare(&Change::Rotate).unwrap();
    let expires = first.envelope.expires;
    let pending = WalletError::Pending { id: first.envelope.id(), expires };
    assert_eq!(scene.prepare(&Change::Rotate), Err(pending.clone()));
    assert_eq!(scene.prepare(&Change::Deactivate), Err(pending));
    assert_eq!(scene.settle(), Ok(Settled::Waiting(first.envelope.id())));
    // What was kept is what was signed, to the last byte.
    let kept = scene.account().pending().unwrap().transaction();
    assert_eq!(kept, Some(first.clone()));
    scene.sandbox.submit(kept.unwrap()).unwrap();
    assert_eq!(scene.settle(), Ok(Settled::Final(first.envelope.id())));
    assert!(scene.account().pending().is_none());
}

#[test]
fn an_operation_that_expired_gives_its_control_key_back() {
    let mut scene = Scene::enrolled();
    let first = scene.prepare(&Change::Rotate).unwrap();
    let id = first.envelope.id();
    let just_before = first.envelope.expires.saturating_sub(1);
    let record = scene.record();
    let settled = scene.account().settle(&record, just_before);
    assert_eq!(settled, Ok(Settled::Waiting(id)));
    let early = scene.account().abandon(&id, just_before).unwrap_err();
    assert_eq!(early.code(), "wallet.not_expired");
    scene.sandbox.world.now = first.envelope.expires;
    let late = scene.sandbox.submit(first.clone()).unwrap_err();
    assert_eq!(late.code(), "rejected.expired");
    assert_eq!(scene.settle(), Ok(Settled::Expired(id)));
    scene.make(&Change::Deactivate);
}

#[test]
fn only_the_operation_under_way_is_confirmed_or_abandoned() {
    let mut scene = Scene::enrolled();
    let other = TransactionId::default();
    let none = WalletError::NotPending(other);
    assert_eq!(scene.account().confirm(&other), Err(none.clone()));
    let operation = scene.prepare(&Change::Rotate).unwrap();
    assert_eq!(scene.account().confirm(&other), Err(none.clone()));
    assert_eq!(scene.account().abandon(&other, Timestamp::MAX), Err(none));
    scene.account().confirm(&operation.envelope.id()).unwrap();
    assert_eq!(scene.account().sequence(), 1);
}

#[test]
fn an_operation_that_another_copy_made_is_noticed() {
    let mut scene = Scene::enrolled();
    let mut copy = scene.wallet.clone();
    scene.make(&Change::Rotate);
    let (record, now) = (scene.record(), scene.sandbox.last);
    let stale = copy.account_mut(&scene.did).unwrap();
    let elsewhere = WalletError::Elsewhere { did: scene.did, known: 0, got: 1 };
    assert_eq!(stale.settle(&record, now), Err(elsewhere.clone()));
    // With an operation of its own under way as well: that one can never be executed.
    let expires = scene.expires();
    stale.prepare(&Change::Deactivate, expires).unwrap();
    assert_eq!(stale.settle(&record, now), Err(elsewhere));
    let place = stale.place().clone();
    copy.resume(place, scene.did, &record).unwrap();
    let account = copy.account_mut(&scene.did).unwrap();
    assert_eq!(account.settle(&record, now), Ok(Settled::Nothing));
    assert!(account.prepare(&Change::Rotate, expires).is_ok());
}

#[test]
fn an_end_by_authority_settles_what_was_under_way() {
    let mut scene = Scene::enrolled();
    scene.prepare(&Change::Rotate).unwrap();
    let by = [hefu_fixtures::MEMBER, hefu_fixtures::OTHER_MEMBER];
    let revoke = scene.sandbox.world.revoke(&by, scene.did);
    scene.sandbox.submit(revoke).unwrap();
    assert_eq!(scene.settle(), Ok(Settled::Ended));
    assert_eq!(scene.account().stage(), Stage::Ended);
    assert!(scene.account().pending().is_none());
}
