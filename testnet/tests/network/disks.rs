//! Disks that fail or are full: a node says so and ends, or takes no part, and nothing is lost.

use crate::bed::Bed;
use crate::jobs::run;
use std::time::{Duration, Instant};

/// Three of each kind: one meets a node that starts, two meet nodes that work.
const DISKS: &str = "18";

/// More than any disk has.
const MIB: &str = "999999999999";

const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn nothing_final_is_lost_when_syncs_fail_or_the_disk_is_full() {
    let text = run(&["endure", "--kills", "0", "--disks", DISKS, "--followers", "0"]);
    assert!(text.contains("none lost"), "{text}");
    for what in ["acts log", "store"] {
        for how in ["killed at a sync", "a sync fails", "full"] {
            let has = |line: &str| line.contains(what) && line.contains(how);
            assert!(text.lines().any(has), "no {what} {how} in {text}");
        }
    }
}

#[test]
fn a_node_below_its_mark_takes_no_part_and_answers_all_the_same() {
    let bed = Bed::up(&["--followers", "0"]);
    bed.done(&format!("fault restart validator-4 --set storage.low_water_mib={MIB}"));
    bed.done("expect up validator-4");
    bed.done("expect ready --within 20s");
    let why = bed.ask("validator-4", "/v1/why");
    assert_eq!(why["reasons"][0]["code"], "why.disk_low", "{why}");
    let height = |node| bed.ask(node, "/v1/status")["height"].as_u64().unwrap();
    let start = Instant::now();
    while height("validator-4") >= height("validator-1") {
        assert!(start.elapsed() < LIMIT, "it still takes blocks");
        bed.done("expect ready");
    }
    bed.done("fault restart validator-4");
    bed.done("expect agree --within 20s");
}
