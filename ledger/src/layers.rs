//! A state with blocks on top that are not final: what the children of an unfinal block read.

use crate::ReadError;
use crate::did::DidId;
use crate::execute::Outcome;
use crate::key::KeyHash;
use crate::state::{StateKey, StateReader, StateValue};
use crate::tree::{Leaf, Page, Path, TreeKey, TreeReader};
use hefu_primitives::Hash;
use std::sync::Arc;

/// A final state and the unfinal blocks from it to some block, the oldest first.
#[derive(Clone, Debug)]
pub struct Layers<'a, R> {
    /// The final state.
    pub base: &'a R,
    /// What each unfinal block does, the oldest first.
    pub outcomes: &'a [Arc<Outcome>],
}

impl<R> Layers<'_, R> {
    /// The newest layer in which `find` finds something.
    fn newest<T>(&self, find: impl Fn(&Outcome) -> Option<T>) -> Option<T> {
        self.outcomes.iter().rev().find_map(|outcome| find(outcome))
    }
}

impl<R: StateReader> StateReader for Layers<'_, R> {
    fn record(&self, key: &StateKey) -> Result<Option<Arc<StateValue>>, ReadError> {
        let written = self.newest(|outcome| outcome.changes.records.get(key).cloned());
        written.map_or_else(|| self.base.record(key), Ok)
    }

    fn key_holder(&self, key: &KeyHash) -> Result<Option<DidId>, ReadError> {
        let claimed = self.newest(|outcome| outcome.changes.keys.get(key).copied());
        claimed.map_or_else(|| self.base.key_holder(key), |did| Ok(Some(did)))
    }

    fn key_holders(&self, keys: &[KeyHash]) -> Result<Vec<Option<DidId>>, ReadError> {
        let claimed = |key| self.newest(|outcome| outcome.changes.keys.get(key).copied());
        let below = self.base.key_holders(keys)?;
        Ok(keys.iter().zip(below).map(|(key, below)| claimed(key).or(below)).collect())
    }
}

impl<R: TreeReader> TreeReader for Layers<'_, R> {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        let changed = self.newest(|outcome| outcome.tree.pages.get(path).cloned());
        changed.map_or_else(|| self.base.page(path), Ok)
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        let changed = self.newest(|outcome| outcome.tree.groups.get(path).cloned());
        changed.map_or_else(|| self.base.leaves(path), Ok)
    }

    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError> {
        let changed = self.newest(|outcome| outcome.tree.values.get(key).copied());
        changed.map_or_else(|| self.base.value(key), Ok)
    }
}
