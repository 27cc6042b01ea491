//! Networks begin, are looked at, are kept, and leave nothing behind.

use crate::bed::{Bed, hefu, said};
use rustix::process::Signal;
use std::path::Path;
use std::time::{Duration, Instant};

fn runs(pid: u64) -> bool {
    Path::new(&format!("/proc/{pid}/stat")).exists()
}

#[test]
fn a_network_is_ready_and_its_end_leaves_nothing_running() {
    let mut bed = Bed::up(&[]);
    let pids = bed.processes();
    assert_eq!(pids.len(), 6);
    assert!(pids.iter().all(|pid| runs(*pid)));
    let table = bed.done("status");
    assert_eq!(table.lines().count(), 6, "{table}");
    assert!(table.contains("follower-1"), "{table}");
    bed.done("expect agree");
    bed.done("expect height>=1");
    assert!(bed.log("validator-1").contains("\"block\""), "a node logs its blocks");
    bed.down("");
    assert!(!pids.iter().any(|pid| runs(*pid)), "something of {pids:?} runs on");
    assert!(bed.fails("fault heal").contains("supervisor"));
}

#[test]
fn an_interrupted_network_leaves_nothing_running() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut bed = Bed::up(&["--validators", "1"]);
        let pids = bed.processes();
        bed.interrupt(signal);
        assert!(!pids.iter().any(|pid| runs(*pid)), "something of {pids:?} runs on");
    }
}

#[test]
fn what_a_killed_supervisor_leaves_can_be_ended() {
    let mut bed = Bed::up(&["--validators", "1"]);
    let pids = bed.processes();
    bed.interrupt(Signal::KILL);
    assert!(pids.iter().any(|pid| runs(*pid)), "nobody could stop the nodes");
    bed.done("down");
    let start = Instant::now();
    // Whoever has taken them over reaps them when it gets to it.
    while pids.iter().any(|pid| runs(*pid) && !is_dead(*pid)) {
        assert!(start.elapsed() < Duration::from_secs(10), "something of {pids:?} runs on");
    }
}

/// Whether a process has ended and is only waited for.
fn is_dead(pid: u64) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_none_or(|(_, rest)| rest.trim_start().starts_with('Z'))
}

#[test]
fn what_is_not_understood_is_told_with_code_two() {
    let bed = Bed::up(&["--validators", "1", "--followers", "0"]);
    let output = bed.run("expect moonrise");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let refused = bed.fails("fault kill validator-9");
    assert!(refused.contains("there are validator-1"), "{refused}");
    assert!(bed.fails("expect height>=1000 --within 100ms").contains("height"));
}

#[test]
fn a_saved_network_goes_on_where_it_was() {
    let mut bed = Bed::up(&["--validators", "1"]);
    bed.done("expect ready");
    let height = bed.ask("validator-1", "/v1/status")["height"].as_u64().unwrap();
    let saved = bed.folder().join("saved");
    bed.down(&format!("--save {}", saved.display()));
    let again = Bed::up(&["--load", saved.to_str().unwrap()]);
    let now = again.ask("validator-1", "/v1/status")["height"].as_u64().unwrap();
    assert!(now > height, "{now} after {height}");
    again.done("expect agree");
}

#[test]
fn a_command_inside_a_network_has_its_addresses_and_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let script = "test -f $HEFU_GENESIS && echo $HEFU_URL && exit 7";
    let mut command = hefu();
    command.env("XDG_STATE_HOME", folder.path());
    let output = command
        .args(["testnet", "run", "--validators", "1", "--", "sh", "-c", script])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("http://127.0.0.1:"), "{text}");
    let left = std::fs::read_dir(folder.path().join("hefu/testnet")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "its directory goes with it, and it takes no other's place: {left:?}");
}
