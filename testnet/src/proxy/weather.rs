//! What a link does to whatever passes.

use std::num::NonZeroU32;
use std::time::Duration;

/// Whether anything passes at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passage {
    /// Everything passes.
    #[default]
    Open,
    /// Connections end, and new ones are closed at once, as by a firewall that answers.
    Refused,
    /// Connections stay, and nothing passes until the link is open again, as when packets are lost.
    Silent,
}

/// The state of a link, the same in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// Whether anything passes.
    pub passage: Passage,
    /// How long each byte is under way.
    pub delay: Duration,
    /// How many kibibytes pass in a second; with none, as many as come.
    pub kib_per_second: Option<NonZeroU32>,
}

impl Weather {
    /// Whether bytes may go on at once.
    pub(super) fn is_fair(&self) -> bool {
        *self == Self::default()
    }

    /// How long `bytes` keep the link busy.
    pub(super) fn busy(&self, bytes: usize) -> Duration {
        let Some(kib) = self.kib_per_second else { return Duration::ZERO };
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Duration::from_secs(1).saturating_mul(bytes) / 1024 / kib.get()
    }
}
