//! A validator's disk: a log that survives a crash up to somewhere between its last sync and its
//! last write.

use crate::book::Book;
use crate::item::{Ballot, Block, Item, Proof, Says};
use hefu_consensus::{Record, Sequence};
use hefu_primitives::View;

/// What the driver has written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Entry {
    /// What the engine asked for.
    Record(Record),
    /// A delivered block, and the finalization that came with it.
    Final(Block, Proof),
}

/// The log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Disk {
    pub(crate) durable: Vec<Entry>,
    pub(crate) unsynced: Vec<Entry>,
    pub(crate) written: Sequence,
    pub(crate) synced: Sequence,
}

impl Disk {
    /// Makes everything durable.
    pub(crate) fn sync(&mut self) {
        self.durable.append(&mut self.unsynced);
        self.synced = self.written;
    }

    /// What is left of it after a crash: the first `kept` of the writes that were not synced.
    pub(crate) fn after_crash(&self, kept: usize) -> Self {
        let survivors = self.durable.iter().chain(self.unsynced.iter().take(kept));
        Self { durable: survivors.cloned().collect(), ..Self::default() }
    }

    pub(crate) fn finals(&self) -> impl Iterator<Item = (Block, Proof)> {
        self.durable.iter().filter_map(|entry| match entry {
            Entry::Final(block, proof) => Some((*block, *proof)),
            Entry::Record(_) => None,
        })
    }

    /// The records above the last final block: what a new engine is given.
    pub(crate) fn records(&self) -> Vec<Record> {
        let view = View::new(self.finals().last().map_or(0, |(_, proof)| proof.view.into()));
        let height = self.finals().count() as u64;
        let above = |record: &Record| match record {
            Record::Proposal(proposal) => proposal.header.height.get() > height,
            Record::Act(vote) => vote.view > view,
            Record::Certificate(certificate) => certificate.view > view,
            Record::ForeignSignature(_) => true,
        };
        self.all_records().filter(|record| above(record)).cloned().collect()
    }

    fn all_records(&self) -> impl Iterator<Item = &Record> {
        self.durable.iter().filter_map(|entry| match entry {
            Entry::Record(record) => Some(record),
            Entry::Final(..) => None,
        })
    }

    /// R7: whether everything that `item`, of the validator at `place`, rests on is durable.
    pub(crate) fn supports(&self, book: &Book, place: u8, item: &Item) -> bool {
        match item {
            Item::Vote(ballot) if ballot.signer == place => {
                self.has_act(book, *ballot)
                    && self.has_entered(ballot.view)
                    && self.has_ground(book, *ballot)
            }
            Item::Proposal(offer) if book.leader(offer.statement.view) == place => {
                self.has_entered(offer.statement.view)
                    && self.has_proposal(book, offer.statement.view, offer.statement.block)
            }
            Item::Vote(_) | Item::Proposal(_) | Item::Certificate(_) => true,
        }
    }

    fn has_act(&self, book: &Book, ballot: Ballot) -> bool {
        self.has(|record| match record {
            Record::Act(vote) => book.ballot(vote) == Some(ballot),
            _ => false,
        })
    }

    /// The certificate of the view before, or of a later one.
    fn has_entered(&self, view: u8) -> bool {
        let from = View::new(view.saturating_sub(1).into());
        let leads = |record: &Record| match record {
            Record::Certificate(certificate) => certificate.view >= from,
            _ => false,
        };
        let delivered = self.finals().any(|(_, proof)| proof.view + 1 >= view);
        view == 1 || delivered || self.has(leads)
    }

    /// A notarize vote rests on the proposal, a finalize vote on the notarization.
    fn has_ground(&self, book: &Book, ballot: Ballot) -> bool {
        match ballot.says {
            Says::Nullify => true,
            Says::Notarize(block) => self.has_proposal(book, ballot.view, block),
            Says::Finalize(block) => self.has_notarization(book, ballot.view, block),
        }
    }

    fn has_notarization(&self, book: &Book, view: u8, block: Block) -> bool {
        self.has(|record| match record {
            Record::Certificate(certificate) => book
                .proof(certificate)
                .is_some_and(|proof| (proof.view, proof.says) == (view, Says::Notarize(block))),
            _ => false,
        })
    }

    fn has_proposal(&self, book: &Book, view: u8, block: Block) -> bool {
        self.has(|record| match record {
            Record::Proposal(proposal) => book
                .stated(&proposal.signed)
                .is_some_and(|stated| (stated.view, stated.block) == (view, block)),
            _ => false,
        })
    }

    fn has(&self, is: impl Fn(&Record) -> bool) -> bool {
        self.all_records().any(is)
    }
}
