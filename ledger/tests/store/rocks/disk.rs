//! Disks that are full or fail.

use super::child::{self, Said};
use super::{open, scrubbed};
use hefu_ledger::store::Store;
use hefu_primitives::Height;
use std::process::Command;

/// Runs a child until it stops, and checks that all that it has said is there afterwards. Tells
/// why it stopped.
fn stopped(test: &str, through: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let mut running = child::start(directory.path(), test, through);
    let (mut written, mut why) = (Vec::new(), None);
    while let Some(said) = running.next() {
        match said {
            Said::Written(height, digest) => written.push((height, digest)),
            Said::Stopped(reason) => why = Some(reason),
        }
    }
    running.wait();
    let store = open(directory.path(), &child::genesis()).unwrap();
    scrubbed(&store);
    for (height, expected) in &written {
        let header = store.header(Height::new(*height)).unwrap().unwrap();
        assert_eq!(&header.digest().to_string(), expected);
    }
    assert!(written.len() > 2, "{written:?}, {why:?}");
    why.unwrap_or_default()
}

#[test]
fn a_file_that_cannot_grow_stops_the_store_and_spoils_nothing() {
    if child::work() {
        return;
    }
    let test = "store::rocks::disk::a_file_that_cannot_grow_stops_the_store_and_spoils_nothing";
    // No file may exceed 100 kB; whoever tries is told so instead of being killed.
    let limited = "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"";
    let why = stopped(test, &["sh", "-c", limited]);
    assert!(why.contains("File too large"), "{why}");
}

#[test]
fn a_failing_sync_stops_the_store_and_spoils_nothing() {
    if child::work() {
        return;
    }
    let test = "store::rocks::disk::a_failing_sync_stops_the_store_and_spoils_nothing";
    if !Command::new("strace").args(["-o", "/dev/null", "true"]).status().is_ok_and(|s| s.success())
    {
        println!("not tried: strace does not work here, and nothing else makes a sync fail");
        return;
    }
    // To make the store takes some twenty.
    let inject = "inject=fdatasync:error=EIO:when=60+";
    let through = ["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", inject];
    let why = stopped(test, &through);
    assert!(why.contains("Input/output error"), "{why}");
}
