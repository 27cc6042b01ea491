//! More attackers than any protocol can bear: the rule that breaks, the shortest run that shows
//! it, and a file that shows it again.

use crate::ran::hefu;

/// Three equivocators of four validators can have two blocks certified.
const BEYOND: &str = "sim --validators 4 --byzantine equivocator:3 --beyond-tolerance --seed 1";

#[test]
fn a_violation_is_reported_and_replayed() {
    let ran = hefu(&format!("{BEYOND} -o json --quiet")).left_with(1);
    let report = ran.json();
    assert_eq!(report["ended"], "violation");
    let broken = &report["violations"][0];
    assert!(broken["rule"].is_number() && broken["sentence"].is_string(), "{report:#}");
    let file = report["shortest"]["trace"].as_str().expect("a file");
    let replayed = hefu(&format!("sim --replay {file} -o json --quiet")).left_with(1).json();
    assert_eq!(replayed["same_course"], true);
    assert_eq!(replayed["violations"][0], report["shortest"]["violation"]);
    assert_eq!(replayed["violations"][0]["rule"], broken["rule"]);
}

#[test]
fn a_violation_is_told_with_the_command_that_shows_it_again() {
    let ran = hefu(BEYOND).left_with(1);
    for words in ["VIOLATION of R", "The shortest run found", "hefu sim --replay hefu-sim-1-"] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
    assert!(ran.stderr.contains("VIOLATION"), "{}", ran.stderr);
}
