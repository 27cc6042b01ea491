//! R8: how much an engine may keep, worked out from the limits of the protocol.

use super::{Check, must};
use hefu_consensus::limits::{GAP_INLINE_MAX, NOTARIZATIONS_KEPT, VIEWS_AHEAD, VIEWS_BEHIND};
use hefu_consensus::{Footprint, Record};
use hefu_primitives::{Kind, Subject, View, Vote};
use std::collections::BTreeSet;

/// Views whose votes and proposals are kept: those behind, the current one, those ahead.
const WINDOW: u64 = VIEWS_BEHIND + 1 + VIEWS_AHEAD;

/// What an engine has taken in that it keeps until something above it is final.
#[derive(Default)]
pub(crate) struct Bounds {
    notarizations: usize,
    nullifications: usize,
    finalizations: usize,
    fetched: usize,
    /// What a window of views may hold of the votes that have been given.
    votes: BTreeSet<(View, u8, Kind)>,
}

fn number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

impl Bounds {
    pub(crate) fn born(records: &[Record]) -> Self {
        let mut bounds = Self::default();
        for record in records {
            bounds.learnt(record);
        }
        bounds
    }

    /// A certificate costs an entry of the index for as long as nothing above it is final.
    pub(crate) fn learnt(&mut self, record: &Record) {
        match record {
            Record::Certificate(certificate) => match certificate.subject {
                Subject::Notarize(_) => self.notarizations += 1,
                Subject::Nullify => self.nullifications += 1,
                Subject::Finalize(_) => self.finalizations += 1,
            },
            // Of a view that is entered in the same step: it counts once it is durable.
            Record::Act(vote) => self.keep(vote),
            Record::Proposal(_) | Record::ForeignSignature(_) => {}
        }
    }

    /// A vote is given while the engine is in `view`: far from there it is not kept.
    pub(crate) fn voted(&mut self, vote: &Vote, view: View) {
        let near = vote.view.since(view) <= VIEWS_AHEAD && view.since(vote.view) <= VIEWS_BEHIND;
        if near {
            self.keep(vote);
        }
    }

    fn keep(&mut self, vote: &Vote) {
        self.votes.insert((vote.view, vote.signer.get(), vote.subject.kind()));
    }

    /// A block has been handed in.
    pub(crate) fn fetched(&mut self) {
        self.fetched += 1;
    }

    /// The most that a committee of `members` may make the engine keep.
    fn most(&self, members: u8) -> Footprint {
        let window = number(WINDOW);
        let certified = self.notarizations + self.finalizations;
        Footprint {
            votes: window * 3 * usize::from(members),
            acts: number(VIEWS_BEHIND) + 1,
            unfinal: self.notarizations,
            nullified_runs: self.nullifications,
            certificates: NOTARIZATIONS_KEPT + GAP_INLINE_MAX,
            blocks: window + certified + self.fetched,
            proposals: 2 * window,
        }
    }

    pub(crate) fn check(&mut self, members: u8, view: View, found: &Footprint) -> Check {
        self.votes.retain(|(of, ..)| view.since(*of) <= VIEWS_BEHIND);
        let votes = self.votes.len();
        must(found.votes <= votes, || format!("keeps {found:?}, and of votes {votes} at most"))?;
        let most = self.most(members);
        let fits = found.votes <= most.votes
            && found.acts <= most.acts
            && found.unfinal <= most.unfinal
            && found.nullified_runs <= most.nullified_runs
            && found.certificates <= most.certificates
            && found.blocks <= most.blocks
            && found.proposals <= most.proposals;
        let totals = found.total() <= most.total();
        must(fits && totals, || format!("keeps {found:?}, where {most:?} is the most"))
    }
}
