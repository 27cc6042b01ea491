//! Lanes: who waits behind whom.
//!
//! One lane an organisation, for what it signs first, and one for the holders that it has enrolled
//! as their registrar; so a flood of batches delays no holder, and a flood of rotations by DIDs
//! that a registrar has made up delays no others' holders.
//!
//! Lanes take turns by bytes: next is the one of which least was executed. A lane that was empty
//! starts where the least served of the waiting ones stands, so that silence earns no credit, and
//! keeps what it owes, so that one batch after the other does not begin anew each time. This is
//! round robin if all transactions are equally long, and gives everybody the same if they are not.

use hefu_ledger::organisation::OrganisationId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Where a transaction waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Of what an organisation signs first: enrolments, batches, acts of authority.
    Organisation(OrganisationId),
    /// Of the holders whose registrar is this organisation.
    Holders(OrganisationId),
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organisation(id) => write!(f, "organisation {id}"),
            Self::Holders(id) => write!(f, "the holders enrolled by organisation {id}"),
        }
    }
}

/// What a lane holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Those that may be proposed, by arrival.
    pub(super) ready: BTreeSet<u64>,
    /// All, with those that rest.
    pub(super) count: usize,
    /// Bytes of all.
    pub(super) bytes: usize,
    /// Bytes that were executed, or credited when it began to wait.
    pub(super) served: u64,
}

/// All lanes. There are at most two for each organisation of the network, so none is ever removed.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes {
    lanes: BTreeMap<Lane, Waiting>,
    /// Where a lane begins that was empty.
    floor: u64,
}

impl Lanes {
    /// All lanes that ever held something.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Lane, &Waiting)> {
        self.lanes.iter().map(|(lane, waiting)| (*lane, waiting))
    }

    /// What a lane holds.
    pub(super) fn get(&self, lane: Lane) -> Option<&Waiting> {
        self.lanes.get(&lane)
    }

    /// Counts a transaction.
    pub(super) fn hold(&mut self, lane: Lane, bytes: usize) {
        let waiting = self.lanes.entry(lane).or_default();
        waiting.count += 1;
        waiting.bytes += bytes;
    }

    /// Counts a transaction no more.
    pub(super) fn release(&mut self, lane: Lane, bytes: usize, arrival: u64) {
        let waiting = self.lanes.entry(lane).or_default();
        waiting.ready.remove(&arrival);
        waiting.count -= 1;
        waiting.bytes -= bytes;
    }

    /// A transaction may be proposed.
    pub(super) fn wake(&mut self, lane: Lane, arrival: u64) {
        let waiting = self.lanes.entry(lane).or_default();
        if waiting.ready.is_empty() {
            waiting.served = waiting.served.max(self.floor);
        }
        waiting.ready.insert(arrival);
    }

    /// A transaction may not be proposed for a while.
    pub(super) fn rest(&mut self, lane: Lane, arrival: u64) {
        self.lanes.entry(lane).or_default().ready.remove(&arrival);
    }

    /// Something of these lanes was executed, so many bytes each time. To be called before it is
    /// released, so that the lanes count as waiting.
    pub(super) fn serve(&mut self, executed: impl IntoIterator<Item = (Lane, usize)>) {
        for (lane, bytes) in executed {
            let waiting = self.lanes.entry(lane).or_default();
            waiting.served = waiting.served.saturating_add(bytes as u64);
        }
        let waiting = self.lanes.values().filter(|waiting| !waiting.ready.is_empty());
        let least = waiting.map(|waiting| waiting.served).min();
        self.floor = self.floor.max(least.unwrap_or_default());
    }
}
