//! What a block adds to a chain, whichever store keeps it.

use super::{Index, Location, WriteError};
use crate::ReadError;
use crate::block::{FinalBlock, Parent, history_leaf, may_prove};
use crate::did::DidId;
use crate::effects::Effects;
use crate::execute::InvalidBlock;
use crate::limits::BATCH_ENTRIES_MAX;
use crate::merkle::{Frontier, List, Node};
use crate::record::DidRecord;
use crate::state::{self, StateKey, StateReader, StateValue};
use crate::transaction::{
    BatchEntry, Body, Sealed, SignerRef, Subject, Transaction, TransactionId,
};
use hefu_primitives::{BoundedVec, Header};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A record that is no longer the current one: whose, the log entry that made it, and the record.
pub(super) type PastVersion = (DidId, u32, Box<DidRecord>);

/// Refuses a block that is not the child of the head, or whose parts do not belong together.
pub(super) fn check(head: &Parent, block: &FinalBlock) -> Result<(), WriteError> {
    let (below, got) = (head.header.height, block.header.height);
    if got != head.child_height() {
        return Err(WriteError::NotNext { head: below, got });
    }
    let transactions = block.body.transactions.len();
    if transactions != block.outcome.leaves.len() || transactions != block.outcome.effects.len() {
        return Err(WriteError::NotChild("body"));
    }
    if !may_prove(&block.finalization, &block.header) {
        return Err(WriteError::NotChild("finalization"));
    }
    head.check_child(&block.header, &block.outcome.commitments).map_err(|error| match error {
        InvalidBlock::Commitment(what) => WriteError::NotChild(what),
        InvalidBlock::Transaction { .. } => WriteError::NotChild("body"),
        InvalidBlock::Unreadable(error) => WriteError::Unreadable(error),
    })
}

/// The head that `header` is above the headers `below`, and the nodes of the history that it
/// completes.
pub(super) fn head(mut below: Frontier, header: Header) -> (Parent, Vec<Node>) {
    let nodes = below.append(List::History, history_leaf(&header.digest()));
    (Parent { header, history: below }, nodes)
}

/// Each transaction of a block, with where it stands.
pub(super) fn placed(
    block: &FinalBlock,
) -> impl Iterator<Item = (TransactionId, Location, &Transaction, &Effects)> {
    let height = block.header.height;
    let names = block.outcome.leaves.iter().zip(0..);
    let names = names.map(move |(leaf, place)| (leaf.id, Location { height, place }));
    let contents = block.body.transactions.iter().zip(&block.outcome.effects);
    names.zip(contents).map(|((id, at), (transaction, effects))| (id, at, &**transaction, effects))
}

/// The DIDs that a transaction has written.
pub(super) fn written(effects: &Effects) -> impl Iterator<Item = DidId> {
    effects.writes.iter().filter_map(|write| match write.key {
        StateKey::Did(did) => Some(did),
        _ => None,
    })
}

/// The entries of a batch that were not applied. They are in no log, and yet their payloads are
/// kept.
pub(super) fn skipped<'a>(
    transaction: &'a Transaction,
    effects: &'a Effects,
) -> impl Iterator<Item = DidId> + 'a {
    let entries = match &transaction.body {
        Body::Single(_) => &[][..],
        Body::Batch(entries) => entries,
    };
    let out = entries.iter().enumerate().filter(|(place, _)| !effects.is_applied(*place));
    out.map(|(_, entry)| entry.did)
}

/// Where a transaction is to be found, besides under its identifier and its DIDs.
pub(super) fn indexes(transaction: &Transaction) -> BTreeSet<Index> {
    let signers = transaction.envelope.signers.iter().filter_map(|signer| match signer {
        SignerRef::Organisation { organisation, .. } => Some(Index::Organisation(*organisation)),
        SignerRef::Control(_) | SignerRef::Controller(_) | SignerRef::Possession(_) => None,
    });
    signers.chain([Index::Kind(transaction.envelope.kind)]).collect()
}

/// The versions that a block supersedes, read from the state below it.
pub(super) fn superseded(
    below: &impl StateReader,
    block: &FinalBlock,
) -> Result<Vec<PastVersion>, ReadError> {
    let changes = &block.outcome.changes;
    let passed = changes.passed.iter().filter_map(|(did, value)| match value.as_ref() {
        StateValue::Did(record) => past_version(*did, record.clone()),
        _ => None,
    });
    let mut versions: Vec<_> = passed.collect();
    for (key, value) in &changes.records {
        let StateKey::Did(did) = key else { continue };
        if value.as_deref().is_some_and(is_first_version) {
            continue;
        }
        let record = state::did(below, did)?;
        versions.extend(record.and_then(|record| past_version(*did, record)));
    }
    Ok(versions)
}

/// Whether nothing can stand below a record, which spares a look at the store for each DID that is
/// made.
fn is_first_version(value: &StateValue) -> bool {
    matches!(value, StateValue::Did(record) if record.last_entry() == Some(0))
}

fn past_version(did: DidId, record: Box<DidRecord>) -> Option<PastVersion> {
    Some((did, record.last_entry()?, record))
}

/// A transaction without what it carries of `did`, and how many payloads that drops; none if it
/// carries nothing of it, or no more.
pub(super) fn erased(transaction: &Transaction, did: &DidId) -> Option<(Arc<Transaction>, u64)> {
    let (body, dropped) = match &transaction.body {
        Body::Single(sealed)
            if is_open(sealed) && transaction.envelope.subject == Subject::Did(*did) =>
        {
            (Body::Single(Box::new(sealed.erased())), 1)
        }
        Body::Single(_) => return None,
        Body::Batch(entries) => erased_entries(entries, did)?,
    };
    let (envelope, signatures) = (transaction.envelope.clone(), transaction.signatures.clone());
    Some((Arc::new(Transaction { envelope, signatures, body }), dropped))
}

fn is_open<T>(sealed: &Sealed<T>) -> bool {
    matches!(sealed, Sealed::Open { .. })
}

fn erased_entries(
    entries: &BoundedVec<BatchEntry, BATCH_ENTRIES_MAX>,
    did: &DidId,
) -> Option<(Body, u64)> {
    let goes = |entry: &&BatchEntry| entry.did == *did && is_open(&entry.enrolment);
    let dropped = u64::try_from(entries.iter().filter(goes).count()).ok()?;
    let without = |entry: &BatchEntry| {
        let enrolment =
            if goes(&entry) { entry.enrolment.erased() } else { entry.enrolment.clone() };
        BatchEntry { did: entry.did, enrolment }
    };
    let body = Body::Batch(BoundedVec::first_of(entries.iter().map(without)));
    (dropped > 0).then_some((body, dropped))
}

/// The record of a DID that has ended; none of one that never came to be, because every entry that
/// was to make it was `skipped`. Refuses one that goes on, or that nobody has heard of.
pub(super) fn erasable(
    reader: &impl StateReader,
    did: &DidId,
    skipped: &[Location],
) -> Result<Option<Box<DidRecord>>, WriteError> {
    match state::did(reader, did)? {
        Some(record) if record.content.end.is_some() => Ok(Some(record)),
        None if !skipped.is_empty() => Ok(None),
        _ => Err(WriteError::NotEnded(*did)),
    }
}
