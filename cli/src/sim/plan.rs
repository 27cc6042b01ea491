//! From options to a scenario that can run.

mod changes;

use super::args::RunArgs;
use super::parse::{Outage, Rate, Split};
use hefu_sim::{Attack, Fault, Load, Network, NodeId, Scenario};
use thiserror::Error;

/// How long a machine is down if nobody says how long.
const OUTAGE_MS: u64 = 5000;
/// How long it takes machines to come up after a power cut.
const POWER_CUT_MS: u64 = 2000;
/// How long a write takes on a slow disk.
const SLOW_SYNC_MS: u64 = 50;
/// How many views a run has if nobody says how many.
const VIEWS: u64 = 500;
/// How long an idle run is if nobody says how long: some heartbeats.
const IDLE_MS: u64 = 120_000;
/// A run that waits for views ends after this long for each of them, in case they do not come.
/// The protocol's longest view lasts 20 s, an idle one until the next heartbeat.
const VIEW_MAX_MS: u64 = 30_000;
/// For so many views a run has patience at least: the network may be cut at the beginning.
const VIEWS_MIN: u64 = 20;

/// A run as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// What is run. It stops at the latest when the plan gives up.
    pub(crate) scenario: Scenario,
    /// After how many views it is enough.
    pub(crate) views: Option<u64>,
}

/// Options that contradict each other or the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum PlanError {
    /// More attackers than can be tolerated.
    #[error(
        "{got} Byzantine validators are more than {n} validators tolerate, which is f = {f}: \
         take {enough} validators or more, or see what happens with --beyond-tolerance"
    )]
    TooManyByzantine {
        /// How many were asked for.
        got: usize,
        /// How many validators there are.
        n: usize,
        /// How many may be Byzantine.
        f: usize,
        /// How many validators would tolerate them.
        enough: usize,
    },
    /// Nobody is left who obeys the rules.
    #[error("{got} of {n} validators are Byzantine: one at least must be correct")]
    NobodyCorrect {
        /// How many were asked for.
        got: usize,
        /// How many validators there are.
        n: usize,
    },
    /// A node that does not exist.
    #[error("--{option} names node {node}, but the nodes are 0 to {last}")]
    NoSuchNode {
        /// The option.
        option: &'static str,
        /// The node it names.
        node: u8,
        /// The last node.
        last: usize,
    },
    /// The groups of a partition are not all validators.
    #[error("--partition {sizes} places {got} nodes, but there are {n} validators")]
    PartitionSizes {
        /// The sizes of the groups.
        sizes: String,
        /// Their sum.
        got: usize,
        /// How many validators there are.
        n: usize,
    },
    /// The run would be over before it begins.
    #[error("--time must be longer than 0 s")]
    NoTime,
}

impl Plan {
    /// The plan of the options, with this seed.
    pub(crate) fn new(args: &RunArgs, seed: u64) -> Result<Self, PlanError> {
        let n = args.validators.0;
        let (views, end_ms) = end(args)?;
        let mut scenario = Scenario::calm(n, seed);
        scenario.signatures = args.signatures.into();
        scenario.network = network(args);
        scenario.sync_ms = if args.slow_disk { SLOW_SYNC_MS } else { 0 };
        // A view needs two messages and one write in time, or it only ever times out.
        let needed_ms = args.delay.max_ms().saturating_add(scenario.sync_ms);
        scenario.delta_ms = scenario.delta_ms.max(needed_ms);
        scenario.load = load(args.load);
        scenario.attackers = attackers(args)?;
        scenario.beyond_tolerance = args.beyond_tolerance;
        scenario.stop.at_ms = end_ms;
        changes::add(&mut scenario, args.epochs);
        scenario.faults = faults(args, end_ms, scenario.joiners)?;
        Ok(Self { scenario, views })
    }
}

/// After how many views a run ends, and after how many milliseconds at the latest.
fn end(args: &RunArgs) -> Result<(Option<u64>, u64), PlanError> {
    let patience_ms = |views: u64| VIEW_MAX_MS.saturating_mul(views.max(VIEWS_MIN));
    match (args.views, args.time) {
        (_, Some(time)) if time.ms == 0 => Err(PlanError::NoTime),
        (views, Some(time)) => Ok((views, time.ms)),
        (Some(views), None) => Ok((Some(views), patience_ms(views))),
        (None, None) if args.load == Rate::Idle => Ok((None, IDLE_MS)),
        (None, None) => Ok((Some(VIEWS), patience_ms(VIEWS))),
    }
}

fn network(args: &RunArgs) -> Network {
    Network {
        delay: args.delay.0,
        loss_permille: args.loss.permille,
        duplicate_permille: args.duplicate.permille,
        notice_ms: None,
    }
}

/// Transactions come one by one, or in bursts where a millisecond has several.
fn load(rate: Rate) -> Load {
    match rate {
        Rate::Idle => Load::None,
        Rate::PerSecond(rate @ ..=1000) => Load::Every(1000 / u64::from(rate)),
        Rate::PerSecond(rate) => Load::Bursts { every_ms: 10, size: rate / 100 },
    }
}

/// The attackers stand at the end, so that the nodes with low numbers are correct.
fn attackers(args: &RunArgs) -> Result<Vec<Attack>, PlanError> {
    let n = usize::from(args.validators.0);
    let f = (n - 1) / 3;
    let names = args.byzantine.iter().flat_map(|squad| vec![&squad.name; usize::from(squad.count)]);
    let names: Vec<&String> = names.collect();
    let got = names.len();
    if got > f && !args.beyond_tolerance {
        let enough = 3 * got + 1;
        return Err(PlanError::TooManyByzantine { got, n, f, enough });
    }
    if got >= n {
        return Err(PlanError::NobodyCorrect { got, n });
    }
    let nodes = (0..args.validators.0).rev().take(got).rev().map(NodeId);
    let attack = |(node, name): (NodeId, &String)| Attack { node, name: name.clone() };
    Ok(nodes.zip(names).map(attack).collect())
}

fn faults(args: &RunArgs, end_ms: u64, joiners: u8) -> Result<Vec<Fault>, PlanError> {
    let last = usize::from(args.validators.0) - 1 + usize::from(joiners);
    let node = |option, node: u8| {
        let missing = PlanError::NoSuchNode { option, node, last };
        (usize::from(node) <= last).then_some(NodeId(node)).ok_or(missing)
    };
    let mut faults = Vec::new();
    for split in &args.partition {
        faults.push(partition(split, args.validators.0, joiners)?);
    }
    for outage in &args.crash {
        faults.push(crash(node("crash", outage.node)?, outage));
    }
    for at in &args.power_cut {
        faults.push(Fault::PowerCut { at_ms: at.ms, outputs: 0, outage_ms: POWER_CUT_MS });
    }
    for skew in &args.skew {
        faults.push(Fault::Clock {
            node: node("skew", skew.node)?,
            from_ms: 0,
            until_ms: end_ms,
            skew_ms: skew.ahead_ms,
        });
    }
    Ok(faults)
}

/// Machines that are not validators yet go with the last group.
fn partition(split: &Split, n: u8, joiners: u8) -> Result<Fault, PlanError> {
    let got = split.sizes.iter().copied().map(usize::from).sum();
    if got != usize::from(n) {
        let sizes: Vec<String> = split.sizes.iter().map(u8::to_string).collect();
        return Err(PlanError::PartitionSizes { sizes: sizes.join("/"), got, n: n.into() });
    }
    let mut nodes = (0..n.saturating_add(joiners)).map(NodeId);
    let mut groups: Vec<Vec<NodeId>> = Vec::new();
    for size in &split.sizes {
        groups.push(nodes.by_ref().take((*size).into()).collect());
    }
    if let Some(last) = groups.last_mut() {
        last.extend(nodes);
    }
    Ok(Fault::Partition { from_ms: split.from.ms, until_ms: split.until.ms, groups })
}

fn crash(node: NodeId, outage: &Outage) -> Fault {
    let until_ms = outage.until.map_or(outage.at.ms + OUTAGE_MS, |t| t.ms);
    Fault::Crash { node, at_ms: outage.at.ms, outputs: 0, restart_ms: Some(until_ms) }
}

#[cfg(test)]
mod tests;
