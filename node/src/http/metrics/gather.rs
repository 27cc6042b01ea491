//! Looks at the node when somebody asks for its metrics.

use super::process::Process;
use super::{Build, Metrics, Part, plain};
use crate::cpu;
use crate::http::app::App;
use crate::http::refused::Refused;
use crate::node::Picture;
use hefu_ledger::store::Store;
use hefu_ledger::store::rocks::{Column, RocksStore};
use hefu_primitives::Timestamp;
use prometheus_client::metrics::gauge::Gauge;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What is read of the store.
struct Stored {
    time: Timestamp,
    bytes: BTreeMap<Column, u64>,
}

/// All metrics as they are now: in `OpenMetrics`, or in the older form.
pub(in crate::http) async fn show(app: &Arc<App>, open: bool) -> Result<String, Refused> {
    let stored = app.read_at_once(stored).await?.value;
    let picture = app.picture().await?;
    let metrics = &app.metrics;
    metrics.see_agreement(app, &picture, stored.time);
    metrics.see_peers(app, &picture);
    metrics.see_pending(app, &picture);
    metrics.see_process(app, &stored.bytes);
    let text = metrics.catalogue.encode().map_err(|error| Refused::internal(&error))?;
    Ok(if open { text } else { plain::of(&text) })
}

fn stored(store: &RocksStore) -> Result<Stored, Refused> {
    Ok(Stored { time: store.head().header.time, bytes: store.live_bytes()? })
}

/// Sets a gauge to a number that is not negative.
fn set(gauge: &Gauge, number: impl TryInto<i64>) {
    gauge.set(number.try_into().unwrap_or(i64::MAX));
}

impl Metrics {
    fn see_agreement(&self, app: &App, picture: &Picture, newest: Timestamp) {
        let behind = picture.catching_up_to.map_or(0, |target| target.since(picture.height));
        set(&self.height, picture.height.get());
        set(&self.epoch, picture.epoch.get());
        set(&self.view, picture.view.get());
        self.view_seconds.set(Duration::from_millis(picture.in_view_ms).as_secs_f64());
        self.block_age_seconds.set(Duration::from_millis(app.now().since(newest)).as_secs_f64());
        set(&self.behind, behind);
        set(&self.votes, picture.votes);
        set(&self.halted, app.live.halted().is_some());
        set(&self.validators, picture.validators.len());
        set(&self.quorum, picture.quorum);
    }

    fn see_peers(&self, app: &App, picture: &Picture) {
        let reachable = picture.peers.iter().filter(|peer| peer.reached_at.is_some()).count();
        let dropped = picture.peers.iter().map(|peer| peer.dropped).sum();
        let (connections, strangers) = app.live.connections();
        set(&self.peers, picture.peers.len());
        set(&self.peers_reachable, reachable);
        self.dropped.inner().store(dropped, Ordering::Relaxed);
        set(&self.peer_connections, connections);
        self.strangers.inner().store(strangers, Ordering::Relaxed);
    }

    fn see_pending(&self, app: &App, picture: &Picture) {
        let pending = &picture.pending;
        let (waiters, subscribers) = app.herald.audience();
        set(&self.pending, pending.count);
        set(&self.pending_bytes, pending.bytes);
        set(&self.checking_bytes, pending.checking_bytes);
        set(&self.sources, pending.sources);
        set(&self.verdict_bytes, pending.verdict_bytes);
        set(&self.waiters, waiters);
        set(&self.subscribers, subscribers);
    }

    fn see_process(&self, app: &App, bytes: &BTreeMap<Column, u64>) {
        for (column, bytes) in bytes {
            let part = Part { part: format!("{column:?}").to_lowercase() };
            set(&self.store_bytes.get_or_create(&part), *bytes);
        }
        let process = Process::look();
        set(&self.memory_bytes, process.memory_bytes);
        self.cpu_seconds.inner().store(process.cpu.as_secs_f64().to_bits(), Ordering::Relaxed);
        for (part, spent) in cpu::spent() {
            let counter = self.part_seconds.get_or_create_owned(&Part { part: part.to_owned() });
            counter.inner().store(spent.as_secs_f64().to_bits(), Ordering::Relaxed);
        }
        set(&self.files, process.files);
        self.started.set(Duration::from_millis(self.begun_at.get()).as_secs_f64());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let build = Build { version, network: app.network().to_string() };
        self.build.get_or_create(&build).set(1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Request;
    use super::*;

    /// Metrics of which each has a value: a family without members is not shown.
    fn filled() -> Metrics {
        let metrics = Metrics::new();
        let (route, method) = ("/".to_owned(), "GET".to_owned());
        metrics.count_request(&Request { route, method, status: 200 }, Duration::ZERO);
        metrics.count_submission("ok");
        metrics.store_bytes.get_or_create(&Part { part: "headers".to_owned() }).set(1);
        let _ = metrics.part_seconds.get_or_create(&Part { part: "tree".to_owned() });
        let (version, network) = ("1".to_owned(), "fixture".to_owned());
        metrics.build.get_or_create(&Build { version, network }).set(1);
        metrics
    }

    /// The table of docs/metrics.md, from the descriptions that Prometheus gets.
    fn table() -> String {
        let text = plain::of(&filled().catalogue.encode().unwrap());
        let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
        let kinds: BTreeMap<&str, &str> = kinds.collect();
        let helps = text.lines().filter_map(|line| line.strip_prefix("# HELP ")?.split_once(' '));
        let row = |(name, help): (&str, &str)| {
            format!("| `{name}` | {} | {} |\n", kinds[name], help.trim_end_matches('.'))
        };
        let rows: String = helps.map(row).collect();
        format!("| metric | kind | what it tells |\n| --- | --- | --- |\n{rows}")
    }

    #[test]
    fn the_document_lists_every_metric() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/metrics.md");
        let document = std::fs::read_to_string(path).unwrap();
        assert!(document.contains(&table()), "docs/metrics.md should hold\n{}", table());
    }
}
