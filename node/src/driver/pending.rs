//! Transactions on their way into a block.

use super::{Driver, Event, Inputs, wall};
use crate::limits::{FORWARD_BYTES_MAX, GOSSIP_PAUSE, TRANSACTIONS_PER_PACKET};
use crate::mempool::{Admission, Outcome, Refusal, Source, Ticket};
use crate::wire::{Packet, encode};
use hefu_consensus::Input;
use hefu_ledger::{CheckedTransaction, Transaction, TransactionId};
use hefu_primitives::{BoundedVec, Ed25519, PublicKey, Timestamp, ValidatorIndex, codec};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tracing::debug;

/// Where the answer to a submission goes.
pub(crate) type Verdict = oneshot::Sender<Result<TransactionId, Refusal>>;

/// What the check of a submission has come to.
#[derive(Debug)]
pub(crate) struct Checked {
    outcome: Outcome,
    verdict: Option<Verdict>,
}

impl Driver {
    pub(super) fn hear_transactions(&mut self, from: &PublicKey, list: &[Arc<Transaction>]) {
        let source = Source::new(*from.as_bytes());
        for transaction in list {
            self.submit(Arc::clone(transaction), source, None);
        }
    }

    /// Takes a transaction up, if its cheap checks pass, and has the others made elsewhere.
    pub(super) fn submit(
        &mut self,
        transaction: Arc<Transaction>,
        source: Source,
        verdict: Option<Verdict>,
    ) {
        let (bytes, id) = (codec::encode(&*transaction).len(), transaction.envelope.id());
        match self.mempool.consider(transaction, bytes, source, wall()) {
            Ok(Admission::Check(ticket)) => self.check(ticket, verdict),
            Ok(Admission::Known(_)) => answer(verdict, Ok(id)),
            Err(refusal) => answer(verdict, Err(refusal)),
        }
    }

    fn check(&self, ticket: Ticket, verdict: Option<Verdict>) {
        let (store, genesis) = (Arc::clone(&self.hands.store), self.setup.genesis);
        let events = self.hands.events.clone();
        tokio::task::spawn_blocking(move || {
            let reader = store.read().unwrap_or_else(PoisonError::into_inner);
            let outcome = ticket.check(&genesis, &Ed25519, &*reader);
            drop(reader);
            // The driver is gone only when the node stops.
            let _ = events.blocking_send(Event::Checked(Box::new(Checked { outcome, verdict })));
        });
    }

    pub(super) fn checked(&mut self, checked: Checked) {
        let accepted = self.mempool.accept(checked.outcome, wall());
        let taken = accepted.as_ref().ok().filter(|_| !self.low);
        let new = taken.and_then(|id| self.mempool.waiting(id)).cloned();
        answer(checked.verdict, accepted);
        for (epoch, input) in new.map(|one| self.offer(&[one])).unwrap_or_default() {
            self.feed(epoch, input);
        }
    }

    /// Sends the leader of the view that was entered what waits.
    pub(super) fn forward(&mut self) -> Inputs {
        let included = self.included(self.newest.tip.1);
        let is_included = |id: &TransactionId| included.contains(id);
        self.mempool.expire(wall());
        let candidates = self.mempool.candidates(FORWARD_BYTES_MAX, &is_included);
        self.offer(&candidates)
    }

    /// Sends transactions to the leader of the current view, and tells the engine (R11). If the leader
    /// cannot be reached everybody is told: it takes a quorum that waits for it to end its view.
    fn offer(&mut self, transactions: &[CheckedTransaction]) -> Inputs {
        if transactions.is_empty() {
            return Inputs::new();
        }
        let (epoch, view) = (self.newest.epoch(), self.newest.engine.view());
        let leader = self.newest.committee.leader(view);
        if Some(leader) != self.newest.me {
            self.pass_on(leader, transactions);
        }
        Inputs::from([(epoch, Input::Pending { view, waiting: true })])
    }

    /// Tells everybody of transactions that have waited for long: a leader that says nothing may have
    /// them to itself.
    pub(super) fn gossip(&mut self) {
        let pause_ms = u64::try_from(GOSSIP_PAUSE.as_millis()).unwrap_or(u64::MAX);
        let before = Timestamp::new(wall().get().saturating_sub(pause_ms));
        let old = self.mempool.older_than(before, TRANSACTIONS_PER_PACKET);
        self.tell_all(&old);
    }

    /// Tells everybody what has waited for longer than a leader needs, once a view: they will wait for
    /// the leader as well, and end its view.
    pub(super) fn suspect(&mut self) {
        let (view, patience_ms) =
            (self.newest.engine.view(), self.setup.delta_ms.saturating_mul(2));
        if self.entered.elapsed() < Duration::from_millis(patience_ms) {
            return;
        }
        if self.told.0 != view {
            self.told = (view, BTreeSet::new());
        }
        let before = Timestamp::new(wall().get().saturating_sub(patience_ms));
        let mut waiting = self.mempool.older_than(before, TRANSACTIONS_PER_PACKET);
        waiting.retain(|one| !self.told.1.contains(&one.id()));
        let told = self.tell_all(&waiting);
        self.told.1.extend(waiting.iter().take(told).map(CheckedTransaction::id));
    }

    /// Tells everybody of the first of these, and gives their number.
    fn tell_all(&self, transactions: &[CheckedTransaction]) -> usize {
        let others = self.newest.committee.validators.iter();
        let others = others.filter(|(index, _)| Some(*index) != self.newest.me);
        let Some((bytes, count)) = packet(transactions) else { return 0 };
        for (_, validator) in others {
            // What does not arrive is sent again as long as it waits.
            let _ = self.hands.network.send(&validator.key, Arc::clone(&bytes));
        }
        count
    }

    /// Sends a leader what it has not been sent.
    fn pass_on(&mut self, leader: ValidatorIndex, transactions: &[CheckedTransaction]) {
        let Some(validator) = self.newest.committee.validators.get(leader) else { return };
        let forwarded = &mut self.forwarded;
        let new = transactions.iter().filter(|one| !forwarded.has(&one.id(), leader));
        let list: Vec<_> = new.take(TRANSACTIONS_PER_PACKET).cloned().collect();
        for one in &list {
            forwarded.note(one.id(), leader);
        }
        forwarded.keep(self.mempool.count(), |id| self.mempool.waiting(id).is_some());
        if !self.reachable.contains(&validator.key) {
            self.tell_all(&list);
        } else if let Some((bytes, count)) = packet(&list) {
            debug!(count, "transactions for the leader");
            // What does not arrive is sent to the next leader.
            let _ = self.hands.network.send(&validator.key, bytes);
        }
    }
}

/// A packet of the first of these transactions, as many as fit into it, and their number.
fn packet(transactions: &[CheckedTransaction]) -> Option<(Arc<[u8]>, usize)> {
    let mut left = FORWARD_BYTES_MAX as usize;
    let fits = |one: &&CheckedTransaction| {
        let bytes = codec::encode(&**one.transaction()).len();
        let rest = left.checked_sub(bytes);
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    let list = transactions.iter().take_while(fits).map(|one| Arc::clone(one.transaction()));
    let list: BoundedVec<_, TRANSACTIONS_PER_PACKET> = BoundedVec::first_of(list);
    let count = list.len();
    (count > 0).then(|| (encode(&Packet::Transactions(list)), count))
}

fn answer(verdict: Option<Verdict>, what: Result<TransactionId, Refusal>) {
    if let Some(verdict) = verdict {
        // Whoever submitted it may have stopped waiting.
        let _ = verdict.send(what);
    }
}
