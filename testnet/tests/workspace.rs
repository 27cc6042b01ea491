//! The tree that is checked: its files, and which of them are tests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rust::Source;

/// The folder that holds the workspace.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("this crate lies in a folder of the workspace").to_path_buf()
}

/// The text of a file of the workspace.
pub(crate) fn read(path: &str) -> String {
    let text = std::fs::read_to_string(root().join(path));
    text.unwrap_or_else(|error| panic!("{path} cannot be read: {error}"))
}

/// Every text file that is tracked, or would be with the next `git add`.
pub(crate) fn files() -> Vec<String> {
    let listing = run("git", &["ls-files", "--cached", "--others", "--exclude-standard"]);
    let exists = |path: &&str| root().join(path).is_file();
    listing.lines().filter(exists).map(str::to_owned).collect()
}

/// Every Rust file, parsed into tokens.
pub(crate) fn sources() -> Vec<Source> {
    let rust = |path: &String| has_extension(path, "rs");
    files().into_iter().filter(rust).map(|path| Source::new(&path, &read(&path))).collect()
}

/// The sources split into (code, tests). Test files lie in a folder `tests`, or are declared by a
/// `#[cfg(test)] mod` of another file.
pub(crate) fn code_and_tests(sources: Vec<Source>) -> (Vec<Source>, Vec<Source>) {
    let declared: BTreeSet<String> = sources.iter().flat_map(Source::test_modules).collect();
    let is_test = |source: &Source| {
        let stem = source.path.trim_end_matches(".rs");
        let mut folders = Path::new(stem).ancestors().filter_map(Path::to_str);
        stem.split('/').any(|part| part == "tests") || folders.any(|path| declared.contains(path))
    };
    sources.into_iter().partition(|source| !is_test(source))
}

/// Whether the path ends with a dot and this extension.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

/// What the program prints when it is run in the workspace.
pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output();
    let output = output.unwrap_or_else(|error| panic!("{program} does not start: {error}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?} failed: {complaint}");
    String::from_utf8(output.stdout).expect("programs of the toolchain print UTF-8")
}

#[test]
fn a_test_module_makes_its_files_tests() {
    let sources = vec![
        Source::new("a/src/lib.rs", "mod code; #[cfg(test)] mod helpers;"),
        Source::new("a/src/code.rs", "#[cfg(test)] mod cases;"),
        Source::new("a/src/code/cases.rs", ""),
        Source::new("a/src/helpers.rs", ""),
        Source::new("a/src/helpers/deep.rs", ""),
        Source::new("a/tests/main.rs", ""),
    ];
    let (code, tests) = code_and_tests(sources);
    assert_eq!(code.len(), 2, "lib.rs and code.rs");
    assert_eq!(tests.len(), 4, "cases, helpers, what helpers holds, and the folder tests");
}
