//! What is kept in memory of pages and groups, bounded in bytes.

use crate::tree::{Leaf, Page, Path};
use quick_cache::{Weighter, sync::Cache};
use std::sync::Arc;

/// Clean pages.
pub(super) type Pages = Cache<Path, Arc<Page>, Weight>;
/// Leaves of groups, clean or not: they can be read again at any time.
pub(super) type Groups = Cache<Path, Arc<[Leaf]>, Weight>;

/// Bytes of an entry besides its value: its path, counters, and its place in a map.
const ENTRY_BYTES: usize = size_of::<Path>() + 96;
/// Bytes that a page takes in memory.
pub(super) const PAGE_BYTES: usize = size_of::<Page>() + ENTRY_BYTES;
/// Bytes of a group of usual size.
const GROUP_BYTES: usize = ENTRY_BYTES + 12 * size_of::<Leaf>();

/// Counts bytes.
#[derive(Clone)]
pub(super) struct Weight;

impl Weighter<Path, Arc<Page>> for Weight {
    fn weight(&self, _: &Path, _: &Arc<Page>) -> u64 {
        PAGE_BYTES as u64
    }
}

impl Weighter<Path, Arc<[Leaf]>> for Weight {
    fn weight(&self, _: &Path, leaves: &Arc<[Leaf]>) -> u64 {
        size_of_val(&**leaves).saturating_add(ENTRY_BYTES) as u64
    }
}

/// How many entries of a usual size fit.
fn entries(bytes_max: u64, entry_bytes: usize) -> usize {
    usize::try_from(bytes_max).unwrap_or(usize::MAX).checked_div(entry_bytes).unwrap_or_default()
}

pub(super) fn pages(bytes_max: u64) -> Pages {
    Cache::with_weighter(entries(bytes_max, PAGE_BYTES), bytes_max, Weight)
}

pub(super) fn groups(bytes_max: u64) -> Groups {
    Cache::with_weighter(entries(bytes_max, GROUP_BYTES), bytes_max, Weight)
}
