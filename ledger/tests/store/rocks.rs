//! The durable store alone.

use super::Shelf;
use hefu_ledger::genesis::Genesis;
use hefu_ledger::store::rocks::{RocksStore, StoreOptions};
use std::path::Path;

impl Shelf for RocksStore {
    fn open(directory: &Path, genesis: &Genesis) -> Self {
        Self::open(directory, genesis, &StoreOptions::default()).unwrap()
    }

    fn reopen(self, directory: &Path, genesis: &Genesis) -> Self {
        drop(self);
        Shelf::open(directory, genesis)
    }
}
