//! Numbers with their units and bounds.

use super::Refused;
use hefu_sim::Delay;
use std::fmt;
use std::str::FromStr;

/// The longest time that can be asked for: a day.
const SPAN_MAX_MS: u64 = 24 * 60 * 60 * 1000;
/// The most transactions a second.
const RATE_MAX: u32 = 100_000;
/// The fastest picture; whoever wants more wants `max`.
const PACE_MAX: f64 = 1000.0;
/// The slowest picture: a message of 20 ms travels for 20 s.
const PACE_MIN: f64 = 0.001;

/// How many validators there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Validators(pub(crate) u8);

impl FromStr for Validators {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        match text.parse() {
            Ok(count @ 4..=100) => Ok(Self(count)),
            _ => Refused::new("4 to 100 validators can be simulated"),
        }
    }
}

/// A share of all messages, in thousandths: `0.1` or `10%`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    /// How many of a thousand.
    pub(crate) permille: u16,
}

impl FromStr for Share {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let (number, whole) = match text.strip_suffix('%') {
            Some(number) => (number, 100.0),
            None => (text, 1.0),
        };
        let share = number.parse::<f64>().map_or(f64::NAN, |part| part / whole);
        if !(0.0..1.0).contains(&share) {
            return Refused::new("a share is at least 0 and below 1, such as 0.1 or 10%");
        }
        let permille = (0..1000).find(|permille| f64::from(*permille) + 0.5 > share * 1000.0);
        match permille {
            Some(0) if share > 0.0 => {
                Refused::new("a share is counted in thousandths: at least 0.001")
            }
            permille => Ok(Self { permille: permille.unwrap_or(999) }),
        }
    }
}

/// A length of time: `250ms`, `10s`, `1.5s`, `2m`, `1h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// In milliseconds.
    pub(crate) ms: u64,
}

impl FromStr for Span {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit_ms = match &text[number.len()..] {
            "ms" => 1,
            "s" => 1000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            _ => return Refused::new("a time has a unit: 250ms, 10s, 2m or 1h"),
        };
        match milliseconds(number, unit_ms) {
            Some(ms) if ms <= SPAN_MAX_MS => Ok(Self { ms }),
            Some(_) => Refused::new("a day (24h) is the longest time"),
            None => Refused::new("a time is a number with a unit, such as 250ms, 1.5s or 2m"),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ms.is_multiple_of(1000) {
            write!(f, "{} s", self.ms / 1000)
        } else {
            write!(f, "{}.{:03} s", self.ms / 1000, self.ms % 1000)
        }
    }
}

/// A decimal number of units, without the errors of binary fractions. What is finer than a
/// millisecond is cut off.
fn milliseconds(number: &str, unit_ms: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if fraction.is_empty() || fraction.len() > 6 || fraction.starts_with('+') {
        return None;
    }
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let whole_ms = digits(whole)?.checked_mul(unit_ms)?;
    let part_ms = digits(fraction)?.checked_mul(unit_ms)? / scale;
    whole_ms.checked_add(part_ms)
}

/// A number of digits only: no sign.
fn digits(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// How long messages travel: `20`, `20ms`, `10..80`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Travel(pub(crate) Delay);

impl Travel {
    /// The mean, in milliseconds.
    pub(crate) fn mean_ms(self) -> u64 {
        match self.0 {
            Delay::Constant(ms) => ms,
            Delay::Uniform { min_ms, max_ms } => min_ms.midpoint(max_ms),
            // A tail that halves has its mean 1.44 half-lives above the least.
            Delay::Tailed { min_ms, half_ms, max_ms } => max_ms.min(min_ms + half_ms + half_ms / 2),
        }
    }

    /// The longest, in milliseconds.
    pub(crate) fn max_ms(self) -> u64 {
        match self.0 {
            Delay::Constant(ms) => ms,
            Delay::Uniform { max_ms, .. } | Delay::Tailed { max_ms, .. } => max_ms,
        }
    }
}

impl Default for Travel {
    fn default() -> Self {
        Self(Delay::Constant(20))
    }
}

impl FromStr for Travel {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let Some((least, most)) = text.split_once("..") else {
            return delay_ms(text).map(|ms| Self(Delay::Constant(ms)));
        };
        let (min_ms, max_ms) = (delay_ms(least)?, delay_ms(most)?);
        if min_ms > max_ms {
            return Refused::new(format!("the least comes first: {max_ms}..{min_ms}"));
        }
        Ok(Self(Delay::Uniform { min_ms, max_ms }))
    }
}

/// A delay in milliseconds, for which the unit may be left out.
fn delay_ms(text: &str) -> Result<u64, Refused> {
    let ms = match digits(text) {
        Some(ms) if !text.is_empty() => Some(ms),
        _ => text.parse::<Span>().ok().map(|span| span.ms),
    };
    match ms {
        Some(ms @ 1..=10_000) => Ok(ms),
        _ => Refused::new("a message travels for 1 to 10000 ms: 20, 20ms or 10..80"),
    }
}

/// How many transactions arrive: a number a second, or `idle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rate {
    /// None: only heartbeats keep the chain alive.
    Idle,
    /// So many a second.
    PerSecond(u32),
}

impl FromStr for Rate {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        match (text, text.parse()) {
            ("idle", _) => Ok(Self::Idle),
            (_, Ok(rate @ 1..=RATE_MAX)) => Ok(Self::PerSecond(rate)),
            _ => Refused::new("a load is 1 to 100000 transactions a second, or idle"),
        }
    }
}

/// How fast simulated time passes in the live picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pace {
    /// So many simulated seconds a second: `0.5x`, `2x`.
    Times(f64),
    /// As many as make a view of a calm network last so long: `100ms`.
    PerView(Span),
    /// As fast as the machine can: `max`.
    Max,
}

impl FromStr for Pace {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        if text == "max" {
            return Ok(Self::Max);
        }
        if let Ok(span @ Span { ms: 1.. }) = text.parse() {
            return Ok(Self::PerView(span));
        }
        match text.strip_suffix('x').unwrap_or(text).parse() {
            Ok(times) if (PACE_MIN..=PACE_MAX).contains(&times) => Ok(Self::Times(times)),
            _ => Refused::new(
                "a pace is 0.001x to 1000x, a time for each view such as 100ms, or max",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{reads, refuses};
    use super::*;

    #[test]
    fn validators_are_counted() {
        reads(&[("4", Validators(4)), ("100", Validators(100))]);
        refuses::<Validators>(&[
            ("0", "4 to 100"),
            ("3", "4 to 100"),
            ("101", "4 to 100"),
            ("-7", "4 to 100"),
            ("seven", "4 to 100"),
        ]);
    }

    #[test]
    fn shares_are_thousandths() {
        let share = |permille| Share { permille };
        reads(&[
            ("0", share(0)),
            ("0.1", share(100)),
            ("10%", share(100)),
            ("0.0014", share(1)),
            ("0.0006", share(1)),
            ("99.9%", share(999)),
        ]);
        refuses::<Share>(&[
            ("1", "below 1"),
            ("-0.1", "at least 0"),
            ("ten", "such as"),
            ("NaN", "such as"),
            ("100%", "below 1"),
            ("0.0001", "thousandths"),
        ]);
    }

    #[test]
    fn spans_have_units() {
        let span = |ms| Span { ms };
        reads(&[
            ("0s", span(0)),
            ("250ms", span(250)),
            ("10s", span(10_000)),
            ("1.5s", span(1500)),
            ("0.001s", span(1)),
            ("2m", span(120_000)),
            ("24h", span(86_400_000)),
        ]);
        refuses::<Span>(&[
            ("10", "unit"),
            ("s", "a number"),
            ("-1s", "a number"),
            ("1.s", "a number"),
            ("1e3s", "a number"),
            ("5 fortnights", "unit"),
            ("25h", "24h"),
            ("99999999999999999999h", "a number"),
        ]);
    }

    #[test]
    fn delays_are_one_number_or_two() {
        let uniform = Travel(Delay::Uniform { min_ms: 10, max_ms: 80 });
        reads(&[
            ("20", Travel(Delay::Constant(20))),
            ("1s", Travel(Delay::Constant(1000))),
            ("10..80", uniform),
            ("10ms..80ms", uniform),
        ]);
        refuses::<Travel>(&[
            ("80..10", "10..80"),
            ("0", "1 to 10000"),
            ("..", "1 to 10000"),
            ("", "1 to 10000"),
            ("10..x", "1 to 10000"),
        ]);
        assert_eq!((uniform.mean_ms(), uniform.max_ms()), (45, 80));
    }

    #[test]
    fn rates_and_paces_are_bounded() {
        reads(&[("idle", Rate::Idle), ("50", Rate::PerSecond(50))]);
        refuses::<Rate>(&[("0", "idle"), ("100001", "100000"), ("much", "a second")]);
        reads(&[
            ("max", Pace::Max),
            ("0.5x", Pace::Times(0.5)),
            ("2", Pace::Times(2.0)),
            ("100ms", Pace::PerView(Span { ms: 100 })),
        ]);
        refuses::<Pace>(&[("0", "max"), ("-1x", "max"), ("fast", "100ms"), ("0ms", "max")]);
    }
}
