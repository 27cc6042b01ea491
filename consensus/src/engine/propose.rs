//! R2, R12: what a leader proposes, and with which justification.

use super::{Engine, Seen};
use crate::limits::{BODY_BYTES_SMALLEST, UNFINAL_HEIGHTS_MAX};
use crate::message::{Justification, Message, Proposal};
use crate::planted::Bug;
use crate::port::{Output, To};
use hefu_primitives::limits::BODY_BYTES_MAX;
use hefu_primitives::{
    BoundedVec, Digest, Evidence, Header, Height, ProposalStatement, SignedProposal, Signer, View,
};
use std::sync::Arc;

/// A notarized block and the view in which it was notarized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Parent {
    pub(crate) view: View,
    pub(crate) digest: Digest,
}

impl<S: Signer> Engine<S> {
    /// R2: the highest notarized block, once all views above it are known to be nullified; else
    /// the views of which that is not known.
    fn choose_parent(&self) -> Result<Parent, (View, View)> {
        let (view, digest) = self.index.highest_notarized_below(self.view);
        match self.index.missing_between(view, self.view) {
            Some(missing) if !self.has(Bug::ParentAnyNotarized) => Err(missing),
            _ => Ok(Parent { view, digest }),
        }
    }

    /// R2: proposes, if we lead this view, there is work, and we have not done so.
    pub(crate) fn try_propose(&mut self, out: &mut Vec<Output>) {
        let armed = self.pace.is_armed() || self.has(Bug::ProposesWithoutWork);
        let may = self.may_sign() && self.is_leader() && self.acts.may_propose(self.view);
        if !may || !armed || self.pace.building.is_some() {
            return;
        }
        match self.choose_parent() {
            Err((first, last)) => self.ask_for_certificates(first, last, out),
            Ok(parent) if self.chain.is_valid(&parent.digest) => self.propose_on(parent, out),
            Ok(_) => {}
        }
    }

    /// R12: above the last block of an epoch, that block itself is proposed; above any other, a
    /// new one.
    fn propose_on(&mut self, parent: Parent, out: &mut Vec<Output>) {
        let Some(header) = self.chain.header(&parent.digest).map(Arc::clone) else {
            return;
        };
        if self.is_boundary(&header) && !self.has(Bug::BoundaryExtended) {
            return self.propose(parent, header.as_ref().clone(), out);
        }
        self.pace.building = Some(parent);
        out.push(Output::Build {
            view: self.view,
            parent: parent.digest,
            time_min: header.time.saturating_add(1),
            body_bytes_max: self.body_bytes_max(&header),
        });
    }

    /// R2: half as much with every step by which Δ has grown, and nothing far above the last
    /// final block: a network that finds its views too short needs less work a view.
    fn body_bytes_max(&self, parent: &Header) -> u32 {
        let far = parent.height.since(self.shown_height()) > UNFINAL_HEIGHTS_MAX;
        if far && !self.has(Bug::FullBlockFarFromFinal) {
            return 0;
        }
        let halved = BODY_BYTES_MAX.checked_shr(self.growth(self.view)).unwrap_or_default();
        if halved < BODY_BYTES_SMALLEST { 0 } else { halved }
    }

    /// R2: the height that our proposals measure their distance from.
    fn shown_height(&self) -> Height {
        let shown = self.checkpoint.as_ref().map(|checkpoint| checkpoint.header.height);
        shown.unwrap_or(self.chain.root().height)
    }

    pub(crate) fn on_built(&mut self, view: View, header: Header, out: &mut Vec<Output>) {
        let Some(parent) = self.pace.building.filter(|_| view == self.view) else {
            return self.drop_input();
        };
        self.pace.building = None;
        if header.parent == parent.digest && self.may_sign() && self.acts.may_propose(view) {
            self.propose(parent, header, out);
        }
    }

    fn propose(&mut self, parent: Parent, header: Header, out: &mut Vec<Output>) {
        let digest = header.digest();
        let statement = ProposalStatement {
            epoch: self.committee.epoch,
            view: self.view,
            digest,
            parent_view: parent.view,
            parent_digest: parent.digest,
        };
        let key = self.me.as_ref().map(|me| &me.key);
        let Some(signed) = key.and_then(|k| SignedProposal::sign(&self.committee, statement, k))
        else {
            return;
        };
        let justification = self.justify(parent.view);
        let proposal = Arc::new(Proposal { signed, header, justification });
        self.acts.record_proposal(signed);
        self.persist_proposal(&proposal, out);
        self.send(To::All, Message::Proposal(Arc::clone(&proposal)), self.after_all(), out);
        self.hold_own(proposal, digest, out);
    }

    /// Our own proposal goes the way of any other, but for the execution: building it was that.
    fn hold_own(&mut self, proposal: Arc<Proposal>, digest: Digest, out: &mut Vec<Output>) {
        self.chain.insert(digest, proposal.header.clone());
        self.chain.set_body(&digest, super::chain::Body::Valid);
        self.seen.insert(self.view, Seen { first: proposal.signed, accused: false });
        self.proposals.insert(self.view, proposal);
        self.consider(out);
    }

    fn justify(&self, parent_view: View) -> Justification {
        let gap = self.index.newest_nullifications(parent_view, self.view);
        Justification {
            parent: self.index.justification(parent_view),
            gap: BoundedVec::first_of(gap),
            finalized: self.checkpoint.clone(),
        }
    }

    /// Takes in a proposal: first the certificates that it carries, which may bring us to its
    /// view, then the proposal, the first of its view.
    pub(crate) fn on_proposal(&mut self, proposal: &Arc<Proposal>, out: &mut Vec<Output>) {
        let statement = &proposal.signed.statement;
        if statement.epoch != self.committee.epoch {
            return self.drop_input();
        }
        let justification = &proposal.justification;
        justification.parent.iter().chain(&justification.gap).for_each(|c| self.learn(c, out));
        if let Some(checkpoint) = &justification.finalized {
            self.learn(&Arc::new(checkpoint.finalization.clone()), out);
        }
        if self.halted.is_some() {
            return;
        }
        if self.is_me(self.committee.leader(statement.view)) {
            self.meet_own_proposal(&proposal.signed, out);
        } else if self.is_in_window(statement.view) {
            self.hold(proposal, out);
        } else {
            self.drop_input();
        }
        self.settle(out);
    }

    /// R14: the same as of a vote of ours.
    pub(crate) fn meet_own_proposal(&mut self, proposal: &SignedProposal, out: &mut Vec<Output>) {
        if self.acts.is_foreign_proposal(proposal) {
            self.halt_for_foreign_signature(proposal.statement.view, out);
        }
    }

    /// Whether a proposal, or what is attached to it, may add something.
    pub(crate) fn wants_proposal(&self, proposal: &Proposal) -> bool {
        let statement = &proposal.signed.statement;
        let own = self.is_me(self.committee.leader(statement.view));
        let foreign = own && self.acts.is_foreign_proposal(&proposal.signed);
        let seen = self.seen.get(&statement.view);
        let repeated = seen.is_some_and(|seen| seen.first.statement == *statement);
        let news = !repeated && self.is_in_window(statement.view);
        let fetched = self.chain.is_wanted(&statement.digest);
        let Justification { parent, gap, finalized } = &proposal.justification;
        let finalization = finalized.iter().map(|checkpoint| &checkpoint.finalization);
        let mut attached = parent.iter().chain(gap).map(Arc::as_ref).chain(finalization);
        foreign
            || news
            || fetched
            || self.is_better_justified(proposal)
            || attached.any(|certificate| self.wants_certificate(certificate))
    }

    fn hold(&mut self, proposal: &Arc<Proposal>, out: &mut Vec<Output>) {
        let statement = &proposal.signed.statement;
        let view = statement.view;
        let first = Seen { first: proposal.signed, accused: false };
        let seen = *self.seen.entry(view).or_insert(first);
        if seen.first.statement != *statement && !self.has(Bug::NotarizesTwice) {
            return self.accuse(view, seen, proposal.signed, out);
        }
        if view >= self.view || self.chain.is_wanted(&statement.digest) {
            self.chain.insert(statement.digest, proposal.header.clone());
            self.keep_better_justified(proposal);
        }
    }

    /// R9: two proposals in a view, once.
    fn accuse(&mut self, view: View, seen: Seen, second: SignedProposal, out: &mut Vec<Output>) {
        if !seen.accused && !self.has(Bug::EvidenceMissed) {
            out.extend(Evidence::of_proposals(seen.first, second).map(Output::Evidence));
            self.seen.insert(view, Seen { accused: true, ..seen });
        }
    }

    /// A copy of a proposal may carry a higher checkpoint than the one that a relay let through.
    fn is_better_justified(&self, proposal: &Proposal) -> bool {
        let height = |p: &Proposal| p.justification.finalized.as_ref().map(|c| c.header.height);
        let held = self.proposals.get(&proposal.signed.statement.view);
        held.is_some_and(|held| height(held) < height(proposal))
    }

    fn keep_better_justified(&mut self, proposal: &Arc<Proposal>) {
        let view = proposal.signed.statement.view;
        let first = !self.proposals.contains_key(&view) || self.has(Bug::NotarizesTwice);
        if first || self.is_better_justified(proposal) {
            self.proposals.insert(view, Arc::clone(proposal));
        }
    }
}
