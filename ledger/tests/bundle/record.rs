//! Records that are not those of the state.

use super::scene::{Scene, key_bytes, nobody};
use hefu_fixtures::REGISTRAR;
use hefu_ledger::DidId;
use hefu_ledger::bundle::{
    AbsenceProof, Bundle, BundleError, Claim, KeyHolderProof, Query, RecordError, RecordProof,
};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::state::{StateEntry, StateKey};
use hefu_ledger::tree::{ProofError, TreeProof};
use hefu_primitives::{BoundedVec, Checkpoint};

fn record(scene: &Scene, did: DidId) -> RecordProof {
    match scene.prove_did(did).claim {
        Claim::Record(proof) => proof,
        other => panic!("{other:?}"),
    }
}

fn absence(scene: &Scene) -> AbsenceProof {
    match scene.prove_did(nobody()).claim {
        Claim::Absence(proof) => proof,
        other => panic!("{other:?}"),
    }
}

/// Why another claim is refused under the same checkpoint.
fn refused(scene: &Scene, claim: Claim) -> RecordError {
    let bundle = Bundle { claim, ..scene.prove_did(scene.alice.did) };
    match scene.refused(&bundle) {
        BundleError::Record(error) => error,
        other => panic!("{other}"),
    }
}

fn is_root(error: &RecordError) -> bool {
    matches!(error, RecordError::Proof { error: ProofError::Root { .. }, .. })
}

#[test]
fn the_record_of_another_did_is_refused() {
    let scene = Scene::one_epoch();
    let (alice, bob) = (record(&scene, scene.alice.did), record(&scene, scene.bob.did));
    let hash = |proof: &RecordProof| StateEntry::new(proof.value.clone()).hash;
    let (key, expected, got) = (alice.key, hash(&alice), hash(&bob));
    let swapped = RecordProof { value: bob.value.clone(), ..alice.clone() };
    let other = RecordError::OtherRecord { key, expected, got };
    assert_eq!(refused(&scene, Claim::Record(swapped)), other);
    let renamed = RecordProof { key: bob.key, ..alice.clone() };
    assert!(is_root(&refused(&scene, Claim::Record(renamed))));
    let unproved = RecordProof { proof: bob.proof, ..alice };
    assert!(is_root(&refused(&scene, Claim::Record(unproved))));
}

#[test]
fn an_earlier_record_is_refused_under_a_later_state() {
    let (mut scene, early) = (Scene::one_epoch(), Scene::one_epoch());
    let rotate = scene.alice.rotate(&mut scene.chain.world);
    scene.chain.extend([rotate]);
    let early = record(&early, scene.alice.did);
    assert!(is_root(&refused(&scene, Claim::Record(early))));
}

#[test]
fn a_record_is_refused_under_an_older_checkpoint() {
    let scene = Scene::one_epoch();
    let Claim::Consistency(growth) = scene.prove_growth(7).claim else { panic!() };
    let checkpoint: Checkpoint = growth.older;
    let bundle = Bundle { checkpoint, ..scene.prove_did(scene.alice.did) };
    let BundleError::Record(error) = scene.refused(&bundle) else { panic!() };
    assert!(is_root(&error));
}

#[test]
fn a_proof_of_another_depth_is_refused() {
    let scene = Scene::one_epoch();
    let alice = record(&scene, scene.alice.did);
    let shorter = alice.proof.siblings[1..].to_vec();
    let (nodes, siblings) = (alice.proof.siblings.len(), shorter.len());
    let siblings_left = BoundedVec::new(shorter).unwrap();
    let proof = TreeProof { siblings: siblings_left, ..alice.proof.clone() };
    let (key, error) = (alice.key, ProofError::Lengths { nodes, siblings });
    let cut = Claim::Record(RecordProof { proof, ..alice });
    assert_eq!(refused(&scene, cut), RecordError::Proof { key, error });
}

#[test]
fn what_is_absent_has_no_record() {
    let scene = Scene::one_epoch();
    let (AbsenceProof { key, proof }, bob) = (absence(&scene), record(&scene, scene.bob.did));
    let invented = Claim::Record(RecordProof { key, value: bob.value, proof });
    assert_eq!(refused(&scene, invented), RecordError::Missing(key));
}

#[test]
fn what_is_there_is_not_absent() {
    let scene = Scene::one_epoch();
    let RecordProof { key, proof, .. } = record(&scene, scene.alice.did);
    let denied = Claim::Absence(AbsenceProof { key, proof });
    assert_eq!(refused(&scene, denied), RecordError::Present(key));
    let hidden = Claim::Absence(AbsenceProof { key, ..absence(&scene) });
    assert!(matches!(refused(&scene, hidden), RecordError::Proof { .. }));
}

#[test]
fn a_record_is_of_the_kind_that_its_name_says() {
    let scene = Scene::one_epoch();
    let key = StateKey::Organisation(REGISTRAR);
    let proof = record(&scene, scene.alice.did);
    let renamed = Claim::Record(RecordProof { key, ..proof });
    assert_eq!(refused(&scene, renamed), RecordError::Kind(key));
    let kinds = [StateKey::Rules, StateKey::Parameters, StateKey::Validators, StateKey::Protocol];
    for key in kinds {
        let Claim::Record(proof) = scene.prove(Query::Record(key)).claim else { panic!() };
        assert!(key.names(&proof.value));
        for other in kinds.into_iter().filter(|other| *other != key) {
            let renamed = RecordProof { key: other, ..proof.clone() };
            assert_eq!(refused(&scene, Claim::Record(renamed)), RecordError::Kind(other));
        }
    }
}

#[test]
fn a_key_is_held_by_its_holder_alone() {
    let scene = Scene::one_epoch();
    let (bob, did) = (record(&scene, scene.bob.did), scene.bob.did);
    for key in [key_bytes(&scene.former), KeyBytes::from_bytes([0; 32])] {
        let stolen = Claim::KeyHolder(KeyHolderProof { key, record: bob.clone() });
        assert_eq!(refused(&scene, stolen), RecordError::KeyNotHeld { did, key });
    }
}

#[test]
fn an_organisation_holds_no_key_of_a_did() {
    let scene = Scene::one_epoch();
    let name = StateKey::Organisation(REGISTRAR);
    let Claim::Record(record) = scene.prove(Query::Record(name)).claim else { panic!() };
    let key = key_bytes(&scene.former);
    let claim = Claim::KeyHolder(KeyHolderProof { key, record });
    assert_eq!(refused(&scene, claim), RecordError::NotADid(name));
}
