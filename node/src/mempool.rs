//! Pending transactions: which are taken up, in which order they are proposed, what becomes of
//! them.
//!
//! A value without clock, sockets or threads. A transaction passes it in three steps: its
//! signatures are expensive, and are checked on other threads, once.
//!
//! 1. [`Mempool::consider`] makes the cheap checks, in this order: size and shape, expiry, whether
//!    it is known, what its source already burdens us with, whether the share is full that it
//!    claims. It gives a [`Ticket`].
//! 2. A worker makes an [`Outcome`] of it ([`Ticket::check`]): the signatures, and from the last
//!    final state, whether those who sign may act.
//! 3. [`Mempool::accept`] makes the checks that use up something of its signers': the sequence of a
//!    DID, the share of a lane. An envelope that merely names somebody never gets there.
//!
//! The proposer drains ([`Mempool::candidates`]) without removing anything. A transaction leaves
//! when it is final ([`Mempool::executed`]), when it will not apply ([`Mempool::left_out`]), or
//! when its time is over ([`Mempool::expire`]).
//!
//! Only good verdicts on signatures are remembered. A bad one says nothing about the next
//! transaction with the same identifier and signatures, whose body may be another, or whole.

use hefu_ledger::limits::{BATCH_BYTES_MAX, TRANSACTION_BYTES_MAX};
use hefu_ledger::operation::OperationKind;
use hefu_ledger::rejection::Rejection;
use hefu_ledger::transaction::{Body, TransactionError};
use hefu_ledger::{CheckedTransaction, Transaction, TransactionId};
use hefu_primitives::{Hash, Timestamp};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

mod checking;
mod drain;
mod fate;
mod lane;
pub mod limits;
mod memory;
mod pending;
mod refusal;
mod source;
mod vouch;

pub use crate::application::Source;
pub use checking::{Outcome, Ticket};
pub use fate::Fate;
pub use lane::Lane;
pub use limits::Limits;
pub use refusal::Refusal;

use checking::Checking;
use drain::Drain;
use memory::Memory;
use pending::{Entry, Pending};
use source::Sources;
use vouch::claimed_lane;

/// The pending transactions of a node.
#[derive(Clone, Debug)]
pub struct Mempool {
    limits: Limits,
    pending: Pending,
    checking: Checking,
    sources: Sources,
    /// Transactions that came in blocks and were never pending here.
    verdicts: Memory<(TransactionId, Hash), CheckedTransaction>,
    executed: Memory<TransactionId, ()>,
    rejected: Memory<(TransactionId, Hash), Rejection>,
}

/// What is to be done with a transaction.
#[derive(Debug)]
pub enum Admission {
    /// Its signatures are to be checked.
    Check(Ticket),
    /// Nothing: it is here already.
    Known(Known),
}

/// Where a known transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// The very same is being checked.
    Checking,
    /// One with its identifier is pending; whose signatures it carries makes no difference.
    Pending,
    /// One with its identifier was executed.
    Executed,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody remembers it.
    Unknown,
    /// Its signatures are being checked.
    Checking,
    /// It is pending. If it was left out before, the last reason.
    Pending(Option<Rejection>),
    /// It is final.
    Executed,
    /// It was dropped.
    Rejected(Rejection),
}

/// How much a mempool holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Bytes of the pending transactions.
    pub bytes: usize,
    /// How many are pending.
    pub count: usize,
    /// Bytes being checked.
    pub checking_bytes: usize,
    /// Sources with anything pending, being checked, or failed lately.
    pub sources: usize,
    /// Bytes of the remembered transactions that came in blocks.
    pub verdict_bytes: usize,
    /// How many transactions each lane holds that holds any.
    pub lanes: BTreeMap<Lane, usize>,
}

impl Default for Mempool {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Mempool {
    /// An empty one.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            pending: Pending::default(),
            checking: Checking::default(),
            sources: Sources::default(),
            verdicts: Memory::new(limits.verdict_bytes_max),
            executed: Memory::new(limits.executed_max),
            rejected: Memory::new(limits.rejected_max),
        }
    }

    /// Makes the cheap checks of a transaction of `bytes` encoded bytes.
    pub fn consider(
        &mut self,
        transaction: Arc<Transaction>,
        bytes: usize,
        source: Source,
        now: Timestamp,
    ) -> Result<Admission, Refusal> {
        check_shape(&transaction, bytes)?;
        let expired = transaction.envelope.expires;
        if expired <= now {
            return Err(Rejection::Expired { expired, now }.into());
        }
        let id = transaction.envelope.id();
        if let Some(known) = self.known(id, &transaction)? {
            return Ok(Admission::Known(known));
        }
        self.sources.admit(source, bytes, now, &self.limits)?;
        // Who merely claims a share that is full is turned away at no cost to anybody.
        if let Some(lane) = claimed_lane(&transaction.envelope.signers) {
            self.pending.check_room(lane, bytes, &self.limits)?;
        }
        if !self.sources.make_room(source, now, &self.limits) {
            return Err(Refusal::FULL);
        }
        self.sources.begin(source, bytes);
        Ok(Admission::Check(self.checking.begin(id, transaction, source, bytes, now)))
    }

    /// Where a transaction is, if it is known; refuses one of which these very signatures were
    /// turned away for good.
    fn known(
        &self,
        id: TransactionId,
        transaction: &Transaction,
    ) -> Result<Option<Known>, Refusal> {
        if self.executed.get(&id).is_some() {
            return Ok(Some(Known::Executed));
        }
        if self.pending.get(&id).is_some() {
            return Ok(Some(Known::Pending));
        }
        let verdict = self.rejected.get(&(id, transaction.signatures_hash()));
        match verdict.filter(|rejection| Fate::of(rejection) == Fate::Never) {
            Some(rejection) => Err(rejection.clone().into()),
            None => Ok(self.checking.has_same(id, transaction).then_some(Known::Checking)),
        }
    }

    /// Takes a transaction up whose check has come to something good.
    pub fn accept(&mut self, outcome: Outcome, now: Timestamp) -> Result<TransactionId, Refusal> {
        let Outcome { number, source, bytes, .. } = outcome;
        if self.checking.end(number).is_some() {
            self.sources.end(source, bytes);
        }
        let added = self.add(outcome, now);
        if added.as_ref().is_err_and(Refusal::wastes) {
            self.sources.waste(source, bytes, now);
        }
        added
    }

    fn add(&mut self, outcome: Outcome, now: Timestamp) -> Result<TransactionId, Refusal> {
        let Outcome { source, bytes, verdict, .. } = outcome;
        let vouched = verdict?;
        let id = vouched.checked.id();
        if self.executed.get(&id).is_some() || self.pending.get(&id).is_some() {
            return Ok(id);
        }
        let expired = vouched.checked.envelope().expires;
        if expired <= now {
            return Err(Rejection::Expired { expired, now }.into());
        }
        let outdone = self.pending.check_holder(&vouched, &self.limits)?;
        self.pending.check_room(vouched.lane, bytes, &self.limits)?;
        if let Some(outdone) = outdone {
            self.drop_rejected(&outdone);
        }
        self.sources.hold(source, bytes);
        self.pending.insert(vouched, source, bytes, now, &self.limits);
        Ok(id)
    }

    /// The transaction with this identifier and these signatures, if its signatures were found
    /// good. It stands for the one that was received, whose body nobody has looked at.
    pub fn verdict(&self, id: &TransactionId, signatures: &Hash) -> Option<CheckedTransaction> {
        let pending = self.pending.get(id).map(|entry| &entry.checked);
        let pending = pending.filter(|checked| checked.signatures_hash() == *signatures);
        pending.or_else(|| self.verdicts.get(&(*id, *signatures))).cloned()
    }

    /// The pending transaction with this identifier.
    pub fn waiting(&self, id: &TransactionId) -> Option<&CheckedTransaction> {
        self.pending.get(id).map(|entry| &entry.checked)
    }

    /// How many are pending.
    pub fn count(&self) -> usize {
        self.pending.count()
    }

    /// Remembers a transaction of `bytes` encoded bytes that was checked because it came in a
    /// block.
    pub fn remember(&mut self, checked: CheckedTransaction, bytes: usize) {
        self.verdicts.insert((checked.id(), checked.signatures_hash()), checked, bytes);
    }

    /// What to propose, in order: at most so many encoded bytes, without what `excluded` says is in
    /// a block below already. The lanes take turns; nothing is removed.
    pub fn candidates(
        &self,
        budget_bytes: u32,
        excluded: &dyn Fn(&TransactionId) -> bool,
    ) -> Vec<CheckedTransaction> {
        self.drain(budget_bytes, excluded).take(usize::MAX)
    }

    /// Whether there is anything to propose. Then the network has work (docs/protocol.md, R11).
    pub fn has_candidates(
        &self,
        budget_bytes: u32,
        excluded: &dyn Fn(&TransactionId) -> bool,
    ) -> bool {
        !self.drain(budget_bytes, excluded).take(1).is_empty()
    }

    fn drain<'a>(
        &'a self,
        budget_bytes: u32,
        excluded: &'a dyn Fn(&TransactionId) -> bool,
    ) -> Drain<'a> {
        let budget = usize::try_from(budget_bytes).unwrap_or(usize::MAX);
        Drain::new(&self.pending, budget, excluded)
    }

    /// These are final.
    pub fn executed(&mut self, ids: impl IntoIterator<Item = TransactionId>) {
        let ids: Vec<_> = ids.into_iter().collect();
        let here = ids.iter().filter_map(|id| self.pending.get(id));
        let served: Vec<_> = here.map(|entry| (entry.lane, entry.bytes)).collect();
        self.pending.lanes.serve(served);
        for id in ids {
            self.executed.insert(id, (), 1);
            self.verdicts.forget(every_signatures(&id));
            if let Some(entry) = self.discard(&id) {
                self.pending.wake_next(&entry.checked);
            }
        }
    }

    /// A proposer has left a transaction out. `rejection` must not rest on a block that this node
    /// knows to be abandoned.
    pub fn left_out(&mut self, id: &TransactionId, rejection: Rejection, now: Timestamp) {
        let end = self.pending.get(id).map_or(now, |entry| entry.end);
        if Fate::by(&rejection, now, end) == Fate::Later {
            self.pending.rest(id, rejection, now);
        } else if let Some(entry) = self.discard(id) {
            self.remember_rejected(&entry.checked, rejection);
        }
    }

    /// Time has passed: drops what is too old, tries again what has rested, gives up checks whose
    /// worker has died. To be called before candidates are asked for.
    pub fn expire(&mut self, now: Timestamp) {
        while let Some(entry) = self.pending.take_ended(now) {
            self.sources.release(entry.source, entry.bytes);
            let expired = entry.checked.envelope().expires;
            let over = (expired <= now).then_some(Rejection::Expired { expired, now });
            if let Some(rejection) = over.or(entry.last) {
                self.remember_rejected(&entry.checked, rejection);
            }
        }
        while let Some(open) = self.checking.give_up(now) {
            self.sources.end(open.source, open.bytes);
        }
        self.pending.wake_rested(now);
        self.sources.forget_idle(now);
    }

    /// What became of a transaction.
    pub fn status(&self, id: &TransactionId) -> Status {
        if self.executed.get(id).is_some() {
            return Status::Executed;
        }
        if let Some(entry) = self.pending.get(id) {
            return Status::Pending(entry.last.clone());
        }
        if self.checking.has(*id) {
            return Status::Checking;
        }
        let rejection = self.rejected.range(every_signatures(id)).next().cloned();
        rejection.map_or(Status::Unknown, Status::Rejected)
    }

    /// At most so many of those that may be proposed and arrived before `before`, the oldest first,
    /// to be passed on once more.
    pub fn older_than(&self, before: Timestamp, count_max: usize) -> Vec<CheckedTransaction> {
        let old = self.pending.awake().take_while(|entry| entry.arrived < before);
        old.take(count_max).map(|entry| entry.checked.clone()).collect()
    }

    /// How much it holds.
    pub fn footprint(&self) -> Footprint {
        let lanes = self.pending.lanes.iter().filter(|(_, waiting)| waiting.count > 0);
        Footprint {
            bytes: self.pending.bytes(),
            count: self.pending.count(),
            checking_bytes: self.sources.checking_bytes(),
            sources: self.sources.count(),
            verdict_bytes: self.verdicts.weight(),
            lanes: lanes.map(|(lane, waiting)| (lane, waiting.count)).collect(),
        }
    }

    fn discard(&mut self, id: &TransactionId) -> Option<Entry> {
        let entry = self.pending.remove(id)?;
        self.sources.release(entry.source, entry.bytes);
        Some(entry)
    }

    /// Drops what was left out, for the reason it was left out last.
    fn drop_rejected(&mut self, id: &TransactionId) {
        if let Some(entry) = self.discard(id)
            && let Some(last) = entry.last
        {
            self.remember_rejected(&entry.checked, last);
        }
    }

    fn remember_rejected(&mut self, checked: &CheckedTransaction, rejection: Rejection) {
        self.rejected.insert((checked.id(), checked.signatures_hash()), rejection, 1);
    }
}

/// One identifier with whatever signatures.
fn every_signatures(id: &TransactionId) -> RangeInclusive<(TransactionId, Hash)> {
    (*id, Hash::from_bytes([0; 32]))..=(*id, Hash::from_bytes([u8::MAX; 32]))
}

/// Refuses what is too long or obviously no transaction. All else takes hashes or signatures.
fn check_shape(transaction: &Transaction, got_bytes: usize) -> Result<(), Refusal> {
    let is_batch = matches!(transaction.body, Body::Batch(_));
    let max_bytes = if is_batch { BATCH_BYTES_MAX } else { TRANSACTION_BYTES_MAX };
    if got_bytes > max_bytes {
        return Err(Refusal::TooLarge { max_bytes, got_bytes });
    }
    let envelope = &transaction.envelope;
    let (signers, signatures) = (envelope.signers.len(), transaction.signatures.len());
    if signers != signatures {
        return Err(TransactionError::SignatureCount { signers, signatures }.into());
    }
    if is_batch != (envelope.kind == OperationKind::DidCreateBatch) {
        let wrong = "entries belong to did.create_batch and to nothing else";
        return Err(TransactionError::Malformed(wrong).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
