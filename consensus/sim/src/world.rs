//! The simulated world: machines, disks, clocks and the network between them.

use crate::event::Event;
use crate::scenario::{NodeId, Scenario, ScenarioError};
use crate::summary::Summary;
use crate::trace::Trace;
use crate::violation::Violation;
use hefu_primitives::{Epoch, Height, View};

/// A run under way.
pub struct World {
    scenario: Scenario,
    now_ms: u64,
}

/// What an onlooker sees of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeView {
    /// Which machine.
    pub node: NodeId,
    /// The view it is in.
    pub view: View,
    /// The height of the last block that it delivered.
    pub height: Height,
    /// The epoch it is in.
    pub epoch: Epoch,
    /// How it fares.
    pub state: NodeState,
}

/// How a machine fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeState {
    /// It runs.
    Up,
    /// It is switched off.
    Down,
    /// Its engine has stopped for good.
    Halted,
    /// It breaks the rules on purpose.
    Byzantine,
}

impl World {
    /// The world of `scenario` at time 0.
    pub fn new(scenario: Scenario) -> Result<Self, ScenarioError> {
        Ok(Self {
            scenario,
            now_ms: 0,
        })
    }

    /// Runs until the scenario stops.
    pub fn run(&mut self) {
        self.run_until(self.scenario.stop.at_ms);
    }

    /// Runs until `time_ms` or until the scenario stops, whichever comes first; false if it
    /// has stopped. May be called again and again with later times.
    pub fn run_until(&mut self, time_ms: u64) -> bool {
        self.now_ms = time_ms;
        time_ms < self.scenario.stop.at_ms
    }

    /// The simulated time in milliseconds.
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// The scenario that is run.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// All machines, in the order of their numbers.
    pub fn nodes(&self) -> Vec<NodeView> {
        Vec::new()
    }

    /// What has happened since the last call, oldest first. Only the newest 10,000 are kept.
    pub fn events(&mut self) -> Vec<Event> {
        Vec::new()
    }

    /// The rules seen broken so far.
    pub fn violations(&self) -> &[Violation] {
        &[]
    }

    /// The counts so far.
    pub fn summary(&self) -> Summary {
        Summary::default()
    }

    /// The hash over everything that has happened so far, in hexadecimal.
    pub fn hash(&self) -> String {
        String::new()
    }

    /// The run so far as a trace.
    pub fn trace(&self) -> Trace {
        Trace {
            scenario: self.scenario.clone(),
            hash: self.hash(),
            summary: self.summary(),
            violations: self.violations().iter().map(ToString::to_string).collect(),
        }
    }
}
