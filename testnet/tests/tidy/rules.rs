//! Each rule of docs/protocol.md is cited where the code obeys it and by a test that proves it,
//! and no code cites a rule that the document lacks.

use std::collections::BTreeSet;

use crate::report::settle;
use crate::rust::{Source, comments, functions};
use crate::workspace::{code_and_tests, read, sources};

/// The rules that the agreement protocol has. A new rule raises it.
const RULES: u32 = 14;
/// Where the rules are obeyed.
const ENGINE: &[&str] = &["consensus/src/", "ledger/primitives/src/"];

/// The numbers of the rules whose headings (`### R7 …`) stand in the document.
fn stated(document: &str) -> Vec<u32> {
    let headings = document.lines().filter(|line| line.starts_with('#'));
    let titles = headings.map(|line| line.trim_start_matches(['#', ' ']));
    let leading = titles.filter_map(|title| citations(title).into_iter().find(|(at, _)| *at == 0));
    leading.map(|(_, rule)| rule).collect()
}

/// The places in a text where `R7` stands as a word of its own, each with its number.
fn citations(text: &str) -> Vec<(usize, u32)> {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let citation = |(at, _): (usize, &str)| {
        let rest = &text[at + 1..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let before = text[..at].chars().next_back();
        let after = rest[digits..].chars().next();
        let whole = ![before, after].into_iter().flatten().any(part_of_name);
        let number = rest[..digits].parse().ok()?;
        whole.then_some((at, number))
    };
    text.match_indices('R').filter_map(citation).collect()
}

fn numbers(text: &str) -> BTreeSet<u32> {
    citations(text).into_iter().map(|(_, rule)| rule).collect()
}

/// The rules that the comments of a file cite.
fn cited_in_comments(source: &Source) -> BTreeSet<u32> {
    let comments = comments(&source.text, &source.tokens);
    comments.iter().flat_map(|(_, text)| numbers(text)).collect()
}

/// The rules that the file's tests prove: named `r7_…`, or cited in a test's doc comment.
fn cited_by_tests(source: &Source) -> BTreeSet<u32> {
    let functions = functions(&source.tokens);
    let tests = functions.iter().filter(|function| function.is_test);
    tests.flat_map(|test| [named(&test.name), numbers(&test.attributes)]).flatten().collect()
}

fn named(test: &str) -> BTreeSet<u32> {
    let number = test.strip_prefix('r').and_then(|rest| rest.split('_').next());
    number.and_then(|number| number.parse().ok()).into_iter().collect()
}

/// Rules of the document that nobody cites, and citations of rules that it lacks.
fn gaps(
    stated: &[u32],
    in_engine: &BTreeSet<u32>,
    in_tests: &BTreeSet<u32>,
    anywhere: &BTreeSet<u32>,
) -> Vec<String> {
    let mut found = Vec::new();
    if !stated.iter().copied().eq(1..=RULES) {
        found.push(format!(
            "docs/protocol.md states the rules {stated:?}, not R1 to R{RULES} in order"
        ));
    }
    for rule in stated {
        if !in_engine.contains(rule) {
            found.push(format!("R{rule} is cited nowhere in {ENGINE:?}"));
        }
        if !in_tests.contains(rule) {
            found.push(format!("R{rule} has no test named r{rule}_… and none that cites it"));
        }
    }
    let unknown = anywhere.iter().filter(|rule| !stated.contains(rule));
    found.extend(unknown.map(|rule| format!("R{rule} is cited, but docs/protocol.md lacks it")));
    found
}

#[test]
fn rules_are_obeyed_and_proved() {
    let stated = stated(&read("docs/protocol.md"));
    let (code, tests) = code_and_tests(sources());
    let in_engine = code.iter().filter(|source| ENGINE.iter().any(|f| source.path.starts_with(f)));
    let in_engine: BTreeSet<u32> = in_engine.flat_map(cited_in_comments).collect();
    let everything = || code.iter().chain(&tests).filter(|s| !s.path.starts_with("testnet/tests/"));
    let in_tests: BTreeSet<u32> = everything().flat_map(cited_by_tests).collect();
    let mut anywhere: BTreeSet<u32> = everything().flat_map(cited_in_comments).collect();
    anywhere.extend(&in_tests);
    let findings = gaps(&stated, &in_engine, &in_tests, &anywhere);
    let (rules, obeyed, proved) = (stated.len(), in_engine.len(), in_tests.len());
    settle(&format!("{rules} rules, {obeyed} cited by code, {proved} by tests"), &findings);
}

#[test]
fn rules_are_read_from_headings_alone() {
    let document = "# Protocol R99\n### R1 Enter\nsee R7\n### R2 Propose\n- R3 a list\n#### Not R4";
    assert_eq!(stated(document), [1, 2]);
}

#[test]
fn citations_are_whole_words() {
    let numbers = numbers("R7, (R12) and R1–R3; not R, XR4, R5x, R6_a or CR8");
    assert_eq!(numbers, BTreeSet::from([1, 3, 7, 12]));
}

#[test]
fn a_file_cites_in_comments_and_proves_in_tests() {
    let source = Source::new(
        "a.rs",
        "// R1\nfn f() { \"R2\" }\n#[test]\nfn r3_holds() {}\n/// R4: proved.\n#[test]\nfn g() {}\n\
         /// R5\nfn no_test() {}\nfn r6_no_test() {}",
    );
    assert_eq!(cited_in_comments(&source), BTreeSet::from([1, 4, 5]));
    assert_eq!(cited_by_tests(&source), BTreeSet::from([3, 4]));
}

#[test]
fn each_gap_is_refused() {
    let all: Vec<u32> = (1..=RULES).collect();
    let full: BTreeSet<u32> = all.iter().copied().collect();
    let without = |rule: u32| full.iter().copied().filter(|other| *other != rule).collect();
    let with_unknown = full.iter().copied().chain([RULES + 1]).collect();
    assert_eq!(gaps(&all, &full, &full, &full), [""; 0]);
    assert_eq!(
        gaps(&all, &without(7), &full, &full),
        [format!("R7 is cited nowhere in {ENGINE:?}")]
    );
    assert_eq!(gaps(&all, &full, &without(9), &full).len(), 1);
    assert_eq!(gaps(&all, &full, &full, &with_unknown).len(), 1);
    assert_eq!(gaps(&all[1..], &full, &full, &without(1)).len(), 1);
}
