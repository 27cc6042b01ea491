//! A validator whose clock is wrong takes no part and harms nobody, and everybody can tell whose it is.

use crate::bed::Bed;
use serde_json::Value;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Long enough for every validator to lead several times.
const LIMIT: Duration = Duration::from_secs(30);

/// How far a block's time may be ahead of whoever votes for it.
const AHEAD_MAX_MS: u64 = 2_000;

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

/// What a node says of clocks.
fn said(bed: &Bed, node: &str) -> Option<String> {
    let why = bed.ask(node, "/v1/why");
    let reason =
        why["reasons"].as_array().unwrap().iter().find(|one| one["code"] == "why.clock")?;
    Some(reason["detail"].as_str().unwrap().to_owned())
}

/// Has blocks made until a node says these words of a clock.
fn work_until_said(bed: &Bed, node: &str, words: &str) {
    let start = Instant::now();
    while !said(bed, node).is_some_and(|said| said.contains(words)) {
        assert!(start.elapsed() < LIMIT, "{node}: {}", bed.ask(node, "/v1/why"));
        bed.done("expect ready --within 20s");
    }
}

/// Every block is later than the one before, and none was made at any other time than the test's.
fn check_times(bed: &Bed, begun_ms: u64) {
    let page = bed.ask("validator-1", "/v1/blocks?limit=500");
    let blocks = page["items"].as_array().unwrap();
    let times: Vec<u64> = blocks.iter().map(|one| one["time_ms"].as_u64().unwrap()).collect();
    assert!(times.len() > 4, "{page}");
    assert!(times.is_sorted_by(|one, next| one < next), "{times:?}");
    let made: Vec<_> = times.iter().skip(1).collect();
    let (first, last) = (made.iter().min().unwrap(), made.iter().max().unwrap());
    assert!(**first >= begun_ms, "{first} before {begun_ms}");
    assert!(**last <= now_ms() + AHEAD_MAX_MS, "{last} is not yet");
}

fn height(status: &Value) -> u64 {
    status["height"].as_u64().unwrap()
}

#[test]
fn a_clock_that_is_an_hour_ahead_or_behind_stops_nobody_and_is_named() {
    let begun_ms = now_ms();
    let bed = Bed::up(&["--followers", "0"]);
    bed.done("fault clock validator-2 --offset +1h");
    bed.done("expect up validator-2");
    work_until_said(&bed, "validator-2", " s ahead of those");
    work_until_said(&bed, "validator-3", "validator-2");
    assert!(bed.log("validator-2").contains("the clock of this node is not that"), "it is logged");
    bed.done("fault clock validator-2 --offset -1h");
    bed.done("expect up validator-2");
    work_until_said(&bed, "validator-2", " s behind those");
    // It votes for nothing, and has every block all the same.
    let reached = height(&bed.ask("validator-1", "/v1/status"));
    bed.done(&format!("expect height>={reached} --within 20s"));
    bed.done("fault restart validator-2");
    bed.done("expect up validator-2");
    bed.done("expect agree --within 20s");
    bed.done("expect ready");
    assert_eq!(said(&bed, "validator-2"), None, "its clock is right again");
    check_times(&bed, begun_ms);
}
