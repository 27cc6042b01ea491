//! Changes that are not written yet, on top of what is: the state after an unfinal block.

use super::key::TreeKey;
use super::leaf::Leaf;
use super::page::Page;
use super::path::Path;
use super::reader::TreeReader;
use super::update::TreeChange;
use crate::ReadError;
use hefu_primitives::Hash;
use std::sync::Arc;

/// A tree with changes on top, each made on the ones before.
#[derive(Clone, Debug)]
pub struct Overlay<R> {
    base: R,
    /// The oldest first.
    changes: Vec<Arc<TreeChange>>,
}

impl<R: TreeReader> Overlay<R> {
    /// The tree that `base` becomes by these changes, the oldest first.
    pub fn new(base: R, changes: Vec<Arc<TreeChange>>) -> Self {
        Self { base, changes }
    }
}

impl<R: TreeReader> TreeReader for Overlay<R> {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        let changed = self.changes.iter().rev().find_map(|change| change.pages.get(path));
        changed.map_or_else(|| self.base.page(path), |page| Ok(page.clone()))
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        let changed = self.changes.iter().rev().find_map(|change| change.groups.get(path));
        changed.map_or_else(|| self.base.leaves(path), |leaves| Ok(Arc::clone(leaves)))
    }

    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError> {
        let changed = self.changes.iter().rev().find_map(|change| change.values.get(key));
        changed.map_or_else(|| self.base.value(key), |value| Ok(*value))
    }
}
