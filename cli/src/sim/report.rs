//! What a run came to: for a person as lines, for a program as one JSON object.

mod table;

use super::parse::Travel;
use super::run::{Ended, Run};
use super::shortest::Shortest;
use super::story;
use super::words::ratio;
use hefu_sim::{Attack, Cause, Spread, Summary, Traffic, Violation};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The report of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    version: &'static str,
    seed: u64,
    validators: u8,
    byzantine: Vec<Attack>,
    ended: &'static str,
    time_ms: u64,
    blocks: u64,
    empty_blocks: u64,
    transactions: u64,
    views: u64,
    views_wanted: Option<u64>,
    views_per_block: Option<f64>,
    messages_per_block: Option<f64>,
    bytes_per_block: Option<f64>,
    messages: BTreeMap<String, Kind>,
    deliveries: u64,
    lost: u64,
    finality: Latency,
    interval: Latency,
    nullified: BTreeMap<Cause, u64>,
    evidence: u64,
    crashes: u64,
    restarts: u64,
    power_cuts: u64,
    partitions: u64,
    epochs: u64,
    halts: u64,
    dropped: u64,
    violations: Vec<Broken>,
    hash: String,
    /// Whether a replay took the recorded course.
    #[serde(skip_serializing_if = "Option::is_none")]
    same_course: Option<bool>,
    /// The command that takes this course again.
    command: String,
    /// The file that holds the run.
    trace: Option<PathBuf>,
    /// After a violation: the shortest run found that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    shortest: Option<Brief>,
}

/// A run in short.
#[derive(Debug, Serialize)]
struct Brief {
    validators: u8,
    byzantine: Vec<Attack>,
    faults: usize,
    time_ms: u64,
    violation: Option<Broken>,
    trace: Option<PathBuf>,
    command: Option<String>,
}

/// What was sent of one kind of message.
#[derive(Debug, Serialize)]
struct Kind {
    count: u64,
    bytes: u64,
    count_per_block: Option<f64>,
    bytes_per_block: Option<f64>,
}

/// How long something took.
#[derive(Debug, Serialize)]
struct Latency {
    mean_ms: u64,
    min_ms: u64,
    max_ms: u64,
    /// The mean in mean message delays.
    message_delays: Option<f64>,
}

/// A rule seen broken.
#[derive(Debug, Serialize)]
struct Broken {
    rule: u8,
    oracle: &'static str,
    at_ms: u64,
    node: Option<u8>,
    sentence: String,
    /// What happened just before, oldest first.
    before: Vec<String>,
}

/// What a report is told besides the run.
pub(crate) struct Aside {
    /// The command that takes this course again.
    pub(crate) command: String,
    /// Whether a replay took the recorded course.
    pub(crate) same_course: Option<bool>,
    /// The file that holds the run.
    pub(crate) trace: Option<PathBuf>,
    /// After a violation: the shortest run found that shows it.
    pub(crate) shortest: Option<Shortest>,
}

impl Report {
    /// The report of a run that is over.
    pub(crate) fn new(run: &Run, aside: Aside) -> Self {
        let (world, summary) = (run.world(), run.summary());
        let scenario = world.scenario();
        let sent = summary.sent();
        let delay_ms = Travel(scenario.network.delay).mean_ms();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            seed: scenario.seed,
            validators: scenario.validators,
            byzantine: scenario.attackers.clone(),
            ended: ended(run.ended()),
            time_ms: world.now_ms(),
            views_per_block: ratio(summary.views, summary.blocks),
            messages_per_block: ratio(sent.count, summary.blocks),
            bytes_per_block: ratio(sent.bytes, summary.blocks),
            messages: kinds(&summary),
            finality: Latency::new(summary.finality_ms, delay_ms),
            interval: Latency::new(summary.interval_ms, delay_ms),
            violations: world.violations().iter().map(Broken::new).collect(),
            hash: world.hash(),
            command: aside.command,
            same_course: aside.same_course,
            trace: aside.trace,
            shortest: aside.shortest.as_ref().map(Brief::new),
            blocks: summary.blocks,
            empty_blocks: summary.empty_blocks,
            transactions: summary.transactions,
            views: summary.views,
            views_wanted: run.views_wanted(),
            deliveries: summary.deliveries,
            lost: summary.lost,
            evidence: summary.evidence,
            crashes: summary.crashes,
            restarts: summary.restarts,
            power_cuts: summary.power_cuts,
            partitions: summary.partitions,
            epochs: summary.epochs,
            halts: summary.halts,
            dropped: summary.dropped,
            nullified: summary.nullified,
        }
    }
}

impl Kind {
    fn new(traffic: Traffic, blocks: u64) -> Self {
        Self {
            count: traffic.count,
            bytes: traffic.bytes,
            count_per_block: ratio(traffic.count, blocks),
            bytes_per_block: ratio(traffic.bytes, blocks),
        }
    }
}

impl Latency {
    fn new(spread: Spread, delay_ms: u64) -> Self {
        let mean_ms = spread.mean();
        let known = spread.count > 0;
        Self {
            mean_ms,
            min_ms: spread.min,
            max_ms: spread.max,
            message_delays: known.then(|| ratio(mean_ms, delay_ms)).flatten(),
        }
    }
}

impl Broken {
    fn new(violation: &Violation) -> Self {
        Self {
            rule: violation.rule,
            oracle: violation.oracle,
            at_ms: violation.at_ms,
            node: violation.node.map(|node| node.0),
            sentence: violation.sentence.clone(),
            before: story::lines(&violation.before),
        }
    }
}

impl Brief {
    fn new(shortest: &Shortest) -> Self {
        let world = shortest.run.world();
        let scenario = world.scenario();
        Self {
            validators: scenario.validators,
            byzantine: scenario.attackers.clone(),
            faults: scenario.faults.len(),
            time_ms: world.now_ms(),
            violation: world.violations().first().map(Broken::new),
            trace: shortest.file.clone(),
            command: shortest.command(),
        }
    }
}

fn ended(why: Option<Ended>) -> &'static str {
    match why {
        Some(Ended::Views) => "views",
        Some(Ended::Time) => "time",
        Some(Ended::Violation) => "violation",
        Some(Ended::Stopped) => "stopped",
        Some(Ended::Signal(_)) | None => "interrupted",
    }
}

fn kinds(summary: &Summary) -> BTreeMap<String, Kind> {
    let kinds = summary.messages.iter();
    kinds.map(|(name, traffic)| (name.clone(), Kind::new(*traffic, summary.blocks))).collect()
}
