//! Checkpoints that are not of one chain.

use super::scene::Scene;
use hefu_ledger::bundle::{
    BundleError, ChainError, Claim, ConsistencyClaim, ConsistencyError, TransactionProofError,
    Which,
};
use hefu_ledger::merkle::{InclusionProof, MerkleError};
use hefu_primitives::{CertificateError, CheckpointError, Digest, Epoch, Hash, Height};

/// Why the growth from block 3 to block 8 is refused after an edit.
fn refused(scene: &Scene, edit: impl FnOnce(&mut ConsistencyClaim)) -> BundleError {
    let mut bundle = scene.prove_growth(3);
    let Claim::Consistency(claim) = &mut bundle.claim else { panic!() };
    edit(claim);
    scene.refused(&bundle)
}

fn claim(scene: &Scene, older: u64) -> ConsistencyClaim {
    match scene.prove_growth(older).claim {
        Claim::Consistency(claim) => claim,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_older_checkpoint_is_older() {
    let scene = Scene::one_epoch();
    let newest = scene.prove_growth(3).checkpoint;
    let error = refused(&scene, |claim| claim.older = newest);
    let (older, newer) = (Height::new(8), Height::new(8));
    assert_eq!(error, ConsistencyError::NotOlder { older, newer }.into());
}

#[test]
fn the_growth_is_from_the_older_to_the_newer_height() {
    let scene = Scene::one_epoch();
    let (older, newer) = (Height::new(3), Height::new(8));
    let sizes = |old_size, new_size| {
        BundleError::from(ConsistencyError::Sizes { old_size, new_size, older, newer })
    };
    assert_eq!(refused(&scene, |claim| claim.growth.old_size = 2), sizes(2, 8));
    assert_eq!(refused(&scene, |claim| claim.growth.new_size = 9), sizes(3, 9));
    let growth = claim(&scene, 4).growth;
    assert_eq!(refused(&scene, |claim| claim.growth = growth), sizes(4, 8));
}

#[test]
fn a_rewritten_history_is_refused() {
    let scene = Scene::one_epoch();
    let error = refused(&scene, |claim| {
        let mut path = claim.growth.path.to_vec();
        path[0] = Hash::default();
        claim.growth.path = hefu_ledger::merkle::Path::new(path).unwrap();
    });
    assert_eq!(error.code(), "bundle.history_rewritten");
    let error = refused(&scene, |claim| {
        claim.older.header.history_root = Hash::default();
        scene.sign(&mut claim.older);
    });
    assert_eq!(error.code(), "bundle.history_rewritten");
}

#[test]
fn a_fork_does_not_grow_into_the_chain() {
    let scene = Scene::one_epoch();
    let error = refused(&scene, |claim| {
        claim.older.header.parent = Digest::default();
        scene.sign(&mut claim.older);
    });
    assert_eq!(error.code(), "bundle.older_not_included");
}

#[test]
fn the_older_block_stands_at_its_own_place() {
    let scene = Scene::one_epoch();
    let other: InclusionProof = claim(&scene, 4).inclusion;
    let error = refused(&scene, |claim| claim.inclusion = other);
    let (height, checkpoint) = (Height::new(3), Height::new(8));
    let place = TransactionProofError::Place { index: 4, size: 8, height, checkpoint };
    assert_eq!(error, ConsistencyError::Inclusion(place).into());
    let error =
        refused(&scene, |claim| claim.inclusion.path = hefu_ledger::merkle::Path::default());
    let path = MerkleError::PathLength { expected: 3, got: 0 };
    let block = TransactionProofError::Block { height, error: path };
    assert_eq!(error, ConsistencyError::Inclusion(block).into());
}

#[test]
fn the_older_checkpoint_is_final_too() {
    let scene = Scene::one_epoch();
    let which = Which::Older;
    let error = refused(&scene, |claim| {
        let subject = claim.older.finalization.subject;
        claim.older.finalization = scene.members[0].certificate(subject, 2);
    });
    let quorum = CertificateError::NoQuorum { quorum: 3, got: 2 };
    let not_final = ChainError::NotFinal { which, error: CheckpointError::Certificate(quorum) };
    assert_eq!(error, not_final.into());
    let got = Epoch::new(1);
    let error = refused(&scene, |claim| claim.older.header.epoch = got);
    assert_eq!(error, ChainError::Epoch { which, expected: Epoch::ZERO, got }.into());
    let other = Scene::elsewhere().chain.world.hash;
    let error = refused(&scene, |claim| {
        claim.older.header.genesis = other;
        scene.sign(&mut claim.older);
    });
    assert_eq!(error.code(), "bundle.header_genesis");
}
