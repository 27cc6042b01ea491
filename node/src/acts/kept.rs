//! What is still needed of a segment, and where it lies.
//!
//! Bodies stay on the disk: the blocks above a last final block may fill a gigabyte.

use super::entry::Entry;
use super::error::ActsError;
use super::floor::{Floor, Need};
use super::frame::Kind;
use super::limits::BATCH_BYTES;
use super::recovered::Recovered;
use super::segment::{Place, Segment};
use hefu_consensus::Record;
use hefu_primitives::{Certificate, Epoch, View, codec};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The records that are needed, in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    records: Vec<(Need, Place)>,
    floor: Option<Floor>,
}

impl Kept {
    /// The needed records of a segment, and how many bytes at its end were never acknowledged.
    pub(super) fn scan(segment: &Segment, from: u64) -> Result<(Self, u64), ActsError> {
        let (mut kept, mut at, mut is_whole) = (Self::default(), from, false);
        while let Some(frame) = segment.frame(at)? {
            kept.take(&segment.decode(&frame)?, frame.place);
            at += frame.place.bytes;
            is_whole |= frame.kind == Kind::Mark;
        }
        if segment.is_vouched(at)? {
            return Err(segment.damaged(at, "a frame is broken that was durable"));
        }
        if !is_whole {
            // What a segment begins with was durable, up to a mark, before it got its name.
            return Err(segment.damaged(at, "what the segment began with is not whole"));
        }
        Ok((kept, segment.length().saturating_sub(at)))
    }

    fn take(&mut self, entry: &Entry, place: Place) {
        match entry {
            Entry::Record { epoch, record, .. } => self.add(Need::of(*epoch, record), place),
            Entry::Floor(floor) => self.raise(*floor),
            Entry::Mark => {}
        }
    }

    pub(super) fn add(&mut self, need: Need, place: Place) {
        self.records.push((need, place));
    }

    /// Takes a floor in, and forgets what it settles.
    pub(super) fn raise(&mut self, floor: Floor) {
        self.floor = Some(floor);
        self.records.retain(|(need, _)| !floor.ends(need));
    }

    /// Whether `floor` is above the one that is known. A node that writes old blocks anew does not
    /// forget thereby that it had newer ones.
    pub(super) fn is_news(&self, floor: &Floor) -> bool {
        self.floor.is_none_or(|known| known.height < floor.height)
    }

    /// How many bytes the needed records take.
    pub(super) fn bytes(&self) -> u64 {
        self.records.iter().map(|(_, place)| place.bytes).sum()
    }

    /// Writes all that is needed to the beginning of another segment.
    pub(super) fn copy(&self, from: &Segment, to: &mut Segment) -> Result<Self, ActsError> {
        let mut copied =
            Self { records: Vec::with_capacity(self.records.len()), floor: self.floor };
        if let Some(floor) = &self.floor {
            to.put(Kind::Floor, &[&codec::encode(floor)]);
        }
        for (need, place) in &self.records {
            let frame = from.frame(place.at)?;
            let frame = frame.ok_or_else(|| from.damaged(place.at, "a frame has changed"))?;
            copied.add(*need, to.put(frame.kind, &[frame.payload()]));
            if to.pending_bytes() > BATCH_BYTES {
                to.flush()?;
            }
        }
        Ok(copied)
    }

    /// Reads all that is needed.
    pub(super) fn recall(&self, segment: &Segment) -> Result<Recovered, ActsError> {
        let mut recovered = Recovered { floor: self.floor, ..Recovered::default() };
        for (_, place) in &self.records {
            if let Entry::Record { epoch, record, body } = segment.entry(*place)? {
                recovered.add(epoch, record, body);
            }
        }
        Ok(recovered)
    }

    /// Certificates of these views, the newest first, at most `most`.
    pub(super) fn certificates(
        &self,
        segment: &Segment,
        epoch: Epoch,
        views: &RangeInclusive<View>,
        most: usize,
    ) -> Result<Vec<Arc<Certificate>>, ActsError> {
        let is_asked = |need: &Need| match need {
            Need::View { epoch: own, view } => *own == epoch && views.contains(view),
            Need::Block { .. } | Need::Always => false,
        };
        let mut found = Vec::new();
        let asked = self.records.iter().rev().filter(|(need, _)| is_asked(need));
        for (_, place) in asked {
            if found.len() == most {
                break;
            }
            if let Entry::Record { record: Record::Certificate(certificate), .. } =
                segment.entry(*place)?
            {
                found.push(certificate);
            }
        }
        Ok(found)
    }
}
