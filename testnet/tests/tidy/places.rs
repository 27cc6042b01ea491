//! No tracked file names a place that exists on one machine only, or where packages come from.

use crate::report::settle;
use crate::workspace::{files, root};

/// What no file may contain. Each is split, so that this file does not name it either.
const PLACES: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("sha", "red/"),
    concat!("DEVELO", "PERS.md"),
    concat!("crates", ".io"),
    concat!("static.rust", "-lang"),
    concat!("deb.deb", "ian.org"),
    concat!("registry.np", "mjs"),
    concat!("py", "pi.org"),
];

/// Files that must name one: CI finds the vectors beside the clone, and cargo writes lock files.
fn may_name_places(path: &str) -> bool {
    path == ".ci/run" || path.ends_with("Cargo.lock")
}

fn places(path: &str, text: &str) -> Vec<String> {
    let numbered = text.lines().enumerate();
    let named = numbered.flat_map(|(at, line)| {
        let found = PLACES.iter().filter(move |place| line.contains(**place));
        found.map(move |place| format!("{path}:{}: {place}", at + 1))
    });
    named.collect()
}

#[test]
fn files_name_no_place_of_one_machine() {
    let mut files = files();
    files.retain(|path| !may_name_places(path));
    let texts = files.iter().filter_map(|path| {
        let text = std::fs::read_to_string(root().join(path)).ok()?;
        Some((path, text))
    });
    let findings: Vec<_> = texts.flat_map(|(path, text)| places(path, &text)).collect();
    settle(&format!("{} files without places", files.len()), &findings);
}

#[test]
fn each_place_is_refused() {
    for place in PLACES {
        assert_eq!(places("a.md", &format!("fine\nsee {place}x")), [format!("a.md:2: {place}")]);
    }
    assert_eq!(places("a.md", "frameworks, a shared folder"), [""; 0]);
}
