//! Checkpoints that are final and yet not accepted.

use super::scene::Scene;
use hefu_ledger::bundle::{
    Accepted, Bundle, BundleError, ChainError, Policy, PolicyError, Proven, verify,
};
use hefu_ledger::limits::CHECKPOINT_AGE_MAX_MS;
use hefu_primitives::{Digest, Ed25519, Epoch, Height, Timestamp};

fn under(scene: &Scene, bundle: &Bundle, policy: &Policy) -> Result<Proven, BundleError> {
    verify(bundle.clone(), &scene.origin(), policy, &Ed25519)
}

pub(super) fn accepted(scene: &Scene, height: u64) -> Accepted {
    let height = Height::new(height);
    let header = hefu_ledger::store::Store::header(&scene.chain.store, height).unwrap().unwrap();
    let digest = header.digest();
    Accepted { height, digest, epoch: header.epoch, validators: header.validators }
}

#[test]
fn a_checkpoint_grows_too_old_after_three_heartbeats() {
    let scene = Scene::one_epoch();
    let bundle = scene.prove_did(scene.alice.did);
    let max_ms = CHECKPOINT_AGE_MAX_MS;
    let last = scene.time().saturating_add(max_ms);
    let proven = under(&scene, &bundle, &Policy::strict(last)).unwrap();
    assert_eq!(proven.checkpoint().age_ms, max_ms);
    let late = last.saturating_add(1);
    let stale = PolicyError::Stale { age_ms: max_ms + 1, max_ms };
    assert_eq!(under(&scene, &bundle, &Policy::strict(late)), Err(stale.into()));
    let proven = under(&scene, &bundle, &Policy::any_age(Timestamp::MAX)).unwrap();
    assert_eq!(proven.checkpoint().age_ms, Timestamp::MAX.since(scene.time()));
}

#[test]
fn a_clock_that_is_a_little_behind_sees_no_age() {
    let scene = Scene::one_epoch();
    let bundle = scene.prove_did(scene.alice.did);
    let max_ms = CHECKPOINT_AGE_MAX_MS;
    let now = scene.time().saturating_sub(max_ms);
    let proven = under(&scene, &bundle, &Policy::strict(now)).unwrap();
    assert_eq!(proven.checkpoint().age_ms, 0);
    let ahead = PolicyError::Ahead { ahead_ms: max_ms + 1, max_ms };
    let earlier = Policy::strict(now.saturating_sub(1));
    assert_eq!(under(&scene, &bundle, &earlier), Err(ahead.into()));
}

#[test]
fn nobody_goes_back_behind_what_was_accepted() {
    let scene = Scene::one_epoch();
    let old = Scene::one_epoch().prove_did(scene.alice.did);
    let mut scene = scene;
    scene.chain.extend([]);
    let newest = accepted(&scene, 9);
    let behind = PolicyError::Behind { last: Height::new(9), got: Height::new(8) };
    let policy = scene.policy().not_before(newest);
    assert_eq!(under(&scene, &old, &policy), Err(behind.into()));
    let same = scene.prove_did(scene.alice.did);
    let proven = under(&scene, &same, &policy).unwrap();
    assert_eq!(proven.checkpoint().accepted(), newest);
}

#[test]
fn another_final_block_at_the_accepted_height_is_a_fork() {
    let scene = Scene::one_epoch();
    let mut bundle = scene.prove_did(scene.alice.did);
    let last = accepted(&scene, 8);
    let policy = scene.policy().not_before(last);
    assert!(under(&scene, &bundle, &policy).is_ok());
    bundle.checkpoint.header.parent = Digest::default();
    scene.sign(&mut bundle.checkpoint);
    let got = bundle.checkpoint.header.digest();
    let fork = PolicyError::Fork { height: last.height, expected: last.digest, got };
    assert_eq!(under(&scene, &bundle, &policy), Err(fork.into()));
}

#[test]
fn an_older_block_of_a_bundle_can_show_the_fork() {
    let scene = Scene::one_epoch();
    let digest = Digest::default();
    for bundle in
        [scene.prove_growth(3), scene.prove_block(3), scene.prove_history(scene.alice.did)]
    {
        let policy = scene.policy().not_before(accepted(&scene, 3));
        assert!(under(&scene, &bundle, &policy).is_ok());
        let last = Accepted { digest, ..accepted(&scene, 3) };
        let policy = scene.policy().not_before(last);
        assert_eq!(under(&scene, &bundle, &policy).unwrap_err().code(), "bundle.fork");
    }
}

#[test]
fn nobody_can_cry_fork_without_a_quorum() {
    let scene = Scene::one_epoch();
    let mut bundle = scene.prove_did(scene.alice.did);
    bundle.checkpoint.header.parent = Digest::default();
    let policy = scene.policy().not_before(accepted(&scene, 8));
    let refused = under(&scene, &bundle, &policy);
    assert!(matches!(refused, Err(BundleError::Chain(ChainError::NotFinal { .. }))));
}

#[test]
fn keys_of_former_validators_name_no_successors_of_their_own() {
    let mut scene = Scene::three_epochs();
    let policy = scene.policy().not_before(accepted(&scene, 13));
    let mut bundle = scene.prove_did(scene.alice.did);
    // Epoch 0 ends with a set that its validators choose now, and that one with another.
    let mut ends = bundle.epochs.to_vec();
    for (place, end) in ends.iter_mut().enumerate() {
        let newcomer = scene.chain.world.seeds.key();
        scene.members[place + 1] = scene.members[place].successor(newcomer);
        end.next = scene.members[place + 1].committee.validators.clone();
        end.boundary.header.validators = scene.members[place].committee.validators.hash();
        end.boundary.header.next_validators = end.next.hash();
        scene.sign(&mut end.boundary);
    }
    bundle.epochs = hefu_fixtures::list(ends);
    let header = &mut bundle.checkpoint.header;
    header.height = Height::new(1_000_000);
    header.validators = scene.members[2].committee.validators.hash();
    header.next_validators = header.validators;
    scene.sign(&mut bundle.checkpoint);
    assert!(under(&scene, &bundle, &scene.policy()).is_ok());
    let other = PolicyError::OtherValidators { epoch: Epoch::new(2) };
    assert_eq!(under(&scene, &bundle, &policy), Err(other.into()));
}
