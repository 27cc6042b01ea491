//! Why an acts log cannot be used, or can be no longer.

use crate::home::LockError;
use hefu_primitives::limits::BODY_BYTES_MAX;
use hefu_primitives::{GenesisHash, Hash};
use std::io;
use thiserror::Error;

/// Version of the files' format.
pub(super) const FORMAT: u32 = 1;

/// Why an acts log was not made, not opened, or has stopped.
#[derive(Debug, Error)]
pub enum ActsError {
    /// There is none where one must be. It is not made in passing: without it nobody knows what
    /// the key has signed (R14).
    #[error(
        "{directory} holds no acts log, so nobody knows what this validator has signed; put back \
         the log of its last run, or give the validator a new incarnation"
    )]
    Missing {
        /// Where it should be.
        directory: String,
    },
    /// There is one where one is to be made.
    #[error("{directory} holds an acts log already; it is never overwritten")]
    Exists {
        /// Where it is.
        directory: String,
    },
    /// It is open elsewhere.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// A file is none of an acts log.
    #[error("{file} is no acts log")]
    NotALog {
        /// Which file.
        file: String,
    },
    /// Another version of this program has written it.
    #[error("{file} has format {got}; this program reads format {FORMAT}")]
    Format {
        /// Which file.
        file: String,
        /// Its format.
        got: u32,
    },
    /// It belongs to another network.
    #[error("{file} is the acts log of network {got}, not of {expected}")]
    OtherNetwork {
        /// Which file.
        file: String,
        /// The network that was asked for.
        expected: GenesisHash,
        /// The log's network.
        got: GenesisHash,
    },
    /// It belongs to another validator.
    #[error("{file} is the acts log of validator {got}, not of {expected}")]
    OtherValidator {
        /// Which file.
        file: String,
        /// The public key that was asked for.
        expected: Hash,
        /// The log's.
        got: Hash,
    },
    /// It belongs to another life of the validator's key.
    #[error("{file} is the acts log of incarnation {got}, not of {expected}")]
    OtherIncarnation {
        /// Which file.
        file: String,
        /// The incarnation that was asked for, in hexadecimal.
        expected: String,
        /// The log's.
        got: String,
    },
    /// What was durable once can no longer be read.
    #[error(
        "{file} is damaged at byte {offset}: {what}. What this validator signed there is not \
         known any more. Do not cut the file or put an older copy in its place; put back the very \
         same file if a mirror has it, or else give the validator a new incarnation"
    )]
    Damaged {
        /// Which file.
        file: String,
        /// Where in it.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// No room is left.
    #[error("no room is left on the disk of {file}, while {doing}; free some and start again")]
    Full {
        /// Which file or directory.
        file: String,
        /// What was being done.
        doing: &'static str,
    },
    /// The disk refuses. What it holds of the writes since the last sync is unknown, and so the
    /// process must end; the next one reads what is there.
    #[error("{doing} {file}: {error}")]
    Disk {
        /// Which file or directory.
        file: String,
        /// What was being done.
        doing: &'static str,
        /// What the operating system says.
        error: io::Error,
    },
}

/// What was being done to which file, for the error that comes of it.
pub(super) fn during(doing: &'static str, file: &str) -> impl FnOnce(io::Error) -> ActsError {
    let file = file.to_owned();
    move |error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ActsError::Full { file, doing }
        }
        _ => ActsError::Disk { file, doing, error },
    }
}

/// Why something was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The disk has not kept up; [`super::ActsLog::has_room`] said so before. A record that the
    /// log lacks must not be acted upon: the node stops.
    #[error("{requests} requests with {bytes} bytes of bodies wait for the disk already")]
    Backlog {
        /// How many wait.
        requests: usize,
        /// Bytes of their bodies.
        bytes: usize,
    },
    /// A body is longer than any valid one.
    #[error("a body of {got} bytes, where at most {BODY_BYTES_MAX} are allowed")]
    BodyTooLong {
        /// Its length.
        got: usize,
    },
    /// The log has failed, and has said so.
    #[error("the acts log has stopped")]
    Stopped,
}
