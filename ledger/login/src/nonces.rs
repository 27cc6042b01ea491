//! Nonces that were used, so that no answer is used twice.

use crate::challenge::Challenge;
use hefu_primitives::Timestamp;
use std::collections::BTreeSet;
use thiserror::Error;

/// Why a nonce cannot be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NonceError {
    /// It was spent before, or may have been.
    #[error("the answer was used before")]
    Replayed,
    /// No more can be remembered until some have expired.
    #[error("{max} logins are remembered already; try again in two minutes")]
    TooMany {
        /// How many are remembered at the most.
        max: usize,
    },
}

impl NonceError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Replayed => "login.replayed",
            Self::TooMany { .. } => "login.too_many",
        }
    }
}

/// Who remembers which nonces were used. A platform of several machines shares one among them.
pub trait Nonces {
    /// Spends the nonce of a challenge that is open at `now`: whoever spends it again before the
    /// challenge expires is refused.
    fn spend(&mut self, challenge: &Challenge, now: Timestamp) -> Result<(), NonceError>;
}

/// Used nonces in memory, each until its challenge expires. Only answers that hold in everything else
/// spend one, so strangers cannot fill it.
#[derive(Clone, Debug)]
pub struct SpentNonces {
    max: usize,
    since: Timestamp,
    /// The latest time there was: what had expired by then is forgotten, and stays expired if a
    /// clock is set back.
    latest: Timestamp,
    /// By expiry, so that what has expired comes first.
    spent: BTreeSet<(Timestamp, [u8; 32])>,
}

impl SpentNonces {
    /// Remembers up to `max` nonces, from `since` on. Which ones were used before that, say before a
    /// restart, it cannot know: answers to older challenges are refused.
    pub const fn new(max: usize, since: Timestamp) -> Self {
        Self { max, since, latest: since, spent: BTreeSet::new() }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.spent.len()
    }

    /// Whether none is remembered.
    pub fn is_empty(&self) -> bool {
        self.spent.is_empty()
    }

    /// Forgets challenges that nobody can answer any more.
    fn forget(&mut self, now: Timestamp) {
        self.latest = self.latest.max(now);
        let first_open = (self.latest.saturating_add(1), [0; 32]);
        self.spent = self.spent.split_off(&first_open);
    }
}

impl Nonces for SpentNonces {
    fn spend(&mut self, challenge: &Challenge, now: Timestamp) -> Result<(), NonceError> {
        self.forget(now);
        let entry = (challenge.expires, challenge.nonce);
        let unknown = challenge.issued < self.since || challenge.expires <= self.latest;
        if unknown || self.spent.contains(&entry) {
            return Err(NonceError::Replayed);
        }
        if self.spent.len() >= self.max {
            return Err(NonceError::TooMany { max: self.max });
        }
        self.spent.insert(entry);
        Ok(())
    }
}
