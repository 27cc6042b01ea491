//! What must hold of a block that was made, and of the state after it.

use hefu_fixtures::Chain;
use hefu_ledger::execute::{Built, InvalidBlock, Outcome, execute};
use hefu_ledger::layers::Layers;
use hefu_ledger::log::LogHead;
use hefu_ledger::record::DidRecord;
use hefu_ledger::replay::Replay;
use hefu_ledger::state::{self, StateKey, StateReader};
use hefu_ledger::step::Moment;
use hefu_ledger::store::{MemoryStore, Store, WriteError};
use hefu_ledger::tree::{self, TreeReader};
use hefu_ledger::{CheckedTransaction, DidId};
use hefu_primitives::{Height, Verifier};
use std::slice;
use std::sync::Arc;

/// Checks that a body executes to what it was built to be, and that what was left out of it does
/// not apply.
pub(super) fn check_built(
    chain: &Chain<MemoryStore>,
    built: &Built,
    candidates: &[CheckedTransaction],
) {
    assert_eq!(built.transactions.len() + built.left_out.len(), candidates.len());
    let again = again(chain, &chain.store, &built.transactions);
    assert_same(&built.outcome, &again.expect("a body that was built is valid"));
    let mut applied = 0;
    let is_applied = |one: &CheckedTransaction| {
        let next: Option<&CheckedTransaction> = built.transactions.get(applied);
        let same = next.is_some_and(|next| Arc::ptr_eq(next.transaction(), one.transaction()));
        applied += usize::from(same);
        same
    };
    let Some(first) = candidates.iter().find(not(is_applied)) else { return };
    let body = [&built.transactions[..applied], slice::from_ref(first)].concat();
    let (id, rejection) = built.left_out[0].clone();
    let expected = InvalidBlock::Transaction { at: applied, id, rejection };
    let verdict = self::again(chain, &chain.store, &body).map(|_| ());
    assert_eq!(verdict, Err(expected), "{first:?}");
}

fn not<T>(mut holds: impl FnMut(&T) -> bool) -> impl FnMut(&&T) -> bool {
    move |one| !holds(one)
}

/// Checks that a body executes on an unfinal parent to what it does on a final one.
pub(super) fn check_unfinal(
    chain: &Chain<MemoryStore>,
    built: &Built,
    below: &MemoryStore,
    parent: &Arc<Outcome>,
) {
    let layers = Layers { base: below, outcomes: slice::from_ref(parent) };
    let outcome = again(chain, &layers, &built.transactions);
    assert_same(&built.outcome, &outcome.expect("a body that was built is valid"));
}

fn again<R: StateReader + TreeReader>(
    chain: &Chain<MemoryStore>,
    state: &R,
    body: &[CheckedTransaction],
) -> Result<Outcome, InvalidBlock> {
    let parent = chain.store.head();
    let moment = Moment { height: parent.child_height(), time: chain.world.now };
    execute(state, moment, parent.header.time, body)
}

fn assert_same(one: &Outcome, other: &Outcome) {
    assert_eq!(one.commitments, other.commitments);
    assert_eq!(one.entries, other.entries);
    assert_eq!(one.effects, other.effects);
    assert_eq!(one.leaves, other.leaves);
    assert_eq!(one.tree.root, other.tree.root);
    assert_eq!((&one.changes.keys, &one.changes.log), (&other.changes.keys, &other.changes.log));
    assert_eq!(one.changes.passed, other.changes.passed);
}

/// Checks the state after a block, and that each record that it changed goes on from what it was.
pub(super) fn check_state(before: &MemoryStore, after: &MemoryStore, outcome: &Outcome) {
    let root = tree::root(after).expect("memory can be read");
    assert_eq!(root, outcome.commitments.state_root);
    for key in outcome.entries.keys() {
        let stored = after.record(key).expect("memory can be read");
        let written = outcome.entries[key].as_ref().map(|entry| &entry.value);
        assert_eq!(stored.as_ref(), written, "{key:?}");
        if let StateKey::Did(did) = key {
            let (old, new) = (record(before, did), record(after, did));
            let new = new.expect("no record of a DID is ever removed");
            check_record(after, did, &new);
            if let Some(old) = old {
                check_grown(&old, &new);
            }
        }
    }
}

fn record(store: &MemoryStore, did: &DidId) -> Option<Box<DidRecord>> {
    state::did(store, did).expect("memory can be read")
}

/// A record's log is the whole one, and its keys are nobody else's.
fn check_record(store: &MemoryStore, did: &DidId, record: &DidRecord) {
    let log = store.log(did, 0, usize::MAX).expect("memory can be read");
    assert_eq!(LogHead::of(&log), record.log, "the log of {did}");
    let last = log.last().map(|entry| entry.content);
    assert_eq!(last, Some(record.content.hash(&record.blind)), "the version of {did}");
    for key in record.content.signature_keys() {
        let holder = store.key_holder(&key).expect("memory can be read");
        assert_eq!(holder, Some(*did), "who has {key:?}");
    }
}

/// What never goes back.
fn check_grown(old: &DidRecord, new: &DidRecord) {
    let (was, is) = (&old.content, &new.content);
    assert!(old.log.length < new.log.length, "{old:?} became {new:?}");
    assert!(was.sequence <= is.sequence, "{old:?} became {new:?}");
    assert_eq!(was.end, None, "{old:?} had ended and became {new:?}");
    assert!(is.former_keys.starts_with(&was.former_keys), "{old:?} became {new:?}");
    let origin = (was.class, was.registrar, was.created, was.enrolment);
    assert_eq!(origin, (is.class, is.registrar, is.created, is.enrolment));
}

/// Replays what a store keeps from this height on.
pub(super) fn replay<V: Verifier>(
    replay: &mut Replay,
    store: &MemoryStore,
    from: Height,
    verifier: &V,
) {
    let last = store.head().header.height;
    for height in (from.get()..=last.get()).map(Height::new) {
        let read = "memory can be read";
        let header = store.header(height).expect(read).expect("the block is there");
        let finalization = store.finalization(height).expect(read).expect("the block is final");
        let body = store.body(height).expect(read).expect("the block is there");
        let effects = store.effects(height).expect(read);
        let verdict = replay.block(&header, &finalization, &body, &effects, verifier);
        assert!(verdict.is_ok(), "block {height}: {verdict:?}");
    }
    assert_eq!(replay.head(), &store.head().header);
}

/// Erases a DID if it has ended or never came to be, and tells how many payloads that were.
pub(super) fn erase(store: &mut MemoryStore, did: &DidId) -> u64 {
    let ended = record(store, did).map(|record| record.content.end.is_some());
    match (ended, store.erase(did)) {
        (Some(true) | None, Ok(erased)) => erased,
        (Some(false) | None, Err(WriteError::NotEnded(refused))) if refused == *did => 0,
        (ended, erased) => panic!("{did}, of which the end is {ended:?}: {erased:?}"),
    }
}
