//! Files with bytes that have changed, or are missing.

use super::{Closed, closed, copy, open_above};
use crate::store::see;
use hefu_fixtures::Seeds;
use std::fs;
use std::path::{Path, PathBuf};

/// What became of a spoilt store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    /// It was not opened.
    AtOpen,
    /// The scrub has found it.
    ByScrub,
    /// Nothing is different: what was spoilt is no longer in use.
    Harmless,
}

/// Files of RocksDB that hold anything of the store.
fn files(directory: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(directory.join("rocks")).unwrap().map(|file| file.unwrap().path());
    let holds = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let kinds = [".sst", ".log"].iter().any(|end| name.ends_with(end));
        (kinds || name.starts_with("MANIFEST") || name == "CURRENT")
            && fs::metadata(path).unwrap().len() > 0
    };
    let mut files: Vec<_> = files.filter(holds).collect();
    files.sort();
    files
}

/// Opens and scrubs a copy of the store in which `spoil` has changed one file.
fn spoilt(store: &Closed, file: &Path, spoil: impl Fn(&mut Vec<u8>)) -> Found {
    let directory = tempfile::tempdir().unwrap();
    copy(store.directory.path(), directory.path());
    let path = directory.path().join(file.strip_prefix(store.directory.path()).unwrap());
    let mut bytes = fs::read(&path).unwrap();
    spoil(&mut bytes);
    fs::write(&path, bytes).unwrap();
    let Ok(opened) = open_above(directory.path(), &store.genesis, store.floor) else {
        return Found::AtOpen;
    };
    if opened.scrub().is_err() {
        return Found::ByScrub;
    }
    // What passes the scrub is served, so it must be right.
    assert_eq!(see(&opened, &store.wallets), store.seen, "{}", file.display());
    Found::Harmless
}

#[test]
fn bytes_that_have_changed_are_found_and_never_served() {
    let store = closed();
    let mut dice = Seeds::new(2);
    let mut found = Vec::new();
    for file in files(store.directory.path()) {
        let length = fs::metadata(&file).unwrap().len();
        for _ in 0..3 {
            let at = usize::try_from(dice.below(length)).unwrap();
            let outcome = spoilt(&store, &file, |bytes| bytes[at] ^= 0x10);
            found.push(outcome);
        }
    }
    let count = |what| found.iter().filter(|outcome| **outcome == what).count();
    let (at_open, by_scrub) = (count(Found::AtOpen), count(Found::ByScrub));
    println!("{at_open} found at open, {by_scrub} by the scrub, of {}", found.len());
    // Filters that nobody asks are no part of what is served.
    assert!(at_open + by_scrub > found.len() * 3 / 4);
}

#[test]
fn files_that_were_cut_off_are_found_and_never_served() {
    let store = closed();
    for file in files(store.directory.path()) {
        let length = usize::try_from(fs::metadata(&file).unwrap().len()).unwrap();
        let is_manifest = file.file_name().unwrap().to_str().unwrap().starts_with("MANIFEST");
        for keep in [0, length / 2, length - 1] {
            let found = spoilt(&store, &file, |bytes| bytes.truncate(keep));
            // Opening a store writes its manifest anew, so a torn end of it is no loss.
            let may_be_torn = is_manifest && keep > 0;
            assert!(found == Found::AtOpen || may_be_torn, "{keep} of {length}: {found:?}");
        }
    }
}
