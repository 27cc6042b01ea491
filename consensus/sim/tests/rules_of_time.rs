//! What the rules R10 to R14 are there for, seen from outside: repetition, deadlines, epochs,
//! clocks and lives of a key.

use crate::network::{calm, nodes, notices, partition, recovers, run, troubled};
use hefu_consensus::Bug;
use hefu_sim::{
    Delay, Event, Fault, Load, NodeId, NodeState, Scenario, SetChange, Stop, What, World,
};

#[test]
fn r10_what_was_lost_is_said_again() {
    let mut scenario = calm(4, 1, 30_000);
    scenario.network.loss_permille = 300;
    let outcome = run(&scenario);
    assert!(outcome.summary.blocks > 30, "{:?}", outcome.summary);
}

#[test]
fn r10_who_says_nothing_twice_stops_for_good() {
    let loss = Fault::Loss { from_ms: 1_000, until_ms: 5_000, permille: 1_000 };
    notices(&troubled(4, 1, 5_000).with_fault(loss), Bug::NeverRepeats, 11);
}

#[test]
fn r10_who_was_cut_off_is_told_even_in_an_idle_network() {
    let load = Load::Bursts { every_ms: 1_500, size: 1 };
    let stop = Stop { heal_ms: None, at_ms: 11_000, once_settled: false };
    let cut = partition(1_000, 2_500, &[&[0, 1, 2], &[3]]);
    let scenario = Scenario { load, stop, ..calm(4, 1, 0) }.with_fault(cut);
    let outcome = run(&scenario);
    let heights: Vec<_> = outcome.nodes.iter().map(|node| node.height).collect();
    assert!(heights.iter().all(|height| *height == heights[0]), "{heights:?}");
}

#[test]
fn r11_an_idle_network_makes_only_heartbeats() {
    let scenario = Scenario { load: Load::None, ..calm(4, 1, 305_000) };
    let outcome = run(&scenario);
    assert_eq!(outcome.summary.empty_blocks, outcome.summary.blocks);
    let proposed = |event: &&Event| matches!(event.what, What::Proposed { .. });
    let times: Vec<_> = outcome.events.iter().filter(proposed).map(|e| e.at_ms).collect();
    assert_eq!(times.len(), 10, "{times:?}");
    let mut pauses = times.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(pauses.all(|ms| (30_000..31_000).contains(&ms)), "{times:?}");
    notices(&scenario, Bug::HeartbeatMissed, 11);
}

#[test]
fn r11_without_work_nobody_would_be_still_if_leaders_proposed_anyway() {
    let blocks = |bug: Option<Bug>| {
        let bug = bug.map(|bug| format!("{bug:?}"));
        let mut world =
            World::new(Scenario { load: Load::None, bug, ..calm(4, 1, 29_000) }).unwrap();
        world.run();
        world.summary().blocks
    };
    assert_eq!(blocks(None), 0);
    assert!(blocks(Some(Bug::ProposesWithoutWork)) > 100);
}

#[test]
fn r11_delays_longer_than_deadlines_still_end_in_finality() {
    let mut scenario = calm(4, 1, 300_000);
    scenario.delta_ms = 20;
    scenario.network.delay = Delay::Constant(1_500);
    scenario.load = Load::Every(500);
    assert!(run(&scenario).summary.blocks > 5);
    notices(&scenario, Bug::DeltaConstant, 11);
}

#[test]
fn r11_after_healing_a_block_comes_within_f_and_two_views() {
    for (validators, seed) in [(4, 1), (7, 2), (10, 3), (13, 4)] {
        let loss = Fault::Loss { from_ms: 1_000, until_ms: 6_000, permille: 700 };
        let outcome = recovers(&troubled(validators, seed, 6_000).with_fault(loss));
        let views = outcome.summary.recovery_views.unwrap();
        assert!(views <= u64::from(validators - 1) / 3 + 2, "{views} views");
    }
}

fn change(height: u64, joins: &[u8], leaves: &[u8]) -> SetChange {
    let (joins, leaves) = (nodes(joins.iter().copied()), nodes(leaves.iter().copied()));
    SetChange { height, joins, leaves, ..SetChange::default() }
}

#[test]
fn r12_epochs_change_and_joiners_take_part() {
    let changes = vec![change(10, &[4], &[]), change(25, &[5], &[0]), change(40, &[], &[1])];
    let outcome = run(&Scenario { joiners: 2, changes, ..calm(4, 1, 30_000) });
    assert_eq!(outcome.summary.epochs, 3);
    let proposers = |from_ms| {
        let proposed = |what: &What| matches!(what, What::Proposed { .. });
        let late = outcome.events.iter().filter(move |event| event.at_ms > from_ms);
        let mut all: Vec<_> = late.filter(|e| proposed(&e.what)).filter_map(|e| e.node).collect();
        all.sort();
        all.dedup();
        all
    };
    let last = outcome.events.iter().rfind(|e| matches!(e.what, What::EpochBegan { .. })).unwrap();
    assert_eq!(proposers(last.at_ms + 1_000), nodes([2, 3, 4, 5]));
}

#[test]
fn r12_epochs_follow_each_other_amid_losses_and_forged_blocks() {
    let changes = vec![change(6, &[4], &[]), change(12, &[5], &[0]), change(18, &[0], &[4])];
    let loss = Fault::Loss { from_ms: 0, until_ms: 9_000, permille: 200 };
    let scenario = Scenario { joiners: 2, changes, ..troubled(4, 1, 10_000) };
    let outcome = recovers(&scenario.with_attacker(2, "forger").with_fault(loss));
    assert_eq!(outcome.summary.epochs, 3);
}

#[test]
fn r13_clocks_that_are_a_little_wrong_cost_nothing() {
    let skewed =
        |node, skew_ms| Fault::Clock { node: NodeId(node), from_ms: 0, until_ms: 20_000, skew_ms };
    let right = run(&calm(4, 1, 20_000)).summary.blocks;
    let wrong = calm(4, 1, 20_000).with_fault(skewed(0, 900)).with_fault(skewed(3, -900));
    let blocks = run(&wrong).summary.blocks;
    assert!(blocks + 5 > right, "{blocks} blocks, {right} with right clocks");
}

#[test]
fn r13_a_leader_cannot_choose_its_blocks_time() {
    let scenario = troubled(4, 1, 15_000).with_attacker(2, "forger");
    notices(&scenario, Bug::TimeUnchecked, 13);
    notices(&scenario, Bug::FutureAccepted, 13);
}

#[test]
fn r14_a_restored_backup_halts_instead_of_signing_twice() {
    let node = NodeId(2);
    let restore = Fault::Restore { node, taken_ms: 2_000, at_ms: 4_000, restart_ms: 4_500 };
    let stop = Stop { heal_ms: None, at_ms: 10_000, once_settled: false };
    let outcome = run(&Scenario { stop, ..troubled(4, 1, 0) }.with_fault(restore));
    assert_eq!(outcome.nodes[2].state, NodeState::Halted);
    let halted = |what: &What| matches!(what, What::Halted { .. });
    let halts: Vec<_> = outcome.events.iter().filter(|event| halted(&event.what)).collect();
    assert!(halts.iter().all(|event| event.node == Some(node)), "{halts:?}");
    assert_eq!(outcome.summary.evidence, 0, "it contradicted itself");
    assert!(outcome.height() > outcome.nodes[2].height.get() + 10, "the others go on");
}

#[test]
fn r14_a_new_life_of_a_key_takes_part_again() {
    let change = SetChange { height: 12, reincarnates: nodes([1]), ..SetChange::default() };
    let outcome = run(&Scenario { changes: vec![change], ..calm(4, 1, 15_000) });
    assert_eq!(outcome.summary.epochs, 1);
    let proposals = |event: &&Event| {
        event.node == Some(NodeId(1))
            && event.at_ms > 10_000
            && matches!(event.what, What::Proposed { .. })
    };
    assert!(outcome.events.iter().filter(proposals).count() > 3);
}

#[test]
fn r14_who_comes_back_listens_before_it_signs() {
    let crash = Fault::Crash { node: NodeId(1), at_ms: 2_000, outputs: 0, restart_ms: Some(2_500) };
    notices(&troubled(4, 1, 5_000).with_fault(crash), Bug::SignsUnheard, 14);
}
