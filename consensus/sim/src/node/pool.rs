//! Pending transactions.

use crate::disk::Durable;
use crate::ledger::Transaction;
use std::collections::{BTreeMap, BTreeSet};

/// The transactions that a machine has heard of.
pub(crate) struct Pool {
    /// Those that are not final, with the time when they arrived.
    pending: BTreeMap<Transaction, u64>,
    done: BTreeSet<Transaction>,
}

impl Pool {
    /// An empty pool that knows what the chain holds.
    pub(crate) fn new(durable: &Durable) -> Self {
        let chain = durable.range(1, usize::MAX);
        let bodies = chain.iter().flat_map(|entry| entry.block.body.iter());
        Self { pending: BTreeMap::new(), done: bodies.copied().collect() }
    }

    /// Adds a transaction; false if it is known.
    pub(crate) fn add(&mut self, transaction: Transaction, now_ms: u64) -> bool {
        let known = self.done.contains(&transaction) || self.pending.contains_key(&transaction);
        if !known {
            self.pending.insert(transaction, now_ms);
        }
        !known
    }

    /// These are final.
    pub(crate) fn settle(&mut self, body: &[Transaction]) {
        for transaction in body {
            self.pending.remove(transaction);
            self.done.insert(*transaction);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Those not among `included`, oldest first.
    pub(crate) fn applicable<'a>(
        &'a self,
        included: &'a BTreeSet<Transaction>,
    ) -> impl Iterator<Item = Transaction> + 'a {
        let pending = self.pending.keys().copied();
        pending.filter(|transaction| !included.contains(transaction))
    }

    /// Those that arrived before `ms`, at most `most`.
    pub(crate) fn older_than(&self, ms: u64, most: usize) -> Vec<Transaction> {
        let old = self.pending.iter().filter(|(_, at_ms)| **at_ms < ms);
        old.map(|(transaction, _)| *transaction).take(most).collect()
    }
}
