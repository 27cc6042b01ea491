//! A run under way, and when it is over.

use anyhow::Result;
use hefu_sim::{Event, Scenario, Summary, Trace, World};

/// The finest step: so exactly does a run end with its last view.
const STEP_MS: u64 = 1;

/// A simulated world with the reasons to end it.
pub(crate) struct Run {
    world: World,
    views: Option<u64>,
    ended: Option<Ended>,
}

/// Why a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It has had its views.
    Views,
    /// It has had its time.
    Time,
    /// A rule was seen broken.
    Violation,
    /// The person had seen enough.
    Stopped,
    /// The process was told to end, by this signal.
    Signal(i32),
}

impl Run {
    /// A run of `scenario`, which ends after so many views if that is said.
    pub(crate) fn new(scenario: Scenario, views: Option<u64>) -> Result<Self> {
        Ok(Self { world: World::new(scenario)?, views, ended: None })
    }

    /// A run of `scenario` that is over: at its end or at a violation.
    pub(crate) fn finished(scenario: Scenario) -> Result<Self> {
        let mut run = Self::new(scenario, None)?;
        run.advance(u64::MAX);
        Ok(run)
    }

    /// Lets simulated time pass until `to_ms`, or until the run is over.
    pub(crate) fn advance(&mut self, to_ms: u64) {
        while self.ended.is_none() && self.world.now_ms() < to_ms {
            let goes_on = self.world.run_until(self.world.now_ms() + STEP_MS);
            self.ended = self.why(goes_on);
        }
    }

    fn why(&self, goes_on: bool) -> Option<Ended> {
        if !self.world.violations().is_empty() {
            return Some(Ended::Violation);
        }
        let enough = |views| self.world.summary().views >= views;
        if self.views.is_some_and(enough) {
            return Some(Ended::Views);
        }
        (!goes_on).then_some(Ended::Time)
    }

    /// Ends the run here.
    pub(crate) fn stop(&mut self, why: Ended) {
        self.ended.get_or_insert(why);
    }

    /// Why it is over, once it is.
    pub(crate) fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// How many views it is to have, if that is what it waits for.
    pub(crate) fn views_wanted(&self) -> Option<u64> {
        self.views
    }

    /// The world as it is.
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    /// What has happened since the last call.
    pub(crate) fn events(&mut self) -> Vec<Event> {
        self.world.events()
    }

    /// The counts so far.
    pub(crate) fn summary(&self) -> Summary {
        self.world.summary()
    }

    /// The run as far as it came. Its scenario ends there too, so that it can be repeated.
    pub(crate) fn trace(&self) -> Trace {
        let mut trace = self.world.trace();
        trace.scenario.stop.at_ms = self.world.now_ms();
        trace
    }
}
