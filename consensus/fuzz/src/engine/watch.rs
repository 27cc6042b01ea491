//! What must hold after every step, whatever came in: found out from the outputs alone, by
//! arithmetic of its own.
//!
//! The input may contain certificates that contradict each other, which no network with few
//! enough faulty validators makes. The engine may then stop; what it signs must be right all the
//! same.

mod blocks;
mod bounds;
mod reasons;
mod speech;
mod words;

use super::pool::Pool;
use crate::genuine::Signed;
use crate::people::{Mock, MockKey, People};
use blocks::Blocks;
use bounds::Bounds;
use hefu_consensus::limits::{HEARTBEAT_MS, KEEP_ALIVE_MS, VIEW_DEADLINE_MAX_MS};
use hefu_consensus::{Anchor, Engine, Output, Record, Timer};
use hefu_primitives::{Evidence, Header, Subject, Timestamp, View};
use reasons::Reasons;
use speech::Speech;
use std::collections::BTreeSet;

/// A rule that was broken, or none.
pub(crate) type Check = Result<(), String>;

/// Fails with the sentence unless the condition holds.
pub(crate) fn must(condition: bool, otherwise: impl FnOnce() -> String) -> Check {
    if condition { Ok(()) } else { Err(otherwise()) }
}

/// Whether this is the last view that can be written. There is no view after it to go to, so what
/// a validator has said there may be forgotten; only a faulty quorum leads there, in 2⁶⁴ views.
fn is_last(view: View) -> bool {
    view == View::MAX
}

/// Everything that is watched of one validator or follower.
pub(crate) struct Watch {
    people: &'static People,
    me: Option<u8>,
    /// What it signs and sends, over all its lives.
    pub(crate) speech: Speech,
    /// What it executes and delivers in this life.
    pub(crate) blocks: Blocks,
    /// What it keeps in this life.
    pub(crate) bounds: Bounds,
    reasons: Reasons,
    /// What the engine was told that the time is.
    pub(crate) now: Timestamp,
    accused: BTreeSet<(u8, View, bool)>,
    view: View,
    halted: bool,
}

impl Watch {
    pub(crate) fn new(people: &'static People, me: Option<u8>, anchor: &Anchor) -> Self {
        Self {
            people,
            me,
            speech: Speech::new(people, me),
            blocks: Blocks::new(anchor),
            bounds: Bounds::default(),
            reasons: Reasons::new(anchor),
            now: Timestamp::ZERO,
            accused: BTreeSet::new(),
            view: View::ZERO,
            halted: false,
        }
    }

    /// A life begins, with these records.
    pub(crate) fn born(
        &mut self,
        engine: &Engine<MockKey>,
        anchor: &Anchor,
        records: &[Record],
        has_holes: bool,
    ) -> Check {
        self.speech.born(records, has_holes, engine.view())?;
        self.blocks = Blocks::new(anchor);
        self.reasons = Reasons::new(anchor);
        for record in records {
            self.blocks.kept(record);
            self.reasons.learnt(record);
        }
        self.bounds = Bounds::born(records);
        self.accused.clear();
        self.view = engine.view();
        self.halted = false;
        let spoken = self.speech.newest_view();
        must(self.view >= spoken, || format!("is back in view {}, below {spoken}", self.view))
    }

    /// One output.
    pub(crate) fn output(&mut self, output: &Output, pool: &Pool) -> Check {
        must(!self.halted, || format!("has halted and says {output:?}"))?;
        match output {
            Output::Persist { sequence, record } => {
                self.bounds.learnt(record);
                self.blocks.recorded(record)?;
                self.reasons.learnt(record);
                self.has_reason(record, pool)?;
                let may = !self.blocks.has_ended();
                self.speech.persisted(sequence.get(), record, self.view, may)
            }
            Output::Send { to, message, after } => self.speech.said(*to, message, after.get()),
            Output::SetTimer { timer, after_ms } => is_soon(*timer, *after_ms),
            Output::Build { view, parent, .. } => {
                let ours = self.me == Some(self.people.leader(*view));
                must(ours, || format!("builds a block in view {view}, which it does not lead"))?;
                self.reasons.is_highest(*view, parent)?;
                self.blocks.built_upon(parent)
            }
            Output::Validate { header } => self.blocks.executes(header),
            Output::Finalize { header, proof } => {
                must(proof.holds(self.people, &Mock), || "final without a proof".to_owned())?;
                self.blocks.finalized(header, proof, pool)
            }
            Output::Evidence(evidence) => self.accuses(evidence),
            Output::Entered(view) => self.enters(*view),
            Output::Halted(_) => {
                self.halted = true;
                Ok(())
            }
            Output::Fetch(_) | Output::Behind { .. } => Ok(()),
        }
    }

    /// R2, R3: for what it records as its own.
    fn has_reason(&self, record: &Record, pool: &Pool) -> Check {
        match record {
            Record::Act(vote) if matches!(vote.subject, Subject::Notarize(_)) => {
                self.blocks.is_executed(vote)?;
                self.reasons.notarizes(vote, pool, self.now, self.blocks.tip().0)
            }
            Record::Proposal(proposal) => self.reasons.justifies(&proposal.signed.statement),
            _ => Ok(()),
        }
    }

    fn enters(&mut self, view: View) -> Check {
        let before = std::mem::replace(&mut self.view, view);
        self.speech.entered(view);
        must(view >= before, || format!("goes back from view {before} to {view}"))
    }

    fn accuses(&mut self, evidence: &Evidence) -> Check {
        let holds = evidence.holds(self.people, &Mock);
        must(holds, || format!("accuses without proof: {evidence:?}"))?;
        let offender = evidence.offender(&self.people.committee).get();
        let itself = self.me == Some(offender) && !self.speech.is_impersonated(evidence.view());
        must(!itself, || format!("contradicts itself: {evidence:?}"))?;
        let proposals = matches!(evidence, Evidence::Proposals(..));
        let first = self.accused.insert((offender, evidence.view(), proposals));
        must(first, || format!("accuses again: {evidence:?}"))
    }

    /// The engine after a step.
    pub(crate) fn settled(&mut self, engine: &Engine<MockKey>) -> Check {
        self.blocks.drop_unless(|digest| engine.holds(digest));
        let (view, told) = (engine.view(), self.view);
        must(view == told, || format!("is in view {view} and has told of {told}"))?;
        must(engine.halted().is_some() == self.halted, || "halts in silence".to_owned())?;
        let (height, told) = (engine.final_header().height, self.blocks.tip().0);
        must(height == told, || format!("is final at {height} and has told of {told}"))?;
        self.bounds.check(self.people.len(), view, &engine.footprint())
    }

    /// A block has been executed or built.
    pub(crate) fn valid(&mut self, header: &Header) {
        self.blocks.valid(header.digest());
    }
}

fn is_soon(timer: Timer, after_ms: u64) -> Check {
    let most_ms = match timer {
        Timer::Heartbeat => HEARTBEAT_MS,
        Timer::KeepAlive => KEEP_ALIVE_MS,
        Timer::Leader(_)
        | Timer::View(_)
        | Timer::Unfinal(_)
        | Timer::Repeat(_)
        | Timer::Early(_) => VIEW_DEADLINE_MAX_MS,
    };
    must(after_ms <= most_ms, || format!("sets {timer:?} to {after_ms} ms"))
}
