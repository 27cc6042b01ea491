//! Which parts of the nodes take how much time on a processor, from what each node counts itself.

use crate::api::Api;
use crate::metrics::Metrics;
use crate::state::State;
use crate::status::align;
use std::collections::BTreeMap;
use std::time::Duration;

/// The metric in which a node tells what its parts have spent.
const SPENT: &str = "hefu_part_cpu_seconds_total";

/// The time of the process, from which theirs is taken.
const ALL: &str = "process_cpu_seconds_total";

/// What the parts of all nodes together have spent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    by_name: BTreeMap<String, Duration>,
    all: Duration,
}

impl Parts {
    /// As all nodes tell now. Who does not answer counts for nothing.
    pub(super) async fn ask(api: &Api, state: &State) -> Self {
        let mut parts = Self::default();
        for node in &state.nodes {
            parts.add(&Metrics::of(api, node).await.unwrap_or_default());
        }
        parts
    }

    /// Adds what one node tells.
    fn add(&mut self, metrics: &Metrics) {
        for (name, seconds) in metrics.values(SPENT, "part") {
            *self.by_name.entry(name.to_owned()).or_default() += span(seconds);
        }
        self.all += span(metrics.value(ALL).unwrap_or_default());
    }

    /// What was spent since.
    fn since(&self, before: &Self) -> Self {
        let less = |(name, spent): (&String, &Duration)| {
            let then = before.by_name.get(name).copied().unwrap_or_default();
            (name.clone(), spent.saturating_sub(then))
        };
        let by_name = self.by_name.iter().map(less).collect();
        Self { by_name, all: self.all.saturating_sub(before.all) }
    }

    /// What each part has spent since, for each of so many final transactions, the greatest first, and
    /// what no part has counted last.
    pub(super) fn table(&self, before: &Self, finals: u32) -> String {
        let Self { by_name, all } = self.since(before);
        let counted: Duration = by_name.values().sum();
        let mut parts: Vec<(String, Duration)> = by_name.into_iter().collect();
        parts.sort_by_key(|(_, spent)| std::cmp::Reverse(*spent));
        parts.push(("rest".to_owned(), all.saturating_sub(counted)));
        let mut rows = vec![["PART", "CPU", "PER FINAL", "SHARE"].map(str::to_owned)];
        rows.extend(parts.iter().map(|(name, spent)| row(name, *spent, all, finals)));
        rows.push(row("all nodes", all, all, finals));
        align(&rows)
    }
}

fn row(name: &str, spent: Duration, all: Duration, finals: u32) -> [String; 4] {
    let share = 100.0 * spent.as_secs_f64() / all.as_secs_f64().max(f64::MIN_POSITIVE);
    [
        name.to_owned(),
        format!("{:.2} s", spent.as_secs_f64()),
        format!("{} µs", spent.checked_div(finals).unwrap_or_default().as_micros()),
        format!("{share:.0} %"),
    ]
}

/// So many seconds, as far as they are a span of time.
fn span(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Parts {
        let mut parts = Parts::default();
        parts.add(&text.into());
        parts
    }

    const BEFORE: &str = "# TYPE hefu_part_cpu_seconds_total counter\n\
                          hefu_part_cpu_seconds_total{part=\"tree\"} 1.5\n\
                          process_cpu_seconds_total 4.0\nhefu_height 9\n";
    const AFTER: &str = "hefu_part_cpu_seconds_total{part=\"tree\"} 2.5\n\
                         hefu_part_cpu_seconds_total{part=\"http\"} 2\n\
                         process_cpu_seconds_total 8.0\n";

    #[test]
    fn parts_of_all_nodes_add_up_and_the_rest_is_nobodys() {
        let mut before = parts(BEFORE);
        before.add(&BEFORE.into());
        let mut after = parts(AFTER);
        after.add(&AFTER.into());
        let table = after.table(&before, 1_000);
        let lines: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["http", "4.00", "s", "4000", "µs", "50", "%"]);
        assert_eq!(lines[2], ["tree", "2.00", "s", "2000", "µs", "25", "%"]);
        assert_eq!(lines[3], ["rest", "2.00", "s", "2000", "µs", "25", "%"]);
        assert_eq!(lines[4], ["all", "nodes", "8.00", "s", "8000", "µs", "100", "%"]);
    }

    #[test]
    fn a_node_that_tells_nothing_is_no_error() {
        assert_eq!(parts("no metrics"), Parts::default());
        assert!(Parts::default().table(&Parts::default(), 0).contains("rest"));
    }
}
