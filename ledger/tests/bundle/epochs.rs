//! Epochs that lead from the first validators to those of the checkpoint.

use super::scene::Scene;
use hefu_fixtures::REGISTRAR;
use hefu_ledger::bundle::{Bundle, BundleError, ChainError, EpochEnd, Fact, Query, Which};
use hefu_ledger::state::StateKey;
use hefu_ledger::store::Store;
use hefu_primitives::{
    BoundedVec, CertificateError, CheckpointError, Epoch, Hash, Header, Height, Subject,
};

/// Why a bundle is refused after an edit of its epochs.
fn refused(scene: &Scene, edit: impl FnOnce(&mut Vec<EpochEnd>)) -> BundleError {
    let mut bundle = scene.prove_did(scene.alice.did);
    let mut epochs = bundle.epochs.to_vec();
    edit(&mut epochs);
    bundle.epochs = BoundedVec::new(epochs).unwrap();
    scene.refused(&bundle)
}

/// Why a bundle is refused after an edit of the last block of an epoch, which the validators then
/// sign all the same.
fn signed(scene: &Scene, epoch: usize, edit: impl Fn(&mut Header)) -> BundleError {
    refused(scene, |epochs| {
        edit(&mut epochs[epoch].boundary.header);
        scene.sign(&mut epochs[epoch].boundary);
    })
}

fn boundary(epoch: u64) -> Which {
    Which::Boundary(Epoch::new(epoch))
}

#[test]
fn bundles_hold_across_changes_of_the_validators() {
    let scene = Scene::three_epochs();
    let bundle = scene.prove_did(scene.alice.did);
    let heights: Vec<_> =
        bundle.epochs.iter().map(|end| end.boundary.header.height.get()).collect();
    assert_eq!(heights, [9, 11]);
    let proven = scene.verify(&bundle).unwrap();
    assert_eq!(proven.checkpoint().header.epoch, Epoch::new(2));
    let organisation = Query::Record(StateKey::Organisation(REGISTRAR));
    assert!(scene.verify(&scene.prove(organisation)).is_ok());
    assert!(scene.verify(&scene.prove_history(scene.alice.did)).is_ok());
}

#[test]
fn a_checkpoint_grew_out_of_those_of_earlier_epochs() {
    let scene = Scene::three_epochs();
    for height in 1..13 {
        let proven = scene.verify(&scene.prove_growth(height)).unwrap();
        let header = scene.chain.store.header(Height::new(height)).unwrap().unwrap();
        let Fact::Consistent { older, .. } = proven.into_fact() else { panic!() };
        assert_eq!(*older, header);
    }
}

#[test]
fn no_epoch_can_be_left_out() {
    let scene = Scene::three_epochs();
    let got = Epoch::new(2);
    let error = refused(&scene, |epochs| drop(epochs.pop()));
    let (which, expected) = (Which::Checkpoint, Epoch::new(1));
    assert_eq!(error, ChainError::Epoch { which, expected, got }.into());
    let error = refused(&scene, |epochs| drop(epochs.remove(0)));
    let (which, expected, got) = (boundary(0), Epoch::ZERO, Epoch::new(1));
    assert_eq!(error, ChainError::Epoch { which, expected, got }.into());
}

#[test]
fn epochs_are_neither_reordered_nor_repeated() {
    let scene = Scene::three_epochs();
    let error = refused(&scene, |epochs| epochs.swap(0, 1));
    let (which, expected, got) = (boundary(0), Epoch::ZERO, Epoch::new(1));
    assert_eq!(error, ChainError::Epoch { which, expected, got }.into());
    let error = refused(&scene, |epochs| epochs.push(epochs[1].clone()));
    let (which, expected, got) = (boundary(2), Epoch::new(2), Epoch::new(1));
    assert_eq!(error, ChainError::Epoch { which, expected, got }.into());
}

#[test]
fn only_a_boundary_block_ends_an_epoch() {
    let scene = Scene::three_epochs();
    let same = |header: &mut Header| header.next_validators = header.validators;
    assert_eq!(signed(&scene, 0, same), ChainError::NotBoundary(Epoch::ZERO).into());
}

#[test]
fn the_next_validators_are_those_that_the_boundary_block_names() {
    let scene = Scene::three_epochs();
    let mut sets = scene.members.iter().map(|members| members.committee.validators.clone());
    let (first, second, third) = (sets.next().unwrap(), sets.next().unwrap(), sets.next().unwrap());
    let error = refused(&scene, |epochs| epochs[0].next = third.clone());
    let epoch = Epoch::ZERO;
    let next = ChainError::NextValidators { epoch, expected: second.hash(), got: third.hash() };
    assert_eq!(error, next.into());
    let error = refused(&scene, |epochs| epochs[0].next = first.clone());
    let next = ChainError::NextValidators { epoch, expected: second.hash(), got: first.hash() };
    assert_eq!(error, next.into());
}

#[test]
fn a_boundary_block_is_of_the_network_and_names_its_validators() {
    let scene = Scene::three_epochs();
    let (expected, got) = (scene.chain.world.hash, Scene::elsewhere().chain.world.hash);
    let error = signed(&scene, 1, |header| header.genesis = got);
    assert_eq!(error, ChainError::Genesis { which: boundary(1), expected, got }.into());
    let (expected, got) = (scene.members[1].committee.validators.hash(), Hash::default());
    let error = signed(&scene, 1, |header| header.validators = got);
    assert_eq!(error, ChainError::Validators { which: boundary(1), expected, got }.into());
}

#[test]
fn a_boundary_block_comes_after_the_one_before() {
    let scene = Scene::three_epochs();
    let (above, got) = (Height::new(9), Height::new(9));
    let error = signed(&scene, 1, |header| header.height = got);
    assert_eq!(error, ChainError::Height { which: boundary(1), above, got }.into());
    let mut bundle = scene.prove_did(scene.alice.did);
    let (above, got) = (Height::new(11), Height::new(11));
    bundle.checkpoint.header.height = got;
    scene.sign(&mut bundle.checkpoint);
    let which = Which::Checkpoint;
    assert_eq!(scene.refused(&bundle), ChainError::Height { which, above, got }.into());
}

#[test]
fn a_boundary_block_is_final() {
    let scene = Scene::three_epochs();
    let error = refused(&scene, |epochs| {
        let subject = Subject::Finalize(epochs[1].boundary.header.digest());
        epochs[1].boundary.finalization = scene.members[1].certificate(subject, 2);
    });
    let quorum = CheckpointError::Certificate(CertificateError::NoQuorum { quorum: 3, got: 2 });
    assert_eq!(error, ChainError::NotFinal { which: boundary(1), error: quorum }.into());
    let error = refused(&scene, |epochs| {
        let other = epochs[0].boundary.finalization.clone();
        epochs[1].boundary.finalization = other;
    });
    assert_eq!(error.code(), "bundle.not_final");
}

#[test]
fn validators_of_one_epoch_do_not_sign_for_another() {
    let scene = Scene::three_epochs();
    let mut bundle = scene.prove_did(scene.alice.did);
    let header = bundle.checkpoint.header.clone();
    let which = Which::Checkpoint;
    bundle.checkpoint.finalization = scene.members[1].finalization(&header);
    let (expected, got) = (Epoch::new(2), Epoch::new(1));
    let epoch = CheckpointError::Certificate(CertificateError::Epoch { expected, got });
    assert_eq!(scene.refused(&bundle), ChainError::NotFinal { which, error: epoch }.into());
    bundle.checkpoint.finalization.epoch = expected;
    let BundleError::Chain(ChainError::NotFinal { error, .. }) = scene.refused(&bundle) else {
        panic!()
    };
    assert!(matches!(error, CheckpointError::Certificate(CertificateError::Signature { .. })));
}

#[test]
fn an_old_epoch_cannot_end_twice() {
    let scene = Scene::three_epochs();
    let policy = scene.policy().not_before(super::policy::accepted(&scene, 9));
    let verify = |bundle: Bundle| {
        let origin = scene.origin();
        hefu_ledger::bundle::verify(bundle, &origin, &policy, &hefu_primitives::Ed25519)
    };
    assert!(verify(scene.prove_did(scene.alice.did)).is_ok());
    let mut bundle = scene.prove_did(scene.alice.did);
    let mut epochs = bundle.epochs.to_vec();
    epochs[0].boundary.header.state_root = Hash::default();
    scene.sign(&mut epochs[0].boundary);
    bundle.epochs = BoundedVec::new(epochs).unwrap();
    assert_eq!(verify(bundle).unwrap_err().code(), "bundle.fork");
}

#[test]
fn keys_of_former_validators_sign_no_later_block() {
    let scene = Scene::three_epochs();
    let policy = scene.policy().not_before(super::policy::accepted(&scene, 12));
    let verify = |bundle: Bundle| {
        let origin = scene.origin();
        hefu_ledger::bundle::verify(bundle, &origin, &policy, &hefu_primitives::Ed25519)
    };
    assert!(verify(scene.prove_did(scene.alice.did)).is_ok());
    let mut bundle = scene.prove_did(scene.alice.did);
    let header = &mut bundle.checkpoint.header;
    header.epoch = Epoch::ZERO;
    header.validators = scene.origin().validators.hash();
    header.next_validators = header.validators;
    header.height = Height::new(1_000_000);
    bundle.epochs = BoundedVec::default();
    scene.sign(&mut bundle.checkpoint);
    let header = bundle.checkpoint.header.clone();
    bundle.checkpoint.finalization = scene.members[0].finalization(&header);
    assert_eq!(verify(bundle).unwrap_err().code(), "bundle.other_validators");
}
