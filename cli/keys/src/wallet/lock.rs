//! The lock that keeps a second process away from a wallet.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a wallet was not locked.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another process uses it.
    #[error("{path} is in use by another process: wait until it has ended")]
    Taken {
        /// The wallet.
        path: String,
    },
    /// Its lock file cannot be used.
    #[error("locking {path}: {error}")]
    Unusable {
        /// The lock's file.
        path: String,
        /// What the operating system says.
        error: io::Error,
    },
}

impl LockError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Taken { .. } => "wallet.in_use",
            Self::Unusable { .. } => "wallet.lock",
        }
    }
}

/// A lock, held as long as this lives. It is on a file of its own that stays: the wallet's is
/// replaced with each change, and two processes would lock two files of one name.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the wallet at `path`.
    pub(super) fn acquire(path: &Path) -> Result<Self, LockError> {
        let beside = beside(path);
        let unusable = |error| LockError::Unusable { path: beside.display().to_string(), error };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&beside).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                Err(LockError::Taken { path: path.display().to_string() })
            }
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    path.with_file_name(name)
}
