//! R10, R14: what is said again and to whom, who is there, and what a validator that comes back
//! must hear before it signs.

use super::Engine;
use crate::limits::KEEP_ALIVE_MS;
use crate::message::{Message, Status};
use crate::planted::Bug;
use crate::port::{Output, Sequence, Timer, To};
use hefu_primitives::{Signer, ValidatorIndex};
use std::collections::BTreeSet;

/// What we know of the other validators.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Presence {
    awaiting: bool,
    heard: BTreeSet<ValidatorIndex>,
    /// Who got an answer since the last keep-alive: one each, or answers could be drawn forever.
    answered: BTreeSet<ValidatorIndex>,
    unreachable: BTreeSet<ValidatorIndex>,
}

impl Presence {
    pub(crate) fn await_others(&mut self, awaiting: bool) {
        self.awaiting = awaiting;
    }

    pub(crate) fn awaits(&self) -> bool {
        self.awaiting
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

    /// Says our last words again, a proposal of this view included: it may have been made durable
    /// just before a crash and never sent.
    pub(crate) fn say_again(&self, out: &mut Vec<Output>) {
        if self.is_leader()
            && let Some(proposal) = self.proposals.get(&self.view)
        {
            self.send(To::All, Message::Proposal(proposal.clone()), self.after_all(), out);
        }
        if let Some(vote) = self.acts.last() {
            self.send(To::All, Message::Vote(vote), self.after_all(), out);
        }
        if let Some(entry) = &self.entry {
            self.send_certificate(To::All, entry, out);
        }
    }

    /// R10: tells everyone where we are, and asks again for what is still missing.
    pub(crate) fn keep_alive(&mut self, out: &mut Vec<Output>) {
        self.presence.answered.clear();
        for (validator, _) in self.committee.validators.iter() {
            self.send_status(validator, out);
        }
        self.ask_again(out);
        out.push(Output::SetTimer { timer: Timer::KeepAlive, after_ms: KEEP_ALIVE_MS });
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
            awaiting: self.presence.awaiting,
        };
        self.send(To::One(to), Message::Status(status), Sequence::NONE, out);
    }

    pub(crate) fn on_status(
        &mut self,
        from: ValidatorIndex,
        status: &Status,
        out: &mut Vec<Output>,
    ) {
        self.presence.heard.insert(from);
        self.hear_enough(out);
        if !self.has(Bug::LaggardsIgnored) {
            self.answer(from, status, out);
        }
    }

    /// R14: a validator that comes back signs once validators that make a quorum with it have
    /// told it the newest of its own signatures that they hold.
    pub(crate) fn hear_enough(&mut self, out: &mut Vec<Output>) {
        let heard = self.presence.heard.len().saturating_add(1);
        if self.presence.awaiting && heard >= self.committee.validators.quorum() {
            self.presence.awaiting = false;
            self.resume_work(out);
            self.join_view(out);
            self.settle(out);
        }
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
