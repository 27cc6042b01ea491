//! What the ledger says of the DID and the key.

use super::scene::Scene;
use hefu_fixtures::{BLOCK_MS, Change, MEMBER, OTHER_MEMBER, REGISTRAR};
use hefu_ledger::operation::Payload;
use hefu_ledger::record::Relationships;
use hefu_primitives::{BoundedVec, SecretKey, Timestamp};

#[test]
fn nobody_is_let_in_before_being_enrolled() {
    assert_eq!(Scene::before_enrolment().code(), "login.unknown_did");
    assert_eq!(Scene::new().code(), "in");
}

#[test]
fn a_suspended_did_is_refused_until_the_suspension_lapses() {
    let mut scene = Scene::new();
    let suspend = scene.chain.world.suspend(&[REGISTRAR], scene.alice.did, 10 * BLOCK_MS);
    scene.chain.extend([suspend]);
    assert_eq!(scene.code(), "login.suspended");
    scene.chain.wait(20 * BLOCK_MS);
    scene.chain.extend([]);
    assert_eq!(scene.code(), "in");
}

#[test]
fn a_reinstated_did_is_let_in_again() {
    let mut scene = Scene::new();
    let suspend = scene.chain.world.suspend(&[REGISTRAR], scene.alice.did, 100 * BLOCK_MS);
    scene.chain.extend([suspend]);
    let reinstate = scene.chain.world.reinstate(&[MEMBER], scene.alice.did);
    scene.chain.extend([reinstate]);
    assert_eq!(scene.code(), "in");
}

#[test]
fn a_clock_that_is_behind_sees_the_suspension_all_the_same() {
    let mut scene = Scene::new();
    let suspend = scene.chain.world.suspend(&[REGISTRAR], scene.alice.did, 100 * BLOCK_MS);
    scene.chain.extend([suspend]);
    let mut login = scene.login();
    login.policy.now = scene.now().saturating_sub(5 * BLOCK_MS);
    login.challenge.issued = login.policy.now;
    login.answer = scene.answer(login.challenge.clone(), &scene.alice.login[0]);
    assert_eq!(login.code(), "login.suspended");
}

#[test]
fn a_did_that_has_ended_is_refused_by_whom_it_was_ended() {
    let mut scene = Scene::new();
    let key = scene.alice.login[0].clone();
    let mut revoked = scene.clone();
    let revoke = revoked.chain.world.revoke(&[MEMBER, OTHER_MEMBER], scene.alice.did);
    revoked.chain.extend([revoke]);
    assert_eq!(revoked.code(), "login.revoked");
    let deactivate = scene.alice.deactivate(&mut scene.chain.world);
    scene.chain.extend([deactivate]);
    assert_eq!(scene.login_with(&key).code(), "login.deactivated");
}

#[test]
fn a_key_of_nobody_and_a_former_key_are_refused() {
    let mut scene = Scene::new();
    let stranger = SecretKey::from_seed(&[9; 32]);
    assert_eq!(scene.login_with(&stranger).code(), "login.key_not_of_did");
    let others = scene.platform.login[0].clone();
    assert_eq!(scene.login_with(&others).code(), "login.key_not_of_did");
    let register = scene.alice.register(&mut scene.chain.world);
    scene.chain.extend([register]);
    let former = scene.alice.login[0].clone();
    assert_eq!(scene.login_with(&former).code(), "in");
    let revoke = scene.alice.revoke(&mut scene.chain.world, 0);
    scene.chain.extend([revoke]);
    assert_eq!(scene.login_with(&former).code(), "login.key_not_of_did");
    assert_eq!(scene.code(), "in");
}

/// Registers a key for alice.
fn register(
    scene: &mut Scene,
    what: Relationships,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> SecretKey {
    let world = &mut scene.chain.world;
    let key = world.seeds.key();
    let mut draft = scene.alice.draft(world, Change::Register(vec![(key.clone(), what)]));
    let Payload::KeyRegister(held) = draft.payload() else { panic!("it is a key.register") };
    let limited = held
        .change
        .methods
        .iter()
        .map(|method| hefu_ledger::record::VerificationMethod { from, until, ..*method });
    held.change.methods = BoundedVec::first_of(limited.collect::<Vec<_>>());
    let transaction = draft.sign();
    scene.alice.accept(&transaction, world);
    scene.chain.extend([transaction]);
    key
}

#[test]
fn only_keys_for_authentication_log_in() {
    let mut scene = Scene::new();
    for (what, expected) in [
        (Relationships::AUTHENTICATION, "in"),
        (Relationships::ASSERTION_METHOD, "login.key_not_for_authentication"),
        (Relationships::CAPABILITY_INVOCATION, "login.key_not_for_authentication"),
        (Relationships::CAPABILITY_DELEGATION, "login.key_not_for_authentication"),
        (Relationships::ASSERTION_METHOD.and(Relationships::AUTHENTICATION), "in"),
    ] {
        let key = register(&mut scene, what, None, None);
        assert_eq!(scene.login_with(&key).code(), expected, "{what:?}");
    }
}

#[test]
fn a_key_logs_in_while_it_is_in_the_document() {
    let mut scene = Scene::new();
    let (from, until) = (scene.now(), scene.now().saturating_add(100 * BLOCK_MS));
    let key = register(&mut scene, Relationships::AUTHENTICATION, Some(from), Some(until));
    let bundle = scene.login_with(&key).answer.bundle;
    let at = |now: Timestamp| {
        let mut login = scene.login_with(&key);
        // A checkpoint from before `from` leaves the platform's clock alone to decide.
        login.policy.now = now;
        login.challenge.issued = now;
        login.challenge.expires = now.saturating_add(60_000);
        login.answer = scene.answer(login.challenge.clone(), &key);
        login.answer.bundle = bundle.clone();
        login.policy.max_age_ms = None;
        login.code()
    };
    assert_eq!(at(until.saturating_sub(1)), "in");
    assert_eq!(at(until), "login.key_not_valid_now");
    let later = Some(scene.now().saturating_add(10 * BLOCK_MS));
    let key = register(&mut scene, Relationships::AUTHENTICATION, later, None);
    assert_eq!(scene.login_with(&key).code(), "login.key_not_valid_now");
    scene.chain.wait(20 * BLOCK_MS);
    scene.chain.extend([]);
    assert_eq!(scene.login_with(&key).code(), "in");
}
