//! R10, R14: what is said again and to whom, who is there, and what a validator that comes back
//! must hear before it signs.

use super::Engine;
use crate::limits::KEEP_ALIVE_MS;
use crate::message::{Message, Status};
use crate::planted::Bug;
use crate::port::{Output, Sequence, Timer, To};
use hefu_primitives::{SignedProposal, Signer, ValidatorIndex, View};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What we know of the other validators.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Presence {
    /// Whether those who make a quorum with us have been heard (R14).
    heard_enough: bool,
    /// In which view the others said they were.
    heard: BTreeMap<ValidatorIndex, View>,
    /// Who got an answer since the last keep-alive: one each, or answers could be drawn forever.
    answered: BTreeSet<ValidatorIndex>,
    unreachable: BTreeSet<ValidatorIndex>,
}

impl Presence {
    pub(crate) fn awaits(&self) -> bool {
        !self.heard_enough
    }

    pub(crate) fn unreachable(&mut self, validator: ValidatorIndex) {
        self.unreachable.insert(validator);
    }

    pub(crate) fn reachable(&mut self, validator: ValidatorIndex) {
        self.unreachable.remove(&validator);
    }

    pub(crate) fn is_reachable(&self, validator: ValidatorIndex) -> bool {
        !self.unreachable.contains(&validator)
    }
}

impl<S: Signer> Engine<S> {
    /// R10: while there is work, the last vote and the certificate of entry go out again.
    pub(crate) fn on_repeat(&mut self, out: &mut Vec<Output>) {
        if !self.pace.is_armed() {
            return;
        }
        if !self.has(Bug::NeverRepeats) {
            self.say_again(out);
            self.ask_again(out);
        }
        let after_ms = self.delta_of(self.view);
        out.push(Output::SetTimer { timer: Timer::Repeat(self.view), after_ms });
    }

    /// Says our last words again, all votes of this view among them: the newest vote may be a
    /// finalize of an older one. The certificate goes first, since who enters by it counts the
    /// votes.
    pub(crate) fn say_again(&self, out: &mut Vec<Output>) {
        if let Some(entry) = &self.entry {
            self.send_certificate(To::All, entry, out);
        }
        let last = self.acts.last().filter(|vote| vote.view != self.view);
        for vote in self.acts.votes_in(self.view).chain(last) {
            self.send(To::All, Message::Vote(vote), self.after_all(), out);
        }
    }

    /// After a restart: a proposal of ours may have been made durable and never sent.
    pub(crate) fn send_proposal_again(&self, out: &mut Vec<Output>) {
        if self.is_leader()
            && let Some(proposal) = self.proposals.get(&self.view)
        {
            let message = Message::Proposal(Arc::clone(proposal));
            self.send(To::All, message, self.after_all(), out);
        }
    }

    /// R10: tells everyone where we are, and asks again for what is still missing.
    pub(crate) fn keep_alive(&mut self, out: &mut Vec<Output>) {
        self.presence.answered.clear();
        for (validator, _) in self.committee.validators.iter() {
            self.send_status(validator, out);
        }
        self.ask_again(out);
        // Who waits to be told where the others are asks more often.
        let after_ms = if self.presence.awaits() { self.delta_ms } else { KEEP_ALIVE_MS };
        out.push(Output::SetTimer { timer: Timer::KeepAlive, after_ms });
    }

    /// Asks again for what is still missing.
    fn ask_again(&mut self, out: &mut Vec<Output>) {
        self.pace.asked = None;
        self.fetch_again(out);
        self.settle(out);
    }

    fn send_status(&self, to: ValidatorIndex, out: &mut Vec<Output>) {
        if self.is_me(to) {
            return;
        }
        let status = Status {
            epoch: self.committee.epoch,
            view: self.view,
            final_height: self.final_header().height,
            yours: self.tally.newest_of(to),
            yours_proposed: self.newest_proposal_of(to),
            awaiting: self.presence.awaits(),
        };
        self.send(To::One(to), Message::Status(status), Sequence::NONE, out);
    }

    fn newest_proposal_of(&self, leader: ValidatorIndex) -> Option<SignedProposal> {
        let theirs = |view: &View| self.committee.leader(*view) == leader;
        self.seen.iter().rev().find(|(view, _)| theirs(view)).map(|(_, seen)| seen.first)
    }

    /// R14: looks first at what it shows of our own signatures.
    pub(crate) fn on_status(
        &mut self,
        from: ValidatorIndex,
        status: &Status,
        out: &mut Vec<Output>,
    ) {
        let is_other = !self.is_me(from) && self.committee.key(from).is_some();
        if status.epoch != self.committee.epoch || !is_other {
            return self.drop_input();
        }
        if let Some(vote) = status.yours.filter(|vote| self.is_me(vote.signer)) {
            self.meet_own_vote(&vote, out);
        }
        let led = |p: &SignedProposal| self.is_me(self.committee.leader(p.statement.view));
        if let Some(proposal) = status.yours_proposed.filter(led) {
            self.meet_own_proposal(&proposal, out);
        }
        if self.halted.is_some() {
            return;
        }
        if self.presence.awaits() {
            self.presence.heard.insert(from, status.view);
        }
        self.hear_enough(out);
        if !self.has(Bug::LaggardsIgnored) {
            self.answer(from, status, out);
        }
    }

    /// R14: a validator that starts signs once validators that make a quorum with it have told it
    /// the newest of its own signatures that they hold, and it has come to the view in which they
    /// were: behind that view they may have forgotten. From there on only, and never below.
    pub(crate) fn hear_enough(&mut self, out: &mut Vec<Output>) {
        let reached = self.presence.heard.values().filter(|view| **view <= self.view).count();
        let quorum = self.committee.validators.quorum();
        let enough = self.me.is_none() || reached.saturating_add(1) >= quorum;
        if !self.presence.awaits() || !(enough || self.has(Bug::SignsUnheard)) {
            return;
        }
        self.presence.heard_enough = true;
        self.presence.heard.clear();
        self.acts.sign_from(self.view);
        self.resume_work(out);
        self.join_view(out);
        self.settle(out);
    }

    /// R10: sends a peer what it lacks.
    fn answer(&mut self, peer: ValidatorIndex, status: &Status, out: &mut Vec<Output>) {
        let unaware = status.final_height < self.final_header().height;
        let behind = status.view < self.view;
        if !(unaware || behind || status.awaiting) || !self.presence.answered.insert(peer) {
            return;
        }
        let to = To::One(peer);
        if status.awaiting {
            self.send_status(peer, out);
        }
        let finalization = self.index.finalization();
        if let Some(finalization) = finalization.filter(|f| unaware || f.view >= status.view) {
            self.send_certificate(to, finalization, out);
        }
        if let Some(entry) = self.entry.as_ref().filter(|_| behind) {
            self.send_certificate(to, entry, out);
        }
        let unfinal = self.index.final_view().next();
        for vote in self.acts.votes_from(unfinal.max(status.view)) {
            self.send(to, Message::Vote(vote), self.after_all(), out);
        }
    }
}
