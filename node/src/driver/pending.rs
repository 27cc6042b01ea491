//! Transactions on their way into a block.

use super::elsewhere::{Effort, employ_on_chain};
use super::{Driver, Event, Inputs};
use crate::application::{Application, Checked, Considered, Pool, Refusal, Source};
use crate::cpu::{Part, spend};
use crate::limits::{
    FORWARD_BYTES_MAX, GOSSIP_PAUSE, SHORT_CHECKS_MAX, SHORT_TRANSACTION_BYTES,
    TRANSACTIONS_PER_PACKET,
};
use crate::wire::{PacketOf, encode};
use hefu_consensus::Input;
use hefu_primitives::{BoundedVec, PublicKey, Timestamp, ValidatorIndex, codec};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tracing::debug;

/// Where the answer to a submission goes.
pub(crate) type Verdict<A> = oneshot::Sender<Result<<A as Application>::Id, Refusal<A>>>;

/// What the check of a submission has come to.
#[derive(Debug)]
pub(crate) struct Vetted<A: Application> {
    outcome: <A::Pool as Pool<A>>::Outcome,
    verdict: Option<Verdict<A>>,
}

impl<A: Application> Driver<A> {
    pub(super) fn hear_transactions(&mut self, from: &PublicKey, list: &[Arc<A::Transaction>]) {
        let source = Source::new(*from.as_bytes());
        for transaction in list {
            self.submit(Arc::clone(transaction), source, None);
        }
    }

    /// Takes a transaction up, if its cheap checks pass, and has the others made elsewhere.
    pub(super) fn submit(
        &mut self,
        transaction: Arc<A::Transaction>,
        source: Source,
        verdict: Option<Verdict<A>>,
    ) {
        let bytes = codec::encode(&*transaction).len();
        match self.pool.consider(transaction, bytes, source, self.setup.clock.now()) {
            Ok(Considered::Check(ticket)) => self.check(ticket, bytes, verdict),
            Ok(Considered::Known(id)) => answer::<A>(verdict, Ok(id)),
            Err(refusal) => answer::<A>(verdict, Err(refusal)),
        }
    }

    fn check(
        &mut self,
        ticket: <A::Pool as Pool<A>>::Ticket,
        bytes: usize,
        verdict: Option<Verdict<A>>,
    ) {
        let is_short = bytes <= SHORT_TRANSACTION_BYTES && self.checking < SHORT_CHECKS_MAX;
        let effort = if is_short { Effort::Short } else { Effort::Long };
        self.checking = self.checking.saturating_add(1);
        let (store, genesis) = (Arc::clone(&self.hands.store), self.setup.genesis);
        employ_on_chain(self.hands.events.clone(), effort, store, move |chain| {
            let outcome = spend(Part::Transactions, || A::Pool::check(ticket, &genesis, chain));
            Event::Checked(Box::new(Vetted { outcome, verdict }))
        });
    }

    pub(super) fn checked(&mut self, checked: Vetted<A>) {
        self.checking = self.checking.saturating_sub(1);
        let accepted = self.pool.accept(checked.outcome, self.setup.clock.now());
        let taken = accepted.as_ref().ok().filter(|_| !self.low);
        let new = taken.and_then(|id| self.pool.waiting(id)).cloned();
        answer::<A>(checked.verdict, accepted);
        for (epoch, input) in new.map(|one| self.offer(&[one])).unwrap_or_default() {
            self.feed(epoch, input);
        }
    }

    /// Sends the leader of the view that was entered what waits.
    pub(super) fn forward(&mut self) -> Inputs {
        let included = self.included(self.newest.tip.1);
        let is_included = |id: &A::Id| included.contains(id);
        self.pool.expire(self.setup.clock.now());
        let candidates = self.pool.candidates(FORWARD_BYTES_MAX, &is_included);
        self.offer(&candidates)
    }

    /// Sends transactions to the leader of the current view, and tells the engine (R11). If the leader
    /// cannot be reached everybody is told: it takes a quorum that waits for it to end its view.
    fn offer(&mut self, transactions: &[A::Checked]) -> Inputs {
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
        let before = Timestamp::new(self.setup.clock.now().get().saturating_sub(pause_ms));
        let old = self.pool.older_than(before, TRANSACTIONS_PER_PACKET);
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
        let before = Timestamp::new(self.setup.clock.now().get().saturating_sub(patience_ms));
        let mut waiting = self.pool.older_than(before, TRANSACTIONS_PER_PACKET);
        waiting.retain(|one| !self.told.1.contains(&one.id()));
        let told = self.tell_all(&waiting);
        self.told.1.extend(waiting.iter().take(told).map(Checked::id));
    }

    /// Tells everybody of the first of these, and gives their number.
    fn tell_all(&self, transactions: &[A::Checked]) -> usize {
        let others = self.newest.committee.validators.iter();
        let others = others.filter(|(index, _)| Some(*index) != self.newest.me);
        let Some((bytes, count)) = packet::<A>(transactions) else { return 0 };
        for (_, validator) in others {
            // What does not arrive is sent again as long as it waits.
            let _ = self.hands.network.send(&validator.key, Arc::clone(&bytes));
        }
        count
    }

    /// Sends a leader what it has not been sent.
    fn pass_on(&mut self, leader: ValidatorIndex, transactions: &[A::Checked]) {
        let Some(validator) = self.newest.committee.validators.get(leader) else { return };
        let forwarded = &mut self.forwarded;
        let new = transactions.iter().filter(|one| !forwarded.has(&one.id(), leader));
        let list: Vec<_> = new.take(TRANSACTIONS_PER_PACKET).cloned().collect();
        for one in &list {
            forwarded.note(one.id(), leader);
        }
        forwarded.keep(self.pool.count(), |id| self.pool.waiting(id).is_some());
        if !self.reachable.contains(&validator.key) {
            self.tell_all(&list);
        } else if let Some((bytes, count)) = packet::<A>(&list) {
            debug!(count, "transactions for the leader");
            // What does not arrive is sent to the next leader.
            let _ = self.hands.network.send(&validator.key, bytes);
        }
    }
}

/// A packet of the first of these transactions, as many as fit into it, and their number.
fn packet<A: Application>(transactions: &[A::Checked]) -> Option<(Arc<[u8]>, usize)> {
    let mut left = FORWARD_BYTES_MAX as usize;
    let fits = |one: &&A::Checked| {
        let bytes = codec::encode(&**one.transaction()).len();
        let rest = left.checked_sub(bytes);
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    let list = transactions.iter().take_while(fits).map(|one| Arc::clone(one.transaction()));
    let list: BoundedVec<_, TRANSACTIONS_PER_PACKET> = BoundedVec::first_of(list);
    let count = list.len();
    (count > 0).then(|| (encode(&PacketOf::<A>::Transactions(list)), count))
}

fn answer<A: Application>(verdict: Option<Verdict<A>>, what: Result<A::Id, Refusal<A>>) {
    if let Some(verdict) = verdict {
        // Whoever submitted it may have stopped waiting.
        let _ = verdict.send(what);
    }
}
