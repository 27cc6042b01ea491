//! Executes blocks on top of the last final one, and writes those that become final.
//!
//! Blocks that are not final are layers over the store: what each of them does is kept until it is
//! written, or until a final block of the same height leaves it behind.

mod check;

use crate::application::{Made, Shared};
use crate::content::Content;
use crate::cpu::{Part, spend};
use crate::ledger::Ledger;
use hefu_consensus::Verdict;
use hefu_ledger::block::{BlockBody, FinalBlock, Parent};
use hefu_ledger::execute::{self, Chosen, InvalidBlock, Outcome};
use hefu_ledger::layers::Layers;
use hefu_ledger::step::Moment;
use hefu_ledger::store::{Store, WriteError};
use hefu_ledger::transaction::TransactionError;
use hefu_ledger::{CheckedTransaction, ReadError};
use hefu_primitives::{BoundedVec, Certificate, Digest, GenesisHash, Header, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use thiserror::Error;

/// Executes blocks of one network.
pub struct Executor<S> {
    store: Shared<S>,
    genesis: GenesisHash,
    unfinal: BTreeMap<Digest, Unfinal>,
}

/// A block that was executed and is not final.
struct Unfinal {
    /// The block as its children's parent.
    parent: Parent,
    body: BlockBody,
    outcome: Arc<Outcome>,
}

/// Why nothing can be executed or written any more. Each is fatal: the node stops.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExecutorError {
    /// The state cannot be read.
    #[error("the state cannot be read: {0}")]
    Unreadable(#[from] ReadError),
    /// A block cannot be written.
    #[error("block {height} cannot be written: {error}", height = header.height)]
    Write {
        /// The block.
        header: Box<Header>,
        /// Why not.
        error: WriteError,
    },
    /// A block rests on one that was never executed here.
    #[error("the block {0:?} was not executed here")]
    Unknown(Digest),
}

impl<S: Store> Executor<S> {
    /// Executes on top of what the store holds.
    pub fn new(store: Shared<S>, genesis: GenesisHash) -> Self {
        Self { store, genesis, unfinal: BTreeMap::new() }
    }

    /// Makes a block of those candidates that apply, on a block that was executed.
    pub fn build(
        &mut self,
        on: &Digest,
        time: Timestamp,
        candidates: Vec<CheckedTransaction>,
    ) -> Result<Made<Ledger>, ExecutorError> {
        let parent = self.parent(on)?;
        let moment = Moment { height: parent.child_height(), time };
        let (transactions, left_out, outcome) = self.on_top(on, |layers| {
            let choose = || execute::choose(layers, moment, parent.header.time, candidates);
            let Chosen { transactions, left_out, draft } = spend(Part::Execution, choose)?;
            let outcome = spend(Part::Tree, || draft.finish())?;
            Ok::<_, ReadError>((transactions, left_out, outcome))
        })??;
        let header = parent.child(self.genesis, time, &outcome.commitments);
        let transactions = transactions.iter().map(|one| Arc::clone(one.transaction()));
        let body = BlockBody { transactions: BoundedVec::first_of(transactions) };
        let content = Content::new(body.clone(), &outcome.effects);
        self.keep(&parent, &header, body, outcome);
        Ok(Made { header, content, left_out })
    }

    /// The transactions of a body, all checked.
    pub(crate) fn check(
        &self,
        content: &Content,
        known: Vec<Option<CheckedTransaction>>,
    ) -> Result<Vec<CheckedTransaction>, TransactionError> {
        check::check(content, known, &self.genesis)
    }

    /// Executes a block on its parent, and tells whether it comes to what its header says. The
    /// transactions are those of the body, checked.
    pub fn validate(
        &mut self,
        header: &Header,
        body: &BlockBody,
        checked: &[CheckedTransaction],
    ) -> Result<Verdict, ExecutorError> {
        if self.unfinal.contains_key(&header.digest()) {
            return Ok(Verdict::Valid);
        }
        let parent = self.parent(&header.parent)?;
        let moment = Moment { height: header.height, time: header.time };
        let executed = self.on_top(&header.parent, |layers| {
            let apply = || execute::apply(layers, moment, parent.header.time, checked);
            let draft = spend(Part::Execution, apply)?;
            Ok(spend(Part::Tree, || draft.finish())?)
        })?;
        let verdict = executed
            .and_then(|outcome| parent.check_child(header, &outcome.commitments).map(|()| outcome));
        match verdict {
            Ok(outcome) => {
                self.keep(&parent, header, body.clone(), outcome);
                Ok(Verdict::Valid)
            }
            Err(InvalidBlock::Unreadable(error)) => Err(error.into()),
            Err(_) => Ok(Verdict::Invalid),
        }
    }

    /// Writes a block that was executed and is final now. It is durable when this returns.
    pub fn commit(
        &mut self,
        header: &Header,
        proof: &Certificate,
    ) -> Result<Arc<FinalBlock>, ExecutorError> {
        let digest = header.digest();
        let block = self.unfinal.remove(&digest).ok_or(ExecutorError::Unknown(digest))?;
        let (finalization, body) = (proof.clone(), block.body);
        let block =
            FinalBlock { header: header.clone(), finalization, body, outcome: block.outcome };
        let failed = |error| ExecutorError::Write { header: Box::new(header.clone()), error };
        let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
        spend(Part::Storage, || store.commit(&block)).map_err(failed)?;
        drop(store);
        // Whatever stands beside the final block will never be final.
        self.unfinal.retain(|_, other| other.parent.header.height > header.height);
        Ok(Arc::new(block))
    }

    /// Leaves the store such that the next start is quick.
    pub fn settle(&mut self) -> Result<(), WriteError> {
        self.store.write().unwrap_or_else(PoisonError::into_inner).settle()
    }

    fn keep(&mut self, parent: &Parent, header: &Header, body: BlockBody, outcome: Outcome) {
        let parent = Parent::new(header.clone(), parent.history.clone());
        let block = Unfinal { parent, body, outcome: Arc::new(outcome) };
        self.unfinal.insert(header.digest(), block);
    }

    fn parent(&self, digest: &Digest) -> Result<Parent, ExecutorError> {
        if let Some(block) = self.unfinal.get(digest) {
            return Ok(block.parent.clone());
        }
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner);
        let head = store.head();
        if head.header.digest() == *digest {
            return Ok(head.clone());
        }
        Err(ExecutorError::Unknown(*digest))
    }

    /// Gives `use_state` the state after a block.
    fn on_top<T>(
        &self,
        digest: &Digest,
        use_state: impl FnOnce(&Layers<'_, S>) -> T,
    ) -> Result<T, ExecutorError> {
        let mut outcomes = Vec::new();
        let mut next = *digest;
        while let Some(block) = self.unfinal.get(&next) {
            outcomes.push(Arc::clone(&block.outcome));
            next = block.parent.header.parent;
        }
        outcomes.reverse();
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner);
        if store.head().header.digest() != next {
            return Err(ExecutorError::Unknown(next));
        }
        Ok(use_state(&Layers { base: &*store, outcomes: &outcomes }))
    }
}

#[cfg(test)]
mod tests;
