//! Twins: validators that run twice under one key, with a partition of its own for each view.
//!
//! Each copy follows the protocol, but the other copy's messages never reach it. Kept apart by
//! partitions they contradict each other, and together they make almost every Byzantine behaviour
//! that the other validators can see. Leaders take their turns by the protocol's rule, so which
//! members have twins, and which keys come first, decides which views have two leaders.
//!
//! Needs the feature `planted`: without it a copy stops when a certificate shows it a signature
//! that it has not made.

use crate::random::Dice;
use crate::scenario::{Delay, Fault, Load, NodeId, Scenario, Stop};

/// Views with partitions of their own, at most.
const VIEWS_MAX: u64 = 10;

/// The schedule of a seed: 4 validators with one twin, or 7 with two.
pub fn schedule(seed: u64) -> Scenario {
    let mut dice = Dice::new(seed ^ 0x7717);
    let (validators, twins) = if dice.permille(650) { (4, 1) } else { (7, 2) };
    let mut scenario = Scenario::calm(validators, seed);
    let mut members: Vec<_> = (0..validators).map(NodeId).collect();
    dice.shuffle(&mut members);
    members.truncate(twins);
    scenario.twins = members;
    scenario.delta_ms = 100;
    scenario.network.delay =
        if dice.coin() { Delay::Constant(10) } else { Delay::Uniform { min_ms: 1, max_ms: 50 } };
    scenario.sync_ms = if dice.permille(300) { 5 } else { 0 };
    scenario.load = Load::Every(dice.between(30, 200));
    let machines = u8::try_from(scenario.machines()).unwrap_or(validators);
    let heal_ms = dice.between(1_000, 8_000);
    let views = (0..dice.between(2, VIEWS_MAX)).map(|_| parts(&mut dice, machines)).collect();
    scenario.faults.push(Fault::ViewPartitions { first: 1, until_ms: heal_ms, views });
    scenario.stop = Stop { heal_ms: Some(heal_ms), at_ms: heal_ms + 160_000, once_settled: true };
    scenario
}

/// One to three parts of the network, the twins of one member in different ones or not.
fn parts(dice: &mut Dice, machines: u8) -> Vec<Vec<NodeId>> {
    let count = match dice.below(8) {
        0..=1 => 1,
        2..=6 => 2,
        _ => 3,
    };
    let mut parts = vec![Vec::new(); count];
    for number in 0..machines {
        let place = dice.place(count);
        parts[place].push(NodeId(number));
    }
    parts
}
