//! Processes that are killed, and copies of what they are writing.

use super::child::{self, Said};
use super::{copy, open, scrubbed};
use hefu_fixtures::Seeds;
use hefu_ledger::store::Store;
use hefu_ledger::store::rocks::RocksStore;
use hefu_primitives::{Hash, Height, Purpose};
use std::path::Path;

/// Processes that are killed.
const KILLS: u64 = 20;

/// Lets so much time pass as it takes to hash some megabytes.
fn pass(megabytes: u64) {
    let megabyte = vec![0; 1 << 20];
    for _ in 0..megabytes {
        std::hint::black_box(Hash::of(Purpose::Key, &megabyte));
    }
}

fn digest(store: &RocksStore, height: u64) -> Option<String> {
    store.header(Height::new(height)).unwrap().map(|header| header.digest().to_string())
}

/// Kills a child after some blocks. Tells what it had written.
fn killed(directory: &Path, test: &str, dice: &mut Seeds) -> Vec<(u64, String)> {
    let mut running = child::start(directory, test, &[]);
    let mut written = Vec::new();
    for _ in 0..=dice.below(6) {
        if let Some(Said::Written(height, digest)) = running.next() {
            written.push((height, digest));
        }
    }
    pass(dice.below(12));
    running.kill();
    while let Some(said) = running.next() {
        match said {
            Said::Written(height, digest) => written.push((height, digest)),
            Said::Stopped(why) => panic!("{why}"),
        }
    }
    running.wait();
    written
}

#[test]
fn what_was_acknowledged_is_there_after_kill_9() {
    if child::work() {
        return;
    }
    let test = "store::rocks::crashes::what_was_acknowledged_is_there_after_kill_9";
    let directory = tempfile::tempdir().unwrap();
    let (mut dice, mut all, mut unsaid) = (Seeds::new(9), Vec::new(), 0);
    for _ in 0..KILLS {
        all.extend(killed(directory.path(), test, &mut dice));
        let store = open(directory.path(), &child::genesis()).unwrap();
        let last = all.last().map_or(0, |(height, _)| *height);
        let head = store.head().header.height.get();
        assert!(head == last || head == last + 1, "{last} was acknowledged, {head} is there");
        unsaid += head - last;
        for (height, expected) in &all {
            assert_eq!(digest(&store, *height).as_ref(), Some(expected));
        }
    }
    let store = open(directory.path(), &child::genesis()).unwrap();
    let blocks = scrubbed(&store);
    println!("{blocks} blocks by {KILLS} killed processes; {unsaid} were written and not said");
    assert!(blocks > KILLS, "{blocks}");
}

#[test]
fn a_copy_made_at_any_moment_is_good_or_refused() {
    if child::work() {
        return;
    }
    let test = "store::rocks::crashes::a_copy_made_at_any_moment_is_good_or_refused";
    let (directory, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut running = child::start(directory.path(), test, &[]);
    let (mut dice, mut said, mut good) = (Seeds::new(3), Vec::new(), 0);
    for number in 0..10 {
        said.extend(running.next());
        pass(dice.below(8));
        let target = copies.path().join(number.to_string());
        copy(directory.path(), &target);
        match open(&target, &child::genesis()) {
            Ok(store) => {
                scrubbed(&store);
                check_prefix(&store, &said);
                good += 1;
            }
            Err(error) => println!("copy {number}: {error}"),
        }
    }
    running.kill();
    running.wait();
    println!("{good} of 10 copies were good");
    assert!(good > 0);
}

/// The store's blocks are those that were said to be written, as far as it goes.
fn check_prefix(store: &RocksStore, said: &[Said]) {
    for one in said {
        let Said::Written(height, expected) = one else { panic!("{one:?}") };
        if let Some(digest) = digest(store, *height) {
            assert_eq!(&digest, expected);
        }
    }
}
