//! What a log gives back.

use super::floor::Floor;
use hefu_consensus::Record;
use hefu_primitives::{Digest, Epoch, View};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All that a log holds above its floor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// The records of each epoch, oldest first, foreign signatures apart.
    pub records: BTreeMap<Epoch, Vec<Record>>,
    /// The encoded bodies of the blocks that were proposed or notarized, by their digests.
    pub bodies: BTreeMap<Digest, Arc<[u8]>>,
    /// The last final block that the store held durably: what it must still hold.
    pub floor: Option<Floor>,
    /// Where signatures of ours were met that we did not make. One of them stops this incarnation
    /// for good (R14).
    pub foreign: Vec<(Epoch, View)>,
    /// Bytes of writes that a crash cut short. They were never reported as durable.
    pub cut_bytes: u64,
}

impl Recovered {
    /// What the engine of an epoch is made with: foreign signatures of any epoch, since a log is
    /// of one incarnation, and the epoch's own records.
    pub fn records_for(&self, epoch: Epoch) -> impl Iterator<Item = Record> + '_ {
        let foreign = self.foreign.iter().map(|(_, view)| Record::ForeignSignature(*view));
        foreign.chain(self.records.get(&epoch).into_iter().flatten().cloned())
    }

    pub(super) fn add(&mut self, epoch: Epoch, record: Record, body: Option<Arc<[u8]>>) {
        if let (Record::Proposal(proposal), Some(body)) = (&record, body) {
            self.bodies.insert(proposal.signed.statement.digest, body);
        }
        match record {
            Record::ForeignSignature(view) => self.foreign.push((epoch, view)),
            record => self.records.entry(epoch).or_default().push(record),
        }
    }
}
