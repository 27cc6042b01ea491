//! Stores that are not the one that was asked for.

use super::{closed, copy, open, open_above};
use crate::store::{Shelf, see};
use hefu_fixtures::{Chain, World};
use hefu_ledger::ReadError;
use hefu_ledger::store::rocks::{Floor, OpenError, RocksStore};
use hefu_primitives::{Digest, Height};
use std::fs;
use std::path::Path;

#[test]
fn the_store_of_another_network_is_refused() {
    let store = closed();
    let other = World::new(6);
    let expected = other.genesis.hash();
    let error = open(store.directory.path(), &other.genesis).err();
    let got = store.genesis.hash();
    assert_eq!(error, Some(OpenError::OtherGenesis { expected, got }));
    // Nor does it help to take away the file that says so.
    fs::remove_file(store.directory.path().join("genesis")).unwrap();
    let error = open(store.directory.path(), &other.genesis).err();
    assert_eq!(error, Some(OpenError::OtherGenesis { expected, got }));
    let again: RocksStore = Shelf::open(store.directory.path(), &store.genesis);
    assert_eq!(see(&again, &store.wallets), store.seen);
}

#[test]
fn two_stores_never_work_in_one_directory() {
    let store = closed();
    let first: RocksStore = Shelf::open(store.directory.path(), &store.genesis);
    let second = open(store.directory.path(), &store.genesis).err();
    assert_eq!(second, Some(OpenError::Locked));
    drop(first);
    assert!(open(store.directory.path(), &store.genesis).is_ok());
}

#[test]
fn a_store_is_refused_below_its_floor_and_off_it() {
    let (directory, old) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let world = World::new(5);
    let mut chain =
        Chain::new(world, <RocksStore as Shelf>::open(directory.path(), &World::new(5).genesis));
    chain.extend([]);
    chain.extend([]);
    let store = chain.store.reopen(directory.path(), &chain.world.genesis);
    copy(directory.path(), old.path());
    let mut chain = Chain { store, world: chain.world };
    let block = chain.extend([]);
    let (world, height) = (chain.world, block.header.height);
    drop(chain.store);
    let floor = Floor { height, digest: block.header.digest() };
    assert!(open_above(directory.path(), &world.genesis, floor).is_ok());
    let below = OpenError::BelowFloor { floor: height, head: Height::new(2) };
    assert_eq!(open_above(old.path(), &world.genesis, floor).err(), Some(below));
    let expected = Digest::default();
    let other = Floor { height, digest: expected };
    let off = OpenError::OffFloor { height, expected, got: floor.digest };
    assert_eq!(open_above(directory.path(), &world.genesis, other).err(), Some(off));
    let empty = tempfile::tempdir().unwrap();
    let anew = OpenError::BelowFloor { floor: height, head: Height::ZERO };
    assert_eq!(open_above(empty.path(), &world.genesis, floor).err(), Some(anew));
}

/// Removes the files of RocksDB whose names begin so, and tells how many there were.
fn remove(directory: &Path, start: &str) -> usize {
    let files = fs::read_dir(directory.join("rocks")).unwrap().map(|file| file.unwrap());
    let files = files.filter(|file| file.file_name().to_str().unwrap().starts_with(start));
    files.map(|file| fs::remove_file(file.path()).unwrap()).count()
}

#[test]
fn a_store_that_has_lost_its_files_is_not_made_anew() {
    for lost in ["MANIFEST", "CURRENT", ""] {
        let store = closed();
        assert!(remove(store.directory.path(), lost) > 0, "{lost}");
        let error = open(store.directory.path(), &store.genesis).err();
        let named = matches!(&error, Some(OpenError::Unreadable(ReadError::Damaged(what)))
            if what.contains("missing"));
        assert!(named, "{lost}: {error:?}");
    }
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = open(&file, &World::new(5).genesis).err();
    assert!(matches!(error, Some(OpenError::Directory { path, .. }) if path.ends_with("file")));
}
