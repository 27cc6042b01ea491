//! Proofs of transactions.

use super::{BuildError, Builder};
use crate::ReadError;
use crate::bundle::{BlockProof, Carried, EntryProof, TransactionProof};
use crate::did::DidId;
use crate::effects::{Effects, TransactionLeaf};
use crate::merkle::{self, InclusionProof, List};
use crate::state::StateKey;
use crate::store::{Location, Store};
use crate::transaction::{BatchEntry, Body, Transaction, TransactionId};
use hefu_primitives::{Hash, Height};
use std::sync::Arc;

impl<S: Store> Builder<'_, S> {
    /// The proof of a transaction; of a batch, of the entry of `of` alone if a DID is named.
    pub(super) fn transaction(
        &self,
        id: &TransactionId,
        of: Option<DidId>,
    ) -> Result<TransactionProof, BuildError> {
        let location = self.store.locate(id)?.ok_or(BuildError::TransactionUnknown(*id))?;
        let (transaction, effects, inclusion) = self.read(location)?;
        let Transaction { envelope, signatures, body } = transaction.as_ref().clone();
        let carried = match (&body, of) {
            (Body::Batch(entries), Some(did)) => entry(entries, &did, &effects)?,
            _ => Carried::Whole { body, effects },
        };
        let block = self.block(location.height)?;
        Ok(TransactionProof { block, envelope, signatures, carried, inclusion })
    }

    /// The transaction at a location, what it did, and its place in its block.
    fn read(
        &self,
        location: Location,
    ) -> Result<(Arc<Transaction>, Effects, InclusionProof), BuildError> {
        let missing = || ReadError::Damaged(format!("{location:?} holds no transaction"));
        let body = self.store.body(location.height)?.ok_or_else(missing)?;
        let effects = self.store.effects(location.height)?;
        let pairs = body.transactions.iter().zip(&effects);
        let leaves: Vec<Hash> =
            pairs.map(|(t, effects)| TransactionLeaf::kept(t, effects).hash()).collect();
        let place = u64::from(location.place);
        let inclusion =
            merkle::inclusion(List::Transactions, &leaves, place).ok_or_else(missing)?;
        let place = usize::try_from(location.place).unwrap_or(usize::MAX);
        let transaction = body.transactions.get(place).cloned().ok_or_else(missing)?;
        let effects = effects.into_iter().nth(place).ok_or_else(missing)?;
        Ok((transaction, effects, inclusion))
    }

    fn block(&self, height: Height) -> Result<BlockProof, BuildError> {
        let newest = self.head.height;
        if height == newest {
            return Ok(BlockProof::Checkpoint);
        }
        let inclusion =
            merkle::inclusion_at(List::History, self.store, height.get(), newest.get())?;
        let inclusion = inclusion.ok_or(BuildError::Future { newest })?;
        Ok(BlockProof::Below { header: Box::new(self.header(height)?), inclusion })
    }
}

/// The entry of `did` alone. Should a batch name a DID twice, the entry that was applied is meant.
fn entry(entries: &[BatchEntry], did: &DidId, effects: &Effects) -> Result<Carried, BuildError> {
    let mut own = entries.iter().enumerate().filter(|(_, entry)| entry.did == *did);
    let first = own.clone().next();
    let applied = own.find(|(place, _)| effects.is_applied(*place));
    let (place, entry) = applied.or(first).ok_or(BuildError::NotInBatch(*did))?;
    let all: Vec<Hash> = entries.iter().map(BatchEntry::leaf).collect();
    let write = if effects.is_applied(place) { Some(write(did, effects)?) } else { None };
    Ok(Carried::Entry(Box::new(EntryProof {
        entry: entry.clone(),
        inclusion: inclusion(List::Entries, &all, place)?,
        effects: effects.root(),
        outcome: effects.outcome.clone(),
        outcome_inclusion: inclusion(List::Effects, &effects.leaves(), 0)?,
        write,
    })))
}

/// What the batch wrote under the name of `did`.
fn write(
    did: &DidId,
    effects: &Effects,
) -> Result<(crate::effects::Write, InclusionProof), BuildError> {
    let missing = || ReadError::Damaged(format!("the effects of a batch lack the DID {did}"));
    let place = effects.writes.iter().position(|write| write.key == StateKey::Did(*did));
    let place = place.ok_or_else(missing)?;
    let write = effects.writes.get(place).cloned().ok_or_else(missing)?;
    // The outcome comes first.
    Ok((write, inclusion(List::Effects, &effects.leaves(), place.saturating_add(1))?))
}

fn inclusion(list: List, leaves: &[Hash], place: usize) -> Result<InclusionProof, BuildError> {
    let index = u64::try_from(place).unwrap_or(u64::MAX);
    let missing = || ReadError::Damaged(format!("{list:?} has no leaf {place}"));
    Ok(merkle::inclusion(list, leaves, index).ok_or_else(missing)?)
}
