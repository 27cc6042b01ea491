//! What each crate may depend on, read from `cargo tree`.

use std::collections::BTreeSet;

use crate::report::settle;
use crate::workspace::run;

/// Each crate and the crates of this workspace that may stand anywhere below it.
const ARROWS: &[(&str, &[&str])] = &[
    ("hefu-primitives", &[]),
    ("hefu-ledger", &["hefu-primitives"]),
    ("hefu-fixtures", &["hefu-ledger", "hefu-primitives"]),
    ("hefu-login", &["hefu-ledger", "hefu-primitives"]),
    ("hefu-consensus", &["hefu-primitives"]),
    ("hefu-sim", &["hefu-consensus", "hefu-primitives"]),
    ("hefu-model", &["hefu-sim", "hefu-consensus", "hefu-primitives"]),
    (
        "hefu-fuzz",
        &[
            "hefu-api",
            "hefu-fixtures",
            "hefu-login",
            "hefu-ledger",
            "hefu-consensus",
            "hefu-primitives",
        ],
    ),
    ("hefu-api", &["hefu-ledger", "hefu-primitives"]),
    ("hefu-node", &["hefu-api", "hefu-ledger", "hefu-consensus", "hefu-primitives"]),
    ("hefu-client", &["hefu-api", "hefu-ledger", "hefu-primitives"]),
    ("hefu-testnet", &["hefu-api", "hefu-keys", "hefu-login", "hefu-ledger", "hefu-primitives"]),
    ("hefu-keys", &["hefu-ledger", "hefu-primitives"]),
    (
        "hefu-cli",
        &[
            "hefu-testnet",
            "hefu-api",
            "hefu-client",
            "hefu-keys",
            "hefu-login",
            "hefu-node",
            "hefu-sim",
            "hefu-ledger",
            "hefu-consensus",
            "hefu-primitives",
        ],
    ),
];

/// The crates that are shipped: the node, and the program that people run.
const SHIPPED: &[&str] = &["hefu-node", "hefu-cli"];

/// The crates that decide what every validator must agree on, and who is let in.
const PURE: &[&str] = &["hefu-primitives", "hefu-ledger", "hefu-login", "hefu-consensus"];

/// Crates that bring input, output, time, threads or chance, by the beginning of their names.
const IMPURE: &[&str] = &[
    "tokio",
    "libp2p",
    "rocksdb",
    "librocksdb",
    "rand",
    "getrandom",
    "async-std",
    "mio",
    "socket2",
];

/// The names of the crates in an unindented tree.
fn names(tree: &str) -> BTreeSet<&str> {
    tree.lines().filter_map(|line| line.split_whitespace().next()).collect()
}

/// Crates of this workspace below `name` that its row does not allow.
fn wrong_arrows(name: &str, allowed: &[&str], tree: &str) -> Vec<String> {
    let ours = names(tree).into_iter().filter(|found| found.starts_with("hefu-"));
    let wrong = ours.filter(|found| *found != name && !allowed.contains(found));
    wrong.map(|found| format!("{name} must not depend on {found}")).collect()
}

/// Crates below `name` that pure code must not reach.
fn impurities(name: &str, tree: &str) -> Vec<String> {
    let impure = |found: &&str| IMPURE.iter().any(|word| found.starts_with(word));
    let found = names(tree).into_iter().filter(impure);
    found.map(|found| format!("{name} is pure and must not depend on {found}")).collect()
}

/// Whether defects can be planted in what is built from this tree, whose lines end in features.
fn plantable(name: &str, tree: &str) -> Option<String> {
    let found = tree.lines().any(|line| line.starts_with("hefu-") && line.contains("planted"));
    found.then(|| format!("{name} is shipped with the feature `planted`"))
}

/// Crates that no row places.
fn unplaced(members: &str) -> Vec<String> {
    let placed = |name: &&str| ARROWS.iter().any(|(crate_name, _)| crate_name == name);
    let missing = names(members).into_iter().filter(|name| !placed(name));
    missing.map(|name| format!("{name} has no row in ARROWS")).collect()
}

/// Runs `cargo tree` on normal dependencies, one crate a line.
fn tree(arguments: &[&str]) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let common = ["tree", "--locked", "--edges", "normal", "--prefix", "none"];
    run(&cargo, &[&common[..], arguments].concat())
}

#[test]
fn dependencies_follow_the_arrows() {
    let mut findings = unplaced(&tree(&["--workspace", "--depth", "0"]));
    let mut below = 0;
    for (name, allowed) in ARROWS {
        let tree = tree(&["--package", name, "--target", "all"]);
        below += names(&tree).len() - 1;
        findings.extend(wrong_arrows(name, allowed, &tree));
        if PURE.contains(name) {
            findings.extend(impurities(name, &tree));
        }
    }
    settle(&format!("{} crates, {below} dependencies below them", ARROWS.len()), &findings);
}

#[test]
fn nothing_can_be_planted_in_what_is_shipped() {
    let tree = |name| tree(&["--package", name, "--format", "{p} {f}"]);
    let findings: Vec<_> = SHIPPED.iter().filter_map(|name| plantable(name, &tree(name))).collect();
    settle(&format!("{} shipped crates", SHIPPED.len()), &findings);
}

#[test]
fn a_planted_feature_is_refused() {
    let tree = "hefu-cli v0.1.0\nhefu-consensus v0.1.0 (consensus) default,planted";
    assert!(plantable("hefu-cli", tree).is_some());
    assert!(plantable("hefu-cli", "hefu-cli v0.1.0\nhefu-consensus v0.1.0 default").is_none());
}

#[test]
fn a_wrong_arrow_is_refused() {
    let tree = "hefu-ledger v0.1.0 (ledger)\nhefu-primitives v0.1.0\nhefu-consensus v0.1.0 (*)";
    let found = wrong_arrows("hefu-ledger", &["hefu-primitives"], tree);
    assert_eq!(found, ["hefu-ledger must not depend on hefu-consensus"]);
}

#[test]
fn an_impure_dependency_is_refused() {
    let tree =
        "hefu-ledger v0.1.0\nserde v1.0.0\ntokio v1.0.0\nrand_core v0.10.0\nlibrocksdb-sys v1";
    assert_eq!(impurities("hefu-ledger", tree).len(), 3);
    assert_eq!(impurities("hefu-ledger", "hefu-ledger v0.1.0\nserde v1.0.0"), [""; 0]);
}

#[test]
fn a_crate_without_a_row_is_refused() {
    assert_eq!(unplaced("hefu-cli v0.1.0\n\nhefu-new v0.1.0"), ["hefu-new has no row in ARROWS"]);
}
