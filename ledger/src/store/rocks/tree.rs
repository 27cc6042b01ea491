//! The state tree on RocksDB.
//!
//! A record costs RocksDB some microseconds, whatever its size, and that is most of what an update
//! costs. So a batch writes its values and one record more: a *journal* record with the hashes of the
//! groups that it changes. The pages that it changes stay in memory, *dirty*, and are written all at
//! once by every [`TreeLimits::batches_max`]th batch, in which the journal ends.
//!
//! After a crash the pages on disk are those of the last such batch, while the values are those of
//! the last batch of all. [`RocksTree::open`] updates the pages to what the journal says of groups,
//! without a look at the values. Whoever opens a tree compares its root with the newest header's.
//!
//! Each page is checked against the hash that the page above has of it when it is read. The root
//! page and the leaves of a group have none that checks them but the header's root.

mod cache;
mod dirty;
mod records;
mod restore;
#[cfg(test)]
mod tests;

use crate::ReadError;
use crate::tree::value_hash;
use crate::tree::{Child, Leaf, Page, Path, RootHasher, TreeChange, TreeKey, TreeReader};
use cache::{Groups, Pages};
use dirty::DirtyPages;
use hefu_primitives::{Hash, Height};
use rocksdb::{ColumnFamily, DB, Direction, IteratorMode, WriteBatch, WriteOptions};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// The column family of the values: the key's 32 bytes, and the record's stored bytes.
pub const STATE: &str = "state";
/// The column family of the pages.
pub const PAGES: &str = "pages";
/// The column family of the journal.
pub const JOURNAL: &str = "journal";

/// How much memory a tree takes, and how long it takes to come up after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeLimits {
    /// Clean pages in memory. Those of a million keys take 5 MB.
    pub pages_bytes_max: u64,
    /// Leaves of groups in memory. Those of a million keys take 80 MB, so that a smaller ledger takes
    /// less than this. A group that is not there is read from the values, which takes ten times as
    /// long as an update: a ledger that does not fit pays that for nearly every record it writes.
    pub groups_bytes_max: u64,
    /// Dirty pages. A batch that would leave more of them writes them all.
    pub dirty_bytes_max: usize,
    /// Batches until dirty pages are written in any case, and so the journal records of which a
    /// start makes up. With more, the upper pages would be written more rarely still, but they are
    /// few by then.
    pub batches_max: usize,
}

impl Default for TreeLimits {
    fn default() -> Self {
        Self {
            pages_bytes_max: 96 << 20,
            groups_bytes_max: 1_280 << 20,
            dirty_bytes_max: 128 << 20,
            batches_max: 1_024,
        }
    }
}

/// Pages, or none where they are gone. A change goes through them in the order of their paths.
type ChangedPages = BTreeMap<Path, Option<Arc<Page>>>;

/// The state tree over a database.
pub struct RocksTree {
    db: Arc<DB>,
    limits: TreeLimits,
    dirty: DirtyPages,
    /// Batches in the journal.
    journaled: usize,
    pages: Pages,
    groups: Groups,
    /// Nibbles of the path of the group that [`Self::lacks`] has found last. Keys are hashes, so most
    /// groups are equally deep.
    usual_nibbles: AtomicU8,
}

impl RocksTree {
    /// The tree in this database, which has the column families [`STATE`], [`PAGES`] and
    /// [`JOURNAL`]. It makes up for what a crash has left out of the pages.
    pub fn open(db: Arc<DB>, limits: TreeLimits) -> Result<Self, ReadError> {
        let mut tree = Self {
            db,
            limits,
            dirty: DirtyPages::default(),
            journaled: 0,
            pages: cache::pages(limits.pages_bytes_max),
            groups: cache::groups(limits.groups_bytes_max),
            usual_nibbles: AtomicU8::new(0),
        };
        tree.replay()?;
        Ok(tree)
    }

    fn replay(&mut self) -> Result<(), ReadError> {
        let journal = records::read_journal(&self.db, self.column(JOURNAL)?)?;
        let pages = restore::pages(|path| self.stored_page(path), journal.groups)?;
        self.journaled = journal.batches;
        self.take_in(&pages);
        Ok(())
    }

    /// Writes `batch`, in which the caller has put the values of `change`, and the change to the
    /// tree along with it. If that fails, neither the database nor the tree has changed.
    ///
    /// Whoever shares a tree between threads keeps readers out meanwhile, by the lock that gives
    /// this `&mut`: they would see new leaves below old pages.
    pub fn commit(
        &mut self,
        change: &TreeChange,
        height: Height,
        mut batch: WriteBatch,
        options: &WriteOptions,
    ) -> Result<(), ReadError> {
        let writes_pages = self.is_full_after(change);
        if writes_pages {
            self.put_pages(&mut batch, &change.pages)?;
        } else {
            records::put_journal(&mut batch, self.column(JOURNAL)?, height, change);
        }
        self.db.write_opt(batch, options).map_err(failed)?;
        self.journaled = self.journaled.saturating_add(1);
        self.take_in(&change.pages);
        for (path, leaves) in &change.groups {
            self.groups.insert(*path, Arc::clone(leaves));
        }
        if writes_pages {
            self.clean();
        }
        Ok(())
    }

    /// Writes the pages, so that the next start has nothing to make up for.
    pub fn flush(&mut self, options: &WriteOptions) -> Result<(), ReadError> {
        let mut batch = WriteBatch::default();
        self.put_pages(&mut batch, &BTreeMap::new())?;
        self.db.write_opt(batch, options).map_err(failed)?;
        self.clean();
        Ok(())
    }

    /// Whether the pages are due, when `change` has been made.
    fn is_full_after(&self, change: &TreeChange) -> bool {
        let pages = self.dirty.len().saturating_add(change.pages.len());
        self.journaled.saturating_add(1) >= self.limits.batches_max
            || pages.saturating_mul(cache::PAGE_BYTES) > self.limits.dirty_bytes_max
    }

    /// Adds to `batch` these pages, all other dirty ones, and the journal's end.
    fn put_pages(&self, batch: &mut WriteBatch, newest: &ChangedPages) -> Result<(), ReadError> {
        let column = self.column(PAGES)?;
        let older = self.dirty.iter().filter(|(path, _)| !newest.contains_key(path));
        let newest = newest.iter().map(|(path, page)| (*path, page));
        let mut pages: Vec<_> = older.chain(newest).collect();
        pages.sort_unstable_by_key(|(path, _)| *path);
        for (path, page) in pages {
            match page {
                Some(page) => batch.put_cf(column, path.to_bytes(), page.to_bytes()),
                None => batch.delete_cf(column, path.to_bytes()),
            }
        }
        records::end_journal(batch, self.column(JOURNAL)?);
        Ok(())
    }

    /// Takes pages into memory that differ from those on disk.
    fn take_in(&mut self, pages: &ChangedPages) {
        for (path, page) in pages {
            let before = self.dirty.insert(path, page.clone());
            // A page that was dirty before is no clean one, and there is no group in its place.
            if !matches!(before, Some(Some(_))) {
                self.pages.remove(path);
                self.groups.remove(path);
            }
        }
    }

    /// Makes the dirty pages clean ones: they are on disk.
    fn clean(&mut self) {
        let pages = std::mem::take(&mut self.dirty);
        let pages = pages.iter().filter_map(|(path, page)| Some((path, page.clone()?)));
        pages.for_each(|(path, page)| self.pages.insert(path, page));
        self.journaled = 0;
    }

    /// The bytes that dirty pages take.
    pub fn dirty_bytes(&self) -> usize {
        self.dirty.len().saturating_mul(cache::PAGE_BYTES)
    }

    /// The root over all values, computed without any page. It reads the whole state.
    pub fn recomputed_root(&self) -> Result<Hash, ReadError> {
        let mut hasher = RootHasher::default();
        self.each_leaf(&Path::ROOT, |leaf| hasher.push(&leaf))?;
        Ok(hasher.root())
    }

    fn each_leaf(&self, path: &Path, mut take: impl FnMut(Leaf)) -> Result<(), ReadError> {
        let (first, last) = (path.first(), path.last());
        let from = IteratorMode::From(first.as_bytes(), Direction::Forward);
        for record in self.db.iterator_cf(self.column(STATE)?, from) {
            let (key, stored) = record.map_err(failed)?;
            let key = records::tree_key(&key)?;
            if key > last {
                break;
            }
            take(Leaf::new(key, value_hash(&stored)));
        }
        Ok(())
    }

    /// Whether what is in memory shows that a key has no value. Whoever is about to insert the key needs
    /// the same pages and leaves next, and is spared a look at the values, which costs more.
    pub fn lacks(&self, key: &TreeKey) -> bool {
        let usual = Path::above(key, self.usual_nibbles.load(Ordering::Relaxed));
        let found = self.groups.get(&usual);
        // Below a page that is gone there may still be groups without leaves.
        let leaves = found.filter(|leaves| !leaves.is_empty());
        let leaves = leaves.or_else(|| self.leaves_in_memory(key));
        leaves.is_some_and(|leaves| leaves.iter().all(|leaf| leaf.key() != key))
    }

    /// The leaves of the group that `key` leads to, if all on the way to it is in memory.
    fn leaves_in_memory(&self, key: &TreeKey) -> Option<Arc<[Leaf]>> {
        let mut path = Path::ROOT;
        while let Some(page) = self.page_in_memory(&path) {
            let nibble = path.nibble(key);
            path = path.child(nibble);
            match page.child(nibble) {
                Child::Empty => return Some(Arc::default()),
                Child::Group(_) => break,
                Child::Page(_) => {}
            }
        }
        self.usual_nibbles.store(path.nibbles(), Ordering::Relaxed);
        self.groups.get(&path)
    }

    fn page_in_memory(&self, path: &Path) -> Option<Arc<Page>> {
        self.dirty.get(path).map_or_else(|| self.pages.get(path), Clone::clone)
    }

    fn stored_page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        let stored = self.db.get_pinned_cf(self.column(PAGES)?, path.to_bytes()).map_err(failed)?;
        let Some(stored) = stored else { return Ok(None) };
        let page = Arc::new(Page::from_bytes(path, &stored)?);
        self.pages.insert(*path, Arc::clone(&page));
        Ok(Some(page))
    }

    fn column(&self, name: &str) -> Result<&ColumnFamily, ReadError> {
        let missing = || ReadError::Failed(format!("the database has no column family {name}"));
        self.db.cf_handle(name).ok_or_else(missing)
    }
}

impl TreeReader for RocksTree {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        if let Some(page) = self.dirty.get(path) {
            return Ok(page.clone());
        }
        self.pages.get(path).map_or_else(|| self.stored_page(path), |page| Ok(Some(page)))
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        if let Some(leaves) = self.groups.get(path) {
            return Ok(leaves);
        }
        let mut leaves = Vec::new();
        self.each_leaf(path, |leaf| leaves.push(leaf))?;
        let leaves: Arc<[Leaf]> = leaves.into();
        self.groups.insert(*path, Arc::clone(&leaves));
        Ok(leaves)
    }

    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError> {
        let stored = self.db.get_pinned_cf(self.column(STATE)?, key.as_bytes()).map_err(failed)?;
        Ok(stored.map(|stored| value_hash(&stored)))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn failed(error: rocksdb::Error) -> ReadError {
    ReadError::Failed(error.to_string())
}
