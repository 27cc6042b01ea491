//! The engine: one validator's, or follower's, part in the agreement of one epoch.
//!
//! Each file below holds one concern and cites the rules that it obeys:
//!
//! | file | concern | rules |
//! | --- | --- | --- |
//! | `certify` | votes become certificates, certificates move us on, blocks become final | R1 R4 R6 R8 R9 |
//! | `propose` | what a leader proposes | R2 R12 |
//! | `assess` | whether a proposal may be notarized | R3 R12 R13 |
//! | `pace` | work, timers, nullify votes | R5 R11 |
//! | `presence` | what is said again, to whom, after a restart too | R10 R14 |
//! | `journal` | what is made durable before it is said | R7 |
//!
//! The rest keeps state: `acts`, `tally`, `index`, `ranges`, `chain`.

mod acts;
mod assess;
mod certify;
mod chain;
mod index;
mod journal;
mod pace;
mod presence;
mod propose;
mod ranges;
mod tally;

use crate::limits::{VIEWS_AHEAD, VIEWS_BEHIND};
use crate::message::{Message, Proposal};
use crate::planted::{Bug, Planted};
use crate::port::{Halt, Input, Output, Record, Sequence, Timer, To};
use acts::Acts;
use chain::Chain;
use hefu_primitives::{
    Certificate, Checkpoint, Committee, Digest, Header, Height, SignedProposal, Signer, Timestamp,
    ValidatorIndex, View, Vote,
};
use index::Index;
use journal::Journal;
use pace::Pace;
use presence::Presence;
use std::collections::BTreeMap;
use std::sync::Arc;
use tally::Tally;

/// Who the engine signs for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member<S> {
    /// The validator's place in the committee.
    pub index: ValidatorIndex,
    /// Its key.
    pub key: S,
}

/// The last final block that the driver has: where the engine goes on from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Anchor {
    /// Its header.
    pub header: Header,
    /// The finalization in this epoch of it or of a descendant, as it came with
    /// [`Output::Finalize`]. None for the block that the epoch starts from, and for no other.
    pub finalization: Option<Arc<Certificate>>,
}

/// What an engine is made of.
#[derive(Clone, Debug)]
pub struct Config<S> {
    /// Who votes in this epoch.
    pub committee: Arc<Committee>,
    /// Who we are among them; a follower is nobody.
    pub me: Option<Member<S>>,
    /// Δ: the unit of all deadlines, in milliseconds.
    pub delta_ms: u64,
    /// Where to go on from.
    pub anchor: Anchor,
    /// A defect to plant, in tests.
    pub planted: Planted,
}

/// How many things an engine keeps. All of them are bounded (R8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Votes.
    pub votes: usize,
    /// Views in which we have acted.
    pub acts: usize,
    /// Views whose notarized block is not final.
    pub unfinal: usize,
    /// Runs of nullified views.
    pub nullified_runs: usize,
    /// Full certificates.
    pub certificates: usize,
    /// Blocks that are not final.
    pub blocks: usize,
    /// Proposals.
    pub proposals: usize,
}

impl Footprint {
    /// All of them together.
    pub fn total(&self) -> usize {
        let counts = [
            self.votes,
            self.acts,
            self.unfinal,
            self.nullified_runs,
            self.certificates,
            self.blocks,
            self.proposals,
        ];
        counts.into_iter().fold(0, usize::saturating_add)
    }
}

/// The state of one validator, or follower, in one epoch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Engine<S> {
    committee: Arc<Committee>,
    me: Option<Member<S>>,
    delta_ms: u64,
    planted: Planted,
    now: Timestamp,
    view: View,
    entry: Option<Arc<Certificate>>,
    index: Index,
    tally: Tally,
    acts: Acts,
    chain: Chain,
    checkpoint: Option<Arc<Checkpoint>>,
    proposals: BTreeMap<View, Arc<Proposal>>,
    seen: BTreeMap<View, Seen>,
    journal: Journal,
    pace: Pace,
    presence: Presence,
    behind: Option<Height>,
    halted: Option<Halt>,
    dropped: u64,
}

/// The first proposal of a view, and whether its leader has been accused of a second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Seen {
    first: SignedProposal,
    accused: bool,
}

impl<S: Signer> Engine<S> {
    /// An engine that goes on from the anchor, with what an earlier run made durable above it, in
    /// the order in which it was given out.
    pub fn new(config: Config<S>, records: impl IntoIterator<Item = Record>) -> Self {
        let mut engine = Self::at_anchor(config);
        records.into_iter().for_each(|record| engine.recover(record));
        // The log may lack our acts of views that are settled: nothing is signed there any more.
        engine.acts.raise_floor(engine.index.final_view().next());
        let acted = engine.acts.newest_view().unwrap_or_default();
        engine.view = engine.view.max(acted).max(engine.index.final_view().next());
        engine.index.unfinal().for_each(|(_, digest)| engine.chain.certify(digest));
        engine.forget_old_views();
        engine
    }

    fn at_anchor(config: Config<S>) -> Self {
        let Anchor { header, finalization } = config.anchor;
        let chain = Chain::new(header.clone());
        let mut index = Index::new(chain.root_digest());
        if let Some(finalization) = &finalization {
            index.learn(finalization);
        }
        let acts = Acts::above(index.final_view());
        let own = finalization.filter(|f| f.subject.digest() == Some(chain.root_digest()));
        let checkpoint = own.map(|finalization| {
            Arc::new(Checkpoint { header, finalization: (*finalization).clone() })
        });
        Self {
            committee: config.committee,
            me: config.me,
            delta_ms: config.delta_ms.max(1),
            planted: config.planted,
            now: Timestamp::ZERO,
            view: index.final_view().next(),
            entry: index.finalization().map(Arc::clone),
            index,
            tally: Tally::default(),
            acts,
            chain,
            checkpoint,
            proposals: BTreeMap::new(),
            seen: BTreeMap::new(),
            journal: Journal::default(),
            pace: Pace::default(),
            presence: Presence::default(),
            behind: None,
            halted: None,
            dropped: 0,
        }
    }

    /// Takes in what happened at `now`, the driver's wall clock, and adds to `out` what is to be
    /// done about it. Deadlines do not depend on `now`; only a block's time does (R13).
    pub fn step(&mut self, now: Timestamp, input: Input, out: &mut Vec<Output>) {
        self.now = now;
        if let Some(halt) = &self.halted {
            if input == Input::Start {
                out.push(Output::Halted(halt.clone()));
            }
            return;
        }
        match input {
            Input::Start => self.start(out),
            Input::Proposal(proposal) => self.on_proposal(&proposal.into_inner(), out),
            Input::Vote(vote) => self.on_vote(vote.into_inner(), out),
            Input::Certificate(certificate) => {
                self.learn(&certificate.into_inner(), out);
                self.settle(out);
            }
            Input::Status { from, status } => self.on_status(from, &status.into_inner(), out),
            Input::Block(header) => self.on_block(header, out),
            Input::Built { view, header } => self.on_built(view, header, out),
            Input::Validated { digest, verdict } => self.on_validated(digest, verdict, out),
            Input::Persisted(sequence) => self.on_persisted(sequence, out),
            Input::Timer(timer) => self.on_timer(timer, out),
            Input::Pending { view, waiting } => self.on_pending(view, waiting, out),
            Input::Unreachable(validator) => self.on_unreachable(validator, out),
            Input::Reachable(validator) => self.presence.reachable(validator),
        }
    }

    /// Whether `message` may change anything. A driver asks this of each of a message's
    /// [parts](Message::parts) before it verifies signatures: of n copies of a certificate, n − 1
    /// need no verification. What this refuses adds nothing to what the engine knows.
    pub fn wants(&self, message: &Message) -> bool {
        match message {
            Message::Vote(vote) => self.wants_vote(vote),
            Message::Certificate(certificate) => self.wants_certificate(certificate),
            Message::Notarized { certificate, finalize } => {
                self.wants_certificate(certificate) || self.wants_vote(finalize)
            }
            Message::Proposal(proposal) => self.wants_proposal(proposal),
            Message::Status(_) => true,
        }
    }

    fn wants_certificate(&self, certificate: &Certificate) -> bool {
        self.index.wants(certificate) || self.shows_foreign_signature(certificate)
    }

    fn wants_vote(&self, vote: &Vote) -> bool {
        let own = self.is_me(vote.signer) && self.acts.is_foreign(vote.view, &vote.subject);
        own || !self.is_me(vote.signer) && self.is_in_window(vote.view) && self.tally.wants(vote)
    }

    /// Whether the driver must keep this block's header and body.
    pub fn holds(&self, digest: &Digest) -> bool {
        self.chain.holds(digest)
    }

    fn start(&mut self, out: &mut Vec<Output>) {
        out.push(Output::Entered(self.view));
        self.set_heartbeat(out);
        for (view, _) in self.index.unfinal() {
            let after_ms = self.delta_of(view);
            out.push(Output::SetTimer { timer: Timer::Unfinal(view), after_ms });
        }
        self.say_again(out);
        self.send_proposal_again(out);
        self.hear_enough(out);
        self.keep_alive(out);
    }

    /// Everything that something learnt may have made possible, in the order in which one leads
    /// to the other. Doing it twice does nothing more.
    fn settle(&mut self, out: &mut Vec<Output>) {
        if self.halted.is_some() {
            return;
        }
        self.deliver(out);
        self.pursue_certified(out);
        self.consider(out);
        self.try_propose(out);
    }

    /// The view that the engine is in.
    pub fn view(&self) -> View {
        self.view
    }

    /// The header of the last block that was delivered as final.
    pub fn final_header(&self) -> &Header {
        self.chain.root()
    }

    /// Why the engine has stopped, if it has.
    pub fn halted(&self) -> Option<&Halt> {
        self.halted.as_ref()
    }

    /// Whether the last block of the epoch is final (R12): the engine of the next epoch goes on,
    /// this one only helps those who are behind.
    pub fn has_ended(&self) -> bool {
        self.is_boundary(self.chain.root())
    }

    /// How many inputs were dropped because they were outside of the windows (R8).
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// What the engine keeps.
    pub fn footprint(&self) -> Footprint {
        let (unfinal, nullified_runs, certificates) = self.index.len();
        Footprint {
            votes: self.tally.len(),
            acts: self.acts.len(),
            unfinal,
            nullified_runs,
            certificates,
            blocks: self.chain.len(),
            proposals: self.proposals.len().saturating_add(self.seen.len()),
        }
    }

    fn has(&self, bug: Bug) -> bool {
        self.planted.is(bug)
    }

    fn quorum(&self) -> usize {
        let validators = &self.committee.validators;
        if self.has(Bug::QuorumTooSmall) {
            return validators.faults_max().saturating_mul(2).saturating_add(1);
        }
        validators.quorum()
    }

    fn my_index(&self) -> Option<ValidatorIndex> {
        self.me.as_ref().map(|me| me.index)
    }

    fn is_me(&self, validator: ValidatorIndex) -> bool {
        self.my_index() == Some(validator)
    }

    fn is_leader(&self) -> bool {
        self.is_me(self.committee.leader(self.view))
    }

    /// Whether we may sign anything at all now.
    fn may_sign(&self) -> bool {
        self.me.is_some() && !self.presence.awaits() && !self.has_ended() && self.halted.is_none()
    }

    /// R12: whether this is the last block of this epoch, not of an earlier one.
    fn is_boundary(&self, header: &Header) -> bool {
        header.epoch == self.committee.epoch && header.is_boundary()
    }

    /// R8: whether votes and proposals of `view` are kept.
    fn is_in_window(&self, view: View) -> bool {
        let near = view >= self.view.saturating_sub(VIEWS_BEHIND)
            && view <= self.view.saturating_add(VIEWS_AHEAD);
        near || self.has(Bug::WindowUnbounded)
    }

    fn drop_input(&mut self) {
        self.dropped = self.dropped.saturating_add(1);
    }

    fn halt(&mut self, halt: Halt, out: &mut Vec<Output>) {
        if self.halted.is_none() {
            out.push(Output::Halted(halt.clone()));
            self.halted = Some(halt);
        }
    }

    fn send(&self, to: To, message: Message, after: Sequence, out: &mut Vec<Output>) {
        if self.me.is_some() {
            out.push(Output::Send { to, message, after });
        }
    }

    fn send_certificate(&self, to: To, certificate: &Arc<Certificate>, out: &mut Vec<Output>) {
        let message = Message::Certificate(Arc::clone(certificate));
        self.send(to, message, Sequence::NONE, out);
    }
}

#[cfg(test)]
mod tests;
