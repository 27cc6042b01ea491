//! What nodes tell of themselves on their administration addresses, one number a line.

use crate::api::Api;
use crate::state::NodeState;
use anyhow::Result;
use hefu_api::paths;
use std::str::FromStr;

/// All that a node tells now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metrics(String);

impl Metrics {
    /// Asks a node.
    pub(crate) async fn of(api: &Api, node: &NodeState) -> Result<Self> {
        let text = api.get(node.admin, paths::METRICS).await?.bytes()?;
        Ok(Self(String::from_utf8_lossy(&text).into_owned()))
    }

    /// The metric of this name that has no labels.
    pub(crate) fn value<T: FromStr>(&self, name: &str) -> Option<T> {
        self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
    }

    /// The metric of this name with one label: each value of the label, and its number.
    pub(crate) fn values<'a, T: FromStr>(
        &'a self,
        name: &'a str,
        label: &'a str,
    ) -> impl Iterator<Item = (&'a str, T)> {
        self.0.lines().filter_map(move |line| {
            let labels = line.strip_prefix(name)?.strip_prefix('{')?;
            let (value, number) =
                labels.strip_prefix(label)?.strip_prefix("=\"")?.split_once("\"} ")?;
            Some((value, number.parse().ok()?))
        })
    }
}

#[cfg(test)]
impl From<&str> for Metrics {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_found_by_its_whole_name() {
        let metrics = Metrics::from("# HELP a_b x\na_b_total 3\na_b 7\na_b{x=\"1\"} 9\na_c 0.5\n");
        assert_eq!(metrics.value::<u64>("a_b"), Some(7));
        assert_eq!(metrics.value::<u64>("a"), None);
        assert_eq!(metrics.value::<f64>("a_c"), Some(0.5));
    }

    #[test]
    fn a_metric_with_a_label_has_a_number_for_each_of_its_values() {
        let metrics =
            Metrics::from("a_b 7\na_b{x=\"1\"} 9\na_b{x=\"2\"} 8\na_b{y=\"1\"} 6\na{x=\"1\"} 5\n");
        let values: Vec<(&str, u64)> = metrics.values("a_b", "x").collect();
        assert_eq!(values, [("1", 9), ("2", 8)]);
    }
}
