//! Transactions whose signatures are being checked elsewhere.

use super::limits::CHECKING_MS_MAX;
use super::refusal::Refusal;
use super::vouch::{Vouched, vouch};
use crate::application::Source;
use hefu_ledger::state::StateReader;
use hefu_ledger::{CheckedTransaction, Transaction, TransactionId};
use hefu_primitives::{GenesisHash, Timestamp, Verifier};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Leave to check a transaction's signatures. It goes to a worker and comes back as an [`Outcome`].
#[derive(Debug)]
#[must_use = "its source is charged for it until its outcome comes back"]
pub struct Ticket {
    pub(super) number: u64,
    pub(super) transaction: Arc<Transaction>,
    pub(super) source: Source,
    pub(super) bytes: usize,
}

/// What a check has come to.
#[derive(Debug)]
#[must_use = "the mempool waits for it"]
pub struct Outcome {
    pub(super) number: u64,
    pub(super) source: Source,
    pub(super) bytes: usize,
    pub(super) verdict: Result<Vouched, Refusal>,
}

impl Ticket {
    /// Checks the signatures, and whether those who sign may act. This is the expensive part; it
    /// needs the last final state, not the mempool.
    pub fn check<V: Verifier, R: StateReader>(
        self,
        genesis: &GenesisHash,
        verifier: &V,
        reader: &R,
    ) -> Outcome {
        let Self { number, transaction, source, bytes } = self;
        let checked = CheckedTransaction::new(transaction, genesis, verifier);
        let verdict = checked.map_err(Refusal::from).and_then(|checked| vouch(checked, reader));
        Outcome { number, source, bytes, verdict }
    }
}

/// What is being checked.
#[derive(Clone, Debug, Default)]
pub(super) struct Checking {
    open: BTreeMap<u64, Open>,
    ids: BTreeSet<(TransactionId, u64)>,
    next: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Open {
    id: TransactionId,
    transaction: Arc<Transaction>,
    pub(super) source: Source,
    pub(super) bytes: usize,
    since: Timestamp,
}

impl Checking {
    /// Whether something with this identifier is being checked.
    pub(super) fn has(&self, id: TransactionId) -> bool {
        self.with(id).next().is_some()
    }

    /// Whether this very transaction is. One with another body or other signatures under the same
    /// identifier says nothing about it.
    pub(super) fn has_same(&self, id: TransactionId, transaction: &Transaction) -> bool {
        self.with(id).any(|open| *open.transaction == *transaction)
    }

    fn with(&self, id: TransactionId) -> impl Iterator<Item = &Open> {
        let numbers = self.ids.range((id, 0)..=(id, u64::MAX));
        numbers.filter_map(|(_, number)| self.open.get(number))
    }

    /// Begins a check.
    pub(super) fn begin(
        &mut self,
        id: TransactionId,
        transaction: Arc<Transaction>,
        source: Source,
        bytes: usize,
        since: Timestamp,
    ) -> Ticket {
        let number = self.next;
        self.next += 1;
        self.ids.insert((id, number));
        self.open
            .insert(number, Open { id, transaction: transaction.clone(), source, bytes, since });
        Ticket { number, transaction, source, bytes }
    }

    /// Ends a check, unless it was given up.
    pub(super) fn end(&mut self, number: u64) -> Option<Open> {
        let open = self.open.remove(&number)?;
        self.ids.remove(&(open.id, number));
        Some(open)
    }

    /// Gives up the oldest check, if it has taken too long.
    pub(super) fn give_up(&mut self, now: Timestamp) -> Option<Open> {
        let (number, open) = self.open.first_key_value()?;
        let number = *number;
        if now.since(open.since) <= CHECKING_MS_MAX { None } else { self.end(number) }
    }
}
