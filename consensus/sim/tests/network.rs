//! Runs of a network, and what is asked of every one of them.

use hefu_consensus::Bug;
use hefu_sim::shrink::broken_rule;
use hefu_sim::{
    Delay, Event, Fault, Load, Network, NodeId, NodeState, NodeView, Scenario, Stop, Summary, What,
    World,
};
use std::collections::BTreeMap;

/// How long a network may need after healing until everybody has a new block.
const PATIENCE_MS: u64 = 200_000;
/// How often the events of a run are collected: more often than they are thrown away.
const COLLECT_MS: u64 = 500;

/// What a run came to.
pub(crate) struct Outcome {
    pub(crate) summary: Summary,
    pub(crate) nodes: Vec<NodeView>,
    pub(crate) events: Vec<Event>,
}

impl Outcome {
    /// How often something happened.
    pub(crate) fn count(&self, is: impl Fn(&What) -> bool) -> usize {
        self.events.iter().filter(|event| is(&event.what)).count()
    }

    /// The greatest height that a machine delivered.
    pub(crate) fn height(&self) -> u64 {
        self.nodes.iter().map(|node| node.height.get()).max().unwrap()
    }
}

/// A network whose faults end at `heal_ms`, under load, with messages of different lengths. The run
/// ends when every correct machine has a block made after that.
pub(crate) fn troubled(validators: u8, seed: u64, heal_ms: u64) -> Scenario {
    Scenario {
        network: Network {
            delay: Delay::Uniform { min_ms: 2, max_ms: 40 },
            ..Scenario::calm(validators, seed).network
        },
        load: Load::Every(50),
        stop: Stop { heal_ms: Some(heal_ms), at_ms: heal_ms + PATIENCE_MS, once_settled: true },
        ..Scenario::calm(validators, seed)
    }
}

/// A calm network for so long.
pub(crate) fn calm(validators: u8, seed: u64, at_ms: u64) -> Scenario {
    let stop = Stop { heal_ms: None, at_ms, once_settled: false };
    Scenario { stop, ..Scenario::calm(validators, seed) }
}

/// The machines of these numbers.
pub(crate) fn nodes(numbers: impl IntoIterator<Item = u8>) -> Vec<NodeId> {
    numbers.into_iter().map(NodeId).collect()
}

/// A partition.
pub(crate) fn partition(from_ms: u64, until_ms: u64, groups: &[&[u8]]) -> Fault {
    let groups = groups.iter().map(|group| nodes(group.iter().copied())).collect();
    Fault::Partition { from_ms, until_ms, groups }
}

/// Runs to the end. No rule may be broken, and nobody may deliver another block than the others.
pub(crate) fn run(scenario: &Scenario) -> Outcome {
    let mut world = World::new(scenario.clone()).unwrap();
    let mut events = Vec::new();
    let mut time_ms = 0;
    loop {
        time_ms += COLLECT_MS;
        let goes_on = world.run_until(time_ms);
        events.extend(world.events());
        if !goes_on {
            break;
        }
    }
    let sentences: Vec<_> = world.violations().iter().map(ToString::to_string).collect();
    assert!(sentences.is_empty(), "{sentences:#?} in {scenario:?}");
    let outcome = Outcome { summary: world.summary(), nodes: world.nodes(), events };
    agreed(&outcome);
    outcome
}

/// Each machine delivers heights without a gap, and all deliver the same block at a height.
fn agreed(outcome: &Outcome) {
    let byzantine = |node: NodeId| outcome.nodes[usize::from(node.0)].state == NodeState::Byzantine;
    let mut chain = BTreeMap::new();
    for event in &outcome.events {
        let (What::Finalized { height, digest, .. }, Some(node)) = (&event.what, event.node) else {
            continue;
        };
        if !byzantine(node) {
            let first = *chain.entry(height.get()).or_insert(*digest);
            assert_eq!(first, *digest, "{event}");
        }
    }
    assert!(chain.keys().copied().eq(1..=chain.len() as u64), "the chain has a gap");
}

/// Runs to the end and asks besides that blocks were made after all faults had ended.
pub(crate) fn recovers(scenario: &Scenario) -> Outcome {
    let outcome = run(scenario);
    let limit = scenario.stop.at_ms;
    assert!(outcome.summary.recovery_ms.is_some(), "no block after healing: {scenario:?}");
    assert!(outcome.summary.time_ms < limit, "somebody lacks a new block: {scenario:?}");
    outcome
}

/// The oracles are silent about the scenario, and notice that a rule is broken once the defect is
/// planted.
pub(crate) fn notices(scenario: &Scenario, bug: Bug, rule: u8) {
    assert_eq!(broken_rule(scenario), None, "without a defect");
    let planted = Scenario { bug: Some(format!("{bug:?}")), ..scenario.clone() };
    assert_eq!(broken_rule(&planted), Some(rule), "with {bug:?}");
}
