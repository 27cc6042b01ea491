//! The database below both: the same options for all columns of either.

use rocksdb::{BlockBasedOptions, Cache, DB, Options, WriteOptions};
use tempfile::TempDir;

const BLOCK_CACHE_BYTES: usize = 256 << 20;

fn options() -> Options {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(&Cache::new_lru_cache(BLOCK_CACHE_BYTES));
    blocks.set_bloom_filter(10.0, false);
    let mut options = Options::default();
    options.set_block_based_table_factory(&blocks);
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    options.increase_parallelism(2);
    options
}

/// A database in a directory of its own, which goes when it goes.
pub(crate) fn open(columns: &[&str]) -> (TempDir, DB) {
    let directory = tempfile::tempdir().unwrap();
    let options = options();
    let columns = columns.iter().map(|name| (*name, options.clone()));
    let db = DB::open_cf_with_opts(&options, directory.path(), columns).unwrap();
    (directory, db)
}

pub(crate) fn synced() -> WriteOptions {
    let mut options = WriteOptions::default();
    options.set_sync(true);
    options
}

/// Compacts all columns. Gives the bytes of their files.
pub(crate) fn compact(db: &DB, columns: &[&str]) -> u64 {
    let compacted = |name: &&str| {
        let column = db.cf_handle(name).unwrap();
        db.flush_cf(column).unwrap();
        db.compact_range_cf(column, None::<&[u8]>, None::<&[u8]>);
        db.property_int_value_cf(column, "rocksdb.live-sst-files-size").unwrap().unwrap()
    };
    columns.iter().map(compacted).sum()
}
