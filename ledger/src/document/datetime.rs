//! Times as documents and their metadata show them (DID Resolution 1.0, 3.1): UTC, whole seconds,
//! one spelling each, such as `2026-11-22T05:40:00Z`.

use crate::json::{parse_time, time_text};
use hefu_primitives::Timestamp;

const MS_PER_SECOND: u64 = 1_000;

/// The last second that four digits of a year can write, in milliseconds. Later times are shown
/// as this.
const LAST: Timestamp = Timestamp::new(253_402_300_799_000);

/// A time in words, rounded down to its second.
pub fn show_datetime(time: Timestamp) -> String {
    let within = time.get() % MS_PER_SECOND;
    time_text(time.saturating_sub(within).min(LAST))
}

/// The beginning of the second that a text names, if it is spelt as [`show_datetime`] spells it.
/// Other offsets, fractions, lower case and leap seconds are refused.
pub fn parse_datetime(text: &str) -> Option<Timestamp> {
    let time = parse_time(text).ok()?;
    time.get().is_multiple_of(MS_PER_SECOND).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_time_is_shown_in_whole_seconds() {
        for (ms, shown) in [
            (0, "1970-01-01T00:00:00Z"),
            (999, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_326_000_123, "2026-11-22T05:40:00Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59Z"),
            (253_402_300_800_000, "9999-12-31T23:59:59Z"),
            (u64::MAX, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(show_datetime(Timestamp::new(ms)), shown, "{ms}");
        }
    }

    #[test]
    fn a_time_has_one_spelling() {
        assert_eq!(parse_datetime("2026-11-22T05:40:00Z"), Some(Timestamp::new(1_795_326_000_000)));
        for wrong in [
            "2026-11-22T05:40:00.000Z",
            "2026-11-22T05:40:00.123Z",
            "2026-11-22T05:40:00+00:00",
            "2026-11-22T06:40:00+01:00",
            "2026-11-22t05:40:00z",
            "2026-11-22 05:40:00Z",
            "2016-12-31T23:59:60Z",
            "2026-02-29T00:00:00Z",
            "2026-11-22",
            "1969-12-31T23:59:59Z",
            "+002026-11-22T05:40:00Z",
            "",
        ] {
            assert_eq!(parse_datetime(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(seconds in 0..253_402_300_800u64) {
            let time = Timestamp::new(seconds * MS_PER_SECOND);
            prop_assert_eq!(parse_datetime(&show_datetime(time)), Some(time));
        }
    }
}
