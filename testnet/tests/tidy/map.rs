//! The code map of ARCHITECTURE.md names every file that lies directly in a crate's `src`, and no
//! file that does not exist.

use std::collections::BTreeSet;

use crate::report::settle;
use crate::workspace::{files, read};

/// What a crate's section of the map names.
struct Section {
    folder: String,
    names: BTreeSet<String>,
}

/// The sections headed by a folder (`### `ledger/primitives`: …`), with the names in code in the
/// first column of their tables.
fn sections(document: &str) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut open = false;
    for line in document.lines() {
        if line.starts_with('#') {
            let folder = line.strip_prefix("### `").and_then(|rest| rest.split('`').next());
            open = folder.is_some();
            let section = |folder: &str| Section { folder: folder.into(), names: BTreeSet::new() };
            found.extend(folder.map(section));
        } else if let (true, Some(section)) = (open, found.last_mut()) {
            let column = line.strip_prefix('|').and_then(|rest| rest.split('|').next());
            let names = column.unwrap_or_default().split('`').skip(1).step_by(2);
            section.names.extend(names.map(str::to_owned));
        }
    }
    found
}

/// Names without a file, and files of the crate's `src` without a name.
fn gaps(section: &Section, files: &[String]) -> Vec<String> {
    let (folder, names) = (&section.folder, &section.names);
    let source = format!("{folder}/src/");
    let exists = |name: &&String| {
        let (inside, beside) = (format!("{source}{name}"), format!("{folder}/{name}"));
        files.iter().any(|file| file.starts_with(&inside) || file.starts_with(&beside))
    };
    let stale = names.iter().filter(|name| !exists(name));
    let stale =
        stale.map(|name| format!("ARCHITECTURE.md names {name} in {folder}, which is gone"));
    let direct = files.iter().filter_map(|file| file.strip_prefix(&source));
    let direct =
        direct.filter(|name| !name.contains('/') && !matches!(*name, "lib.rs" | "main.rs"));
    let listed = |name: &str| names.contains(name) || names.contains(&format!("src/{name}"));
    let missing = direct.filter(|name| !listed(name));
    let missing = missing.map(|name| format!("ARCHITECTURE.md does not name {source}{name}"));
    stale.chain(missing).collect()
}

#[test]
fn the_code_map_is_true() {
    let (sections, files) = (sections(&read("ARCHITECTURE.md")), files());
    let findings: Vec<_> = sections.iter().flat_map(|section| gaps(section, &files)).collect();
    let names: usize = sections.iter().map(|section| section.names.len()).sum();
    settle(&format!("{} crates mapped, {names} names", sections.len()), &findings);
}

#[test]
fn a_stale_and_a_missing_name_are_refused() {
    let map = "### `a/b`: x\n\n| file | holds |\n| --- | --- |\n| `kept.rs`, `deep/` | see `no.rs` |\n\
               | `gone.rs` | y |\n### The rest\n| `other.rs` | z |";
    let files = ["a/b/src/lib.rs", "a/b/src/kept.rs", "a/b/src/deep/x.rs", "a/b/src/new.rs"];
    let (sections, files) = (sections(map), files.map(str::to_owned));
    assert_eq!(sections.len(), 1);
    let expected = [
        "ARCHITECTURE.md names gone.rs in a/b, which is gone",
        "ARCHITECTURE.md does not name a/b/src/new.rs",
    ];
    assert_eq!(gaps(&sections[0], &files), expected);
}
