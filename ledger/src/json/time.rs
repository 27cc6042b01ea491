//! Times for people: RFC 3339, in UTC.
//!
//! A time has one spelling: `2026-11-22T08:00:00Z`, with three digits of a second behind it
//! unless these are zero.

use super::error::{Fault, JsonError};
use hefu_primitives::Timestamp;

/// Days of 400 years, after which the calendar repeats.
const ERA_DAYS: u64 = 146_097;
const DAY_MS: u64 = 86_400_000;

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

const fn days_of_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

const fn days_of_month(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Takes off `left` the days of one year or month after the other, from the `first` on, and
/// returns the one in which it ends.
fn walk(left: &mut u64, first: u64, days_of: impl Fn(u64) -> u64) -> u64 {
    let mut current = first;
    while let Some(rest) = left.checked_sub(days_of(current)) {
        *left = rest;
        current = current.saturating_add(1);
    }
    current
}

/// The RFC 3339 text of a time. The year has more than four digits after 9999, and then the text
/// is not RFC 3339 and is not read again.
pub(crate) fn time_text(time: Timestamp) -> String {
    let (days, ms) = (time.get() / DAY_MS, time.get() % DAY_MS);
    let mut left = days % ERA_DAYS;
    let first = (days / ERA_DAYS).saturating_mul(400).saturating_add(1970);
    let year = walk(&mut left, first, days_of_year);
    let month = walk(&mut left, 1, |month| days_of_month(year, month));
    let day = left.saturating_add(1);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    let fraction = match ms % 1_000 {
        0 => String::new(),
        rest => format!(".{rest:03}"),
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// The time that an RFC 3339 text stands for.
pub(crate) fn parse_time(text: &str) -> Result<Timestamp, JsonError> {
    // Whatever the parts are, only the spelling that the time itself would be given is accepted.
    let time = parts(text).filter(|time| time_text(*time) == text);
    let wrong = "a time in UTC is needed, such as 2026-11-22T08:00:00Z or 2026-11-22T08:00:00.250Z";
    time.ok_or_else(|| Fault::Wrong(wrong.to_owned()).into())
}

fn parts(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-')?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(clock, ':')?;
    if year > 9_999 || month > 12 {
        return None;
    }
    let years: u64 = (1970..year).map(days_of_year).sum();
    let months: u64 = (1..month).map(|month| days_of_month(year, month)).sum();
    let days = years.checked_add(months)?.checked_add(day.checked_sub(1)?)?;
    let minutes = days.checked_mul(24)?.checked_add(hour)?.checked_mul(60)?.checked_add(minute)?;
    let seconds = minutes.checked_mul(60)?.checked_add(second)?;
    let ms = seconds.checked_mul(1_000)?.checked_add(fraction.parse().ok()?)?;
    Some(Timestamp::new(ms))
}

fn numbers(text: &str, between: char) -> Option<[u64; 3]> {
    let parts: Option<Vec<u64>> = text.split(between).map(|part| part.parse().ok()).collect();
    parts?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_calendars_have_it() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
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
    fn every_day_of_an_era_reads_back() {
        for day in 0..ERA_DAYS {
            let time = Timestamp::new(day * DAY_MS + day);
            assert_eq!(parse_time(&time_text(time)), Ok(time));
        }
    }

    #[test]
    fn a_time_has_one_spelling() {
        for wrong in [
            "2026-11-22T08:00:00.000Z",
            "2026-11-22T08:00:00.5Z",
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
    fn any_time_has_a_text() {
        assert_eq!(time_text(Timestamp::MAX), "584556019-04-03T14:25:51.615Z");
        assert!(parse_time(&time_text(Timestamp::MAX)).is_err());
    }
}
