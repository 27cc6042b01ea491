//! Times for people: RFC 3339, in UTC, to the millisecond.
//!
//! A time has one spelling: `2026-11-22T08:00:00Z`, with a fraction of a second only if there is
//! one, and no zeros at its end. Documents show whole seconds only
//! ([`crate::document::show_datetime`]); what is read back and hashed must not lose any.

use super::error::{Fault, JsonError};
use hefu_primitives::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const NS_PER_MS: i128 = 1_000_000;

/// The RFC 3339 text of a time. After the year 9999 there is none: the text is the number then,
/// and is not read again.
pub(crate) fn time_text(time: Timestamp) -> String {
    let ns = i128::from(time.get()).saturating_mul(NS_PER_MS);
    let date = OffsetDateTime::from_unix_timestamp_nanos(ns).ok();
    date.and_then(|date| date.format(&Rfc3339).ok()).unwrap_or_else(|| time.to_string())
}

/// The time that an RFC 3339 text stands for.
pub(crate) fn parse_time(text: &str) -> Result<Timestamp, JsonError> {
    let date = OffsetDateTime::parse(text, &Rfc3339).ok();
    let ms = date.and_then(|date| u64::try_from(date.unix_timestamp_nanos() / NS_PER_MS).ok());
    // However the text is spelt, only the spelling that the time itself would be given is right.
    let time = ms.map(Timestamp::new).filter(|time| time_text(*time) == text);
    let wrong = "a time in UTC is needed, such as 2026-11-22T08:00:00Z or 2026-11-22T08:00:00.25Z";
    time.ok_or_else(|| Fault::Wrong(wrong.to_owned()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_calendars_have_it() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_700_000_000_500, "2023-11-14T22:13:20.5Z"),
            (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(time_text(Timestamp::new(ms)), text);
            assert_eq!(parse_time(text), Ok(Timestamp::new(ms)));
        }
    }

    #[test]
    fn a_time_has_one_spelling() {
        for wrong in [
            "2026-11-22T08:00:00.000Z",
            "2026-11-22T08:00:00.50Z",
            "2026-11-22T08:00:00.0001Z",
            "2026-11-22T08:00:00+00:00",
            "2026-11-22t08:00:00z",
            "2026-11-22 08:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T23:59:60Z",
            "1969-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "99999999999999-01-01T00:00:00Z",
            "2026-1-1T0:0:0Z",
            "",
        ] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_after_the_year_9999_is_its_number() {
        assert_eq!(time_text(Timestamp::new(253_402_300_800_000)), "253402300800000");
        assert_eq!(time_text(Timestamp::MAX), u64::MAX.to_string());
        assert!(parse_time(&time_text(Timestamp::MAX)).is_err());
    }
}
