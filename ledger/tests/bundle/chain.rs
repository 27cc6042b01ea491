//! Headers that are not final, not of this network, or not of their epoch.

use super::scene::{Scene, checked, content};
use hefu_ledger::bundle::{Bundle, BundleError, ChainError, Origin, Which, verify};
use hefu_ledger::limits::BUNDLE_BYTES_MAX;
use hefu_primitives::codec::CodecError;
use hefu_primitives::{
    CertificateError, CheckpointError, Digest, Ed25519, Epoch, Hash, Header, Height, Kind, Subject,
    Timestamp, ValidatorIndex,
};

/// Why a bundle is refused after an edit of its checkpoint's header, which the validators then sign
/// all the same.
fn signed(scene: &Scene, edit: impl Fn(&mut Header)) -> BundleError {
    let mut bundle = scene.prove_did(scene.alice.did);
    edit(&mut bundle.checkpoint.header);
    scene.sign(&mut bundle.checkpoint);
    scene.refused(&bundle)
}

fn chain(error: ChainError) -> BundleError {
    BundleError::Chain(error)
}

fn not_final(error: CertificateError) -> BundleError {
    let (which, error) = (Which::Checkpoint, CheckpointError::Certificate(error));
    chain(ChainError::NotFinal { which, error })
}

#[test]
fn a_bundle_of_another_network_is_refused() {
    let (scene, other) = (Scene::one_epoch(), Scene::elsewhere());
    let (expected, got) = (scene.chain.world.hash, other.chain.world.hash);
    let foreign = other.prove_did(other.alice.did);
    assert_eq!(scene.refused(&foreign), chain(ChainError::OtherNetwork { expected, got }));
    let renamed = Bundle { genesis: expected, ..foreign };
    let which = Which::Checkpoint;
    assert_eq!(scene.refused(&renamed), chain(ChainError::Genesis { which, expected, got }));
    let genesis = |header: &mut Header| header.genesis = got;
    assert_eq!(signed(&scene, genesis), chain(ChainError::Genesis { which, expected, got }));
}

#[test]
fn a_certificate_of_another_network_finalizes_nothing() {
    let (scene, other) = (Scene::one_epoch(), Scene::elsewhere());
    let (expected, got) = (scene.chain.world.hash, other.chain.world.hash);
    let mut bundle = scene.prove_did(scene.alice.did);
    bundle.checkpoint.finalization.genesis = got;
    assert_eq!(scene.refused(&bundle), not_final(CertificateError::Genesis { expected, got }));
}

#[test]
fn other_first_validators_are_another_chain() {
    let scene = Scene::one_epoch();
    let bundle = scene.prove_did(scene.alice.did);
    let others = scene.members[0].successor(scene.former.clone()).committee.validators;
    let (which, got) = (Which::Checkpoint, bundle.checkpoint.header.validators);
    let error = ChainError::Validators { which, expected: others.hash(), got };
    let origin = Origin { validators: others, ..scene.origin() };
    assert_eq!(verify(bundle, &origin, &scene.policy(), &Ed25519), Err(chain(error)));
}

#[test]
fn a_header_of_another_epoch_is_refused() {
    let scene = Scene::one_epoch();
    let mut bundle = scene.prove_did(scene.alice.did);
    let got = Epoch::new(1);
    bundle.checkpoint.header.epoch = got;
    let (which, expected) = (Which::Checkpoint, Epoch::ZERO);
    assert_eq!(scene.refused(&bundle), chain(ChainError::Epoch { which, expected, got }));
}

#[test]
fn a_header_names_the_validators_of_its_epoch() {
    let scene = Scene::one_epoch();
    let expected = scene.origin().validators.hash();
    let (which, got) = (Which::Checkpoint, Hash::default());
    let edit = |header: &mut Header| header.validators = got;
    assert_eq!(signed(&scene, edit), chain(ChainError::Validators { which, expected, got }));
}

#[test]
fn a_header_that_was_altered_is_not_final() {
    let scene = Scene::one_epoch();
    let edits: [fn(&mut Header); 8] = [
        |header| header.protocol_version += 1,
        |header| header.height = Height::new(9),
        |header| header.parent = Digest::default(),
        |header| header.time = Timestamp::new(header.time.get() + 1),
        |header| header.transaction_root = Hash::default(),
        |header| header.state_root = Hash::default(),
        |header| header.history_root = Hash::default(),
        |header| header.next_validators = Hash::default(),
    ];
    for edit in edits {
        let mut bundle = scene.prove_did(scene.alice.did);
        let finalized = bundle.checkpoint.header.digest();
        edit(&mut bundle.checkpoint.header);
        let header = bundle.checkpoint.header.digest();
        let error = CheckpointError::OtherBlock { finalized, header };
        let which = Which::Checkpoint;
        assert_eq!(scene.refused(&bundle), chain(ChainError::NotFinal { which, error }));
    }
}

#[test]
fn a_finalization_of_another_block_does_not_help() {
    let scene = Scene::one_epoch();
    let mut bundle = scene.prove_did(scene.alice.did);
    let older = scene.prove_growth(7).claim;
    let hefu_ledger::bundle::Claim::Consistency(older) = older else { panic!() };
    let (finalized, header) = (older.older.header.digest(), bundle.checkpoint.header.digest());
    bundle.checkpoint.finalization = older.older.finalization;
    let (which, error) = (Which::Checkpoint, CheckpointError::OtherBlock { finalized, header });
    assert_eq!(scene.refused(&bundle), chain(ChainError::NotFinal { which, error }));
}

#[test]
fn a_notarization_is_no_finalization() {
    let scene = Scene::one_epoch();
    let mut bundle = scene.prove_did(scene.alice.did);
    let subject = Subject::Notarize(bundle.checkpoint.header.digest());
    bundle.checkpoint.finalization = scene.members[0].certificate(subject, 3);
    let (which, error) = (Which::Checkpoint, CheckpointError::NotFinal { got: Kind::Notarize });
    assert_eq!(scene.refused(&bundle), chain(ChainError::NotFinal { which, error }));
}

#[test]
fn one_signature_less_than_a_quorum_is_too_few() {
    let scene = Scene::one_epoch();
    let mut bundle = scene.prove_did(scene.alice.did);
    let subject = bundle.checkpoint.finalization.subject;
    bundle.checkpoint.finalization = scene.members[0].certificate(subject, 2);
    let error = CertificateError::NoQuorum { quorum: 3, got: 2 };
    assert_eq!(scene.refused(&bundle), not_final(error));
}

#[test]
fn signatures_of_other_validators_finalize_nothing() {
    let scene = Scene::one_epoch();
    let mut bundle = scene.prove_did(scene.alice.did);
    let mut stranger = scene.members[0].successor(scene.former.clone());
    stranger.committee.epoch = Epoch::ZERO;
    bundle.checkpoint.finalization = stranger.finalization(&bundle.checkpoint.header);
    let refused = scene.refused(&bundle);
    let BundleError::Chain(ChainError::NotFinal { error, .. }) = refused else { panic!() };
    assert!(matches!(error, CheckpointError::Certificate(CertificateError::Signature { .. })));
}

#[test]
fn a_finalization_of_another_view_or_epoch_is_refused() {
    let scene = Scene::one_epoch();
    let mut bundle = scene.prove_did(scene.alice.did);
    bundle.checkpoint.finalization.view = bundle.checkpoint.finalization.view.next();
    let signer = ValidatorIndex::new(0);
    assert_eq!(scene.refused(&bundle), not_final(CertificateError::Signature { signer }));
    let (expected, got) = (Epoch::ZERO, Epoch::new(1));
    bundle.checkpoint.finalization.epoch = got;
    assert_eq!(scene.refused(&bundle), not_final(CertificateError::Epoch { expected, got }));
}

#[test]
fn bytes_that_are_no_bundle_are_refused() {
    let scene = Scene::one_epoch();
    let bytes = content(&scene.prove_did(scene.alice.did));
    let mut other_version = bytes.clone();
    other_version[0] = 1;
    let longer = [&bytes[..], &[0]].concat();
    for wrong in [&bytes[..bytes.len() - 1], &longer, &other_version, &[]] {
        let refused = Bundle::from_bytes(&checked(wrong)).unwrap_err();
        assert!(matches!(refused, BundleError::Encoding(CodecError::Malformed(_))));
        assert_eq!(Bundle::from_bytes(wrong), Err(BundleError::Damaged));
    }
    let huge = vec![0; BUNDLE_BYTES_MAX + 33];
    let refused = Bundle::from_bytes(&huge).unwrap_err();
    assert!(matches!(refused, BundleError::Encoding(CodecError::TooLong { .. })));
}
