//! Spans of time as they are typed: a whole number and its unit.

use std::time::Duration;

/// The span that a text such as `500ms`, `10s` or `2m` stands for.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(format!("{text:?} is no span of time, such as 500ms, 10s or 2m")),
    };
    let number: Option<u64> = number.parse().ok();
    let span = number.and_then(|number| number.checked_mul(ms));
    span.map(Duration::from_millis).ok_or_else(|| format!("{text:?} is no span of time"))
}

/// The milliseconds that a text such as `+1h` or `-30s` stands for.
pub(crate) fn parse_offset(text: &str) -> Result<i64, String> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let ms = i64::try_from(parse(rest)?.as_millis());
    ms.map(|ms| sign * ms).map_err(|_| format!("{text:?} is too long"))
}

#[cfg(test)]
mod tests {
    use super::{parse, parse_offset};
    use std::time::Duration;

    #[test]
    fn an_offset_has_a_side() {
        assert_eq!(parse_offset("+1h"), Ok(3_600_000));
        assert_eq!(parse_offset("-30s"), Ok(-30_000));
        assert_eq!(parse_offset("5ms"), Ok(5));
        for wrong in ["", "-", "+-1s", "--1s", "9223372036854775807s"] {
            assert!(parse_offset(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(parse("2m"), Ok(Duration::from_mins(2)));
        for wrong in ["", "5", "s", "-1s", "1.5s", "5 s", "9999999999999999999h"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
