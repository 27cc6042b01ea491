//! R3, R12, R13: whether the proposal of the current view may be notarized.

use super::Engine;
use super::chain::Body;
use super::pace::Cause;
use crate::limits::{
    CLOCK_AHEAD_MAX_MS, CLOCK_BEHIND_MAX_MS, UNFINAL_HEIGHTS_MAX, VIEW_DEADLINE_MAX_MS,
};
use crate::message::{Message, Proposal};
use crate::planted::Bug;
use crate::port::{Fetch, Output, Timer, To};
use hefu_primitives::{Header, ProposalStatement, Signer, Subject, View};
use std::sync::Arc;

/// What is to be done about a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assessment {
    /// Notarize it.
    Fit,
    /// Its leader signed what breaks a rule whatever else we learn (R5).
    Invalid,
    /// Nothing now, and perhaps never: what is lacking may still come.
    Wait,
    /// These views must be shown to be nullified or notarized first.
    NeedsCertificates(View, View),
    /// It must be executed first.
    NeedsExecution,
    /// It comes from the near future, so far away in milliseconds.
    Early(u64),
}

/// The checks of a proposal, the first that is not passed deciding.
type Check = Result<(), Assessment>;

fn require(condition: bool, otherwise: Assessment) -> Check {
    if condition { Ok(()) } else { Err(otherwise) }
}

impl<S: Signer> Engine<S> {
    /// Deals with the proposal of the current view, if there is one that we may still notarize.
    pub(crate) fn consider(&mut self, out: &mut Vec<Output>) {
        let may = self.acts.may_notarize(self.view) || self.has(Bug::NotarizesTwice);
        let Some(proposal) = self.proposals.get(&self.view).map(Arc::clone) else {
            return;
        };
        if !self.may_sign() || !may {
            return;
        }
        match self.assess(&proposal) {
            Assessment::Fit => self.notarize(&proposal, out),
            Assessment::Invalid => self.nullify(out),
            Assessment::Wait => {}
            Assessment::NeedsCertificates(first, last) => {
                self.ask_for_certificates(first, last, out);
            }
            Assessment::NeedsExecution => self.execute(proposal.signed.statement.digest, out),
            Assessment::Early(after_ms) => {
                out.push(Output::SetTimer { timer: Timer::Early(self.view), after_ms });
            }
        }
    }

    pub(crate) fn ask_for_certificates(&mut self, first: View, last: View, out: &mut Vec<Output>) {
        if self.pace.asked.replace((first, last)) != Some((first, last)) {
            out.push(Output::Fetch(Fetch::Certificates { first, last }));
        }
    }

    fn assess(&self, proposal: &Proposal) -> Assessment {
        match self.check(proposal) {
            Ok(()) => Assessment::Fit,
            Err(assessment) => assessment,
        }
    }

    fn check(&self, proposal: &Proposal) -> Check {
        let statement = &proposal.signed.statement;
        self.check_parent(statement)?;
        self.check_gap(statement)?;
        let parent = self.chain.header(&statement.parent_digest).ok_or(Assessment::Wait)?;
        let executed = self.chain.is_valid(&statement.parent_digest);
        require(executed, Assessment::Wait)?;
        if self.is_boundary(parent) && !self.has(Bug::BoundaryExtended) {
            // R12: what stands above the last block is that block again, whose checks are done.
            return require(statement.digest == statement.parent_digest, Assessment::Invalid);
        }
        self.check_header(statement, &proposal.header, parent)?;
        self.check_distance(proposal, parent)?;
        self.check_clock(&proposal.header)?;
        self.check_execution(statement)
    }

    /// R3: the parent is notarized. A finalized view is never nullified, and at most one block of
    /// a view is notarized: a parent below the final one, or another than the notarized one, can
    /// never be justified.
    fn check_parent(&self, statement: &ProposalStatement) -> Check {
        if self.has(Bug::ParentUnchecked) {
            return Ok(());
        }
        let view = statement.parent_view;
        require(view < statement.view, Assessment::Invalid)?;
        require(view >= self.index.final_view(), Assessment::Invalid)?;
        match self.index.notarized(view) {
            Some(digest) => require(digest == statement.parent_digest, Assessment::Invalid),
            None => Err(Assessment::NeedsCertificates(view, view)),
        }
    }

    /// R3: every view between the parent's and the proposal's is nullified.
    fn check_gap(&self, statement: &ProposalStatement) -> Check {
        match self.index.missing_between(statement.parent_view, statement.view) {
            Some((first, last)) if !self.has(Bug::GapUnchecked) => {
                Err(Assessment::NeedsCertificates(first, last))
            }
            _ => Ok(()),
        }
    }

    fn check_header(
        &self,
        statement: &ProposalStatement,
        header: &Header,
        parent: &Header,
    ) -> Check {
        let committee = &self.committee;
        let above = header.height == parent.height.next() || self.has(Bug::HeightUnchecked);
        let later = header.time > parent.time || self.has(Bug::TimeUnchecked);
        let right = header.genesis == committee.genesis
            && header.epoch == committee.epoch
            && header.parent == statement.parent_digest
            && above
            && later;
        require(right, Assessment::Invalid)
    }

    /// R2: far above the highest final block that the leader showed, only an empty block. What
    /// it showed is not signed, so it is no proof against the leader.
    fn check_distance(&self, proposal: &Proposal, parent: &Header) -> Check {
        let shown = proposal.justification.finalized.as_ref().map(|shown| shown.header.height);
        let height = shown.unwrap_or(self.chain.root().height);
        let near = parent.height.since(height) <= UNFINAL_HEIGHTS_MAX;
        let fits = near || proposal.header.is_empty() || self.has(Bug::FullBlockUnchecked);
        require(fits, Assessment::Wait)
    }

    /// R13: neither from the far future nor from the past, by our clock.
    fn check_clock(&self, header: &Header) -> Check {
        let ahead_ms = header.time.since(self.now.saturating_add(CLOCK_AHEAD_MAX_MS));
        if ahead_ms > 0 && !self.has(Bug::FutureAccepted) {
            require(ahead_ms <= VIEW_DEADLINE_MAX_MS, Assessment::Wait)?;
            return Err(Assessment::Early(ahead_ms));
        }
        require(self.now.since(header.time) <= CLOCK_BEHIND_MAX_MS, Assessment::Wait)
    }

    /// R3: its execution gives what its header claims.
    fn check_execution(&self, statement: &ProposalStatement) -> Check {
        match self.chain.body(&statement.digest) {
            Some(Body::Valid) => Ok(()),
            _ if self.has(Bug::ExecutionUnchecked) => Ok(()),
            Some(Body::Refused) => Err(Assessment::Invalid),
            Some(Body::Held) => Err(Assessment::NeedsExecution),
            Some(Body::Executing) | None => Err(Assessment::Wait),
        }
    }

    /// R3, R7: vouches for the proposal, its body being durable first. A proposal of our own is
    /// durable already.
    fn notarize(&mut self, proposal: &Arc<Proposal>, out: &mut Vec<Output>) {
        if !self.is_leader() {
            self.persist_proposal(proposal, out);
        }
        let subject = Subject::Notarize(proposal.signed.statement.digest);
        if let Some(vote) = self.cast(self.view, subject, out) {
            self.send(To::All, Message::Vote(vote), self.after_all(), out);
        }
        self.arm(Cause::Others, out);
    }
}
