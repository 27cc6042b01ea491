//! How the nodes of a network are, as a table.

use crate::api::Api;
use crate::state::{NodeState, State};
use crate::usage::Usage;
use hefu_api::Status;

const HEADINGS: [&str; 10] =
    ["NODE", "ROLE", "PID", "HEIGHT", "VIEW", "PEERS", "PENDING", "RSS", "CPU", "API"];

/// The table, a line a node.
pub(crate) async fn table(api: &Api, state: &State) -> String {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    for node in &state.nodes {
        let status = api.status(node.http).await.ok();
        let usage = node.pid.and_then(Usage::of);
        rows.push(row(node, status.as_ref(), usage));
    }
    align(&rows)
}

fn row(node: &NodeState, status: Option<&Status>, usage: Option<Usage>) -> [String; 10] {
    let dash = || "-".to_owned();
    let said = |say: fn(&Status) -> String| status.map_or_else(dash, say);
    let peers = |status: &Status| {
        let reachable = status.peers.iter().filter(|peer| peer.reachable).count();
        format!("{reachable}/{}", status.peers.len())
    };
    [
        node.name.clone(),
        node.role.to_string(),
        node.pid.map_or_else(|| "down".to_owned(), |pid| pid.to_string()),
        said(|status| status.height.to_string()),
        said(|status| status.view.to_string()),
        said(peers),
        said(|status| status.pending.transactions.to_string()),
        usage.map_or_else(dash, |usage| format!("{} MiB", usage.rss_bytes / (1024 * 1024))),
        usage.map_or_else(dash, |usage| format!("{:.1} s", usage.cpu.as_secs_f64())),
        format!("http://{}", node.http),
    ]
}

/// Rows with their columns one below the other.
pub(crate) fn align<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::align;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["a", "bb", "c"], ["aaa", "b", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(align(&rows), "a    bb  c\naaa  b");
    }
}
