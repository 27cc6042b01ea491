//! A machine's disk: what is durable, and the writes under way.

use super::act::Loss;
use hefu_consensus::{Anchor, Record};
use hefu_primitives::{Certificate, Header, View};
use std::sync::Arc;

/// A write under way.
enum Write {
    /// A record with its number.
    Record(u64, Record),
    /// A final block with its proof.
    Final(Header, Arc<Certificate>),
}

/// What is written, in one order.
pub(crate) struct Disk {
    anchor: Anchor,
    records: Vec<Record>,
    under_way: Vec<Write>,
    /// Whether a crash has ever kept a record and lost an earlier one.
    has_holes: bool,
}

impl Disk {
    pub(crate) fn new(root: Header) -> Self {
        let anchor = Anchor { header: root, finalization: None };
        Self { anchor, records: Vec::new(), under_way: Vec::new(), has_holes: false }
    }

    pub(crate) fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    pub(crate) fn has_holes(&self) -> bool {
        self.has_holes
    }

    pub(crate) fn write(&mut self, number: u64, record: Record) {
        self.under_way.push(Write::Record(number, record));
    }

    pub(crate) fn finalize(&mut self, header: Header, proof: Arc<Certificate>) {
        self.under_way.push(Write::Final(header, proof));
    }

    /// All records up to this one, and what was written before them, become durable.
    pub(crate) fn sync(&mut self, number: u64) {
        let covered = |write: &Write| matches!(write, Write::Record(own, _) if *own <= number);
        let count = self.under_way.iter().rposition(covered).map_or(0, |last| last + 1);
        let writes: Vec<_> = self.under_way.drain(..count).collect();
        for write in writes {
            self.keep(write);
        }
    }

    fn keep(&mut self, write: Write) {
        match write {
            Write::Record(_, record) => self.records.push(record),
            Write::Final(header, proof) => {
                self.anchor = Anchor { header, finalization: Some(proof) };
            }
        }
    }

    /// The power goes. Of the writes under way the first few survive, or, shuffled, some of
    /// their records in another order.
    pub(crate) fn crash(&mut self, loss: Loss) {
        self.under_way.truncate(usize::from(loss.kept) % (self.under_way.len() + 1));
        let mut survivors = std::mem::take(&mut self.under_way);
        if loss.shuffled > 0 && !survivors.is_empty() {
            survivors = shuffle(survivors, loss.shuffled);
            self.has_holes = true;
        }
        for write in survivors {
            self.keep(write);
        }
        if let Some(finalization) = self.anchor.finalization.as_ref().filter(|_| loss.pruned) {
            let view = finalization.view;
            self.records.retain(|record| is_above(record, view));
        }
    }
}

fn shuffle(mut writes: Vec<Write>, places: u8) -> Vec<Write> {
    writes.retain(|write| matches!(write, Write::Record(..)));
    if !writes.is_empty() {
        let places = usize::from(places) % writes.len();
        writes.rotate_left(places);
    }
    let mut at = 0;
    writes.retain(|_| {
        at += 1;
        at % 3 != 2
    });
    writes
}

/// Whether a block that is final by a finalization of `view` leaves the record its meaning.
fn is_above(record: &Record, view: View) -> bool {
    match record {
        Record::Proposal(proposal) => proposal.signed.statement.view > view,
        Record::Act(vote) => vote.view > view,
        Record::Certificate(certificate) => certificate.view > view,
        Record::ForeignSignature(_) => true,
    }
}
