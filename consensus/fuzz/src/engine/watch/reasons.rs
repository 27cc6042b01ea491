//! R2, R3: why a validator may propose or notarize: an index of the certificates that it has
//! recorded, and what a header must be.

use super::super::pool::Pool;
use super::{Check, is_last, must};
use crate::people::EPOCH;
use hefu_consensus::limits::{CLOCK_AHEAD_MAX_MS, CLOCK_BEHIND_MAX_MS, UNFINAL_HEIGHTS_MAX};
use hefu_consensus::{Anchor, Proposal, Record};
use hefu_primitives::{
    Certificate, Digest, Header, Height, ProposalStatement, Subject, Timestamp, View, Vote,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::Excluded;
use std::sync::Arc;

/// What one life has recorded.
pub(super) struct Reasons {
    /// The highest finalization, or where the epoch starts.
    last_final: (View, Digest),
    notarized: BTreeMap<View, Digest>,
    nullified: BTreeSet<View>,
    proposals: BTreeMap<View, Arc<Proposal>>,
}

impl Reasons {
    pub(super) fn new(anchor: &Anchor) -> Self {
        let mut reasons = Self {
            last_final: (View::ZERO, anchor.header.digest()),
            notarized: BTreeMap::new(),
            nullified: BTreeSet::new(),
            proposals: BTreeMap::new(),
        };
        if let Some(finalization) = &anchor.finalization {
            reasons.certified(finalization);
        }
        reasons
    }

    pub(super) fn learnt(&mut self, record: &Record) {
        match record {
            Record::Certificate(certificate) => self.certified(certificate),
            Record::Proposal(proposal) => {
                self.proposals.insert(proposal.signed.statement.view, Arc::clone(proposal));
            }
            Record::Act(_) | Record::ForeignSignature(_) => {}
        }
    }

    fn certified(&mut self, certificate: &Certificate) {
        let view = certificate.view;
        match certificate.subject {
            Subject::Notarize(digest) => {
                self.notarized.insert(view, digest);
            }
            Subject::Nullify => {
                self.nullified.insert(view);
            }
            Subject::Finalize(digest) if view > self.last_final.0 => {
                self.last_final = (view, digest);
            }
            Subject::Finalize(_) => {}
        }
    }

    /// Whether the parent is notarized or the last final block, and each view since is nullified.
    pub(super) fn justifies(&self, statement: &ProposalStatement) -> Check {
        let (low, high) = (statement.parent_view, statement.view);
        let named = (low, statement.parent_digest);
        let above = low > self.last_final.0 && self.notarized.get(&low) == Some(&named.1);
        let later = low < high || is_last(high);
        let parent = later && (above || named == self.last_final);
        let gap = high.since(low).saturating_sub(1);
        let nullified = || self.nullified.range((Excluded(low), Excluded(high))).count() as u64;
        must(parent && (gap == 0 || nullified() == gap), || format!("unjustified: {statement:?}"))
    }

    /// R2: a leader begins to build on the highest notarized block.
    pub(super) fn is_highest(&self, view: View, parent: &Digest) -> Check {
        let notarized = self.notarized.range(..view).next_back().map(|(of, block)| (*of, *block));
        let highest = notarized.unwrap_or(self.last_final).max(self.last_final);
        must(highest.1 == *parent, || format!("builds on {parent:?} in {view}, not {highest:?}"))
    }

    /// R3, R12, R13: a vote for a proposal, at `now`, when the last block delivered is at `final`.
    pub(super) fn notarizes(
        &self,
        vote: &Vote,
        pool: &Pool,
        now: Timestamp,
        last_height: Height,
    ) -> Check {
        let proposal = self.proposals.get(&vote.view);
        let named = |p: &&Arc<Proposal>| vote.subject == Subject::Notarize(p.header.digest());
        let Some(proposal) = proposal.filter(named) else {
            return Err(format!("notarizes what it has not recorded: {vote:?}"));
        };
        let statement = &proposal.signed.statement;
        self.justifies(statement)?;
        let Some(parent) = pool.find(&statement.parent_digest) else {
            return Err(format!("notarizes above an unknown block: {statement:?}"));
        };
        if parent.epoch == EPOCH && parent.is_boundary() {
            let again = statement.digest == statement.parent_digest;
            return must(again, || format!("goes on after the last block: {statement:?}"));
        }
        let shown = proposal.justification.finalized.as_ref();
        let height = shown.map_or(last_height, |checkpoint| checkpoint.header.height);
        let header = &proposal.header;
        let near = parent.height.since(height) <= UNFINAL_HEIGHTS_MAX || header.is_empty();
        let timely = header.time.since(now) <= CLOCK_AHEAD_MAX_MS
            && now.since(header.time) <= CLOCK_BEHIND_MAX_MS;
        let fits = fits(header, parent) && near && timely;
        must(fits, || format!("notarizes {header:?} above {parent:?} at {now}"))
    }
}

fn fits(header: &Header, parent: &Header) -> bool {
    header.genesis == parent.genesis
        && header.epoch == EPOCH
        && header.parent == parent.digest()
        && parent.height.checked_add(1) == Some(header.height)
        && header.time > parent.time
}
