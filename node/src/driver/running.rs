//! An engine with what its driver keeps for it.

use hefu_consensus::{Engine, Input, Message, Output, Record, Sequence, Timer, To};
use hefu_primitives::{
    Committee, Digest, Epoch, SecretKey, Subject, Timestamp, ValidatorIndex, View,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The engine of one epoch.
pub(super) struct Running {
    pub(super) engine: Engine<SecretKey>,
    pub(super) committee: Arc<Committee>,
    pub(super) me: Option<ValidatorIndex>,
    durable: Sequence,
    /// Messages that wait for a record to be durable (R7).
    waiting: VecDeque<(Sequence, To, Message)>,
    timers: BTreeMap<Timer, Instant>,
    /// The highest certified block, and its view: what transactions must apply on.
    pub(super) tip: (View, Digest),
    /// How often a peer was asked for something: the next is asked the next time.
    turn: usize,
}

impl Running {
    pub(super) fn new(
        engine: Engine<SecretKey>,
        committee: Arc<Committee>,
        me: Option<ValidatorIndex>,
    ) -> Self {
        let tip = (View::ZERO, engine.final_header().digest());
        Self {
            engine,
            committee,
            me,
            durable: Sequence::NONE,
            waiting: VecDeque::new(),
            timers: BTreeMap::new(),
            tip,
            turn: 0,
        }
    }

    pub(super) fn epoch(&self) -> Epoch {
        self.committee.epoch
    }

    /// Gives the engine an input, and what comes of it back.
    pub(super) fn step(&mut self, now: Timestamp, input: Input) -> Vec<Output> {
        let mut outputs = Vec::new();
        self.engine.step(now, input, &mut outputs);
        outputs
    }

    /// Remembers what a record says of the chain's tip.
    pub(super) fn note(&mut self, record: &Record) {
        let Record::Certificate(certificate) = record else { return };
        let view = certificate.view;
        if let Subject::Notarize(digest) | Subject::Finalize(digest) = certificate.subject
            && view >= self.tip.0
        {
            self.tip = (view, digest);
        }
    }

    /// The message, if it may leave at once. It is kept otherwise.
    pub(super) fn send(&mut self, to: To, message: Message, after: Sequence) -> Option<Message> {
        if after <= self.durable {
            return Some(message);
        }
        self.waiting.push_back((after, to, message));
        None
    }

    /// Everything up to this record is durable: what may leave now.
    pub(super) fn persisted(&mut self, sequence: Sequence) -> Vec<(To, Message)> {
        self.durable = self.durable.max(sequence);
        let durable = self.durable;
        let mut free = Vec::new();
        while let Some((_, to, message)) =
            self.waiting.pop_front_if(|(after, ..)| *after <= durable)
        {
            free.push((to, message));
        }
        free
    }

    pub(super) fn set_timer(&mut self, timer: Timer, after: Duration, now: Instant) {
        if let Some(at) = now.checked_add(after) {
            self.timers.insert(timer, at);
        }
    }

    /// When the next timer runs out.
    pub(super) fn next_timer(&self) -> Option<Instant> {
        self.timers.values().min().copied()
    }

    /// Takes out a timer that has run out.
    pub(super) fn due(&mut self, now: Instant) -> Option<Timer> {
        let due = self.timers.iter().find(|(_, at)| **at <= now).map(|(timer, _)| *timer)?;
        self.timers.remove(&due);
        Some(due)
    }

    /// One of these, or of all other validators: another one each time.
    pub(super) fn pick(&mut self, from: &[ValidatorIndex]) -> Option<ValidatorIndex> {
        let others: Vec<_> = match from {
            [] => self.committee.validators.iter().map(|(index, _)| index).collect(),
            named => named.to_vec(),
        };
        let others: Vec<_> = others.into_iter().filter(|index| Some(*index) != self.me).collect();
        self.turn = self.turn.wrapping_add(1);
        let at = self.turn.checked_rem(others.len())?;
        others.get(at).copied()
    }
}
