//! One answer, one login.

use super::scene::Scene;
use hefu_login::{NonceError, Nonces, SpentNonces};
use hefu_primitives::{Signature, Timestamp};

#[test]
fn an_answer_is_used_once() {
    let mut login = Scene::new().login();
    assert_eq!([login.code(), login.code()], ["in", "login.replayed"]);
    assert_eq!(login.nonces.len(), 1);
}

#[test]
fn an_answer_that_does_not_hold_spends_nothing() {
    let scene = Scene::new();
    let mut login = scene.login();
    let right = login.answer.signature;
    login.answer.signature = Signature::from_bytes([0; 64]);
    assert_eq!(login.code(), "login.bad_signature");
    assert!(login.nonces.is_empty());
    login.answer.signature = right;
    assert_eq!(login.code(), "in");
    // Neither does one whose last check alone fails.
    let mut login = scene.login_with(&scene.platform.login[0]);
    assert_eq!(login.code(), "login.key_not_of_did");
    assert!(login.nonces.is_empty());
}

#[test]
fn a_full_memory_lets_nobody_in_until_something_has_expired() {
    let scene = Scene::new();
    let mut spent = SpentNonces::new(2, Timestamp::ZERO);
    let challenge = |nonce: u8, later: u64| {
        let mut challenge = scene.challenge();
        challenge.nonce = [nonce; 32];
        challenge.expires = challenge.expires.saturating_add(later);
        challenge
    };
    let now = scene.now();
    assert_eq!(spent.spend(&challenge(1, 0), now), Ok(()));
    assert_eq!(spent.spend(&challenge(2, 10), now), Ok(()));
    assert_eq!(spent.spend(&challenge(3, 10), now), Err(NonceError::TooMany { max: 2 }));
    assert_eq!(spent.spend(&challenge(1, 0), now), Err(NonceError::Replayed));
    let later = now.saturating_add(60_000);
    assert_eq!(spent.spend(&challenge(3, 10), later), Ok(()));
    assert_eq!(spent.len(), 2);
    let mut login = scene.login();
    login.nonces = SpentNonces::new(0, Timestamp::ZERO);
    assert_eq!(login.code(), "login.too_many");
}

#[test]
fn what_was_used_before_a_restart_is_not_used_after_it() {
    let scene = Scene::new();
    let mut login = scene.login();
    login.nonces = SpentNonces::new(8, login.challenge.issued.saturating_add(1));
    assert_eq!(login.code(), "login.replayed");
    login.nonces = SpentNonces::new(8, login.challenge.issued);
    assert_eq!(login.code(), "in");
}

#[test]
fn a_clock_that_is_set_back_brings_no_answer_back() {
    let scene = Scene::new();
    let (challenge, now) = (scene.challenge(), scene.now());
    let mut spent = SpentNonces::new(8, Timestamp::ZERO);
    assert_eq!(spent.spend(&challenge, now), Ok(()));
    let mut later = scene.challenge();
    later.nonce = [8; 32];
    later.expires = challenge.expires.saturating_add(60_000);
    assert_eq!(spent.spend(&later, challenge.expires), Ok(()));
    assert_eq!(spent.len(), 1, "the first has expired and is forgotten");
    assert_eq!(spent.spend(&challenge, now), Err(NonceError::Replayed));
}
