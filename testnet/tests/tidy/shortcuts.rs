//! Shortcuts that hide a failure: tests that do not run, waiting instead of knowing, code that is
//! missing, and lints switched off without saying why.

use proc_macro2::{TokenStream, TokenTree};

use crate::report::settle;
use crate::rust::{Source, leaves};
use crate::workspace::sources;

/// Sequences of tokens that no file may contain.
const FORBIDDEN: &[&[&str]] = &[
    &["#", "[", "ignore"],
    &["thread", ":", ":", "sleep"],
    &["time", ":", ":", "sleep"],
    &["todo", "!"],
    &["unimplemented", "!"],
];

/// Where the pauses of a program are not waiting instead of knowing: nobody tells a client that asks again
/// when a node is back, nor a load that it is time for the next.
const MAY_PAUSE: &[&str] = &["cli/client/src/", "testnet/src/load/drive.rs"];

/// Attributes that switch a lint off.
const SILENCERS: &[&str] = &["allow", "expect"];

fn shortcuts(source: &Source) -> Vec<String> {
    let words = leaves(&source.tokens);
    let begins = |at: usize, sequence: &[&str]| {
        let texts = words[at..].iter().map(|word| word.text.as_str());
        texts.take(sequence.len()).eq(sequence.iter().copied())
    };
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let may_pause = MAY_PAUSE.iter().any(|folder| source.path.starts_with(folder));
        let hits = FORBIDDEN.iter().filter(|sequence| begins(at, sequence));
        let hits = hits.filter(|hit| !may_pause || !hit.ends_with(&["sleep"]));
        found.extend(hits.map(|hit| format!("{}:{}: {}", source.path, word.line, hit.concat())));
    }
    found
}

/// The lint attributes of the file, each with its line and whether it gives a reason.
fn silenced(tokens: &TokenStream) -> Vec<(usize, bool)> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut found = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else {
            continue;
        };
        if in_attribute(&trees[..at]) {
            found.extend(silencers(&group.stream()));
        } else {
            found.extend(silenced(&group.stream()));
        }
    }
    found
}

fn in_attribute(before: &[TokenTree]) -> bool {
    let mark = |tree: &TokenTree, c: char| matches!(tree, TokenTree::Punct(p) if p.as_char() == c);
    match before {
        [.., hash, bang] if mark(bang, '!') => mark(hash, '#'),
        [.., hash] => mark(hash, '#'),
        [] => false,
    }
}

/// `allow(…)` and `expect(…)` in an attribute, also inside `cfg_attr(…)`.
fn silencers(attribute: &TokenStream) -> Vec<(usize, bool)> {
    let trees: Vec<TokenTree> = attribute.clone().into_iter().collect();
    let mut found = Vec::new();
    for pair in trees.windows(2) {
        let [TokenTree::Ident(word), TokenTree::Group(group)] = pair else {
            continue;
        };
        if SILENCERS.iter().any(|silencer| word == silencer) {
            let reasoned = leaves(&group.stream()).iter().any(|word| word.text == "reason");
            found.push((word.span().start().line, reasoned));
        } else {
            found.extend(silencers(&group.stream()));
        }
    }
    found
}

#[test]
fn nothing_is_ignored_slept_through_or_left_to_do() {
    let sources = sources();
    let findings: Vec<_> = sources.iter().flat_map(shortcuts).collect();
    settle(&format!("{} files without shortcuts", sources.len()), &findings);
}

#[test]
fn a_silenced_lint_has_a_reason() {
    let sources = sources();
    let silenced = |source: &Source| {
        let found = silenced(&source.tokens).into_iter();
        found.map(|(line, reasoned)| (format!("{}:{line}", source.path), reasoned)).collect()
    };
    let attributes: Vec<(String, bool)> = sources.iter().flat_map::<Vec<_>, _>(silenced).collect();
    let bare = attributes.iter().filter(|(_, reasoned)| !reasoned);
    let findings: Vec<_> = bare.map(|(place, _)| format!("{place}: no `reason`")).collect();
    settle(&format!("{} silenced lints", attributes.len()), &findings);
}

#[test]
fn each_shortcut_is_refused() {
    // Each sample is text that the scan must refuse; none of it is compiled or run.
    let samples = [
        "#[test]\n#[ignore]\nfn f() {}",
        "#[ignore = \"slow\"]\nfn f() {}",
        "fn f() { std::thread::sleep(d) }",
        "fn f() { tokio::time::sleep(d) }",
        "fn f() { todo!() }",
        "macro_call! { fn f() { unimplemented!(\"x\") } }",
    ];
    for sample in samples {
        assert_eq!(shortcuts(&Source::new("a.rs", sample)).len(), 1, "{sample}");
    }
    // Words in comments and strings are not shortcuts, nor are functions that share their names.
    let harmless = "//! #[ignore] todo!()\nfn ignore() { \"todo!()\"; sleep(); }";
    assert_eq!(shortcuts(&Source::new("a.rs", harmless)), [""; 0]);
}

#[test]
fn a_silenced_lint_without_a_reason_is_refused() {
    // Text again: attributes without the `reason` that the scan asks for.
    let bare = ["#[allow(dead_code)] fn f() {}", "#![cfg_attr(test, expect(dead_code))]"];
    for sample in bare {
        let tokens = sample.parse().expect("the sample is Rust");
        assert_eq!(silenced(&tokens), [(1, false)], "{sample}");
    }
    let given = "mod a { #[expect(dead_code, reason = \"x\")] fn f() { r.expect(\"y\") } }";
    assert_eq!(silenced(&given.parse().expect("the sample is Rust")), [(1, true)]);
}
