//! How RocksDB is set up, with the reasons.

use super::columns::Column;
use super::tree::TreeLimits;
use hefu_primitives::{Digest, Height};
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamilyDescriptor, DBCompressionType, DBRecoveryMode, Options,
    WriteOptions,
};

/// How a store is opened.
#[derive(Clone, Copy, Debug)]
pub struct StoreOptions {
    /// The last block that was once written here, as far as something outside the store knows.
    /// Anything older is refused.
    pub floor: Option<Floor>,
    /// Memory and start-up time of the state tree.
    pub tree: TreeLimits,
    /// Bytes of blocks of files that are kept in memory.
    pub cache_bytes: usize,
    /// Bytes of writes that are kept in memory until they become files.
    pub write_buffer_bytes: usize,
}

/// A block that a store must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// Its height.
    pub height: Height,
    /// Which.
    pub digest: Digest,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            floor: None,
            tree: TreeLimits::default(),
            cache_bytes: 64 << 20,
            write_buffer_bytes: 64 << 20,
        }
    }
}

/// How often RocksDB writes every file anew at the latest, and so when erased bytes are gone from
/// the disk: a week.
const REWRITE_SECONDS: u64 = 7 * 24 * 3_600;

/// Bits of a filter for each key: one look in a hundred reads a block in vain.
const FILTER_BITS: f64 = 10.0;

/// The same where every create looks for keys that are nowhere, in half a dozen files each time: one
/// look in two thousand.
const KEY_FILTER_BITS: f64 = 16.0;

/// Bytes of a filter over the newest writes, as a part of theirs. A write takes a hundred bytes and
/// more, so this is sixteen bits and more for each.
const MEMTABLE_FILTER_RATIO: f64 = 0.02;

/// The options of the whole database. `create` makes one where there is none.
pub(super) fn database(options: &StoreOptions, create: bool) -> Options {
    let mut database = Options::default();
    // A database whose files are gone must not come up as an empty one.
    database.create_if_missing(create);
    database.create_missing_column_families(create);
    // Damage is found when it is met, and never read over.
    database.set_paranoid_checks(true);
    // Every write was synced before it was acknowledged, so only the very last one may be torn.
    database.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    database.set_track_and_verify_wals_in_manifest(true);
    database.set_db_write_buffer_size(options.write_buffer_bytes);
    // What is behind goes to the disk in small steps, so that no sync of a block waits for much of it.
    database.set_bytes_per_sync(1 << 20);
    // A column family that is rarely written would else keep every log file alive.
    database.set_max_total_wal_size(options.write_buffer_bytes as u64);
    // One thread writes blocks; a second one suffices for what RocksDB does behind it.
    database.set_max_background_jobs(2);
    // Descriptors are for peers and clients too.
    database.set_max_open_files(512);
    // What RocksDB says of itself.
    database.set_max_log_file_size(4 << 20);
    database.set_keep_log_file_num(2);
    database
}

/// The column families with their options.
pub(super) fn columns(options: &StoreOptions) -> Vec<ColumnFamilyDescriptor> {
    let cache = Cache::new_lru_cache(options.cache_bytes);
    let describe = |column: Column| {
        ColumnFamilyDescriptor::new(column.name(), family(options, column, &cache))
    };
    Column::ALL.into_iter().map(describe).collect()
}

fn family(options: &StoreOptions, column: Column, cache: &Cache) -> Options {
    let mut family = Options::default();
    // Hashes, keys and signatures do not get smaller.
    family.set_compression_type(DBCompressionType::None);
    family.set_write_buffer_size(options.write_buffer_bytes / 4);
    family.set_level_compaction_dynamic_level_bytes(true);
    family.set_block_based_table_factory(&blocks(column, cache));
    if is_looked_up(column) {
        // A key that is nowhere is not looked for among the newest writes either.
        family.set_memtable_whole_key_filtering(true);
        family.set_memtable_prefix_bloom_ratio(MEMTABLE_FILTER_RATIO);
    }
    if matches!(column, Column::Payloads | Column::Versions | Column::State) {
        family.set_periodic_compaction_seconds(REWRITE_SECONDS);
    }
    family
}

fn blocks(column: Column, cache: &Cache) -> BlockBasedOptions {
    let mut blocks = BlockBasedOptions::default();
    // All column families share what memory there is for data. Indexes and filters stay outside, ten
    // bytes for each DID: every insert looks into them, and if they did not fit, each look would read
    // a hundred kilobytes.
    blocks.set_block_cache(cache);
    blocks.set_cache_index_and_filter_blocks(false);
    blocks.set_format_version(6);
    match column {
        Column::Keys => blocks.set_bloom_filter(KEY_FILTER_BITS, false),
        _ if is_looked_up(column) => blocks.set_bloom_filter(FILTER_BITS, false),
        _ => {}
    }
    blocks
}

/// Whether keys are looked up that may not be there. Elsewhere a filter is wasted.
const fn is_looked_up(column: Column) -> bool {
    matches!(column, Column::State | Column::Pages | Column::Keys | Column::Transactions)
}

/// How blocks are written: they are on the disk when the write returns.
pub(super) fn durable() -> WriteOptions {
    let mut options = WriteOptions::default();
    options.set_sync(true);
    options
}
