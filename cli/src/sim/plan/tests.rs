//! From typed options to scenarios and refusals.

use super::*;
use crate::args::{Cli, Command};
use crate::sim::args::SimArgs;
use clap::Parser;
use hefu_sim::World;

fn args(options: &str) -> SimArgs {
    let words = format!("hefu sim {options}");
    let typed = Cli::try_parse_from(words.split_whitespace()).expect(options);
    let Command::Sim(args) = typed.command else { panic!("{options} is another command") };
    *args
}

fn plan(options: &str) -> Plan {
    Plan::new(&args(options).run, 1).expect(options)
}

fn refusal(options: &str) -> PlanError {
    Plan::new(&args(options).run, 1).expect_err(options)
}

#[test]
fn a_run_ends_with_its_views_or_its_time() {
    let end = |options| {
        let plan = plan(options);
        (plan.views, plan.scenario.stop.at_ms)
    };
    assert_eq!(end(""), (Some(500), 500 * VIEW_MAX_MS));
    assert_eq!(end("--load idle"), (None, IDLE_MS));
    assert_eq!(end("--load idle --views 2"), (Some(2), 20 * VIEW_MAX_MS));
    assert_eq!(end("--time 10s"), (None, 10_000));
    assert_eq!(end("--time 10s --views 7"), (Some(7), 10_000));
    assert_eq!(refusal("--time 0s"), PlanError::NoTime);
}

#[test]
fn attackers_are_the_last_nodes() {
    let plan = plan("--validators 7 --byzantine equivocator:1 --byzantine nuller:1");
    let attackers = plan.scenario.attackers.iter();
    let attackers: Vec<_> = attackers.map(|a| (a.node.0, a.name.as_str())).collect();
    assert_eq!(attackers, [(5, "equivocator"), (6, "nuller")]);
}

#[test]
fn more_attackers_than_tolerated_need_a_permission() {
    let too_many = PlanError::TooManyByzantine { got: 3, n: 7, f: 2, enough: 10 };
    assert_eq!(refusal("--validators 7 --byzantine nuller:3"), too_many);
    let options = "--validators 7 --byzantine nuller:3 --beyond-tolerance";
    assert_eq!(plan(options).scenario.attackers.len(), 3);
    let nobody = PlanError::NobodyCorrect { got: 4, n: 4 };
    assert_eq!(refusal("--byzantine nuller:4 --beyond-tolerance"), nobody);
}

#[test]
fn a_partition_places_every_node() {
    let plan = plan("--validators 7 --epochs 1 --partition 3/4@10s..25s");
    let ids = |numbers: std::ops::Range<u8>| numbers.map(NodeId).collect::<Vec<_>>();
    let partition =
        Fault::Partition { from_ms: 10_000, until_ms: 25_000, groups: vec![ids(0..3), ids(3..8)] };
    assert_eq!(plan.scenario.faults, [partition]);
    let sizes = PlanError::PartitionSizes { sizes: "3/3".to_owned(), got: 6, n: 7 };
    assert_eq!(refusal("--validators 7 --partition 3/3@1s..2s"), sizes);
}

#[test]
fn a_crashed_node_comes_up_again() {
    let restart = |options: &str| match plan(options).scenario.faults.as_slice() {
        [Fault::Crash { restart_ms, .. }] => *restart_ms,
        faults => panic!("one crash, not {faults:?}"),
    };
    assert_eq!(restart("--crash 2@5s"), Some(10_000));
    assert_eq!(restart("--crash 2@5s..6s"), Some(6000));
}

#[test]
fn nodes_that_do_not_exist_are_refused() {
    let missing = |option, node| PlanError::NoSuchNode { option, node, last: 3 };
    assert_eq!(refusal("--crash 4@5s"), missing("crash", 4));
    assert_eq!(refusal("--skew 9:+1s"), missing("skew", 9));
}

#[test]
fn deadlines_leave_time_for_a_message_and_a_write() {
    assert_eq!(plan("").scenario.delta_ms, 100);
    assert_eq!(plan("--delay 100..300 --slow-disk").scenario.delta_ms, 350);
}

#[test]
fn a_load_is_spread_or_comes_in_bursts() {
    assert_eq!(plan("--load idle").scenario.load, Load::None);
    assert_eq!(plan("--load 50").scenario.load, Load::Every(20));
    let bursts = Load::Bursts { every_ms: 10, size: 50 };
    assert_eq!(plan("--load 5000").scenario.load, bursts);
}

#[test]
fn every_plan_can_run() {
    for options in [
        "",
        "--validators 100 --epochs 20 --byzantine nuller:33",
        "--validators 7 --epochs 20 --byzantine nuller:2",
        "--validators 4 --epochs 3 --byzantine silent:1",
        "--validators 7 --partition 3/4@10s..25s --crash 2@5s --power-cut 3s --skew 1:-2s",
    ] {
        let scenario = plan(options).scenario;
        let refused = World::new(scenario).err();
        assert!(refused.is_none(), "{options}: {refused:?}");
    }
}
