//! Sizes: what fits on a screen is read before it is changed.

use crate::report::settle;
use crate::rust::{Source, functions, test_items};
use crate::workspace::{code_and_tests, sources};

/// Lines of a function, from its keyword to its brace. Whatever is longer has a part with a name.
const FUNCTION_LINES: usize = 70;
/// Lines of a file without its tests. Whatever is longer has two subjects.
const FILE_LINES: usize = 600;

fn long_functions(source: &Source) -> Vec<String> {
    let functions = functions(&source.tokens);
    let long = functions.iter().filter(|function| function.lines > FUNCTION_LINES);
    let sentence = |f: &crate::rust::Function| {
        let (path, line, name, lines) = (&source.path, f.line, &f.name, f.lines);
        format!("{path}:{line}: {name} has {lines} lines, more than {FUNCTION_LINES}")
    };
    long.map(sentence).collect()
}

fn long_file(source: &Source) -> Option<String> {
    let tests: usize = test_items(&source.tokens).iter().map(|item| item.lines.len()).sum();
    let lines = source.text.lines().count() - tests;
    let sentence = format!("{} has {lines} lines, more than {FILE_LINES}", source.path);
    (lines > FILE_LINES).then_some(sentence)
}

fn undocumented(source: &Source) -> Option<String> {
    let opens = source.text.starts_with("//! ");
    (!opens).then(|| format!("{} does not open with what it is for (`//! …`)", source.path))
}

#[test]
fn functions_fit_on_a_screen() {
    let sources = sources();
    let count: usize = sources.iter().map(|source| functions(&source.tokens).len()).sum();
    let findings: Vec<_> = sources.iter().flat_map(long_functions).collect();
    settle(&format!("{count} functions of at most {FUNCTION_LINES} lines"), &findings);
}

#[test]
fn files_have_one_subject() {
    let (code, tests) = code_and_tests(sources());
    let findings: Vec<_> = code.iter().filter_map(long_file).collect();
    let (code, tests) = (code.len(), tests.len());
    settle(&format!("{code} files of at most {FILE_LINES} lines, {tests} test files"), &findings);
}

#[test]
fn files_say_what_they_are_for() {
    let sources = sources();
    let findings: Vec<_> = sources.iter().filter_map(undocumented).collect();
    settle(&format!("{} module docs", sources.len()), &findings);
}

#[test]
fn a_long_function_is_refused() {
    let body = "let x = 1;\n".repeat(FUNCTION_LINES - 1);
    let fits = Source::new("a.rs", &format!("impl A {{\nfn fits() {{\n{body}}}\n}}"));
    assert_eq!(long_functions(&fits).len(), 1, "the opening and the closing line count");
    let body = "let x = 1;\n".repeat(FUNCTION_LINES - 2);
    let fits = Source::new("a.rs", &format!("impl A {{\nfn fits() {{\n{body}}}\n}}"));
    assert_eq!(long_functions(&fits), [""; 0]);
}

#[test]
fn a_long_file_is_refused_but_its_tests_do_not_count() {
    let code = "const X: u8 = 1;\n".repeat(FILE_LINES);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{code}}}\n");
    assert!(long_file(&Source::new("a.rs", &format!("{code}const Y: u8 = 1;\n"))).is_some());
    let attribute = code.replacen("const X: u8 = 1;\n", "", 1);
    assert!(long_file(&Source::new("a.rs", &format!("{attribute}{tests}"))).is_none());
}

#[test]
fn a_file_without_a_module_doc_is_refused() {
    assert!(undocumented(&Source::new("a.rs", "// plain\nfn a() {}")).is_some());
    assert!(undocumented(&Source::new("a.rs", "//! Says it.\nfn a() {}")).is_none());
}
