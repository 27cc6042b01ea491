//! Histories that leave something out, and pasts that were not so.

use super::scene::Scene;
use hefu_ledger::DidId;
use hefu_ledger::bundle::{
    Bundle, BundleError, Chosen, Claim, HistoryProof, LogError, PastProof, RecordProof,
    TransactionProof, Version,
};
use hefu_ledger::log::{LogEntry, LogHead};
use hefu_ledger::state::StateValue;
use hefu_primitives::{BoundedVec, Hash, Timestamp};

fn refused(scene: &Scene, claim: Claim) -> LogError {
    let bundle = Bundle { claim, ..scene.prove_did(scene.alice.did) };
    match scene.refused(&bundle) {
        BundleError::Log(error) => error,
        other => panic!("{other}"),
    }
}

fn history(scene: &Scene, did: DidId) -> HistoryProof {
    match scene.prove_history(did).claim {
        Claim::History(proof) => proof,
        other => panic!("{other:?}"),
    }
}

/// Why alice's history is refused after an edit.
fn after(scene: &Scene, edit: impl FnOnce(&mut HistoryProof)) -> LogError {
    let mut proof = history(scene, scene.alice.did);
    edit(&mut proof);
    refused(scene, Claim::History(proof))
}

/// Why what alice was after block 4 is refused after an edit.
fn past(scene: &Scene, edit: impl FnOnce(&mut PastProof)) -> LogError {
    let Claim::Past(mut proof) = scene.prove_past(scene.alice.did, 4).claim else { panic!() };
    edit(&mut proof);
    refused(scene, Claim::Past(proof))
}

fn edited<T: Clone, const MAX: usize>(
    list: &mut BoundedVec<T, MAX>,
    edit: impl FnOnce(&mut Vec<T>),
) {
    let mut elements = list.to_vec();
    edit(&mut elements);
    *list = BoundedVec::new(elements).unwrap();
}

fn transactions(proof: &mut HistoryProof, edit: impl FnOnce(&mut Vec<TransactionProof>)) {
    edited(proof.transactions.as_mut().unwrap(), edit);
}

fn head(record: &RecordProof) -> LogHead {
    match record.value.as_ref() {
        StateValue::Did(record) => record.log,
        other => panic!("{other:?}"),
    }
}

fn is_head(error: &LogError) -> bool {
    matches!(error, LogError::Head { .. })
}

#[test]
fn no_entry_can_be_left_out_added_moved_or_altered() {
    let scene = Scene::one_epoch();
    let edits: [fn(&mut Vec<LogEntry>); 9] = [
        |entries| {
            entries.remove(0);
        },
        |entries| {
            entries.remove(2);
        },
        |entries| {
            entries.pop();
        },
        |entries| entries.clear(),
        |entries| entries.swap(1, 2),
        |entries| entries.push(entries[5]),
        |entries| entries[2].transaction = Hash::default(),
        |entries| entries[2].time = Timestamp::ZERO,
        |entries| entries[2].content = entries[3].content,
    ];
    for edit in edits {
        assert!(is_head(&after(&scene, |proof| edited(&mut proof.entries, edit))));
    }
}

#[test]
fn the_log_of_another_did_is_refused() {
    let scene = Scene::one_epoch();
    let bob = history(&scene, scene.bob.did);
    let alice = history(&scene, scene.alice.did);
    let (expected, got) = (head(&alice.record), LogHead::of(&bob.entries));
    let (length, entries) = (expected.length, bob.entries.len());
    let other = LogError::Head { expected: expected.hash, length, got: got.hash, entries };
    let swap = |proof: &mut HistoryProof| proof.entries = bob.entries;
    assert_eq!(after(&scene, swap), other);
    let swap = |proof: &mut HistoryProof| proof.record = bob.record;
    assert!(is_head(&after(&scene, swap)));
}

#[test]
fn each_entry_but_the_last_has_a_place_for_its_version() {
    let scene = Scene::one_epoch();
    let fewer = |proof: &mut HistoryProof| edited(&mut proof.versions, |all| drop(all.pop()));
    assert_eq!(after(&scene, fewer), LogError::VersionCount { entries: 6, got: 4 });
    let more = |proof: &mut HistoryProof| edited(&mut proof.versions, |all| all.push(None));
    assert_eq!(after(&scene, more), LogError::VersionCount { entries: 6, got: 6 });
}

#[test]
fn versions_are_those_of_their_entries() {
    let scene = Scene::one_epoch();
    let reordered = |proof: &mut HistoryProof| edited(&mut proof.versions, |all| all.swap(1, 2));
    assert!(matches!(after(&scene, reordered), LogError::Version { number: 1, .. }));
    let bob = history(&scene, scene.bob.did).versions[0].clone();
    let foreign = |proof: &mut HistoryProof| edited(&mut proof.versions, |all| all[0] = bob);
    assert!(matches!(after(&scene, foreign), LogError::Version { number: 0, .. }));
    let blind = |proof: &mut HistoryProof| {
        edited(&mut proof.versions, |all| all[3].as_mut().unwrap().blind = Hash::default());
    };
    assert!(matches!(after(&scene, blind), LogError::Version { number: 3, .. }));
}

#[test]
fn a_version_may_be_withheld_and_leaves_its_entry() {
    let scene = Scene::one_epoch();
    let mut proof = history(&scene, scene.alice.did);
    edited(&mut proof.versions, |all| all[2] = None);
    let bundle = Bundle { claim: Claim::History(proof), ..scene.prove_did(scene.alice.did) };
    assert!(scene.verify(&bundle).is_ok());
}

#[test]
fn every_entry_has_its_transaction_where_they_are_shown() {
    let scene = Scene::one_epoch();
    let fewer = |proof: &mut HistoryProof| transactions(proof, |all| drop(all.pop()));
    assert_eq!(after(&scene, fewer), LogError::TransactionCount { entries: 6, got: 5 });
    let more = |proof: &mut HistoryProof| transactions(proof, |all| all.push(all[0].clone()));
    assert_eq!(after(&scene, more), LogError::TransactionCount { entries: 6, got: 7 });
    let reordered = |proof: &mut HistoryProof| transactions(proof, |all| all.swap(1, 2));
    assert_eq!(after(&scene, reordered), LogError::Transaction { number: 1 });
    let dave = history(&scene, scene.dave.did).transactions.unwrap()[0].clone();
    let foreign = |proof: &mut HistoryProof| transactions(proof, |all| all[0] = dave);
    assert_eq!(after(&scene, foreign), LogError::Transaction { number: 0 });
}

#[test]
fn an_entry_of_the_right_batch_for_another_did_is_refused() {
    let scene = Scene::one_epoch();
    let carol = history(&scene, scene.carol.did).transactions.unwrap()[0].clone();
    let mut bob = history(&scene, scene.bob.did);
    transactions(&mut bob, |all| all[0] = carol);
    assert_eq!(refused(&scene, Claim::History(bob)), LogError::NotWritten { number: 0 });
}

#[test]
fn a_past_state_rests_on_all_later_entries() {
    let scene = Scene::one_epoch();
    let edits: [fn(&mut Vec<LogEntry>); 6] = [
        |entries| {
            entries.remove(0);
        },
        |entries| {
            entries.remove(1);
        },
        |entries| {
            entries.pop();
        },
        |entries| entries.swap(1, 2),
        |entries| entries.clear(),
        |entries| entries[0].time = Timestamp::ZERO,
    ];
    for edit in edits {
        assert!(is_head(&past(&scene, |proof| edited(&mut proof.entries, edit))));
    }
}

#[test]
fn nothing_is_hidden_behind_the_newest_head() {
    let scene = Scene::one_epoch();
    let nothing = |proof: &mut PastProof| {
        let before = head(&proof.record).hash;
        proof.entries = BoundedVec::default();
        proof.chosen = Chosen::First { before, version: None, transaction: None };
    };
    assert!(is_head(&past(&scene, nothing)));
}

#[test]
fn the_entries_before_are_the_true_ones() {
    let scene = Scene::one_epoch();
    let other = |proof: &mut PastProof| match &mut proof.chosen {
        Chosen::First { before, .. } => *before = Hash::default(),
        Chosen::NotYet => panic!(),
    };
    assert!(is_head(&past(&scene, other)));
}

#[test]
fn a_did_that_was_there_cannot_be_shown_as_not_yet_there() {
    let scene = Scene::one_epoch();
    assert!(is_head(&past(&scene, |proof| proof.chosen = Chosen::NotYet)));
    let Claim::Past(mut early) = scene.prove_past(scene.alice.did, 0).claim else { panic!() };
    edited(&mut early.entries, |entries| {
        entries.remove(0);
    });
    assert!(is_head(&refused(&scene, Claim::Past(early))));
}

#[test]
fn a_past_version_is_the_one_of_its_entry() {
    let scene = Scene::one_epoch();
    let Some(other) = history(&scene, scene.alice.did).versions[0].clone() else { panic!() };
    let swap = |proof: &mut PastProof| set_version(proof, other);
    assert!(matches!(past(&scene, swap), LogError::Version { number: 2, .. }));
}

#[test]
fn the_newest_version_is_not_given_twice() {
    let scene = Scene::one_epoch();
    let Claim::Past(mut newest) = scene.prove_past(scene.alice.did, 8).claim else { panic!() };
    let StateValue::Did(record) = newest.record.value.as_ref() else { panic!() };
    let version = Version { blind: record.blind, content: record.content.clone() };
    set_version(&mut newest, version);
    assert_eq!(refused(&scene, Claim::Past(newest)), LogError::VersionAgain);
}

#[test]
fn a_past_state_is_shown_with_its_own_transaction() {
    let scene = Scene::one_epoch();
    let other = history(&scene, scene.alice.did).transactions.unwrap()[1].clone();
    let swap = |proof: &mut PastProof| match &mut proof.chosen {
        Chosen::First { transaction, .. } => **transaction.as_mut().unwrap() = other,
        Chosen::NotYet => panic!(),
    };
    assert_eq!(past(&scene, swap), LogError::Transaction { number: 2 });
}

fn set_version(proof: &mut PastProof, new: Version) {
    match &mut proof.chosen {
        Chosen::First { version, .. } => *version = Some(Box::new(new)),
        Chosen::NotYet => panic!("a DID that was not there has no version"),
    }
}
