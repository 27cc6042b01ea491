//! The clock that people set. A node reads it here and nowhere else, so that in a development network
//! one node can be given a wrong one.

use hefu_primitives::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// This machine's clock, or one that is wrong by so much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    offset_ms: i64,
}

impl Clock {
    /// A clock that is ahead of this machine's by so many milliseconds, or behind it.
    pub const fn ahead_by(offset_ms: i64) -> Self {
        Self { offset_ms }
    }

    /// What it shows.
    pub fn now(self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        Timestamp::new(ms.saturating_add_signed(self.offset_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_wrong_by_what_was_said() {
        let hour_ms = 3_600_000;
        let (right, ahead) = (Clock::default().now(), Clock::ahead_by(hour_ms).now());
        let behind = Clock::ahead_by(-hour_ms).now();
        assert!(ahead.since(right) >= hour_ms.unsigned_abs());
        // Reading the three took less than the half of it.
        assert!(right.since(behind) > hour_ms.unsigned_abs() / 2);
        assert_eq!(Clock::ahead_by(i64::MIN).now(), Timestamp::ZERO);
    }
}
