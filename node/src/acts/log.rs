//! The log on its disk, without threads: each call does what it says before it returns.
//!
//! A log is one segment. When much of it is superfluous, and whenever it is opened, what is needed
//! is copied to the beginning of the next segment, which then takes the place of the old one:
//!
//! 1. the new one is written under a name of its own that does not count, and synced;
//! 2. it gets its name, and the directory is synced;
//! 3. the old one is removed, and the directory is synced.
//!
//! The segment with the highest number counts, so a crash between any two steps leaves one that is
//! whole. Copying at each start has two more uses. Nothing is ever appended behind a torn tail. And
//! after a failed sync the system may show what its disk does not hold; what was read is written
//! anew, and synced, before anybody relies on it.

use super::Append;
use super::binding::{Binding, HEADER_BYTES};
use super::disk::Disk;
use super::entry;
use super::error::{ActsError, during};
use super::floor::{Floor, Need};
use super::frame::Kind;
use super::kept::Kept;
use super::recovered::Recovered;
use super::segment::{self, Segment};
use hefu_consensus::{Record, Sequence};
use hefu_primitives::{Certificate, Epoch, View, codec};
use std::collections::BTreeMap;
use std::mem;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// An open log.
pub(super) struct Log {
    disk: Box<dyn Disk>,
    binding: Binding,
    /// From which length on a segment may be replaced.
    segment_bytes: u64,
    number: u64,
    segment: Segment,
    kept: Kept,
    /// The newest record of each epoch that is not durable yet.
    waiting: BTreeMap<Epoch, Sequence>,
    /// Whether there is an act among these, which somebody waits to send.
    presses: bool,
}

impl Log {
    /// Makes an empty log where there is none.
    pub(super) fn create(disk: &dyn Disk, binding: &Binding) -> Result<(), ActsError> {
        let numbers = clean(disk)?;
        if !numbers.is_empty() {
            return Err(ActsError::Exists { directory: disk.path("") });
        }
        Segment::begin(disk, binding, 1)?.publish(disk, 1)
    }

    /// Opens a log, and gives what is needed of it.
    pub(super) fn open(
        disk: Box<dyn Disk>,
        binding: Binding,
        segment_bytes: u64,
    ) -> Result<(Self, Recovered), ActsError> {
        let numbers = clean(disk.as_ref())?;
        let Some(newest) = numbers.last().copied() else {
            return Err(ActsError::Missing { directory: disk.path("") });
        };
        let old = Segment::load(disk.as_ref(), &binding, newest)?;
        let (kept, cut_bytes) = Kept::scan(&old, HEADER_BYTES as u64)?;
        let number = newest + 1;
        let (segment, kept) = succeed(disk.as_ref(), &binding, number, &old, &kept)?;
        remove(disk.as_ref(), &numbers)?;
        let recovered = Recovered { cut_bytes, ..kept.recall(&segment)? };
        let waiting = BTreeMap::new();
        let presses = false;
        let log = Self { disk, binding, segment_bytes, number, segment, kept, waiting, presses };
        Ok((log, recovered))
    }

    /// Adds a record, which is durable after `commit`.
    pub(super) fn append(&mut self, append: &Append) {
        let Append { epoch, sequence, record, body } = append;
        let place = entry::encode(*epoch, record, body.as_deref(), |kind, payload| {
            self.segment.put(kind, payload)
        });
        self.kept.add(Need::of(*epoch, record), place);
        self.waiting.insert(*epoch, *sequence);
        self.presses |= !matches!(record, Record::Certificate(_));
    }

    /// Whether somebody waits for what was added to be durable.
    pub(super) fn presses(&self) -> bool {
        self.presses
    }

    /// Writes what was added; it is durable only after `commit`.
    pub(super) fn write(&mut self) -> Result<(), ActsError> {
        self.segment.flush()
    }

    /// Adds a floor, which becomes durable with the next record.
    pub(super) fn set_floor(&mut self, floor: Floor) {
        if self.kept.is_news(&floor) {
            self.segment.put(Kind::Floor, &[&codec::encode(&floor)]);
            self.kept.raise(floor);
        }
    }

    /// Bytes that have been added since `commit`.
    pub(super) fn pending_bytes(&self) -> usize {
        self.segment.pending_bytes()
    }

    /// Makes durable what was added, with one sync; gives the newest durable record of each epoch
    /// that has new ones. A floor alone is not worth a sync: no vote rests on it.
    pub(super) fn commit(&mut self) -> Result<Vec<(Epoch, Sequence)>, ActsError> {
        if self.waiting.is_empty() {
            self.segment.flush()?;
        } else {
            self.segment.sync()?;
        }
        self.presses = false;
        Ok(mem::take(&mut self.waiting).into_iter().collect())
    }

    /// Notes in the log how much of it is durable, unless a frame says so already. It needs no
    /// sync: what is torn when the power goes was not noted, and is not damage but a tail.
    pub(super) fn mark(&mut self) -> Result<(), ActsError> {
        self.segment.mark()
    }

    /// Goes on in a new segment, if much of this one is superfluous. All is committed.
    pub(super) fn prune(&mut self) -> Result<(), ActsError> {
        let length = self.segment.length();
        if length < self.segment_bytes || self.kept.bytes() > length / 2 {
            return Ok(());
        }
        let (disk, old) = (self.disk.as_ref(), self.number);
        let next = succeed(disk, &self.binding, old + 1, &self.segment, &self.kept)?;
        (self.segment, self.kept) = next;
        self.number = old + 1;
        remove(disk, &[old])
    }

    /// Makes durable what only floors have added, and notes it.
    pub(super) fn close(&mut self) -> Result<(), ActsError> {
        self.segment.sync()?;
        self.mark()
    }

    /// Reads all that is needed. All is committed.
    pub(super) fn recall(&self) -> Result<Recovered, ActsError> {
        self.kept.recall(&self.segment)
    }

    /// Certificates of these views, the newest first, at most `most`. All is committed.
    pub(super) fn certificates(
        &self,
        epoch: Epoch,
        views: &RangeInclusive<View>,
        most: usize,
    ) -> Result<Vec<Arc<Certificate>>, ActsError> {
        self.kept.certificates(&self.segment, epoch, views, most)
    }
}

/// Removes what never became a segment; gives the numbers of those that did.
fn clean(disk: &dyn Disk) -> Result<Vec<u64>, ActsError> {
    let directory = disk.path("");
    let names = disk.names().map_err(during("listing", &directory))?;
    let (numbers, unfinished) = segment::listed(&names);
    for name in unfinished {
        disk.remove(name).map_err(during("removing", &disk.path(name)))?;
    }
    Ok(numbers)
}

/// The next segment, which begins with what is needed of the one before.
fn succeed(
    disk: &dyn Disk,
    binding: &Binding,
    number: u64,
    old: &Segment,
    kept: &Kept,
) -> Result<(Segment, Kept), ActsError> {
    let mut next = Segment::begin(disk, binding, number)?;
    let kept = kept.copy(old, &mut next)?;
    next.publish(disk, number)?;
    Ok((next, kept))
}

fn remove(disk: &dyn Disk, numbers: &[u64]) -> Result<(), ActsError> {
    numbers.iter().try_for_each(|number| segment::remove(disk, *number))?;
    disk.sync_names().map_err(during("syncing", &disk.path("")))
}
