//! Checkpoints of many holders: none is refused for being a little older than another's.

use super::scene::Scene;
use hefu_ledger::limits::CHECKPOINT_AGE_MAX_MS;
use hefu_login::Floor;

#[test]
fn a_bundle_a_little_older_than_the_last_one_is_accepted() {
    let mut scene = Scene::new();
    let older = scene.login().answer.bundle;
    scene.chain.extend([]);
    let mut floor = Floor::new(CHECKPOINT_AGE_MAX_MS, None);
    // The second login could make the first one's checkpoint the floor, which is still young.
    for _ in 0..2 {
        let newest = scene.login().verify().unwrap();
        floor.accept(&newest.checkpoint, scene.now());
    }
    assert_eq!(floor.last(), None);
    let mut login = scene.login();
    login.policy = floor.policy(scene.now());
    login.answer.bundle = older;
    assert_eq!(login.code(), "in");
}

#[test]
fn the_floor_rises_behind_what_is_young_enough() {
    let mut scene = Scene::new();
    let mut floor = Floor::new(CHECKPOINT_AGE_MAX_MS, None);
    let mut checkpoints = Vec::new();
    for _ in 0..8 {
        scene.chain.extend([]);
        let mut login = scene.login();
        login.policy = floor.policy(scene.now());
        let checkpoint = login.verify().unwrap().checkpoint;
        floor.accept(&checkpoint, scene.now());
        checkpoints.push(checkpoint.accepted());
        scene.chain.wait(CHECKPOINT_AGE_MAX_MS / 2);
    }
    let last = floor.last().expect("checkpoints have grown too old");
    assert!(checkpoints[..7].contains(&last), "{last:?}");
    assert!(last.height > checkpoints[2].height, "it follows");
    // A fork that former validators make below it is refused, however young it says it is.
    let mut login = scene.login();
    login.policy = Floor::new(CHECKPOINT_AGE_MAX_MS, Some(last)).policy(scene.now());
    assert_eq!(login.code(), "in");
}
