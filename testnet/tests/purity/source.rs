//! What the source of the pure crates must not name.

use proc_macro2::TokenStream;

use crate::report::settle;
use crate::rust::{Source, Word, words};
use crate::workspace::{code_and_tests, sources};

/// Code that decides what validators agree on. The simulator is beside it: it drives the engine
/// and must replay from its seed, but it may print and draw from its seeded generator.
const PURE: &[&str] =
    &["ledger/src/", "ledger/primitives/src/", "ledger/login/src/", "consensus/src/"];
const REPLAYED: &[&str] = &["consensus/sim/src/"];
/// The simulator's programs spend a budget of wall time, the durable store writes files, and the
/// reader of JSON must meet a fraction to refuse it.
const OUTSIDERS: &[&str] = &[
    "consensus/sim/src/main.rs",
    "consensus/sim/src/bin/",
    "ledger/src/store/rocks",
    "ledger/src/json/value.rs",
];

const ORDER: &[&str] = &["HashMap", "HashSet", "RandomState"];
const CLOCK: &[&str] = &["Instant", "SystemTime", "UNIX_EPOCH"];
const THREAD: &[&str] = &["thread", "thread_local", "spawn", "async", "await", "Mutex", "RwLock"];
const CHANCE: &[&str] = &["rand", "getrandom", "OsRng", "thread_rng"];
const FLOAT: &[&str] = &["f32", "f64"];
const PRINT: &[&str] = &["println", "print", "eprintln", "eprint", "dbg", "stdout", "stderr"];
/// Modules of `std` that reach outside the process.
const OUTSIDE: &[&str] = &["fs", "net", "env", "process", "io", "os"];

/// The forbidden names in the tokens, with their lines.
fn named(tokens: &TokenStream, forbidden: &[&[&str]]) -> Vec<String> {
    let words = words(tokens);
    let listed = |text: &str| forbidden.iter().any(|list| list.contains(&text));
    let found = words.iter().filter(|word| listed(&word.text));
    found.map(|word| format!("{}: {}", word.line, word.text)).collect()
}

/// Modules of `std` that are named after `std::`, alone or in braces.
fn outside(tokens: &TokenStream) -> Vec<String> {
    let words = words(tokens);
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let mut found = Vec::new();
    for at in 0..texts.len() {
        if let Some(["std", ":", ":", first]) = texts.get(at..at + 4) {
            let end = if *first == "{" { closing(&texts, at + 3) } else { at + 4 };
            let named = words[at + 3..end].iter().filter(|word| OUTSIDE.contains(&&*word.text));
            found.extend(named.map(|word| format!("{}: std::{}", word.line, word.text)));
        }
    }
    found
}

/// The position after the brace that closes the one at `open`.
fn closing(texts: &[&str], open: usize) -> usize {
    let mut depth = 0;
    for (at, text) in texts.iter().enumerate().skip(open) {
        depth += i32::from(*text == "{") - i32::from(*text == "}");
        if depth == 0 {
            return at + 1;
        }
    }
    texts.len()
}

/// Literals with a fraction, an exponent or a float's suffix. The lexer also takes the two indices
/// of `pair.0.1` for one, so what follows a single dot does not count.
fn floats(tokens: &TokenStream) -> Vec<String> {
    let words = words(tokens);
    let is_dot = |at: Option<usize>| at.is_some_and(|at| words[at].text == ".");
    let is_index = |at: usize| is_dot(at.checked_sub(1)) && !is_dot(at.checked_sub(2));
    let is_float = |word: &Word| syn::parse_str::<syn::LitFloat>(&word.text).is_ok();
    let found = words.iter().enumerate().filter(|(at, word)| is_float(word) && !is_index(*at));
    found.map(|(_, word)| format!("{}: {}", word.line, word.text)).collect()
}

fn pure(tokens: &TokenStream) -> Vec<String> {
    let lists = [ORDER, CLOCK, THREAD, CHANCE, FLOAT, PRINT];
    [named(tokens, &lists), outside(tokens), floats(tokens)].concat()
}

fn replayed(tokens: &TokenStream) -> Vec<String> {
    named(tokens, &[ORDER, CLOCK, THREAD, &["getrandom", "OsRng", "thread_rng"]])
}

/// Runs the check over the code below the folders, but for the exceptions.
fn check(
    code: &[Source],
    folders: &[&str],
    check: fn(&TokenStream) -> Vec<String>,
) -> (usize, Vec<String>) {
    let below = |list: &[&str], path: &str| list.iter().any(|folder| path.starts_with(folder));
    let chosen = code.iter().filter(|source| below(folders, &source.path));
    let chosen: Vec<_> = chosen.filter(|source| !below(OUTSIDERS, &source.path)).collect();
    let findings = chosen.iter().flat_map(|source| {
        check(&source.tokens).into_iter().map(|found| format!("{}:{found}", source.path))
    });
    (chosen.len(), findings.collect())
}

#[test]
fn the_source_names_nothing_impure() {
    let (code, _) = code_and_tests(sources());
    let (pure_files, mut findings) = check(&code, PURE, pure);
    let (replayed_files, more) = check(&code, REPLAYED, replayed);
    findings.extend(more);
    settle(&format!("{pure_files} pure files, {replayed_files} replayed files"), &findings);
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the sample is Rust")
}

#[test]
fn each_impurity_is_refused() {
    // Each sample is text that the scan must refuse; none of it is compiled or run.
    let samples = [
        "use std::collections::HashMap;",
        "fn f() { let at = std::time::Instant::now(); }",
        "use std::{collections::BTreeMap, fs};",
        "fn f() -> std::net::IpAddr { todo!() }",
        "fn f() { std::thread::yield_now() }",
        "async fn f() {}",
        "fn f(x: f64) {}",
        "const HALF: u8 = 0.5 as u8;",
        "fn f(x: u8) { match x { 0..5.0 => () } }",
        "fn f() { rand::random() }",
        "fn f() { println!(\"x\") }",
    ];
    for sample in samples {
        assert_eq!(pure(&tokens(sample)).len(), 1, "{sample}");
    }
}

#[test]
fn comments_strings_and_tests_may_name_it() {
    let sample = "// HashMap\n/// f64 and std::fs\nfn f() { \"Instant\"; 1.max(2); t.0.1; 0..2; }\n\
                  #[cfg(test)]\nmod tests {\n use std::collections::HashMap;\n}";
    assert_eq!(pure(&tokens(sample)), [""; 0]);
}

#[test]
fn a_clock_in_the_simulator_is_refused() {
    assert_eq!(replayed(&tokens("fn f() { SystemTime::now(); println!(); }")).len(), 1);
}
