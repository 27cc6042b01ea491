//! `OpenMetrics` as the older text form of Prometheus, which most tools still read: there the name of a
//! counter ends in `_total` in its description too, and nothing marks the end.

/// The older form of a text in `OpenMetrics`.
pub(super) fn of(text: &str) -> String {
    let counters: Vec<&str> = text.lines().filter_map(counter).collect();
    let lines = text.lines().filter(|line| *line != "# EOF" && !line.starts_with("# UNIT "));
    lines.map(|line| described(line, &counters) + "\n").collect()
}

/// The name of the counter that a line declares.
fn counter(line: &str) -> Option<&str> {
    line.strip_prefix("# TYPE ")?.strip_suffix(" counter")
}

fn described(line: &str, counters: &[&str]) -> String {
    let mut words = line.splitn(4, ' ');
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some("#"), Some(what), Some(name), Some(rest)) if counters.contains(&name) => {
            format!("# {what} {name}_total {rest}")
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_has_one_name() {
        let open = "# HELP a things.\n# TYPE a counter\na_total 1\n# HELP b age.\n\
                    # TYPE b gauge\n# UNIT b seconds\nb 2\n# EOF\n";
        let plain = "# HELP a_total things.\n# TYPE a_total counter\na_total 1\n# HELP b age.\n\
                     # TYPE b gauge\nb 2\n";
        assert_eq!(of(open), plain);
    }
}
