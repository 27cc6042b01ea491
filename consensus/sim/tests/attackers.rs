//! f attackers of each kind: no rule is broken, and the others go on.

use crate::network::{Outcome, recovers, run, troubled};
use hefu_sim::{ATTACKERS, Fault, NodeId, NodeState, Scenario};

/// The scenario with f attackers of a name.
fn attacked(mut scenario: Scenario, name: &str) -> Scenario {
    let faulty = u8::try_from(scenario.faults_max()).unwrap();
    for node in 0..faulty {
        scenario = scenario.with_attacker(node, name);
    }
    scenario
}

fn every_attacker(validators: u8, heal_ms: u64) {
    for (seed, name) in (1..).zip(ATTACKERS) {
        let outcome = recovers(&attacked(troubled(validators, seed, heal_ms), name));
        let byzantine = outcome.nodes.iter().filter(|node| node.state == NodeState::Byzantine);
        assert_eq!(byzantine.count(), usize::from(validators - 1) / 3, "{name}");
        assert!(outcome.summary.blocks >= 2, "{name}: {} blocks", outcome.summary.blocks);
        together(&outcome, name);
    }
}

/// Correct machines are all up, and none is far behind another.
fn together(outcome: &Outcome, name: &str) {
    let correct = outcome.nodes.iter().filter(|node| node.state != NodeState::Byzantine);
    let highest = outcome.height();
    for node in correct {
        assert_eq!(node.state, NodeState::Up, "{name}: {node:?}");
        assert!(node.height.get() + 10 > highest, "{name}: {node:?} of {highest}");
    }
}

#[test]
fn four_stand_one_of_each() {
    every_attacker(4, 10_000);
}

#[test]
fn six_stand_one_of_each() {
    every_attacker(6, 8_000);
}

#[test]
fn seven_stand_two_of_each() {
    every_attacker(7, 8_000);
}

#[test]
fn thirty_one_stand_ten_of_each() {
    every_attacker(31, 1_000);
}

#[test]
fn a_hundred_stand_thirty_three_of_all_kinds() {
    let mut scenario = troubled(100, 1, 500);
    for (node, name) in (0..33).zip(ATTACKERS.iter().cycle()) {
        scenario = scenario.with_attacker(node, name);
    }
    together(&recovers(&scenario), "all kinds");
}

#[test]
fn attackers_of_all_kinds_stand_together_against_losses_and_crashes() {
    for seed in 0..4 {
        let mut scenario = troubled(13, seed, 6_000)
            .with_fault(Fault::Loss { from_ms: 1_000, until_ms: 5_000, permille: 100 })
            .with_fault(Fault::Crash {
                node: NodeId(12),
                at_ms: 2_000,
                outputs: 7,
                restart_ms: Some(3_500),
            });
        for node in 0..4 {
            let name = ATTACKERS[(usize::try_from(seed).unwrap() + 3 * usize::from(node)) % 8];
            scenario = scenario.with_attacker(node, name);
        }
        recovers(&scenario);
    }
}

#[test]
fn twins_break_nothing() {
    for seed in 0..4 {
        let mut scenario = troubled(4, seed, 8_000);
        scenario.twins = vec![NodeId(1)];
        let groups = vec![vec![NodeId(0), NodeId(1), NodeId(2)], vec![NodeId(3), NodeId(4)]];
        let fault = Fault::Partition { from_ms: 2_000, until_ms: 4_000, groups };
        recovers(&scenario.with_fault(fault));
    }
}

#[test]
fn an_attacker_takes_part_in_every_epoch() {
    let mut scenario = attacked(troubled(7, 1, 8_000), "outdated");
    scenario.joiners = 2;
    scenario.changes = vec![
        hefu_sim::SetChange { height: 5, joins: vec![NodeId(7)], ..Default::default() },
        hefu_sim::SetChange { height: 12, joins: vec![NodeId(8)], ..Default::default() },
    ];
    let outcome = run(&scenario);
    assert_eq!(outcome.summary.epochs, 2);
}
