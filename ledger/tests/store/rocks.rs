//! The durable store alone: on files, across crashes, on a machine that fails.

#![allow(
    clippy::print_stdout,
    reason = "what was measured, and what was not tried, is worth saying"
)]

mod agreement;
mod child;
mod crashes;
mod damage;
mod disk;
mod rows;
mod size;
mod strangers;

use super::{Seen, Shelf, sample, see};
use hefu_fixtures::{Wallet, World};
use hefu_ledger::genesis::Genesis;
use hefu_ledger::store::Store;
use hefu_ledger::store::rocks::{Floor, OpenError, RocksStore, StoreOptions};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

impl Shelf for RocksStore {
    fn open(directory: &Path, genesis: &Genesis) -> Self {
        open(directory, genesis).unwrap()
    }

    fn reopen(self, directory: &Path, genesis: &Genesis) -> Self {
        drop(self);
        Shelf::open(directory, genesis)
    }
}

fn open(directory: &Path, genesis: &Genesis) -> Result<RocksStore, OpenError> {
    RocksStore::open(directory, genesis, &StoreOptions::default())
}

fn open_above(directory: &Path, genesis: &Genesis, floor: Floor) -> Result<RocksStore, OpenError> {
    let options = StoreOptions { floor: Some(floor), ..StoreOptions::default() };
    RocksStore::open(directory, genesis, &options)
}

/// The directory of a store that is closed, with what was in it.
struct Closed {
    directory: TempDir,
    genesis: Genesis,
    floor: Floor,
    wallets: Vec<Wallet>,
    seen: Seen,
}

/// A closed store with the sample chain: most of it in files, its last block in the log.
fn closed() -> Closed {
    let directory = tempfile::tempdir().unwrap();
    let world = World::new(5);
    let store: RocksStore = Shelf::open(directory.path(), &world.genesis);
    let (mut chain, mut wallets) = sample(world, store);
    chain.store.compact().unwrap();
    let rotation = wallets[3].rotate(&mut chain.world);
    let header = chain.extend([rotation]).header;
    let floor = Floor { height: header.height, digest: header.digest() };
    let seen = see(&chain.store, &wallets);
    Closed { directory, genesis: chain.world.genesis, floor, wallets, seen }
}

/// Copies a directory of files and directories. A file that goes away meanwhile is left out.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else if let Ok(bytes) = fs::read(&path) {
            fs::write(target, bytes).unwrap();
        }
    }
}

/// How many blocks a store has, all of which were found good.
fn scrubbed(store: &RocksStore) -> u64 {
    let scrubbed = store.scrub().unwrap();
    assert_eq!(scrubbed.blocks, store.head().header.height.get() + 1);
    scrubbed.blocks
}
