//! What in the node must not know what it orders.

use proc_macro2::TokenStream;
use std::ops::Range;

use crate::report::settle;
use crate::rust::words;
use crate::workspace::{code_and_tests, sources};

/// The pipeline, which is the same over any application.
const PIPELINE: &[&str] = &[
    "node/src/acts",
    "node/src/application.rs",
    "node/src/driver",
    "node/src/glance.rs",
    "node/src/net",
    "node/src/pipeline",
    "node/src/wire.rs",
    "node/src/worker.rs",
];
/// The ledger, whose names mean nothing else.
const LEDGER: &[&str] = &["hefu_ledger", "Ledger"];
/// The modules of the node that belong to it.
const MODULES: &[&str] = &["ledger", "mempool", "executor", "content"];

fn is_pipeline(path: &str) -> bool {
    PIPELINE.iter().any(|part| path.starts_with(part))
}

/// What is named of the ledger: the crate or the type, or one of the modules as a part of a path.
fn known(tokens: &TokenStream) -> Vec<String> {
    let words = words(tokens);
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let are_colons = |range: Range<usize>| texts.get(range) == Some(&[":", ":"]);
    let is_path = |at: usize| are_colons(at.saturating_sub(2)..at) || are_colons(at + 1..at + 3);
    let is_known =
        |at: usize| LEDGER.contains(&texts[at]) || MODULES.contains(&texts[at]) && is_path(at);
    let found = (0..texts.len()).filter(|at| is_known(*at));
    found.map(|at| format!("{}: {}", words[at].line, texts[at])).collect()
}

#[test]
fn the_pipeline_knows_no_ledger() {
    let (code, _) = code_and_tests(sources());
    let pipeline: Vec<_> = code.iter().filter(|source| is_pipeline(&source.path)).collect();
    let findings = pipeline.iter().flat_map(|source| {
        known(&source.tokens).into_iter().map(|found| format!("{}:{found}", source.path))
    });
    let (files, findings) = (pipeline.len(), findings.collect::<Vec<_>>());
    settle(&format!("{files} files of the pipeline"), &findings);
    assert!(files > PIPELINE.len(), "the folders have moved");
}

#[test]
fn the_ledger_is_seen_where_it_is_named() {
    for sample in [
        "use hefu_ledger::Transaction;",
        "use crate::mempool::Mempool;",
        "use crate::{clock::Clock, ledger::Other};",
        "use crate::{executor::{self}, clock};",
        "use super::super::content;",
        "use crate::{Ledger, Node};",
        "fn f(driver: Driver<Ledger>) {}",
    ] {
        assert_eq!(known(&sample.parse().expect("it is Rust")).len(), 1, "{sample}");
    }
    let other = "fn f(content: &Content) { self.hands.ledger(); crate::application::f() }";
    assert_eq!(known(&other.parse().expect("it is Rust")), [""; 0]);
}
