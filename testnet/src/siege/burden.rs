//! What a siege costs the nodes: connections, files, memory, processor time.

use super::table;
use crate::api::Api;
use crate::metrics::Metrics;
use crate::state::{NodeState, State};
use crate::usage::Usage;
use anyhow::{Context, Result};
use std::time::Duration;
use tokio::time::{Instant, interval};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(500);

const CONNECTIONS: &str = "hefu_http_connections";
const REFUSED: &str = "hefu_http_connections_refused_total";
const FILES: &str = "process_open_fds";

/// The most that a node had at any look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Burden {
    connections: u64,
    refused: u64,
    files: u64,
    rss_bytes: u64,
}

impl Burden {
    /// Looks at all nodes again and again for so long.
    pub(super) async fn watch(api: Api, state: &State, span: Duration) -> Result<Vec<Self>> {
        let (start, mut pauses) = (Instant::now(), interval(PAUSE));
        let mut most = vec![Self::default(); state.nodes.len()];
        while start.elapsed() < span {
            pauses.tick().await;
            for (node, most) in state.nodes.iter().zip(&mut most) {
                most.add(&Self::of(&api, node).await?);
            }
        }
        Ok(most)
    }

    async fn of(api: &Api, node: &NodeState) -> Result<Self> {
        let metrics = Metrics::of(api, node).await?;
        let value = |name| metrics.value(name).with_context(|| format!("no {name} in metrics"));
        let usage = node.pid.and_then(Usage::of).unwrap_or_default();
        Ok(Self {
            connections: value(CONNECTIONS)?,
            refused: value(REFUSED)?,
            files: value(FILES)?,
            rss_bytes: usage.rss_bytes,
        })
    }

    fn add(&mut self, other: &Self) {
        self.connections = self.connections.max(other.connections);
        self.refused = self.refused.max(other.refused);
        self.files = self.files.max(other.files);
        self.rss_bytes = self.rss_bytes.max(other.rss_bytes);
    }

    /// What each node had at most.
    pub(super) fn table(state: &State, burdens: &[Self]) -> String {
        let rows = state.nodes.iter().zip(burdens).map(|(node, burden)| {
            [
                node.name.clone(),
                burden.connections.to_string(),
                burden.refused.to_string(),
                burden.files.to_string(),
                format!("{} MiB", burden.rss_bytes / (1024 * 1024)),
            ]
        });
        table(["NODE", "CONNECTIONS", "TURNED AWAY", "FILES", "RSS"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_of_each_counts() {
        let one = Burden { connections: 1, refused: 2, files: 9, rss_bytes: 1 };
        let mut most = Burden { connections: 5, refused: 1, files: 3, rss_bytes: 1 };
        most.add(&one);
        assert_eq!(most, Burden { connections: 5, refused: 2, files: 9, rss_bytes: 1 });
    }
}
