//! What a proposer takes: the lanes in turn, until a body is full.

use super::lane::Lane;
use super::pending::{Entry, Pending, place};
use hefu_ledger::limits::BLOCK_TRANSACTIONS_MAX;
use hefu_ledger::{CheckedTransaction, TransactionId};
use std::collections::BTreeSet;

/// A drain under way. Nothing is removed by it.
pub(super) struct Drain<'a> {
    pending: &'a Pending,
    excluded: &'a dyn Fn(&TransactionId) -> bool,
    /// Bytes of the whole body.
    budget: usize,
    chosen: BTreeSet<TransactionId>,
}

impl<'a> Drain<'a> {
    pub(super) fn new(
        pending: &'a Pending,
        budget: usize,
        excluded: &'a dyn Fn(&TransactionId) -> bool,
    ) -> Self {
        Self { pending, excluded, budget, chosen: BTreeSet::new() }
    }

    /// At most `count_max` transactions, each after those on which it rests, of which the lanes
    /// have equally many bytes as far as they have any.
    pub(super) fn take(mut self, count_max: usize) -> Vec<CheckedTransaction> {
        let count_max = count_max.min(BLOCK_TRANSACTIONS_MAX);
        let (mut left, mut taken) = (self.budget, Vec::new());
        let mut turns = self.turns();
        while taken.len() < count_max
            && let Some((served, lane, from)) = turns.pop_first()
        {
            let Some((arrival, entry)) = self.next(lane, from) else { continue };
            // The lane waits, so that its long transactions come first in some block, and not all
            // others before them for ever.
            let Some(rest) = left.checked_sub(entry.bytes) else { continue };
            left = rest;
            turns.insert((served.saturating_add(entry.bytes as u64), lane, arrival + 1));
            self.chosen.insert(entry.checked.id());
            taken.push(entry.checked.clone());
        }
        taken
    }

    /// The lanes, the least served first.
    fn turns(&self) -> BTreeSet<(u64, Lane, u64)> {
        let waiting = self.pending.lanes.iter().filter(|(_, waiting)| !waiting.ready.is_empty());
        waiting.map(|(lane, waiting)| (waiting.served, lane, 0)).collect()
    }

    /// The first of a lane that may be proposed.
    fn next(&self, lane: Lane, from: u64) -> Option<(u64, &'a Entry)> {
        let ready = self.pending.lanes.get(lane)?.ready.range(from..);
        let mut entries = ready.filter_map(|at| Some((*at, self.pending.at(*at)?)));
        entries.find(|(_, entry)| self.fits(entry))
    }

    fn fits(&self, entry: &Entry) -> bool {
        entry.bytes <= self.budget
            && !(self.excluded)(&entry.checked.id())
            && self.follows(&entry.checked)
    }

    /// Whether the holder operation before is executed, proposed, or chosen.
    fn follows(&self, checked: &CheckedTransaction) -> bool {
        let Some((_, _, previous)) = place(checked) else { return true };
        let previous = TransactionId::new(previous);
        let waits = self.pending.get(&previous).is_some();
        !waits || self.chosen.contains(&previous) || (self.excluded)(&previous)
    }
}
