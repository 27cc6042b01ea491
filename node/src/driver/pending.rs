//! Transactions on their way into a block.

use super::elsewhere::{Effort, employ_on_chain};
use super::{Driver, Event, Inputs};
use crate::application::{Application, Checked, Considered, Pool, Refusal, Source};
use crate::cpu::{Part, spend};
use crate::limits::{
    FORWARD_BYTES_MAX, GOSSIP_PAUSE, SHORT_CHECKS_MAX, SHORT_TRANSACTION_BYTES,
    TRANSACTIONS_PER_PACKET,
};
use crate::net::Sent;
use crate::wire::{Packed, PacketOf, Parcel, decode, encode};
use hefu_consensus::Input;
use hefu_primitives::{BoundedVec, PublicKey, Timestamp, ValidatorIndex, codec};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::debug;

/// Where the answer to a submission goes.
pub(crate) type Verdict<A> = oneshot::Sender<Result<<A as Application>::Id, Refusal<A>>>;

/// Whether a transaction is to be checked.
type Leave<A> = Result<
    Considered<<<A as Application>::Pool as Pool<A>>::Ticket, <A as Application>::Id>,
    Refusal<A>,
>;

/// What the check of a submission has come to.
#[derive(Debug)]
pub(crate) struct Vetted<A: Application> {
    outcome: <A::Pool as Pool<A>>::Outcome,
    verdict: Option<Verdict<A>>,
}

impl<A: Application> Driver<A> {
    /// Unpacks what is not here yet, and takes it up.
    pub(super) fn hear_transactions(&mut self, from: &PublicKey, parcels: &[Parcel<A::Id>]) {
        let (source, now) = (Source::new(*from.as_bytes()), self.setup.clock.now());
        let (known, unknown) = sorted(parcels, |id| self.pool.waiting(id).is_some());
        if let Some(sender) = self.newest.committee.validators.index_of(from) {
            let at = Instant::now();
            for id in known {
                self.forwarded.note(id, sender, at);
            }
        }
        for bytes in unknown {
            match decode::<A::Transaction>(bytes) {
                Ok(one) => {
                    let considered = self.pool.consider(Arc::new(one), bytes.len(), source, now);
                    self.take_up(considered, bytes.len(), None);
                }
                Err(error) => debug!(%error, "a transaction that is none"),
            }
        }
    }

    /// Takes a transaction up, if its cheap checks pass, and has the others made elsewhere.
    pub(super) fn submit(
        &mut self,
        transaction: Arc<A::Transaction>,
        source: Source,
        verdict: Verdict<A>,
    ) {
        let (bytes, now) = (codec::encode(&*transaction).len(), self.setup.clock.now());
        let considered = self.pool.consider(transaction, bytes, source, now);
        self.take_up(considered, bytes, Some(verdict));
    }

    fn take_up(&mut self, considered: Leave<A>, bytes: usize, verdict: Option<Verdict<A>>) {
        match considered {
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
        let key = self.newest.committee.key(leader);
        if key.is_some_and(|key| self.reachable.contains(key)) {
            self.pass_on(leader, transactions);
        } else if Some(leader) != self.newest.me {
            self.tell_all(transactions);
        }
        Inputs::from([(epoch, Input::Pending { view, waiting: true })])
    }

    /// Tells everybody of transactions that have waited for long: a leader that says nothing may have
    /// them to itself.
    pub(super) fn gossip(&mut self) {
        self.tell_of_old(GOSSIP_PAUSE);
    }

    /// Tells everybody what has waited for longer than a leader needs: they will wait for the leader as
    /// well, and end its view.
    pub(super) fn suspect(&mut self) {
        let patience = Duration::from_millis(self.setup.delta_ms.saturating_mul(2));
        if self.entered.elapsed() >= patience {
            self.tell_of_old(patience);
        }
    }

    fn tell_of_old(&mut self, age: Duration) {
        let age_ms = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        let before = Timestamp::new(self.setup.clock.now().get().saturating_sub(age_ms));
        let old = self.pool.older_than(before, TRANSACTIONS_PER_PACKET);
        self.tell_all(&old);
    }

    fn tell_all(&mut self, transactions: &[A::Checked]) {
        let all = self.newest.committee.validators.iter().map(|(index, _)| index);
        let others = all.filter(|index| Some(*index) != self.newest.me);
        for other in others.collect::<Vec<_>>() {
            self.pass_on(other, transactions);
        }
    }

    /// Sends a validator those of these that it has not been sent, as many as fit into a packet. What finds
    /// no way is sent again as long as it waits.
    fn pass_on(&mut self, to: ValidatorIndex, transactions: &[A::Checked]) {
        let Some(key) = self.newest.committee.key(to) else { return };
        let now = Instant::now();
        let parcels = parcels::<A>(transactions, |id| self.forwarded.has(id, to, now));
        if parcels.is_empty() {
            return;
        }
        let ids: Vec<A::Id> = parcels.iter().map(|parcel| parcel.id).collect();
        let packet = encode(&PacketOf::<A>::Transactions(parcels));
        if self.hands.network.send(key, packet) == Sent::Queued {
            debug!(count = ids.len(), to = to.get(), "transactions passed on");
            for id in ids {
                self.forwarded.note(id, to, now);
            }
        }
        self.forwarded.keep(self.pool.count(), |id| self.pool.waiting(id).is_some());
    }
}

/// The first of these transactions that were not sent, as many as fit into a packet.
fn parcels<A: Application>(
    transactions: &[A::Checked],
    was_sent: impl Fn(&A::Id) -> bool,
) -> BoundedVec<Parcel<A::Id>, TRANSACTIONS_PER_PACKET> {
    let mut left = FORWARD_BYTES_MAX as usize;
    let new = transactions.iter().filter(|one| !was_sent(&one.id()));
    let parcels = new.map_while(|one| {
        let bytes = codec::encode(&**one.transaction());
        left = left.checked_sub(bytes.len())?;
        Some(Parcel { id: one.id(), packed: Packed(bytes) })
    });
    BoundedVec::first_of(parcels)
}

/// The names of what is here, and the bytes of what is not: only those are read.
fn sorted<I: Copy>(parcels: &[Parcel<I>], is_here: impl Fn(&I) -> bool) -> (Vec<I>, Vec<&[u8]>) {
    let (known, unknown): (Vec<_>, Vec<_>) = parcels.iter().partition(|one| is_here(&one.id));
    let names = known.into_iter().map(|parcel| parcel.id).collect();
    (names, unknown.into_iter().map(|parcel| &*parcel.packed.0).collect())
}

fn answer<A: Application>(verdict: Option<Verdict<A>>, what: Result<A::Id, Refusal<A>>) {
    if let Some(verdict) = verdict {
        // Whoever submitted it may have stopped waiting.
        let _ = verdict.send(what);
    }
}

#[cfg(test)]
mod tests;
