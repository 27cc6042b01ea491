//! Files from which a run can be repeated and compared.

use crate::scenario::{Scenario, ScenarioError};
use crate::summary::Summary;
use crate::world::World;
use serde::{Deserialize, Serialize};
use std::path::Path;
use thiserror::Error;

/// A run's description with what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// What was run.
    pub scenario: Scenario,
    /// The hash over everything that happened, in hexadecimal.
    pub hash: String,
    /// The counts.
    pub summary: Summary,
    /// The rules seen broken, in sentences.
    #[serde(default)]
    pub violations: Vec<String>,
}

/// Why a trace cannot be repeated.
#[derive(Debug, Error)]
pub enum TraceError {
    /// The file cannot be read.
    #[error("the trace cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The file is not a trace.
    #[error("this is not a trace: {0}")]
    Format(#[from] serde_json::Error),
    /// Its scenario cannot run.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// It took another course than recorded.
    #[error("the run took another course: its hash is {got}, not {expected}")]
    Differs {
        /// The hash recorded.
        expected: String,
        /// The hash of this time.
        got: String,
    },
}

impl Trace {
    /// Runs the scenario to its end and records it.
    pub fn record(scenario: Scenario) -> Result<Self, ScenarioError> {
        let mut world = World::new(scenario)?;
        world.run();
        Ok(world.trace())
    }

    /// Writes the trace as JSON.
    pub fn save(&self, file: &Path) -> Result<(), TraceError> {
        Ok(std::fs::write(file, serde_json::to_vec_pretty(self)?)?)
    }

    /// Reads a trace.
    pub fn load(file: &Path) -> Result<Self, TraceError> {
        Ok(serde_json::from_slice(&std::fs::read(file)?)?)
    }
}

/// Repeats the run of a trace file. It must take the same course.
pub fn replay(file: &Path) -> Result<Trace, TraceError> {
    let recorded = Trace::load(file)?;
    let again = Trace::record(recorded.scenario)?;
    if again.hash == recorded.hash {
        Ok(again)
    } else {
        Err(TraceError::Differs { expected: recorded.hash, got: again.hash })
    }
}
