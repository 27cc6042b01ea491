//! A run can be repeated, recorded, compared, and made smaller.

use crate::network::{calm, partition, troubled};
use hefu_consensus::Bug;
use hefu_sim::shrink::broken_rule;
use hefu_sim::{Fault, NodeId, Scenario, Trace, TraceError, World, plan, replay, shrink};
use std::path::{Path, PathBuf};

fn hash(scenario: &Scenario) -> String {
    let mut world = World::new(scenario.clone()).unwrap();
    world.run();
    world.hash()
}

/// A file of this test alone.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// A run with a bit of everything.
fn eventful(seed: u64) -> Scenario {
    troubled(7, seed, 6_000)
        .with_attacker(2, "equivocator")
        .with_fault(Fault::Loss { from_ms: 500, until_ms: 5_000, permille: 200 })
        .with_fault(partition(1_000, 4_000, &[&[0, 1, 2, 3], &[4, 5, 6]]))
        .with_fault(Fault::PowerCut { at_ms: 4_500, outputs: 17, outage_ms: 300 })
}

#[test]
fn the_same_scenario_takes_the_same_course() {
    assert_eq!(hash(&eventful(1)), hash(&eventful(1)));
    for seed in 0..6 {
        let scenario = plan::random(seed);
        assert_eq!(scenario, plan::random(seed));
        assert_eq!(hash(&scenario), hash(&scenario), "seed {seed}");
    }
}

#[test]
fn another_seed_takes_another_course() {
    assert_ne!(hash(&eventful(1)), hash(&eventful(2)));
    assert_ne!(hash(&calm(4, 1, 2_000)), hash(&calm(4, 2, 2_000)));
}

#[test]
fn looking_on_does_not_change_the_course() {
    let mut world = World::new(eventful(3)).unwrap();
    let mut time_ms = 0;
    while world.run_until(time_ms) {
        let _seen = (world.events(), world.nodes(), world.summary());
        time_ms += 7;
    }
    assert_eq!(world.hash(), hash(&eventful(3)));
}

#[test]
fn a_trace_is_replayed_to_the_same_hash() {
    let trace = Trace::record(eventful(4)).unwrap();
    let file = file("replayed.json");
    trace.save(&file).unwrap();
    assert_eq!(Trace::load(&file).unwrap(), trace);
    assert_eq!(replay(&file).unwrap(), trace);
}

#[test]
fn a_trace_that_was_altered_is_refused() {
    let trace = Trace::record(calm(4, 5, 2_000)).unwrap();
    let file = file("altered.json");
    let hash = trace.hash.clone();
    Trace { hash: "0".repeat(hash.len()), ..trace.clone() }.save(&file).unwrap();
    let refused = replay(&file).unwrap_err();
    assert!(matches!(&refused, TraceError::Differs { got, .. } if *got == hash), "{refused}");

    let scenario = Scenario { seed: 6, ..trace.scenario.clone() };
    Trace { scenario, ..trace }.save(&file).unwrap();
    let refused = replay(&file).unwrap_err();
    assert!(matches!(refused, TraceError::Differs { .. }), "{refused}");
}

#[test]
fn what_is_no_trace_is_refused() {
    let text = file("text.json");
    std::fs::write(&text, "not a trace").unwrap();
    assert!(matches!(replay(&text).unwrap_err(), TraceError::Format(_)));
    assert!(matches!(replay(&file("missing.json")).unwrap_err(), TraceError::File(_)));
}

#[test]
fn what_breaks_a_rule_is_shrunk_to_less_that_breaks_the_same() {
    let crash = Fault::Crash { node: NodeId(3), at_ms: 2_000, outputs: 3, restart_ms: None };
    let bug = Some(format!("{:?}", Bug::VoteNotDurable));
    let large = Scenario { sync_ms: 5, bug, ..eventful(7) }.with_fault(crash);
    let rule = broken_rule(&large).unwrap();
    let small = shrink(&large, 40);
    assert_eq!(broken_rule(&small), Some(rule));
    assert!(small.validators <= large.validators);
    assert!(small.faults.len() < large.faults.len(), "{small:?}");
    assert!(small.attackers.len() <= large.attackers.len());
    assert!(small.stop.at_ms <= large.stop.at_ms);
}

#[test]
fn what_breaks_no_rule_is_left_as_it_is() {
    let scenario = calm(4, 8, 2_000);
    assert_eq!(shrink(&scenario, 40), scenario);
}
