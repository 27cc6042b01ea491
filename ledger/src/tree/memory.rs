//! A tree in memory, for tests and for whoever keeps no store.

use super::key::TreeKey;
use super::leaf::Leaf;
use super::page::Page;
use super::path::Path;
use super::reader::TreeReader;
use super::update::TreeChange;
use crate::ReadError;
use hefu_primitives::Hash;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All leaves and pages of a tree.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    leaves: BTreeMap<TreeKey, Leaf>,
    values: BTreeMap<TreeKey, Hash>,
    pages: BTreeMap<Path, Arc<Page>>,
}

impl MemoryTree {
    /// Carries out a change, which was made on this very tree.
    pub fn apply(&mut self, change: &TreeChange) {
        for (key, value) in &change.values {
            if let Some(value) = value {
                self.leaves.insert(*key, Leaf::new(*key, *value));
                self.values.insert(*key, *value);
            } else {
                self.leaves.remove(key);
                self.values.remove(key);
            }
        }
        for (path, page) in &change.pages {
            match page {
                Some(page) => self.pages.insert(*path, Arc::clone(page)),
                None => self.pages.remove(path),
            };
        }
    }

    /// How many pages there are.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }
}

impl TreeReader for MemoryTree {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        Ok(self.pages.get(path).cloned())
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        let leaves = self.leaves.range(path.first()..=path.last());
        Ok(leaves.map(|(_, leaf)| *leaf).collect())
    }

    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError> {
        Ok(self.values.get(key).copied())
    }
}
