//! Carries out what engines say, in their order.

use super::{Driver, Inputs};
use crate::acts::Append;
use crate::application::{Application, Content, Pool};
use crate::wire::{PacketOf, encode};
use crate::worker::Job;
use hefu_consensus::{Halt, Input, Message, Output, Record, Sequence, To};
use hefu_primitives::{Certificate, Digest, Epoch, Header, PublicKey, Timestamp, View};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tracing::{error, trace, warn};

impl<A: Application> Driver<A> {
    /// Gives an engine an input, and everything that follows from it at once.
    pub(super) fn feed(&mut self, epoch: Epoch, input: Input) {
        let mut inputs = Inputs::from([(epoch, input)]);
        while let Some((epoch, input)) = inputs.pop_front() {
            // An engine that is too far behind is made anew (R8), and hears nothing any more.
            if self.ranges.is_some() {
                return;
            }
            let now = self.setup.clock.now();
            let Some(running) = self.running(epoch) else { continue };
            for output in running.step(now, input) {
                self.carry_out(epoch, output, &mut inputs);
            }
            self.begin_next_epoch(&mut inputs);
        }
        self.drop_contents();
    }

    fn carry_out(&mut self, epoch: Epoch, output: Output, inputs: &mut Inputs) {
        match output {
            Output::Persist { sequence, record } => self.persist(epoch, sequence, record),
            Output::Send { to, message, after } => self.send(epoch, to, message, after),
            Output::SetTimer { timer, after_ms } => {
                if let Some(running) = self.running(epoch) {
                    running.set_timer(timer, Duration::from_millis(after_ms), Instant::now());
                }
            }
            Output::Build { view, parent, time_min, body_bytes_max } => {
                self.build(epoch, view, parent, time_min, body_bytes_max);
            }
            Output::Validate { header } => self.validate(epoch, header),
            Output::Fetch(fetch) => self.fetch(epoch, fetch),
            Output::Finalize { header, proof } => self.finalize(header, proof),
            Output::Evidence(evidence) => warn!(?evidence, "a validator has contradicted itself"),
            Output::Entered(view) => self.enter(epoch, view, inputs),
            Output::Behind { height } => self.fall_behind(height),
            Output::Halted(halt) => self.note_halt(halt),
        }
    }

    fn persist(&mut self, epoch: Epoch, sequence: Sequence, record: Record) {
        let body = match &record {
            Record::Proposal(proposal) => self.contents.get(&proposal.signed.statement.digest),
            Record::Act(_) | Record::Certificate(_) | Record::ForeignSignature(_) => None,
        };
        let body = body.map(|held| encode(&*held.content));
        let signatures = Arc::clone(&self.signatures);
        if let Some(running) = self.running(epoch) {
            running.note(&record);
            if let Record::Act(vote) = &record {
                signatures.note_own(vote, &running.committee);
            }
        }
        self.records.push(Append { epoch, sequence, record, body });
    }

    /// Gives the log what has gathered. All that a turn has made goes at once, so that one sync covers it:
    /// the log's thread would begin with the first record, and the vote after it would wait for two.
    pub(super) fn write_records(&mut self) {
        let records = std::mem::take(&mut self.records);
        if records.is_empty() {
            return;
        }
        if let Err(error) = self.hands.log.append(records) {
            self.stop(&error);
        }
    }

    fn send(&mut self, epoch: Epoch, to: To, message: Message, after: Sequence) {
        let free = self.running(epoch).and_then(|running| running.send(to, message, after));
        if let Some(message) = free {
            self.transmit(epoch, to, message);
        }
    }

    /// Records are durable: what waited for them leaves, and the engine is told.
    pub(super) fn persisted(&mut self, epoch: Epoch, sequence: Sequence) {
        let Some(running) = self.running(epoch) else { return };
        for (to, message) in running.persisted(sequence) {
            self.transmit(epoch, to, message);
        }
        self.feed(epoch, Input::Persisted(sequence));
    }

    fn transmit(&mut self, epoch: Epoch, to: To, message: Message) {
        let content = match &message {
            Message::Proposal(proposal) => self.contents.get(&proposal.signed.statement.digest),
            Message::Vote(_)
            | Message::Certificate(_)
            | Message::Notarized { .. }
            | Message::Status(_) => None,
        };
        let content = content.map(|held| Arc::clone(&held.content));
        let message = Box::new(message);
        let bytes = encode(&PacketOf::<A>::Engine { epoch, message, content });
        for key in self.meant(epoch, to) {
            // The engine says again what matters.
            let _ = self.hands.network.send(&key, Arc::clone(&bytes));
        }
    }

    /// Whom a message goes to. Followers hear what all validators hear.
    fn meant(&self, epoch: Epoch, to: To) -> Vec<PublicKey> {
        let running = std::iter::once(&self.newest).chain(&self.previous);
        let Some(running) = running.into_iter().find(|one| one.epoch() == epoch) else {
            return Vec::new();
        };
        let validators = &running.committee.validators;
        if let To::One(one) = to {
            return validators.get(one).map(|one| one.key).into_iter().collect();
        }
        let others = validators.iter().filter(|(index, _)| Some(*index) != running.me);
        let followers = self.setup.peers.iter().filter(|key| validators.index_of(key).is_none());
        let followers = followers.filter(|_| running.me.is_some()).copied();
        others.map(|(_, one)| one.key).chain(followers).collect()
    }

    fn build(&mut self, epoch: Epoch, view: View, on: Digest, time_min: Timestamp, bytes: u32) {
        let included = self.included(on);
        let is_included = |id: &A::Id| included.contains(id);
        self.pool.expire(self.setup.clock.now());
        // The roots of effects travel beside the transactions, a twelfth of the smallest one each.
        let candidates = self.pool.candidates(bytes - bytes / 8, &is_included);
        let time = self.setup.clock.now().max(time_min);
        self.hands.work(Job::Build { epoch, view, on, time, candidates });
    }

    fn validate(&mut self, epoch: Epoch, header: Arc<Header>) {
        let Some(held) = self.contents.get(&header.digest()) else {
            error!(height = header.height.get(), "a block is to be executed that is not here");
            return;
        };
        let content = Arc::clone(&held.content);
        let known = self.pool.known(&content);
        self.hands.work(Job::Validate { epoch: Some(epoch), header, content, known });
    }

    pub(super) fn finalize(&mut self, header: Arc<Header>, proof: Arc<Certificate>) {
        self.delivered = header.as_ref().clone();
        self.hands.work(Job::Commit { header, proof });
    }

    fn enter(&mut self, epoch: Epoch, view: View, inputs: &mut Inputs) {
        if self.newest.epoch() == epoch {
            self.entered = Instant::now();
            trace!(%epoch, %view, "entered");
            inputs.extend(self.forward());
        }
    }

    pub(super) fn note_halt(&mut self, halt: Halt) {
        error!(?halt, "this validator signs nothing any more");
        self.hands.halted.send_replace(Some(halt));
    }

    /// The transactions in the blocks above the last delivered one, down from `tip`.
    pub(super) fn included(&self, tip: Digest) -> BTreeSet<A::Id> {
        let mut included = BTreeSet::new();
        let mut next = tip;
        while let Some(held) = self.contents.get(&next)
            && held.header.height > self.written.height
        {
            included.extend(held.content.ids());
            next = held.header.parent;
        }
        included
    }
}
