//! What a log must hold, as simply as it can be said: the simulator's disk, in its words.

use crate::acts::{Append, Floor, Recovered};
use hefu_consensus::{Record, Sequence};
use hefu_primitives::{Epoch, View};
use std::collections::BTreeMap;
use std::sync::Arc;

type Line = (Record, Option<Arc<[u8]>>);

#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    logs: BTreeMap<Epoch, Vec<Line>>,
    foreign: Vec<(Epoch, View)>,
    floor: Option<Floor>,
    waiting: BTreeMap<Epoch, Sequence>,
}

impl Model {
    pub(super) fn append(&mut self, append: &Append) {
        let Append { epoch, sequence, record, body } = append.clone();
        self.waiting.insert(epoch, sequence);
        match record {
            Record::ForeignSignature(view) => self.foreign.push((epoch, view)),
            record => self.logs.entry(epoch).or_default().push((record, body)),
        }
    }

    pub(super) fn set_floor(&mut self, floor: Floor) {
        if self.floor.is_some_and(|known| known.height >= floor.height) {
            return;
        }
        self.floor = Some(floor);
        self.logs = self.logs.split_off(&Epoch::new(floor.epoch.get().saturating_sub(1)));
        if let (Some(log), Some(view)) = (self.logs.get_mut(&floor.epoch), floor.view) {
            log.retain(|(record, _)| is_above(record, view, floor.height.get()));
        }
    }

    /// What a commit must report.
    pub(super) fn commit(&mut self) -> Vec<(Epoch, Sequence)> {
        std::mem::take(&mut self.waiting).into_iter().collect()
    }

    pub(super) fn recovered(&self) -> Recovered {
        let mut recovered =
            Recovered { floor: self.floor, foreign: self.foreign.clone(), ..Recovered::default() };
        for (epoch, log) in self.logs.iter().filter(|(_, log)| !log.is_empty()) {
            let records = log.iter().map(|(record, _)| record.clone()).collect();
            recovered.records.insert(*epoch, records);
        }
        for (record, body) in self.logs.values().flatten() {
            if let (Record::Proposal(proposal), Some(body)) = (record, body) {
                recovered.bodies.insert(proposal.signed.statement.digest, Arc::clone(body));
            }
        }
        recovered
    }
}

fn is_above(record: &Record, view: View, height: u64) -> bool {
    match record {
        Record::Proposal(proposal) => {
            proposal.signed.statement.view > view || proposal.header.height.get() > height
        }
        Record::Act(vote) => vote.view > view,
        Record::Certificate(certificate) => certificate.view > view,
        Record::ForeignSignature(_) => true,
    }
}
