//! Which checkpoints a verifier still accepts.

use crate::limits::CHECKPOINT_AGE_MAX_MS;
use hefu_primitives::{Digest, Epoch, Hash, Header, Height, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How old a checkpoint may be, and what it must not contradict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The verifier's clock.
    pub now: Timestamp,
    /// How old a checkpoint may be, in milliseconds. With none, any age will do: an auditor reads
    /// bundles of years ago.
    pub max_age_ms: Option<u64>,
    /// The last checkpoint that this verifier accepted.
    pub not_before: Option<Accepted>,
}

/// A checkpoint that a verifier has accepted, and that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Its height.
    pub height: Height,
    /// What names its block.
    pub digest: Digest,
    /// Its epoch.
    pub epoch: Epoch,
    /// The hash of the validators of that epoch.
    pub validators: Hash,
}

/// Why a checkpoint that is final is not accepted all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// It is too old: the claim may have ceased to hold.
    #[error("the checkpoint is {age_ms} ms old, where at most {max_ms} ms are accepted")]
    Stale {
        /// Its age in milliseconds.
        age_ms: u64,
        /// The most that is accepted, in milliseconds.
        max_ms: u64,
    },
    /// It lies further ahead of the verifier's clock than clocks differ: it would be fresh for long.
    #[error(
        "the checkpoint is {ahead_ms} ms ahead of this clock, where at most {max_ms} ms are accepted"
    )]
    Ahead {
        /// How far ahead it is, in milliseconds.
        ahead_ms: u64,
        /// The most that is accepted, in milliseconds.
        max_ms: u64,
    },
    /// It does not come after the validators of the one that was accepted before, whatever its
    /// height. Keys of validators that have left can sign any height and any number of epochs.
    #[error(
        "the bundle does not lead through the validators of epoch {epoch} that were accepted before"
    )]
    OtherValidators {
        /// The epoch of the checkpoint that was accepted before.
        epoch: Epoch,
    },
    /// It is older than one that was accepted before. Keys of former validators could sign another
    /// past, so nobody goes back.
    #[error("the checkpoint is block {got}, and block {last} was accepted before")]
    Behind {
        /// The height that was accepted before.
        last: Height,
        /// The checkpoint's.
        got: Height,
    },
    /// Two final blocks stand at one height: more than f validators have signed both. Keep both
    /// bundles; together they are the evidence.
    #[error("FORK: block {height} is {got} here, and {expected} was accepted before")]
    Fork {
        /// The height.
        height: Height,
        /// What was accepted before.
        expected: Digest,
        /// What the bundle has.
        got: Digest,
    },
}

impl PolicyError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Stale { .. } => "bundle.stale",
            Self::Ahead { .. } => "bundle.ahead",
            Self::OtherValidators { .. } => "bundle.other_validators",
            Self::Behind { .. } => "bundle.behind",
            Self::Fork { .. } => "bundle.fork",
        }
    }
}

impl Policy {
    /// Accepts a checkpoint that is at most three heartbeats old.
    pub const fn strict(now: Timestamp) -> Self {
        Self { now, max_age_ms: Some(CHECKPOINT_AGE_MAX_MS), not_before: None }
    }

    /// Accepts a checkpoint of any age.
    pub const fn any_age(now: Timestamp) -> Self {
        Self { now, max_age_ms: None, not_before: None }
    }

    /// The same, never going back behind `last`.
    #[must_use]
    pub const fn not_before(self, last: Accepted) -> Self {
        Self { not_before: Some(last), ..self }
    }

    /// How old a header is, in milliseconds; zero if the verifier's clock is behind the header's.
    pub const fn age_ms(&self, header: &Header) -> u64 {
        self.now.since(header.time)
    }

    /// Refuses a final header that is too old, or older than the last.
    pub(super) fn check_age(&self, header: &Header) -> Result<(), PolicyError> {
        let got = header.height;
        if let Some(last) = self.not_before.map(|last| last.height).filter(|last| got < *last) {
            return Err(PolicyError::Behind { last, got });
        }
        let (age_ms, ahead_ms) = (self.age_ms(header), header.time.since(self.now));
        match self.max_age_ms {
            Some(max_ms) if age_ms > max_ms => Err(PolicyError::Stale { age_ms, max_ms }),
            Some(max_ms) if ahead_ms > max_ms => Err(PolicyError::Ahead { ahead_ms, max_ms }),
            _ => Ok(()),
        }
    }

    /// Refuses epochs that do not lead through the validators of the last accepted checkpoint.
    /// `validators` tells the hash of those of an epoch, if the bundle gets that far.
    pub(super) fn check_validators(
        &self,
        validators: impl Fn(Epoch) -> Option<Hash>,
    ) -> Result<(), PolicyError> {
        match self.not_before {
            Some(last) if validators(last.epoch) != Some(last.validators) => {
                Err(PolicyError::OtherValidators { epoch: last.epoch })
            }
            _ => Ok(()),
        }
    }

    /// Refuses a final header that contradicts the last accepted one.
    pub(super) fn check_fork(&self, height: Height, got: Digest) -> Result<(), PolicyError> {
        match self.not_before {
            Some(last) if last.height == height && last.digest != got => {
                Err(PolicyError::Fork { height, expected: last.digest, got })
            }
            _ => Ok(()),
        }
    }
}
