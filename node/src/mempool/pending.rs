//! The pending transactions, found by identifier, lane, sequence, arrival and end.

use super::lane::{Lane, Lanes, Waiting};
use super::limits::{Limits, REST_MS_MAX, REST_MS_MIN};
use super::refusal::Refusal;
use super::vouch::{Vouched, check_control};
use crate::application::Source;
use hefu_ledger::rejection::Rejection;
use hefu_ledger::transaction::Ordering;
use hefu_ledger::{CheckedTransaction, DidId, TransactionId};
use hefu_primitives::{Hash, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A pending transaction.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) checked: CheckedTransaction,
    pub(super) bytes: usize,
    pub(super) source: Source,
    pub(super) lane: Lane,
    pub(super) arrived: Timestamp,
    /// When it is dropped.
    pub(super) end: Timestamp,
    /// Until when it rests, if it does.
    resting: Option<Timestamp>,
    /// How often it was left out.
    left_out: u32,
    /// Why it was left out last.
    pub(super) last: Option<Rejection>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending {
    entries: BTreeMap<u64, Entry>,
    ids: BTreeMap<TransactionId, u64>,
    sequences: BTreeMap<(DidId, u32), u64>,
    ends: BTreeSet<(Timestamp, u64)>,
    rests: BTreeSet<(Timestamp, u64)>,
    pub(super) lanes: Lanes,
    bytes: usize,
    next: u64,
}

/// The DID and sequence of a holder operation, and the operation before.
pub(super) fn place(checked: &CheckedTransaction) -> Option<(DidId, u32, Hash)> {
    let Ordering::Holder { sequence, previous } = checked.envelope().ordering else { return None };
    Some((checked.did()?, sequence, previous))
}

impl Pending {
    /// How many.
    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }

    /// Bytes of all.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The one with this identifier.
    pub(super) fn get(&self, id: &TransactionId) -> Option<&Entry> {
        self.entries.get(self.ids.get(id)?)
    }

    /// The one that arrived so.
    pub(super) fn at(&self, arrival: u64) -> Option<&Entry> {
        self.entries.get(&arrival)
    }

    /// Those that may be proposed, oldest first.
    pub(super) fn awake(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values().filter(|entry| entry.resting.is_none())
    }

    /// Refuses a holder operation that does not follow what the state or another pending one
    /// says, or is not by those who may make it. Gives the operation to which it is preferred.
    pub(super) fn check_holder(
        &self,
        vouched: &Vouched,
        limits: &Limits,
    ) -> Result<Option<TransactionId>, Refusal> {
        let placed = place(&vouched.checked).zip(vouched.holder.as_ref());
        let Some(((did, got, previous), holder)) = placed else { return Ok(None) };
        let ahead = got.checked_sub(holder.next);
        let ahead = ahead.ok_or(Rejection::Sequence { expected: holder.next, got })?;
        if ahead >= limits.did_pending_max {
            return Err(Refusal::DidBusy { max: limits.did_pending_max });
        }
        let reveal = vouched.checked.payload().and_then(|payload| payload.control());
        let reveal = reveal.ok_or(Rejection::NothingApplies)?;
        if ahead == 0 {
            check_previous(holder.last, previous)?;
            check_control(reveal, &holder.control)?;
        } else {
            let before = self.sequence(did, got - 1);
            let before = before.ok_or(Rejection::Sequence { expected: holder.next, got })?;
            check_previous(*before.checked.id().hash(), previous)?;
            let control = before.checked.payload().and_then(|payload| payload.control());
            check_control(reveal, &control.ok_or(Rejection::NothingApplies)?.next)?;
        }
        self.check_free(did, got)
    }

    /// Refuses a sequence that another operation has. One that was left out gives way, so that a
    /// holder can mend what does not apply.
    fn check_free(&self, did: DidId, sequence: u32) -> Result<Option<TransactionId>, Refusal> {
        match self.sequence(did, sequence) {
            Some(entry) if entry.last.is_none() => Err(Refusal::SequenceTaken(entry.checked.id())),
            Some(entry) => Ok(Some(entry.checked.id())),
            None => Ok(None),
        }
    }

    fn sequence(&self, did: DidId, sequence: u32) -> Option<&Entry> {
        self.entries.get(self.sequences.get(&(did, sequence))?)
    }

    /// Refuses what the lane has no room for. Each may hold as much as it leaves free: one that
    /// takes all it can gets a half, the next a quarter, and there is always room for another.
    pub(super) fn check_room(
        &self,
        lane: Lane,
        bytes: usize,
        limits: &Limits,
    ) -> Result<(), Refusal> {
        let free_bytes = (limits.bytes_max - self.bytes).checked_sub(bytes);
        let free_count = (limits.count_max - self.count()).checked_sub(1);
        let (free_bytes, free_count) = free_bytes.zip(free_count).ok_or(Refusal::FULL)?;
        // A first transaction may fill the room.
        let held = self.lanes.get(lane).filter(|held| held.count > 0);
        let over = |held: &Waiting| held.bytes + bytes > free_bytes || held.count + 1 > free_count;
        if held.is_some_and(over) { Err(Refusal::ShareFull(lane)) } else { Ok(()) }
    }

    /// Adds a transaction that all checks allow.
    pub(super) fn insert(
        &mut self,
        vouched: Vouched,
        source: Source,
        bytes: usize,
        now: Timestamp,
        limits: &Limits,
    ) {
        let Vouched { checked, lane, .. } = vouched;
        let (arrival, id) = (self.next, checked.id());
        self.next += 1;
        let end = checked.envelope().expires.min(now.saturating_add(limits.time_to_live_ms));
        self.ids.insert(id, arrival);
        self.ends.insert((end, arrival));
        if let Some((did, sequence, _)) = place(&checked) {
            self.sequences.insert((did, sequence), arrival);
        }
        self.bytes += bytes;
        self.lanes.hold(lane, bytes);
        self.lanes.wake(lane, arrival);
        let (resting, left_out, last) = (None, 0, None);
        let entry =
            Entry { checked, bytes, source, lane, arrived: now, end, resting, left_out, last };
        self.entries.insert(arrival, entry);
    }

    /// Removes a transaction.
    pub(super) fn remove(&mut self, id: &TransactionId) -> Option<Entry> {
        let arrival = self.ids.remove(id)?;
        let entry = self.entries.remove(&arrival)?;
        self.ends.remove(&(entry.end, arrival));
        if let Some(until) = entry.resting {
            self.rests.remove(&(until, arrival));
        }
        if let Some((did, sequence, _)) = place(&entry.checked) {
            self.sequences.remove(&(did, sequence));
        }
        self.bytes -= entry.bytes;
        self.lanes.release(entry.lane, entry.bytes, arrival);
        Some(entry)
    }

    /// Lets a transaction rest that was left out, each time for longer.
    pub(super) fn rest(&mut self, id: &TransactionId, why: Rejection, now: Timestamp) {
        let Some(arrival) = self.ids.get(id).copied() else { return };
        self.wake(arrival);
        let Some(entry) = self.entries.get_mut(&arrival) else { return };
        let rest_ms = REST_MS_MIN.checked_shl(entry.left_out).unwrap_or(REST_MS_MAX);
        let until = now.saturating_add(rest_ms.min(REST_MS_MAX));
        entry.left_out = entry.left_out.saturating_add(1).min(REST_MS_MAX.ilog2());
        (entry.resting, entry.last) = (Some(until), Some(why));
        self.rests.insert((until, arrival));
        self.lanes.rest(entry.lane, arrival);
    }

    /// Ends a transaction's rest, if it rests.
    fn wake(&mut self, arrival: u64) {
        let Some(entry) = self.entries.get_mut(&arrival) else { return };
        if let Some(until) = entry.resting.take() {
            self.rests.remove(&(until, arrival));
            self.lanes.wake(entry.lane, arrival);
        }
    }

    /// Ends the rest of what follows a holder operation, which has been executed.
    pub(super) fn wake_next(&mut self, executed: &CheckedTransaction) {
        let Some((did, sequence, _)) = place(executed) else { return };
        if let Some(arrival) = self.sequences.get(&(did, sequence.saturating_add(1))).copied() {
            self.wake(arrival);
        }
    }

    /// Ends the rests that are over.
    pub(super) fn wake_rested(&mut self, now: Timestamp) {
        while let Some((until, arrival)) = self.rests.first().copied()
            && until <= now
        {
            self.wake(arrival);
        }
    }

    /// Removes one whose time is over.
    pub(super) fn take_ended(&mut self, now: Timestamp) -> Option<Entry> {
        let (_, arrival) = self.ends.first().filter(|(end, _)| *end <= now)?;
        let id = self.entries.get(arrival)?.checked.id();
        self.remove(&id)
    }
}

fn check_previous(expected: Hash, got: Hash) -> Result<(), Rejection> {
    if got == expected { Ok(()) } else { Err(Rejection::Previous { expected, got }) }
}
