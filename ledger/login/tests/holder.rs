//! What a holder's wallet refuses to sign.

use super::scene::{Scene, domain};
use hefu_login::{Answer, LoginError, Seen};
use hefu_primitives::GenesisHash;

fn signed(scene: &Scene, seen: &Seen) -> Result<Answer, LoginError> {
    let (did, bundle) = (scene.alice.did, scene.prove_did(scene.alice.did));
    Answer::sign(scene.challenge(), seen, did, &scene.alice.login[0], bundle)
}

#[test]
fn a_challenge_that_another_site_passes_on_is_not_signed() {
    let scene = Scene::new();
    let right = Seen {
        network: scene.chain.world.hash,
        domain: domain("bank.example"),
        platform: Some(scene.platform.did),
    };
    assert!(signed(&scene, &right).is_ok());
    assert!(signed(&scene, &Seen { platform: None, ..right.clone() }).is_ok());
    let code = |seen: &Seen| signed(&scene, seen).unwrap_err().code();
    let elsewhere = Seen { domain: domain("evil.example"), ..right.clone() };
    assert_eq!(code(&elsewhere), "login.other_domain");
    let port = Seen { domain: domain("bank.example:8443"), ..right.clone() };
    assert_eq!(code(&port), "login.other_domain");
    let other = Seen { platform: Some(scene.alice.did), ..right.clone() };
    assert_eq!(code(&other), "login.other_platform");
    let network = Seen { network: GenesisHash::default(), ..right };
    assert_eq!(code(&network), "login.other_network");
}
