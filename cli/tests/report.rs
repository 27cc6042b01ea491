//! What a run says: the report on standard output, everything else on standard error.

use crate::ran::hefu;
use serde_json::Value;

/// The run of the examples in the help.
const EXAMPLE: &str = "sim --validators 7 --byzantine equivocator:1 --loss 0.1 \
                       --partition 3/4@10s..25s --crash 2@5s --seed 42 --views 500";
/// A run in which everything goes wrong, but not for long.
const SHORT: &str = "sim --validators 5 --byzantine silent:1 --loss 0.05 --duplicate 5% \
                     --delay 10..40 --partition 2/3@1s..2s --crash 1@500ms..1s --power-cut 3s \
                     --skew 0:+200ms --epochs 2 --views 60 --seed 5";

#[test]
fn the_example_of_the_help_breaks_no_rule() {
    let ran = hefu(EXAMPLE).left_with(0);
    assert!(ran.stdout.contains("violations: 0"), "{}", ran.stdout);
    assert!(ran.stdout.contains("500 views"), "{}", ran.stdout);
    assert!(ran.stdout.contains(EXAMPLE), "{}", ran.stdout);
    for words in [
        "the network is cut: A = 0–2 | B = 3–6",
        "is whole again",
        "node 2: stops",
        "node 2: comes up",
    ] {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
}

#[test]
fn json_has_every_field() {
    let report = hefu(&format!("{SHORT} -o json --quiet")).left_with(0).json();
    let numbers = [
        "seed",
        "validators",
        "time_ms",
        "blocks",
        "empty_blocks",
        "transactions",
        "views",
        "views_per_block",
        "messages_per_block",
        "bytes_per_block",
        "deliveries",
        "lost",
        "evidence",
        "crashes",
        "restarts",
        "power_cuts",
        "partitions",
        "epochs",
        "halts",
        "dropped",
        "finality.mean_ms",
        "finality.min_ms",
        "finality.max_ms",
        "finality.message_delays",
        "interval.mean_ms",
    ];
    for name in numbers {
        let pointer = format!("/{}", name.replace('.', "/"));
        let value = report.pointer(&pointer);
        assert!(value.is_some_and(Value::is_number), "{name}: {report:#}");
    }
    assert_eq!(report["ended"], "views");
    assert_eq!(report["violations"], Value::Array(Vec::new()));
    assert_eq!(report["byzantine"][0]["name"], "silent");
    assert_eq!(report["hash"].as_str().map(str::len), Some(64), "{report:#}");
    assert!(report["command"].as_str().is_some_and(|c| c.starts_with("hefu sim")));
    assert!(report["messages"].as_object().is_some_and(|kinds| !kinds.is_empty()));
    assert!(report["nullified"].is_object() && report["trace"].is_null());
    // One machine once, and five validators with one that will join in the power cut.
    assert_eq!((&report["crashes"], &report["restarts"]), (&7.into(), &7.into()));
    assert_eq!(report["power_cuts"], 1);
}

#[test]
fn quiet_says_nothing_but_the_report() {
    let ran = hefu(&format!("{SHORT} --quiet")).left_with(0);
    assert_eq!(ran.stderr, "");
    assert!(ran.stdout.contains("violations: 0"), "{}", ran.stdout);
}

#[test]
fn lines_have_no_control_codes() {
    for line in [SHORT.to_owned(), format!("{SHORT} --plain")] {
        let ran = hefu(&line).left_with(0);
        let control = |c: char| c.is_control() && c != '\n';
        assert!(!ran.stderr.contains(control), "{}", ran.stderr);
        assert!(!ran.stdout.contains(control), "{}", ran.stdout);
        assert!(ran.stderr.contains("all machines lose power"), "{}", ran.stderr);
    }
}

#[test]
fn the_same_seed_takes_the_same_course() {
    let [first, second] = [hefu(SHORT), hefu(SHORT)];
    assert_eq!(first, second);
    let other = hefu(&SHORT.replace("--seed 5", "--seed 6"));
    assert_ne!(first.stdout, other.stdout);
}

#[test]
fn a_seed_that_nobody_chose_is_said() {
    let ran = hefu("sim --views 5 -o json -q").left_with(0);
    let report = ran.json();
    let seed = format!("--seed {}", report["seed"]);
    assert!(report["command"].as_str().is_some_and(|c| c.ends_with(&seed)), "{report:#}");
    let again = report["command"].as_str().expect("a command").to_owned();
    let again = hefu(again.trim_start_matches("hefu ")).json();
    assert_eq!(report["hash"], again["hash"]);
}

#[test]
fn real_signatures_agree_too() {
    let ran = hefu("sim --signatures ed25519 --views 10 --seed 1 -q").left_with(0);
    assert!(ran.stdout.contains("violations: 0"), "{}", ran.stdout);
}

#[test]
fn an_idle_network_rests() {
    let report = hefu("sim --load idle --time 20s --seed 1 -o json -q").left_with(0).json();
    assert_eq!((&report["ended"], &report["blocks"]), (&"time".into(), &0.into()));
}
