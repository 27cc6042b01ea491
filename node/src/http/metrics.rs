//! What is counted and measured, for whoever watches the node (docs/metrics.md).

mod catalogue;
mod gather;
mod plain;
mod process;

pub(super) use gather::show;

use crate::clock::Clock;
use catalogue::Catalogue;
use hefu_api::BlockSummary;
use hefu_primitives::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// How requests are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Request {
    pub(super) route: String,
    pub(super) method: String,
    pub(super) status: u16,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Route {
    pub(super) route: String,
}

/// What came of something: `ok`, or a code.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Outcome {
    pub(super) outcome: String,
}

/// A part of the store, or of the node.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Part {
    pub(super) part: String,
}

/// Which program runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Build {
    pub(super) version: String,
    pub(super) network: String,
}

type Seconds = Family<Route, Histogram, fn() -> Histogram>;
type SecondsTotal = Counter<f64, AtomicU64>;

/// All that is counted and measured.
pub(super) struct Metrics {
    catalogue: Catalogue,
    begun_at: Timestamp,

    height: Gauge,
    epoch: Gauge,
    view: Gauge,
    view_seconds: Gauge<f64, AtomicU64>,
    block_age_seconds: Gauge<f64, AtomicU64>,
    behind: Gauge,
    votes: Gauge,
    halted: Gauge,
    validators: Gauge,
    quorum: Gauge,
    blocks: Counter,
    transactions: Counter,
    block_interval: Histogram,

    peers: Gauge,
    peers_reachable: Gauge,
    dropped: Counter,
    peer_connections: Gauge,
    strangers: Counter,

    pending: Gauge,
    pending_bytes: Gauge,
    checking_bytes: Gauge,
    sources: Gauge,
    verdict_bytes: Gauge,
    submissions: Family<Outcome, Counter>,

    requests: Family<Request, Counter>,
    request_seconds: Seconds,
    connections: Gauge,
    connections_refused: Counter,
    waiters: Gauge,
    subscribers: Gauge,

    store_bytes: Family<Part, Gauge>,
    memory_bytes: Gauge,
    cpu_seconds: SecondsTotal,
    part_seconds: Family<Part, SecondsTotal>,
    files: Gauge,
    started: Gauge<f64, AtomicU64>,
    build: Family<Build, Gauge>,
}

/// From a tenth of a millisecond to thirteen seconds, doubling.
fn request_times() -> Histogram {
    Histogram::new(prometheus_client::metrics::histogram::exponential_buckets(0.0001, 2.0, 18))
}

/// From ten milliseconds to eighty seconds, doubling.
fn block_times() -> Histogram {
    Histogram::new(prometheus_client::metrics::histogram::exponential_buckets(0.01, 2.0, 14))
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut all = Catalogue::default();
        Self {
            begun_at: Clock::default().now(),

            height: all.add("hefu_height", "height of the last block that is stored"),
            epoch: all.add("hefu_epoch", "epoch that the node is in"),
            view: all.add("hefu_view", "view that the node is in, from 1 in each epoch"),
            view_seconds: all.add("hefu_view_seconds", "how long it has been in this view"),
            block_age_seconds: all.add("hefu_block_age_seconds", "age of the last block"),
            behind: all.add("hefu_blocks_behind", "blocks that are final and not stored here yet"),
            votes: all.add("hefu_votes", "1 if the node is a validator of this epoch, else 0"),
            halted: all.add("hefu_halted", "1 if the node signs nothing any more, else 0"),
            validators: all.add("hefu_validators", "validators of this epoch"),
            quorum: all.add("hefu_quorum", "validators that must agree"),
            blocks: all.add("hefu_blocks", "blocks that became final while the node ran"),
            transactions: all.add("hefu_transactions", "transactions in these blocks"),
            block_interval: all.add_made(
                "hefu_block_interval_seconds",
                "time between blocks, by their own times",
                block_times(),
            ),

            peers: all.add("hefu_peers", "peers that may connect"),
            peers_reachable: all.add("hefu_peers_reachable", "peers that are connected"),
            dropped: all.add("hefu_peer_messages_dropped", "messages to peers that were dropped"),
            peer_connections: all.add("hefu_peer_connections", "connections with peers"),
            strangers: all.add("hefu_strangers", "connections refused for an unknown key"),

            pending: all.add("hefu_pending_transactions", "transactions that wait for a block"),
            pending_bytes: all.add("hefu_pending_bytes", "bytes of these transactions"),
            checking_bytes: all.add("hefu_checking_bytes", "bytes of transactions being checked"),
            sources: all.add("hefu_sources", "clients and peers that burden the node"),
            verdict_bytes: all.add("hefu_verdict_bytes", "bytes of transactions from blocks kept"),
            submissions: all
                .add("hefu_submissions", "transactions submitted over HTTP, by outcome"),

            requests: all.add("hefu_http_requests", "requests, by route, method and status"),
            request_seconds: all.add_made(
                "hefu_http_request_seconds",
                "time until a request's answer began, by route",
                Seconds::new_with_constructor(request_times),
            ),
            connections: all.add("hefu_http_connections", "connections of clients"),
            connections_refused: all.add("hefu_http_connections_refused", "connections too many"),
            waiters: all.add("hefu_http_waiters", "requests that wait for a transaction"),
            subscribers: all.add("hefu_http_subscribers", "streams of events"),

            store_bytes: all.add("hefu_store_bytes", "bytes of files of the store, by part"),
            memory_bytes: all.add("process_resident_memory_bytes", "memory of the process"),
            cpu_seconds: all.add("process_cpu_seconds", "processor time of the process"),
            part_seconds: all.add("hefu_part_cpu_seconds", "processor time by part of the node"),
            files: all.add("process_open_fds", "files and sockets that the process has open"),
            started: all.add("process_start_time_seconds", "when it started, since 1970"),
            build: all.add("hefu_build_info", "always 1; its labels tell version and network"),
            catalogue: all,
        }
    }

    /// Counts a request whose answer has begun.
    pub(super) fn count_request(&self, request: &Request, took: Duration) {
        let route = Route { route: request.route.clone() };
        self.request_seconds.get_or_create(&route).observe(took.as_secs_f64());
        self.requests.get_or_create(request).inc();
    }

    /// Counts a submission: `ok`, or the code of why not.
    pub(super) fn count_submission(&self, outcome: &str) {
        self.submissions.get_or_create(&Outcome { outcome: outcome.to_owned() }).inc();
    }

    /// Counts a final block, where the one before it was made at `before`.
    pub(super) fn count_block(&self, block: &BlockSummary, before: Timestamp) {
        self.blocks.inc();
        self.transactions.inc_by(u64::from(block.transactions));
        let interval = Timestamp::new(block.time_ms).since(before);
        self.block_interval.observe(Duration::from_millis(interval).as_secs_f64());
    }

    /// Counts a connection that begins; when what it gives is dropped, the connection has ended.
    pub(super) fn connection(&self) -> Connected {
        self.connections.inc();
        Connected(self.connections.clone())
    }

    /// Counts a connection that was not taken.
    pub(super) fn count_refused_connection(&self) {
        self.connections_refused.inc();
    }
}

/// A connection that is counted.
pub(super) struct Connected(Gauge);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}
