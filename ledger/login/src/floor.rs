//! The checkpoint that a platform never goes back behind.
//!
//! Holders staple bundles of different ages. Were each login refused whose checkpoint lies below the
//! newest one seen, a holder whose bundle is a second older than somebody else's could not log in. So
//! the floor is a checkpoint that was accepted and has since grown too old to be accepted: no bundle
//! that is young enough lies below it.

use hefu_ledger::bundle::{Accepted, Policy, ProvenCheckpoint};
use hefu_primitives::Timestamp;

/// What a platform keeps of the checkpoints of logins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    max_age_ms: u64,
    last: Option<Accepted>,
    /// The one that becomes the floor once it is too old, with its block's time.
    next: Option<(Accepted, Timestamp)>,
}

impl Floor {
    /// Accepts checkpoints of at most this age, in milliseconds, and none behind the `last` one that
    /// was kept.
    pub const fn new(max_age_ms: u64, last: Option<Accepted>) -> Self {
        Self { max_age_ms, last, next: None }
    }

    /// The policy for a login at `now`.
    pub const fn policy(&self, now: Timestamp) -> Policy {
        Policy { now, max_age_ms: Some(self.max_age_ms), not_before: self.last }
    }

    /// Takes in the checkpoint of a login that was accepted at `now`.
    pub fn accept(&mut self, checkpoint: &ProvenCheckpoint, now: Timestamp) {
        if let Some((next, time)) = self.next
            && now.since(time) > self.max_age_ms
        {
            self.last = Some(next);
            self.next = None;
        }
        self.next.get_or_insert((checkpoint.accepted(), checkpoint.header.time));
    }

    /// What to keep across restarts.
    pub const fn last(&self) -> Option<Accepted> {
        self.last
    }
}
