//! The list of all metrics.

use prometheus_client::encoding::text;
use prometheus_client::registry::{Metric, Registry};
use std::fmt::Error;

/// All metrics by name.
#[derive(Debug, Default)]
pub(super) struct Catalogue(Registry);

impl Catalogue {
    /// Adds a metric. To the name of a counter, `_total` is added.
    pub(super) fn add<M: Metric + Clone + Default>(&mut self, name: &str, help: &str) -> M {
        self.add_made(name, help, M::default())
    }

    /// Adds a metric that was made already.
    pub(super) fn add_made<M: Metric + Clone>(&mut self, name: &str, help: &str, metric: M) -> M {
        self.0.register(name, help, metric.clone());
        metric
    }

    /// All values, as `OpenMetrics` has them. A family without members is
    /// left out.
    pub(super) fn encode(&self) -> Result<String, Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.0)?;
        Ok(text)
    }
}
