//! Each kind of fault: no rule is broken, and blocks come when it is over.

use crate::network::{Outcome, calm, partition, recovers, run, troubled};
use hefu_sim::{Delay, Fault, Load, NodeId, Scenario, SetChange, Signatures, What};

const HEAL_MS: u64 = 8_000;
const FROM_MS: u64 = 1_000;
const UNTIL_MS: u64 = 7_000;

/// Runs each size with the faults and a few seeds.
fn survived(faults: &[Fault]) -> Vec<Outcome> {
    let run = |(validators, seed)| {
        let mut scenario = troubled(validators, seed, HEAL_MS);
        scenario.faults = faults.to_vec();
        recovers(&scenario)
    };
    [(4, 1), (4, 2), (7, 3)].into_iter().map(run).collect()
}

#[test]
fn a_quarter_of_all_messages_is_lost() {
    for outcome in survived(&[Fault::Loss { from_ms: FROM_MS, until_ms: UNTIL_MS, permille: 250 }])
    {
        assert!(outcome.summary.lost > 100);
    }
}

#[test]
fn nothing_arrives_for_a_while() {
    survived(&[Fault::Loss { from_ms: FROM_MS, until_ms: UNTIL_MS, permille: 1_000 }]);
}

#[test]
fn most_messages_arrive_twice() {
    let fault = Fault::Duplication { from_ms: 0, until_ms: UNTIL_MS, permille: 800 };
    for outcome in survived(&[fault]) {
        assert!(outcome.summary.blocks > 50, "duplicates cost nothing but time");
    }
}

#[test]
fn messages_overtake_each_other_and_miss_deadlines() {
    let delay = Delay::Tailed { min_ms: 1, half_ms: 100, max_ms: 4_000 };
    survived(&[Fault::Delay { from_ms: FROM_MS, until_ms: UNTIL_MS, delay }]);
}

#[test]
fn halves_go_on_as_soon_as_they_meet() {
    for outcome in survived(&[partition(FROM_MS, UNTIL_MS, &[&[0, 1], &[2, 3]])]) {
        assert_eq!(outcome.summary.partitions, 1);
    }
}

#[test]
fn partitions_change_with_each_view() {
    let cut = |first: u8| vec![vec![NodeId(first), NodeId((first + 1) % 4)], vec![]];
    let views = (0..12).map(|view| cut(view % 4)).collect();
    survived(&[Fault::ViewPartitions { first: 5, until_ms: UNTIL_MS, views }]);
}

#[test]
fn one_that_was_down_comes_back() {
    let crash = |node, at_ms, outputs, restart_ms| Fault::Crash {
        node: NodeId(node),
        at_ms,
        outputs,
        restart_ms,
    };
    for outcome in survived(&[crash(3, 1_000, 5, Some(3_000)), crash(0, 4_000, 0, None)]) {
        assert_eq!((outcome.summary.crashes, outcome.summary.restarts), (2, 2));
    }
}

#[test]
fn the_power_fails_again_and_again() {
    let cut = |at_ms, outputs| Fault::PowerCut { at_ms, outputs, outage_ms: 200 };
    for outcome in survived(&[cut(1_000, 0), cut(3_000, 11), cut(5_000, 40)]) {
        assert_eq!(outcome.summary.power_cuts, 3);
    }
}

#[test]
fn writes_under_way_are_lost_or_torn() {
    let (mut lost, mut torn) = (0, 0);
    for seed in 0..8 {
        let cut = |at_ms| Fault::PowerCut { at_ms, outputs: 9, outage_ms: 100 };
        let scenario = Scenario { sync_ms: 15, ..troubled(4, seed, HEAL_MS) };
        let scenario = scenario.with_fault(cut(1_500)).with_fault(cut(4_000));
        for event in recovers(&scenario).events {
            if let What::Crashed { lost: more, torn: one } = event.what {
                lost += more;
                torn += usize::from(one);
            }
        }
    }
    assert!(lost > 0 && torn > 0, "{lost} lost, {torn} torn");
}

#[test]
fn a_clock_is_far_wrong() {
    for skew_ms in [-60_000, -1_500, 1_500, 60_000] {
        let node = NodeId(2);
        survived(&[Fault::Clock { node, from_ms: FROM_MS, until_ms: UNTIL_MS, skew_ms }]);
    }
}

#[test]
fn one_comes_back_with_an_old_disk() {
    let node = NodeId(1);
    let fault = Fault::Restore { node, taken_ms: 1_500, at_ms: 4_000, restart_ms: 4_500 };
    for outcome in survived(&[fault]) {
        assert_eq!(outcome.count(|what| matches!(what, What::Restarted { restored: true, .. })), 1);
    }
}

#[test]
fn a_disk_is_slower_than_the_deadlines() {
    let node = NodeId(0);
    survived(&[Fault::SlowDisk { node, from_ms: FROM_MS, until_ms: UNTIL_MS, sync_ms: 700 }]);
}

#[test]
fn somebody_is_wrongly_called_unreachable() {
    let notice = |node, about| Fault::FalseNotice {
        node: NodeId(node),
        about: NodeId(about),
        from_ms: FROM_MS,
        until_ms: UNTIL_MS,
    };
    survived(&[notice(0, 1), notice(1, 2), notice(2, 0)]);
}

#[test]
fn the_validators_change_amid_losses() {
    let change = |height, joins: &[u8], leaves: &[u8]| SetChange {
        height,
        joins: joins.iter().copied().map(NodeId).collect(),
        leaves: leaves.iter().copied().map(NodeId).collect(),
        ..SetChange::default()
    };
    let changes = vec![change(10, &[4], &[]), change(20, &[5], &[0]), change(30, &[], &[1])];
    let scenario = Scenario { joiners: 2, changes, ..troubled(4, 1, HEAL_MS) };
    let loss = Fault::Loss { from_ms: FROM_MS, until_ms: UNTIL_MS, permille: 150 };
    assert_eq!(recovers(&scenario.with_fault(loss)).summary.epochs, 3);
}

#[test]
fn there_is_nothing_to_do_for_minutes() {
    let outcome = run(&Scenario { load: Load::None, ..calm(7, 1, 200_000) });
    assert!(outcome.summary.blocks >= 6, "{:?}", outcome.summary);
    assert_eq!(outcome.summary.empty_blocks, outcome.summary.blocks);
}

#[test]
fn real_signatures_are_checked() {
    let scenario = Scenario { signatures: Signatures::Ed25519, ..troubled(4, 1, 2_000) };
    recovers(&scenario.with_attacker(0, "impersonator"));
}
