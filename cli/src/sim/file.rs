//! Trace files: a run that can be taken again, by this version of the program.

use super::run::Run;
use anyhow::{Context, Result};
use hefu_sim::Trace;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The version that writes and reads these files. What a scenario comes to may differ in another.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a trace file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recording {
    /// The version of hefu that wrote it. The simulator's own program writes none.
    #[serde(default)]
    pub(crate) version: Option<String>,
    /// The command whose run it is, for the person who finds the file.
    #[serde(default)]
    pub(crate) command: String,
    /// The run.
    #[serde(flatten)]
    pub(crate) trace: Trace,
}

/// The part of a file that says who can read the rest.
#[derive(Debug, Deserialize)]
struct Label {
    version: Option<String>,
}

/// Why a file cannot be replayed.
#[derive(Debug, Error)]
pub(crate) enum FileError {
    /// It cannot be read.
    #[error("the trace file {file} cannot be read: {why}")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// It holds something else.
    #[error("{file} is not a trace file that hefu sim --trace has written: {why}")]
    Foreign {
        /// The file.
        file: PathBuf,
        /// Where it differs.
        why: serde_json::Error,
    },
    /// It was written by another version.
    #[error(
        "{file} was written by hefu {theirs} and this is hefu {VERSION}: replay it with hefu {theirs}"
    )]
    Version {
        /// The file.
        file: PathBuf,
        /// The version that wrote it.
        theirs: String,
    },
}

impl Recording {
    /// The recording of a run as far as it came.
    pub(crate) fn of(run: &Run, command: &str) -> Self {
        let version = Some(VERSION.to_owned());
        Self { version, command: command.to_owned(), trace: run.trace() }
    }

    /// Writes the file.
    pub(crate) fn save(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        std::fs::write(file, text)
            .with_context(|| format!("the trace file {} cannot be written", file.display()))
    }

    /// Reads a file that this version has written.
    pub(crate) fn load(file: &Path) -> Result<Self, FileError> {
        let owned = || file.to_owned();
        let text =
            std::fs::read(file).map_err(|why| FileError::Unreadable { file: owned(), why })?;
        let foreign = |why| FileError::Foreign { file: owned(), why };
        let label: Label = serde_json::from_slice(&text).map_err(foreign)?;
        match label.version {
            Some(theirs) if theirs != VERSION => Err(FileError::Version { file: owned(), theirs }),
            _ => serde_json::from_slice(&text).map_err(foreign),
        }
    }
}
