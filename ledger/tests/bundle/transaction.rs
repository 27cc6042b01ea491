//! Transactions that are not in the chain, or not so.

use super::scene::Scene;
use hefu_ledger::bundle::{
    BlockProof, Bundle, BundleError, Carried, Claim, EntryProof, TransactionProof,
    TransactionProofError,
};
use hefu_ledger::effects::Write;
use hefu_ledger::merkle::{self, InclusionProof, List, MerkleError, Path};
use hefu_ledger::operation::OperationKind;
use hefu_ledger::state::StateKey;
use hefu_ledger::transaction::{BatchEntry, Body, Sealed};
use hefu_primitives::{BoundedVec, Hash, Header, Height};

fn proof(bundle: Bundle) -> TransactionProof {
    match bundle.claim {
        Claim::Transaction(proof) => proof,
        other => panic!("{other:?}"),
    }
}

fn refused(scene: &Scene, proof: TransactionProof) -> TransactionProofError {
    let bundle = Bundle { claim: Claim::Transaction(proof), ..scene.prove_did(scene.alice.did) };
    match scene.refused(&bundle) {
        BundleError::Transaction(error) => error,
        other => panic!("{other}"),
    }
}

/// Why the transaction of a block is refused after an edit.
fn after(scene: &Scene, height: u64, edit: impl FnOnce(&mut TransactionProof)) -> &'static str {
    let mut proof = proof(scene.prove_block(height));
    edit(&mut proof);
    refused(scene, proof).code()
}

/// Why bob's entry of the batch is refused after an edit.
fn entry(scene: &Scene, edit: impl FnOnce(&mut EntryProof)) -> TransactionProofError {
    let mut proof = proof(scene.prove_entry(scene.bob.did));
    edit(entry_of(&mut proof));
    refused(scene, proof)
}

fn entry_of(proof: &mut TransactionProof) -> &mut EntryProof {
    match &mut proof.carried {
        Carried::Entry(entry) => entry,
        Carried::Whole { .. } => panic!("it is an entry"),
    }
}

fn below(block: &mut BlockProof) -> (&mut Header, &mut InclusionProof) {
    match block {
        BlockProof::Below { header, inclusion } => (header, inclusion),
        BlockProof::Checkpoint => panic!("it is below"),
    }
}

fn body(proof: &mut TransactionProof) -> &mut Body {
    match &mut proof.carried {
        Carried::Whole { body, .. } => body,
        Carried::Entry(_) => panic!("it is whole"),
    }
}

#[test]
fn a_transaction_is_in_no_other_block() {
    let scene = Scene::one_epoch();
    let other = proof(scene.prove_block(4)).block;
    assert_eq!(after(&scene, 3, |proof| proof.block = other), "bundle.transaction");
    let checkpoint = BlockProof::Checkpoint;
    assert_eq!(after(&scene, 3, |proof| proof.block = checkpoint), "bundle.transaction");
    let other = proof(scene.prove_block(3)).block;
    assert_eq!(after(&scene, 8, |proof| proof.block = other), "bundle.transaction");
}

#[test]
fn a_block_that_was_altered_is_not_in_the_history() {
    let scene = Scene::one_epoch();
    let edits: [fn(&mut Header); 3] = [
        |header| header.transaction_root = Hash::default(),
        |header| header.time = header.time.saturating_add(1),
        |header| header.protocol_version += 1,
    ];
    for edit in edits {
        assert_eq!(after(&scene, 3, |proof| edit(below(&mut proof.block).0)), "bundle.block");
    }
}

#[test]
fn a_block_stands_at_its_own_height() {
    let scene = Scene::one_epoch();
    let place =
        |edit: fn(&mut InclusionProof)| after(&scene, 3, |proof| edit(below(&mut proof.block).1));
    assert_eq!(place(|proof| proof.index = 4), "bundle.block_place");
    assert_eq!(place(|proof| proof.size = 9), "bundle.block_place");
    assert_eq!(place(|proof| proof.path = Path::default()), "bundle.block");
    let higher = |proof: &mut TransactionProof| below(&mut proof.block).0.height = Height::new(4);
    assert_eq!(after(&scene, 3, higher), "bundle.block_place");
    let mut other = proof(scene.prove_block(4)).block;
    let other = below(&mut other).1.clone();
    let other_path = |proof: &mut TransactionProof| *below(&mut proof.block).1 = other;
    assert_eq!(after(&scene, 3, other_path), "bundle.block_place");
}

#[test]
fn a_proof_from_an_older_history_is_refused() {
    let (mut later, scene) = (Scene::one_epoch(), Scene::one_epoch());
    later.chain.extend([]);
    let (index, size) = (3, 9);
    let (height, checkpoint) = (Height::new(3), Height::new(8));
    let place = TransactionProofError::Place { index, size, height, checkpoint };
    assert_eq!(refused(&scene, proof(later.prove_block(3))), place);
}

#[test]
fn another_envelope_is_another_transaction() {
    let scene = Scene::one_epoch();
    let other = proof(scene.prove_block(8));
    let swap = |proof: &mut TransactionProof| {
        proof.envelope = other.envelope;
        proof.carried = other.carried;
    };
    assert_eq!(after(&scene, 3, swap), "bundle.transaction");
    let later = |proof: &mut TransactionProof| {
        proof.envelope.expires = proof.envelope.expires.saturating_add(1);
    };
    assert_eq!(after(&scene, 3, later), "bundle.transaction");
}

#[test]
fn other_signatures_are_refused() {
    let scene = Scene::one_epoch();
    let other = proof(scene.prove_block(8)).signatures;
    assert_eq!(after(&scene, 4, |proof| proof.signatures = other), "bundle.transaction");
    let none = BoundedVec::default();
    assert_eq!(after(&scene, 4, |proof| proof.signatures = none), "bundle.transaction");
}

#[test]
fn another_payload_is_refused() {
    let scene = Scene::one_epoch();
    let mut other = proof(scene.prove_block(6));
    let same_kind = body(&mut other).clone();
    assert_eq!(after(&scene, 8, |proof| *body(proof) = same_kind), "bundle.payload");
    let erased = Body::Single(Box::new(Sealed::Erased(Hash::default())));
    assert_eq!(after(&scene, 8, |proof| *body(proof) = erased), "bundle.payload");
    let mut other = proof(scene.prove_block(3));
    let other_kind = body(&mut other).clone();
    assert_eq!(after(&scene, 8, |proof| *body(proof) = other_kind), "bundle.body_kind");
}

#[test]
fn a_batch_is_shown_as_a_batch() {
    let scene = Scene::one_epoch();
    let hidden = |proof: &mut TransactionProof| {
        let hash = proof.envelope.payload_hash;
        *body(proof) = Body::Single(Box::new(Sealed::Erased(hash)));
    };
    assert_eq!(after(&scene, 2, hidden), "bundle.body_kind");
    let batch = Body::Batch(BoundedVec::default());
    assert_eq!(after(&scene, 8, |proof| *body(proof) = batch), "bundle.body_kind");
    let mut single = proof(scene.prove_entry(scene.bob.did));
    single.envelope.kind = OperationKind::DidCreate;
    let kind = TransactionProofError::Kind(OperationKind::DidCreate);
    assert_eq!(refused(&scene, single), kind);
}

#[test]
fn other_effects_are_refused() {
    let scene = Scene::one_epoch();
    let other = proof(scene.prove_block(4)).carried;
    let Carried::Whole { effects: other, .. } = other else { panic!() };
    let swap = |proof: &mut TransactionProof| match &mut proof.carried {
        Carried::Whole { effects, .. } => *effects = other,
        Carried::Entry(_) => panic!(),
    };
    assert_eq!(after(&scene, 3, swap), "bundle.transaction");
    let fewer = |proof: &mut TransactionProof| match &mut proof.carried {
        Carried::Whole { effects, .. } => {
            let fewer = effects.writes.len() - 1;
            effects.writes = BoundedVec::first_of(effects.writes.iter().take(fewer).cloned());
        }
        Carried::Entry(_) => panic!(),
    };
    assert_eq!(after(&scene, 2, fewer), "bundle.transaction");
}

#[test]
fn a_transaction_stands_at_its_own_place() {
    let scene = Scene::one_epoch();
    let second = |proof: &mut TransactionProof| proof.inclusion.index = 1;
    assert_eq!(after(&scene, 6, second), "bundle.transaction");
    let alone = |proof: &mut TransactionProof| {
        proof.inclusion = InclusionProof { index: 0, size: 1, path: Path::default() };
    };
    assert_eq!(after(&scene, 6, alone), "bundle.transaction");
}

#[test]
fn an_entry_of_another_batch_or_place_is_refused() {
    let scene = Scene::one_epoch();
    let carol = match proof(scene.prove_entry(scene.carol.did)).carried {
        Carried::Entry(entry) => *entry,
        Carried::Whole { .. } => panic!(),
    };
    let other: BatchEntry = carol.entry.clone();
    assert_eq!(entry(&scene, |proof| proof.entry = other).code(), "bundle.entry");
    let place = carol.inclusion.clone();
    assert_eq!(entry(&scene, |proof| proof.inclusion = place).code(), "bundle.entry");
    let did = scene.carol.did;
    assert_eq!(entry(&scene, |proof| proof.entry.did = did).code(), "bundle.entry");
    let index = TransactionProofError::Entry(MerkleError::Index { index: 3, size: 3 });
    assert_eq!(entry(&scene, |proof| proof.inclusion.index = 3), index);
}

#[test]
fn another_outcome_is_refused() {
    let scene = Scene::one_epoch();
    let nobody = BoundedVec::new(vec![0]).unwrap();
    assert_eq!(entry(&scene, |proof| proof.outcome = nobody).code(), "bundle.outcome");
    let effects = Hash::default();
    assert_eq!(entry(&scene, |proof| proof.effects = effects).code(), "bundle.outcome");
    let second = |proof: &mut EntryProof| proof.outcome_inclusion.index = 1;
    assert_eq!(entry(&scene, second).code(), "bundle.outcome");
}

#[test]
fn the_outcome_comes_first() {
    let scene = Scene::one_epoch();
    let moved = |proof: &mut EntryProof| {
        let outcome = List::Effects.leaf(&hefu_primitives::codec::encode(&proof.outcome));
        let leaves = [Hash::default(), outcome];
        proof.effects = merkle::root(List::Effects, &leaves);
        proof.outcome_inclusion = merkle::inclusion(List::Effects, &leaves, 1).unwrap();
    };
    assert_eq!(entry(&scene, moved), TransactionProofError::OutcomePlace(1));
}

#[test]
fn effects_of_ones_own_making_are_refused() {
    let scene = Scene::one_epoch();
    let mut invented = proof(scene.prove_entry(scene.alice.did));
    let (did, proof) = (scene.alice.did, entry_of(&mut invented));
    let write = proof_of_write(&scene, did);
    proof.outcome = BoundedVec::new(vec![0b111]).unwrap();
    let outcome = List::Effects.leaf(&hefu_primitives::codec::encode(&proof.outcome));
    let leaves = [outcome, write.leaf()];
    proof.effects = merkle::root(List::Effects, &leaves);
    proof.outcome_inclusion = merkle::inclusion(List::Effects, &leaves, 0).unwrap();
    proof.write = Some((write, merkle::inclusion(List::Effects, &leaves, 1).unwrap()));
    assert_eq!(refused(&scene, invented).code(), "bundle.transaction");
}

/// A write that would fit `did`.
fn proof_of_write(scene: &Scene, did: hefu_ledger::DidId) -> Write {
    let mut bob = proof(scene.prove_entry(scene.bob.did));
    let (write, _) = entry_of(&mut bob).write.clone().unwrap();
    Write { key: StateKey::Did(did), ..write }
}

#[test]
fn what_an_entry_wrote_is_its_own() {
    let scene = Scene::one_epoch();
    let (bob, carol) = (scene.bob.did, scene.carol.did);
    let mut other = proof(scene.prove_entry(carol));
    let other = entry_of(&mut other).write.clone();
    let wrong = TransactionProofError::OtherWrite { did: bob, written: StateKey::Did(carol) };
    assert_eq!(entry(&scene, |proof| proof.write = other), wrong);
    let missing = TransactionProofError::WriteMissing;
    assert_eq!(entry(&scene, |proof| proof.write = None), missing);
    let altered = |proof: &mut EntryProof| {
        let (write, _) = proof.write.as_mut().unwrap();
        write.written = hefu_ledger::effects::Written::Sealed(Hash::default());
    };
    assert_eq!(entry(&scene, altered).code(), "bundle.write");
    let elsewhere = |proof: &mut EntryProof| proof.write.as_mut().unwrap().1.index = 0;
    assert_eq!(entry(&scene, elsewhere).code(), "bundle.write");
}

#[test]
fn an_entry_that_was_skipped_wrote_nothing() {
    let scene = Scene::one_epoch();
    let mut bob = proof(scene.prove_entry(scene.bob.did));
    let mut skipped = proof(scene.prove_entry(scene.alice.did));
    entry_of(&mut skipped).write = entry_of(&mut bob).write.take();
    assert_eq!(refused(&scene, skipped), TransactionProofError::WriteOfSkipped);
}
