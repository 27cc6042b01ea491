//! Trace files: written, replayed, and refused if they are not what they were.

use crate::ran::{Ran, fresh_file, hefu};
use hefu_sim::{Scenario, Trace};
use serde_json::Value;
use std::path::Path;

/// A short run with its trace in `file`.
fn record(file: &Path) -> Ran {
    let file = file.display();
    hefu(&format!("sim --loss 0.05 --views 30 --seed 9 -q --trace {file}")).left_with(0)
}

fn replay(file: &Path) -> Ran {
    hefu(&format!("sim --replay {} -q -o json", file.display()))
}

/// A recorded run, changed in its file.
fn tampered(name: &str, change: impl FnOnce(&mut Value)) -> Ran {
    let file = fresh_file(name);
    record(&file);
    let text = std::fs::read(&file).expect("the trace was written");
    let mut value = serde_json::from_slice(&text).expect("a trace is JSON");
    change(&mut value);
    std::fs::write(&file, value.to_string()).expect("the trace can be changed");
    replay(&file)
}

#[test]
fn a_replay_takes_the_same_course() {
    let file = fresh_file("same.json");
    let recorded = record(&file);
    let replayed = replay(&file).left_with(0).json();
    assert_eq!(replayed["same_course"], true);
    let hash = replayed["hash"].as_str().expect("a hash");
    assert!(recorded.stdout.contains(hash), "{}", recorded.stdout);
    let told = hefu(&format!("sim --replay {} -q", file.display()));
    assert!(told.stdout.contains("the same course as recorded"), "{}", told.stdout);
}

#[test]
fn a_trace_of_the_simulator_itself_is_replayed() {
    let mut scenario = Scenario::calm(4, 3);
    scenario.stop.at_ms = 1000;
    let trace = Trace::record(scenario).expect("a calm network runs");
    let file = fresh_file("simulator.json");
    trace.save(&file).expect("the trace can be written");
    let report = replay(&file).left_with(0).json();
    assert_eq!(report["hash"], trace.hash);
}

#[test]
fn a_changed_scenario_is_refused() {
    let ran = tampered("seed.json", |trace| trace["scenario"]["seed"] = 10.into()).left_with(2);
    assert!(ran.stderr.contains("was changed"), "{}", ran.stderr);
}

#[test]
fn a_changed_hash_is_refused() {
    let ran = tampered("hash.json", |trace| trace["hash"] = "00".into()).left_with(2);
    assert!(ran.stderr.contains("was changed"), "{}", ran.stderr);
}

#[test]
fn another_version_is_refused() {
    let ran = tampered("version.json", |trace| trace["version"] = "0.0.1".into()).left_with(2);
    assert!(ran.stderr.contains("replay it with hefu 0.0.1"), "{}", ran.stderr);
}

#[test]
fn a_scenario_that_cannot_run_is_refused() {
    let change = |trace: &mut Value| trace["scenario"]["validators"] = 2.into();
    let ran = tampered("few.json", change).left_with(2);
    assert!(ran.stderr.contains("4 to 100"), "{}", ran.stderr);
}

#[test]
fn what_is_no_trace_is_refused() {
    for (name, text) in [("empty.json", ""), ("object.json", "{}"), ("text.json", "hello")] {
        let file = fresh_file(name);
        std::fs::write(&file, text).expect("a file can be written");
        let ran = replay(&file).left_with(2);
        assert!(ran.stderr.contains("is not a trace file"), "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_trace_that_cannot_be_written_is_a_failure() {
    let ran = hefu("sim --views 5 -q --trace no-such-folder/run.json").left_with(1);
    assert!(ran.stderr.contains("cannot be written"), "{}", ran.stderr);
}
