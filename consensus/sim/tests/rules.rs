//! What the rules R1 to R9 are there for, seen from outside.

use crate::network::{calm, nodes, notices, partition, recovers, run, troubled};
use hefu_consensus::Bug;
use hefu_sim::{Cause, Delay, Fault, NodeId, NodeState, Scenario, What, World};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn r1_certificates_bring_a_laggard_into_the_view() {
    let scenario = calm(4, 1, 12_000).with_fault(partition(1_000, 8_000, &[&[0, 1, 2], &[3]]));
    let mut world = World::new(scenario).unwrap();
    let views =
        |world: &World| -> Vec<u64> { world.nodes().iter().map(|node| node.view.get()).collect() };
    world.run_until(8_000);
    let apart = views(&world);
    assert!(apart[3] + 10 < apart[0], "{apart:?}");
    // The others are heard of with their next message.
    world.run_until(8_500);
    let together = views(&world);
    assert!(together[3] + 1 >= together[0], "{together:?}");
    world.run();
    assert!(world.violations().is_empty());
}

#[test]
fn r1_one_certificate_is_worth_many() {
    let scenario = troubled(4, 1, 8_000).with_fault(partition(1_000, 7_000, &[&[0, 1, 2], &[3]]));
    notices(&scenario, Bug::EntersOneViewAtATime, 1);
}

#[test]
fn r2_leaders_take_turns_in_producing_blocks() {
    let outcome = run(&calm(7, 1, 20_000));
    let mut blocks = BTreeMap::new();
    let mut leaders = BTreeMap::new();
    for event in &outcome.events {
        if let (What::Proposed { view, .. }, Some(node)) = (&event.what, event.node) {
            *blocks.entry(node).or_insert(0) += 1;
            let turn = leaders.entry(view.get() % 7).or_insert(node);
            assert_eq!(*turn, node, "{event}");
        }
    }
    let distinct: BTreeSet<_> = leaders.values().collect();
    assert_eq!(distinct.len(), 7, "each has its turn");
    let (least, most) = (blocks.values().min().unwrap(), blocks.values().max().unwrap());
    assert!(*least > 5 && most - least <= 1, "{blocks:?}");
}

#[test]
fn r3_nobody_vouches_for_a_block_that_passes_over_another() {
    let mut scenario = troubled(7, 0, 12_000);
    scenario.delta_ms = 30;
    scenario.network.delay = Delay::Uniform { min_ms: 2, max_ms: 60 };
    scenario = scenario.with_attacker(0, "outdated").with_attacker(1, "outdated");
    let loss = Fault::Loss { from_ms: 500, until_ms: 11_000, permille: 100 };
    notices(&scenario.with_fault(loss), Bug::GapUnchecked, 3);
}

#[test]
fn r3_nobody_vouches_for_a_block_with_a_wrong_height() {
    let scenario = troubled(4, 1, 10_000).with_attacker(0, "forger");
    notices(&scenario, Bug::HeightUnchecked, 3);
}

#[test]
fn r4_who_was_not_shown_a_block_fetches_it() {
    let scenario =
        troubled(7, 1, 10_000).with_attacker(0, "withholder").with_attacker(4, "withholder");
    let outcome = recovers(&scenario);
    let correct = outcome.nodes.iter().filter(|node| node.state == NodeState::Up);
    assert!(correct.clone().all(|node| node.height.get() > 20), "{:?}", outcome.nodes);
    assert_eq!(correct.count(), 5);
}

#[test]
fn r4_what_was_nullified_is_never_finalized() {
    let mut scenario = troubled(4, 1, 20_000);
    scenario.delta_ms = 25;
    notices(&scenario, Bug::FinalizesAfterNullify, 4);
}

#[test]
fn r5_a_silent_leader_costs_its_own_views_only() {
    let outcome = run(&calm(4, 1, 30_000).with_attacker(2, "silent"));
    let faulty = outcome.summary.nullified.get(&Cause::LeaderFaulty).copied().unwrap_or_default();
    let all: u64 = outcome.summary.nullified.values().sum();
    assert!(faulty > 10 && all == faulty, "{:?}", outcome.summary.nullified);
    assert!(outcome.summary.blocks > 2 * faulty, "{:?}", outcome.summary);
}

#[test]
fn r5_whom_nobody_reaches_is_not_waited_for() {
    let crash = Fault::Crash { node: NodeId(2), at_ms: 1_000, outputs: 0, restart_ms: None };
    let mut scenario = calm(4, 1, 20_000).with_fault(crash);
    let waiting = run(&scenario).summary.blocks;
    scenario.network.notice_ms = Some(10);
    let told = run(&scenario).summary.blocks;
    assert!(told > waiting + waiting / 4, "{waiting} blocks with waiting, {told} without");
}

#[test]
fn r6_all_correct_nodes_deliver_the_same_chain() {
    let outcome = recovers(
        &troubled(7, 1, 8_000)
            .with_attacker(1, "equivocator")
            .with_attacker(5, "conflicter")
            .with_fault(partition(1_000, 4_000, &[&[0, 1, 2, 3], &[4, 5, 6]]))
            .with_fault(Fault::Loss { from_ms: 0, until_ms: 7_000, permille: 100 }),
    );
    let mut chains: BTreeMap<NodeId, Vec<_>> = BTreeMap::new();
    for event in &outcome.events {
        if let (What::Finalized { height, digest, .. }, Some(node)) = (&event.what, event.node) {
            chains.entry(node).or_default().push((height.get(), *digest));
        }
    }
    let correct = nodes([0, 2, 3, 4, 6]);
    let longest = correct.iter().map(|node| &chains[node]).max_by_key(|chain| chain.len()).unwrap();
    assert!(longest.len() > 20);
    for node in correct {
        let chain = &chains[&node];
        assert_eq!(chain[..], longest[..chain.len()], "{node}");
    }
}

#[test]
fn r6_ancestors_come_first() {
    let scenario = troubled(4, 1, 8_000).with_fault(Fault::Loss {
        from_ms: 0,
        until_ms: 7_000,
        permille: 200,
    });
    notices(&scenario, Bug::DeliversNewestFirst, 6);
    notices(&scenario, Bug::AncestorsNotDelivered, 6);
}

/// The power goes after this many outputs of all engines.
fn power_cut(outputs: u32) -> Scenario {
    let cut = Fault::PowerCut { at_ms: 1_000, outputs, outage_ms: 100 };
    Scenario { sync_ms: 3, ..troubled(4, u64::from(outputs), 2_000) }.with_fault(cut)
}

#[test]
fn r7_a_power_cut_of_all_at_any_output_loses_nothing() {
    for outputs in 0..120 {
        let outcome = recovers(&power_cut(outputs));
        assert_eq!(outcome.summary.power_cuts, 1, "after {outputs} outputs");
        // All are back within 200 ms. What had been final stays so, and more becomes final: the
        // chains are compared across the cut.
        assert!(outcome.summary.blocks > 10, "after {outputs} outputs");
    }
}

#[test]
fn r7_what_leaves_too_early_or_is_forgotten_is_noticed() {
    notices(&power_cut(20), Bug::VoteNotDurable, 7);
    notices(&power_cut(20), Bug::ProposalNotDurable, 7);
}

#[test]
fn r7_a_node_that_comes_back_remembers_its_votes() {
    let mut scenario = Scenario { delta_ms: 40, ..troubled(4, 1, 20_000) };
    for at_ms in (500..19_000).step_by(250) {
        scenario = scenario.with_fault(Fault::PowerCut { at_ms, outputs: 5, outage_ms: 1 });
    }
    run(&scenario);
}

#[test]
fn r8_a_long_partition_fills_no_memory() {
    let cut = partition(1_000, 150_000, &[&[0, 1], &[2, 3]]);
    let scenario = troubled(4, 1, 160_000).with_fault(cut);
    let halved = recovers(&scenario).summary.footprint_max;
    let whole = run(&calm(4, 1, 20_000)).summary.footprint_max;
    assert!(halved < 4 * whole, "{halved} things kept, {whole} without a partition");
}

#[test]
fn r8_votes_for_far_views_are_dropped() {
    let scenario = troubled(4, 1, 20_000).with_attacker(0, "conflicter");
    assert!(recovers(&scenario).summary.dropped > 0);
    notices(&scenario, Bug::WindowUnbounded, 8);
}

#[test]
fn r9_an_equivocator_is_reported_by_correct_nodes_and_nobody_else_is() {
    let outcome = run(&calm(7, 1, 10_000).with_attacker(3, "equivocator"));
    let mut offenders = BTreeSet::new();
    for event in &outcome.events {
        if let (What::Evidence { offender, .. }, Some(by)) = (&event.what, event.node) {
            assert_ne!(by, *offender, "{event}");
            offenders.insert(*offender);
        }
    }
    assert_eq!(offenders, BTreeSet::from([NodeId(3)]));
    assert!(outcome.summary.evidence > 10);
}

#[test]
fn r9_a_contradiction_that_goes_unreported_is_noticed() {
    let scenario = calm(4, 1, 10_000).with_attacker(1, "conflicter");
    notices(&scenario, Bug::EvidenceMissed, 9);
}
