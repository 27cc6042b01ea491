//! The last accepted checkpoint in a file.
//!
//! It is replaced as a whole and not synced: after a power cut an older one, or none, is there,
//! with which a client starts as on its first day. Two clients that share it may write in turn;
//! the file then holds what one of them has verified.

use hefu_ledger::bundle::Accepted;
use hefu_ledger::json::{Json, JsonError, Value};
use hefu_primitives::{Digest, Epoch, GenesisHash, Hash, Height};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;
use thiserror::Error;

/// Why the last accepted checkpoint cannot be kept, or is not known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StateError {
    /// The file cannot be read.
    #[error("{file}, which holds the last verified checkpoint, cannot be read: {why}")]
    Unreadable {
        /// Which.
        file: String,
        /// What the operating system says.
        why: String,
    },
    /// It holds something else.
    #[error("{file} does not hold a checkpoint of this network: {why}; look at it, and remove it")]
    Damaged {
        /// Which.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// The file cannot be written.
    #[error("the last verified checkpoint cannot be kept in {file}: {why}")]
    Unwritable {
        /// Which.
        file: String,
        /// What the operating system says.
        why: String,
    },
}

impl StateError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "client.state_unreadable",
            Self::Damaged { .. } => "client.state_damaged",
            Self::Unwritable { .. } => "client.state_unwritable",
        }
    }
}

/// Where a checkpoint is kept, and of which network.
#[derive(Debug)]
pub(super) struct StateFile {
    path: PathBuf,
    genesis: GenesisHash,
}

/// What stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    genesis: String,
    height: u64,
    digest: String,
    epoch: u64,
    validators: String,
}

impl StateFile {
    pub(super) fn new(path: &Path, genesis: GenesisHash) -> Self {
        Self { path: path.to_owned(), genesis }
    }

    /// The checkpoint, if there is a file.
    pub(super) fn read(&self) -> Result<Option<Accepted>, StateError> {
        match fs::read_to_string(&self.path) {
            Ok(text) => self.parse(&text).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StateError::Unreadable { file: self.name(), why: error.to_string() }),
        }
    }

    fn parse(&self, text: &str) -> Result<Accepted, StateError> {
        let damaged = |why: String| StateError::Damaged { file: self.name(), why };
        let kept: Kept = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        if kept.genesis != self.genesis.to_string() {
            return Err(damaged(format!("it is of network {}", kept.genesis)));
        }
        let hash = |text: &str| hash(text).map_err(|error| damaged(error.to_string()));
        Ok(Accepted {
            height: Height::new(kept.height),
            digest: Digest::new(hash(&kept.digest)?),
            epoch: Epoch::new(kept.epoch),
            validators: hash(&kept.validators)?,
        })
    }

    /// Keeps the checkpoint instead of the one before.
    pub(super) fn write(&self, checkpoint: &Accepted) -> Result<(), StateError> {
        let unwritable =
            |error: io::Error| StateError::Unwritable { file: self.name(), why: error.to_string() };
        let text = self.text(checkpoint).map_err(|error| unwritable(error.into()))?;
        // Whoever writes at the same time writes elsewhere until the file is whole.
        let new = self.path.with_extension(format!("{}.new", process::id()));
        let written = fs::write(&new, text).and_then(|()| fs::rename(&new, &self.path));
        written.map_err(unwritable)
    }

    fn text(&self, checkpoint: &Accepted) -> serde_json::Result<String> {
        let Accepted { height, digest, epoch, validators } = checkpoint;
        serde_json::to_string(&Kept {
            genesis: self.genesis.to_string(),
            height: height.get(),
            digest: digest.to_string(),
            epoch: epoch.get(),
            validators: validators.to_string(),
        })
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

fn hash(text: &str) -> Result<Hash, JsonError> {
    Hash::read(&Value::Text(text.to_owned()))
}
