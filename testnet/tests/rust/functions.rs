//! The functions of a token stream, also those that stand inside a macro call.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A function with a body.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    /// From the keyword `fn` to the closing brace.
    pub(crate) lines: usize,
    pub(crate) is_test: bool,
    /// Its doc comment and the other attributes, as tokens print them.
    pub(crate) attributes: String,
}

/// Every function in the order of the file, nested ones included.
pub(crate) fn functions(tokens: &TokenStream) -> Vec<Function> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut found = Vec::new();
    let mut attributes = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Ident(word) if word == "fn" => {
                found.extend(function(&trees[at..], &attributes));
                attributes.clear();
            }
            TokenTree::Group(group) if follows_hash(&trees[..at]) => {
                attributes.push(group.stream());
            }
            TokenTree::Group(group) => {
                found.extend(functions(&group.stream()));
                forget_after_body(group, &mut attributes);
            }
            TokenTree::Punct(mark) if mark.as_char() == ';' => attributes.clear(),
            _ => {}
        }
    }
    found
}

/// The function whose keyword comes first, if it has a name and a body.
fn function(trees: &[TokenTree], attributes: &[TokenStream]) -> Option<Function> {
    let [TokenTree::Ident(keyword), TokenTree::Ident(name), ..] = trees else {
        return None;
    };
    let body = trees.iter().find_map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(Some(group)),
        TokenTree::Punct(mark) if mark.as_char() == ';' => Some(None),
        _ => None,
    })??;
    let line = keyword.span().start().line;
    let printed: Vec<String> = attributes.iter().map(TokenStream::to_string).collect();
    Some(Function {
        name: name.to_string(),
        line,
        lines: body.span_close().end().line - line + 1,
        is_test: printed.iter().any(|attribute| attribute == "test"),
        attributes: printed.join(
            "
",
        ),
    })
}

fn follows_hash(before: &[TokenTree]) -> bool {
    matches!(before.last(), Some(TokenTree::Punct(mark)) if mark.as_char() == '#')
}

/// Attributes belong to the item that follows them: a body ends it.
fn forget_after_body(group: &Group, attributes: &mut Vec<TokenStream>) {
    if group.delimiter() == Delimiter::Brace {
        attributes.clear();
    }
}

#[test]
fn functions_are_found_with_their_attributes() {
    let text = "struct S { f: fn(u8) }\ntrait T { fn none(); }\n/// cites R7\n#[test]\npub(crate) \
                fn outer() {\n  fn inner() {}\n}\nmacro_call! { #[test] fn third() {} }";
    let found = functions(&text.parse().expect("the sample is Rust"));
    let names: Vec<_> = found.iter().map(|function| function.name.as_str()).collect();
    assert_eq!(names, ["outer", "inner", "third"]);
    assert_eq!((found[0].line, found[0].lines), (5, 3));
    assert!(found[0].is_test && !found[1].is_test && found[2].is_test);
    assert!(found[0].attributes.contains("R7") && !found[1].attributes.contains("R7"));
}
