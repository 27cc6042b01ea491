//! Whatever is typed wrong is answered with exit code 2 and a sentence that says what is right.

use crate::ran::hefu;

/// Lines, and words of the answers to them.
const WRONG: &[(&str, &str)] = &[
    ("", "Usage: hefu [OPTIONS] <COMMAND>"),
    ("simm", "similar subcommand exists: 'sim'"),
    ("sim --validator 7", "'--validators'"),
    ("sim --validators 0", "4 to 100 validators"),
    ("sim --validators 3", "4 to 100 validators"),
    ("sim --validators 101", "4 to 100 validators"),
    ("sim --byzantine equivocater:1", "did you mean 'equivocator'?"),
    ("sim --byzantine goblin:1", "there are: conflicter, equivocator,"),
    ("sim --byzantine silent", "NAME:COUNT"),
    ("sim --byzantine silent:0", "silent:1 is one"),
    ("sim --validators 7 --byzantine silent:3", "f = 2: take 10 validators or more"),
    ("sim --byzantine silent:1 --byzantine nuller:1", "f = 1: take 7 validators or more"),
    ("sim --byzantine nuller:4 --beyond-tolerance", "one at least must be correct"),
    ("sim --loss 1.5", "at least 0 and below 1"),
    ("sim --loss=-0.1", "at least 0 and below 1"),
    ("sim --duplicate half", "such as 0.1 or 10%"),
    ("sim --delay 80..10", "10..80"),
    ("sim --delay 0", "1 to 10000 ms"),
    ("sim --partition 3/4@10s..25s", "places 7 nodes, but there are 4 validators"),
    ("sim --partition 2/2@25s..10s", "not after 25 s"),
    ("sim --partition 2/2", "3/4@10s..25s"),
    ("sim --crash 4@5s", "the nodes are 0 to 3"),
    ("sim --crash 2@5", "a time has a unit"),
    ("sim --crash 2@5s..1s", "not after 5 s"),
    ("sim --skew 7:+1s", "the nodes are 0 to 3"),
    ("sim --skew 1:1s", "NODE:+TIME"),
    ("sim --power-cut soon", "a time has a unit"),
    ("sim --signatures rsa", "[possible values: mock, ed25519]"),
    ("sim --load 0", "or idle"),
    ("sim --epochs 21", "0..=20"),
    ("sim --views 0", "1..=1000000"),
    ("sim --time 0s", "longer than 0 s"),
    ("sim --time 2d", "250ms, 10s, 2m or 1h"),
    ("sim --pace quick", "or max"),
    ("sim -o yaml", "[possible values: table, json, jsonl]"),
    ("sim --replay no-such-file.json", "no-such-file.json cannot be read"),
    ("sim --replay x.json --loss 0.1", "cannot be used with '--loss <P>'"),
];

#[test]
fn what_is_wrong_is_said_with_what_is_right() {
    for (line, words) in WRONG {
        let ran = hefu(line).left_with(2);
        assert!(ran.stderr.contains(words), "{line}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{line}");
    }
}

#[test]
fn help_and_version_are_data() {
    for line in ["help", "--help", "help sim", "sim --help", "sim -h", "--version"] {
        let ran = hefu(line).left_with(0);
        assert!(!ran.stdout.is_empty() && ran.stderr.is_empty(), "{line}");
    }
    let version = format!("hefu {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(hefu("--version").stdout, version);
}

#[test]
fn help_names_every_attacker() {
    let help = hefu("sim --help").stdout;
    for name in hefu_sim::ATTACKERS {
        assert!(help.contains(name), "{name}");
    }
}
