//! Words, comments and test items of a token stream, with the lines they stand on.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// An identifier, a literal or a punctuation mark, and its line.
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) line: usize,
    bytes: Range<usize>,
}

/// An item that is compiled for tests alone.
pub(crate) struct TestItem {
    /// Its name, if it is a module in a file of its own.
    pub(crate) module: Option<String>,
    pub(crate) lines: Range<usize>,
}

/// The leaves of the token tree in order, with an opening and a closing mark for each group.
pub(crate) fn leaves(tokens: &TokenStream) -> Vec<Word> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
    found
}

/// The leaves outside the items that are compiled for tests alone.
pub(crate) fn words(tokens: &TokenStream) -> Vec<Word> {
    let tests = test_items(tokens);
    let in_test = |word: &Word| tests.iter().any(|item| item.lines.contains(&word.line));
    leaves(tokens).into_iter().filter(|word| !in_test(word)).collect()
}

/// Every comment with the line it begins on. A plain one is what lies between two tokens; a doc
/// comment is a token whose source text is a comment.
pub(crate) fn comments(text: &str, tokens: &TokenStream) -> Vec<(usize, String)> {
    let leaves = leaves(tokens);
    let ends = leaves.iter().map(|word| word.bytes.end);
    let starts = leaves.iter().map(|word| word.bytes.start).chain([text.len()]);
    let gaps = std::iter::once(0).chain(ends).zip(starts).map(|(from, to)| from..to);
    let quoted = leaves.iter().filter(|word| word.text.starts_with(['"', 'r']));
    let pieces = gaps.chain(quoted.map(|word| word.bytes.clone()));
    pieces.filter_map(|bytes| comment(text, bytes)).collect()
}

fn comment(text: &str, bytes: Range<usize>) -> Option<(usize, String)> {
    let piece = text.get(bytes.clone())?;
    let begin = bytes.start + (piece.len() - piece.trim_start().len());
    let line = text[..begin].matches('\n').count() + 1;
    let is_comment = piece.trim_start().starts_with(['/']);
    is_comment.then(|| (line, piece.trim().to_owned()))
}

/// The items behind `#[cfg(test)]`, at any depth.
pub(crate) fn test_items(tokens: &TokenStream) -> Vec<TestItem> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut found = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) if is_test_cfg(&group.stream()) => {
                found.extend(item(&trees[at + 1..]));
            }
            TokenTree::Group(group) => found.extend(test_items(&group.stream())),
            _ => {}
        }
    }
    found
}

fn is_test_cfg(attribute: &TokenStream) -> bool {
    let text: String = attribute.to_string().split_whitespace().collect();
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// The item that begins these tokens: up to its body or its semicolon.
fn item(trees: &[TokenTree]) -> Option<TestItem> {
    let end = trees.iter().position(|tree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        _ => false,
    })?;
    let (first, last) = (trees.first()?, trees.get(end)?);
    let lines = first.span().start().line..last.span().end().line + 1;
    let declared = matches!(last, TokenTree::Punct(_)).then(|| module_name(&trees[..end]));
    Some(TestItem { module: declared.flatten(), lines })
}

fn module_name(trees: &[TokenTree]) -> Option<String> {
    match trees {
        [.., TokenTree::Ident(keyword), TokenTree::Ident(name)] if keyword == "mod" => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn collect(tokens: &TokenStream, found: &mut Vec<Word>) {
    for tree in tokens.clone() {
        if let TokenTree::Group(group) = &tree {
            let (open, close) = marks(group.delimiter());
            push(open, group.span_open(), found);
            collect(&group.stream(), found);
            push(close, group.span_close(), found);
        } else {
            push(&tree.to_string(), tree.span(), found);
        }
    }
}

fn push(text: &str, span: proc_macro2::Span, found: &mut Vec<Word>) {
    let (line, bytes) = (span.start().line, span.byte_range());
    found.push(Word { text: text.to_owned(), line, bytes });
}

fn marks(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

#[test]
fn comments_are_told_from_strings() {
    let text =
        "//! Ünïcode A\n/// Doc B\nfn f() { // plain C\n  \"// string D\"; /* block E */ }\n// F";
    let tokens = text.parse().expect("the sample is Rust");
    let mut found = comments(text, &tokens);
    found.sort();
    let found: Vec<_> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
    let expected = [
        (1, "//! Ünïcode A"),
        (2, "/// Doc B"),
        (3, "// plain C"),
        (4, "/* block E */"),
        (5, "// F"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn words_leave_out_what_is_compiled_for_tests() {
    let text = "fn a() {}\n#[cfg(test)]\n#[path = \"x\"]\nmod tests {\n fn b() {}\n}\nfn c() {}";
    let found = words(&text.parse().expect("the sample is Rust"));
    let has = |name: &str| found.iter().any(|word| word.text == name);
    assert!(has("a") && has("c"));
    assert!(!has("b") && !has("tests"));
}
