//! R5, R11: when there is work, when a view has lasted too long, and what is done about it.

use super::Engine;
use super::propose::Parent;
use crate::limits::{
    HEARTBEAT_MS, LEADER_DEADLINE_DELTAS, VIEW_DEADLINE_DELTAS, VIEW_DEADLINE_MAX_MS,
};
use crate::message::Message;
use crate::planted::Bug;
use crate::port::{Output, Timer, To};
use hefu_primitives::{Signer, Subject, ValidatorIndex, View};

/// What presses for a block, and what has been started for it in this view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Pace {
    /// Why the deadlines of this view run, if they do.
    armed: Option<Cause>,
    pending: bool,
    heartbeat_due: bool,
    /// The highest view whose notarized block should have been final by now.
    overdue: View,
    pub(crate) building: Option<Parent>,
    /// The certificates last asked for, so that they are asked for once until the next keep-alive.
    pub(crate) asked: Option<(View, View)>,
}

/// Why deadlines run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Cause {
    /// We have work. Deadlines mean nothing any more once it is done.
    Work,
    /// Others have work, or the leader has proposed: deadlines count whatever we have to do.
    Others,
}

impl Pace {
    /// A new view begins: only what concerns no view is kept.
    pub(crate) fn enter(&mut self) {
        let (heartbeat_due, overdue) = (self.heartbeat_due, self.overdue);
        *self = Self { heartbeat_due, overdue, ..Self::default() };
    }

    /// R11: a block has come for it.
    pub(crate) fn end_heartbeat(&mut self) {
        self.heartbeat_due = false;
    }

    pub(crate) fn is_armed(&self) -> bool {
        self.armed.is_some()
    }
}

impl<S: Signer> Engine<S> {
    /// R11: whether we have work of our own.
    fn has_work(&self) -> bool {
        let overdue = self.pace.overdue > self.index.final_view();
        self.pace.pending || self.pace.heartbeat_due || overdue
    }

    pub(crate) fn resume_work(&mut self, out: &mut Vec<Output>) {
        if self.has_work() {
            self.arm(Cause::Work, out);
        }
    }

    /// R11: starts the deadlines of this view, once.
    pub(crate) fn arm(&mut self, cause: Cause, out: &mut Vec<Output>) {
        if !self.may_sign() {
            return;
        }
        let armed = self.pace.armed;
        self.pace.armed = armed.max(Some(cause));
        if armed.is_none() {
            self.start_deadlines(out);
        }
    }

    fn start_deadlines(&mut self, out: &mut Vec<Output>) {
        let (view, delta_ms) = (self.view, self.delta_of(self.view));
        let deadlines = [
            (Timer::Leader(view), delta_ms.saturating_mul(LEADER_DEADLINE_DELTAS)),
            (Timer::View(view), delta_ms.saturating_mul(VIEW_DEADLINE_DELTAS)),
            (Timer::Repeat(view), delta_ms),
        ];
        out.extend(deadlines.map(|(timer, after_ms)| Output::SetTimer { timer, after_ms }));
        if !self.presence.is_reachable(self.committee.leader(view)) {
            self.give_up_on_leader(out);
        }
        self.try_propose(out);
    }

    /// R11: f + 1 validators that vote in this view are at least one correct one that has work.
    pub(crate) fn join_view(&mut self, out: &mut Vec<Output>) {
        let joined = self.pace.armed == Some(Cause::Others);
        if !joined && self.tally.voters(self.view) > self.committee.validators.faults_max() {
            self.arm(Cause::Others, out);
        }
    }

    /// R5: ends the current view without a block, unless we have finalized one in it.
    pub(crate) fn nullify(&mut self, out: &mut Vec<Output>) {
        self.nullify_view(self.view, out);
    }

    fn nullify_view(&mut self, view: View, out: &mut Vec<Output>) {
        let may = self.acts.may_nullify(view) || self.has(Bug::NullifiesAfterFinalize);
        if !self.may_sign() || !may {
            return;
        }
        if let Some(vote) = self.cast(view, Subject::Nullify, out) {
            self.send(To::All, Message::Vote(vote), self.after_all(), out);
        }
    }

    pub(crate) fn on_timer(&mut self, timer: Timer, out: &mut Vec<Output>) {
        match timer {
            Timer::Leader(view) if view == self.view => self.on_leader_deadline(out),
            Timer::View(view) if view == self.view => self.on_deadline(out),
            Timer::View(view) if self.has(Bug::NullifiesAfterFinalize) => {
                self.nullify_view(view, out);
            }
            Timer::Repeat(view) if view == self.view => self.on_repeat(out),
            Timer::Early(view) if view == self.view => self.consider(out),
            Timer::Unfinal(view) => self.on_overdue(view, out),
            Timer::Heartbeat => self.on_heartbeat(out),
            Timer::KeepAlive => self.keep_alive(out),
            Timer::Leader(_) | Timer::View(_) | Timer::Repeat(_) | Timer::Early(_) => {}
        }
    }

    fn on_leader_deadline(&mut self, out: &mut Vec<Output>) {
        if !self.has_proposal() && !self.has(Bug::LeaderDeadlineIgnored) {
            self.on_deadline(out);
        }
    }

    fn has_proposal(&self) -> bool {
        self.proposals.contains_key(&self.view)
    }

    /// R5: who cannot be reached cannot lead, unless its proposal has come already.
    fn give_up_on_leader(&mut self, out: &mut Vec<Output>) {
        if !self.has_proposal() {
            self.nullify(out);
        }
    }

    /// A deadline counts only while somebody has work: what pressed for a block may have been
    /// settled by the last one.
    fn on_deadline(&mut self, out: &mut Vec<Output>) {
        if self.pace.armed == Some(Cause::Others) || self.has_work() {
            self.nullify(out);
        } else {
            self.pace.armed = None;
        }
    }

    fn on_overdue(&mut self, view: View, out: &mut Vec<Output>) {
        if view > self.index.final_view() {
            self.pace.overdue = self.pace.overdue.max(view);
            self.resume_work(out);
        }
    }

    pub(crate) fn set_heartbeat(&mut self, out: &mut Vec<Output>) {
        self.pace.end_heartbeat();
        out.push(Output::SetTimer { timer: Timer::Heartbeat, after_ms: HEARTBEAT_MS });
    }

    fn on_heartbeat(&mut self, out: &mut Vec<Output>) {
        if !self.has(Bug::HeartbeatMissed) {
            self.pace.heartbeat_due = true;
            self.resume_work(out);
        }
    }

    pub(crate) fn on_pending(&mut self, view: View, waiting: bool, out: &mut Vec<Output>) {
        if view == self.view {
            self.pace.pending = waiting;
            self.resume_work(out);
        }
    }

    pub(crate) fn on_unreachable(&mut self, validator: ValidatorIndex, out: &mut Vec<Output>) {
        if self.is_me(validator) {
            return;
        }
        self.presence.unreachable(validator);
        if self.pace.is_armed() && self.committee.leader(self.view) == validator {
            self.give_up_on_leader(out);
        }
    }

    /// R11: by how many steps Δ has grown in `view`. A mere row of f + 2 dead leaders is no
    /// reason to be slower.
    pub(crate) fn growth(&self, view: View) -> u32 {
        if self.has(Bug::DeltaConstant) {
            return 0;
        }
        let late = view.since(self.index.final_view().saturating_add(2));
        let step = (self.committee.validators.faults_max() as u64).saturating_add(1);
        let steps = late.checked_div(step).unwrap_or_default();
        u32::try_from(steps).unwrap_or(u32::MAX)
    }

    /// R11: Δ in `view`: half as much again with every step, up to the longest that people wait.
    pub(crate) fn delta_of(&self, view: View) -> u64 {
        let most_ms = VIEW_DEADLINE_MAX_MS / VIEW_DEADLINE_DELTAS;
        let mut delta_ms = self.delta_ms;
        for _ in 0..self.growth(view) {
            if delta_ms >= most_ms {
                break;
            }
            delta_ms = delta_ms.saturating_add(delta_ms.div_ceil(2));
        }
        delta_ms.min(most_ms)
    }
}
