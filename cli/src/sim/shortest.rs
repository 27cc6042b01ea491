//! After a violation: the shortest run that shows it, in a file.

use super::command;
use super::file::Recording;
use super::run::Run;
use crate::out;
use anyhow::Result;
use hefu_sim::Scenario;
use std::path::{Path, PathBuf};

/// How many runs the search may take.
const RUNS_MAX: usize = 200;
/// How many digits of the hash are enough to tell two runs apart in one folder.
const HASH_DIGITS: usize = 8;

/// The shortest run found that breaks the same rule.
pub(crate) struct Shortest {
    /// The run, over.
    pub(crate) run: Run,
    /// The file that holds it, if one could be written.
    pub(crate) file: Option<PathBuf>,
}

impl Shortest {
    /// Looks for a shorter run than `run`, which has ended with a violation.
    pub(crate) fn find(run: &Run) -> Result<Self> {
        let scenario = run.trace().scenario;
        let shorter = hefu_sim::shrink(&scenario, RUNS_MAX);
        let run = Self::repeat(shorter)?.map_or_else(|| Run::finished(scenario), Ok)?;
        let file = Self::save(&run);
        Ok(Self { run, file })
    }

    /// The run of a scenario, if it ends with a violation.
    fn repeat(scenario: Scenario) -> Result<Option<Run>> {
        let run = Run::finished(scenario)?;
        let breaks = !run.world().violations().is_empty();
        Ok(breaks.then_some(run))
    }

    /// A file that cannot be written is no reason to keep quiet about the violation.
    fn save(run: &Run) -> Option<PathBuf> {
        let hash: String = run.world().hash().chars().take(HASH_DIGITS).collect();
        let seed = run.world().scenario().seed;
        let file = PathBuf::from(format!("hefu-sim-{seed}-{hash}.json"));
        let saved = Recording::of(run, &command::replay(&file)).save(&file);
        let file = saved.map(|()| file);
        file.map_err(|error| out::note(format_args!("error: {error:#}"))).ok()
    }

    /// The command that takes it again.
    pub(crate) fn command(&self) -> Option<String> {
        self.file.as_deref().map(|file: &Path| command::replay(file))
    }
}
