//! The numbers that a network is run with, and the caps on what one organisation may do alone.

use crate::limits::AUTHORITY_WINDOW_MAX_MS;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Numbers that every validator must agree on. They stand in the state, so a motion can change them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// How far ahead of block time an authority operation may expire, in milliseconds.
    pub authority_window_ms: u64,
    /// The longest suspension, in milliseconds.
    pub suspension_max_ms: u64,
    /// How long after a suspension has ended the same organisation may not suspend again, in
    /// milliseconds.
    pub suspension_rest_ms: u64,
    /// How long the payloads of an ended DID are kept, in milliseconds.
    pub retention_ms: u64,
    /// The span of block time over which acts are counted against the caps, in milliseconds.
    pub cap_window_ms: u64,
    /// What one organisation may do alone in such a span.
    pub caps: Caps,
}

/// What one organisation may do in one span. Beyond it, a second organisation must agree;
/// enrolments beyond it wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// Enrolments.
    pub enrolments: u32,
    /// Suspensions.
    pub suspensions: u32,
    /// Revocations of DIDs.
    pub revocations: u32,
}

/// Why parameters are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParametersError {
    /// A span of time is zero, or longer than a century.
    #[error("{name} is {got} ms, where 1 ms to a hundred years are allowed")]
    Span {
        /// Which.
        name: &'static str,
        /// Its value in milliseconds.
        got: u64,
    },
    /// An expiry would be remembered for longer than identifiers are kept.
    #[error("authority_window_ms is {got} ms, where at most 31 days are allowed")]
    Window {
        /// Its value in milliseconds.
        got: u64,
    },
}

/// An hour, in milliseconds.
pub const HOUR_MS: u64 = 3_600_000;
/// A day, in milliseconds.
pub const DAY_MS: u64 = 24 * HOUR_MS;
/// Beyond this, sums of times could overflow.
const SPAN_MAX_MS: u64 = 36_525 * DAY_MS;

impl Default for Parameters {
    fn default() -> Self {
        Self {
            authority_window_ms: 7 * DAY_MS,
            suspension_max_ms: 90 * DAY_MS,
            suspension_rest_ms: 30 * DAY_MS,
            retention_ms: 365 * DAY_MS,
            cap_window_ms: DAY_MS,
            caps: Caps { enrolments: 1_000_000, suspensions: 1_000, revocations: 1_000 },
        }
    }
}

impl Parameters {
    /// Refuses spans that no network means.
    pub fn check(&self) -> Result<(), ParametersError> {
        let spans = [
            ("authority_window_ms", self.authority_window_ms),
            ("suspension_max_ms", self.suspension_max_ms),
            ("suspension_rest_ms", self.suspension_rest_ms),
            ("retention_ms", self.retention_ms),
            ("cap_window_ms", self.cap_window_ms),
        ];
        for (name, got) in spans {
            if got == 0 || got > SPAN_MAX_MS {
                return Err(ParametersError::Span { name, got });
            }
        }
        let got = self.authority_window_ms;
        if got > AUTHORITY_WINDOW_MAX_MS {
            return Err(ParametersError::Window { got });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_neither_nothing_nor_for_ever() {
        assert_eq!(Parameters::default().check(), Ok(()));
        let zero = Parameters { cap_window_ms: 0, ..Parameters::default() };
        assert_eq!(zero.check(), Err(ParametersError::Span { name: "cap_window_ms", got: 0 }));
        let ever = Parameters { retention_ms: u64::MAX, ..Parameters::default() };
        assert!(matches!(ever.check(), Err(ParametersError::Span { name: "retention_ms", .. })));
    }

    #[test]
    fn identifiers_are_kept_for_a_month_at_most() {
        let got = AUTHORITY_WINDOW_MAX_MS + 1;
        let long = Parameters { authority_window_ms: got, ..Parameters::default() };
        assert_eq!(long.check(), Err(ParametersError::Window { got }));
    }
}
