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

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

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
