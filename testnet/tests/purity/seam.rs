//! What in the node must not know what it orders.

use proc_macro2::TokenStream;

use crate::report::settle;
use crate::rust::words;
use crate::workspace::{code_and_tests, sources};

/// The pipeline, which is the same over any application.
const PIPELINE: &[&str] = &[
    "node/src/acts",
    "node/src/application.rs",
    "node/src/driver",
    "node/src/net",
    "node/src/pipeline",
    "node/src/wire.rs",
    "node/src/worker.rs",
];
/// The ledger, and the parts of the node that belong to it.
const LEDGER: &[&str] = &["hefu_ledger", "ledger", "Ledger", "mempool", "executor", "content"];

fn is_pipeline(path: &str) -> bool {
    PIPELINE.iter().any(|part| path.starts_with(part))
}

/// Paths into the ledger: `hefu_ledger`, or `crate::` and one of the node's modules.
fn known(tokens: &TokenStream) -> Vec<String> {
    let words = words(tokens);
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let after = |at: usize| at.checked_sub(3).and_then(|from| texts.get(from..at));
    let is_path = |at: usize| after(at) == Some(&["crate", ":", ":"]);
    let is_known =
        |at: usize| texts[at] == "hefu_ledger" || LEDGER.contains(&texts[at]) && is_path(at);
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
    for sample in ["use hefu_ledger::Transaction;", "use crate::mempool::Mempool;"] {
        assert_eq!(known(&sample.parse().expect("it is Rust")).len(), 1, "{sample}");
    }
    let other = "fn f(content: &Content) { self.hands.ledger(); crate::application::f() }";
    assert_eq!(known(&other.parse().expect("it is Rust")), [""; 0]);
}
