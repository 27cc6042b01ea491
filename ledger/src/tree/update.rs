//! Changing many keys at once.

use super::group::{self, GROUP_LEAVES_MAX};
use super::hashing::empty_root;
use super::key::TreeKey;
use super::leaf::Leaf;
use super::page::{Child, Page};
use super::path::Path;
use super::reader::{TreeReader, page_below, root};
use crate::ReadError;
use hefu_primitives::Hash;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an update does to a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeChange {
    /// The root afterwards.
    pub root: Hash,
    /// The update itself: the hash of each key's new value, or none where the key is removed.
    pub values: BTreeMap<TreeKey, Option<Hash>>,
    /// Pages that are new or different, and those that are gone.
    pub pages: BTreeMap<Path, Option<Arc<Page>>>,
    /// Groups that are new or different, with all their leaves.
    pub groups: BTreeMap<Path, Arc<[Leaf]>>,
}

impl TreeChange {
    /// What the pages above hold of the groups that are new or different. A tree that is one group has
    /// no page.
    #[cfg(feature = "rocksdb")]
    pub(crate) fn children(&self) -> impl Iterator<Item = (Path, Child)> {
        self.groups.keys().filter_map(|path| {
            let (above, nibble) = path.parent()?;
            let page = self.pages.get(&above)?.as_ref();
            Some((*path, page.map_or(Child::Empty, |page| page.child(nibble))))
        })
    }
}

/// What happens to the tree when each of these keys gets a value of this hash, or is removed. It
/// makes no difference whether a key that is removed was there.
pub fn update(
    reader: &impl TreeReader,
    changes: BTreeMap<TreeKey, Option<Hash>>,
) -> Result<TreeChange, ReadError> {
    let mut update = Update { reader, pages: BTreeMap::new(), groups: BTreeMap::new() };
    let root = update.root(&changes)?;
    Ok(TreeChange { root, values: changes, pages: update.pages, groups: update.groups })
}

/// One key's new value, or its removal.
type Change = (TreeKey, Option<Hash>);

/// An update under way.
struct Update<'a, R> {
    reader: &'a R,
    pages: BTreeMap<Path, Option<Arc<Page>>>,
    groups: BTreeMap<Path, Arc<[Leaf]>>,
}

impl<R: TreeReader> Update<'_, R> {
    fn root(&mut self, changes: &BTreeMap<TreeKey, Option<Hash>>) -> Result<Hash, ReadError> {
        if changes.is_empty() {
            return root(self.reader);
        }
        let changes: Vec<_> = changes.iter().map(|(key, value)| (*key, *value)).collect();
        let child = match self.reader.page(&Path::ROOT)? {
            Some(page) => self.page(&Path::ROOT, &page, &changes)?,
            None => self.group(&Path::ROOT, &self.reader.leaves(&Path::ROOT)?, &changes),
        };
        Ok(child.hash().unwrap_or_else(empty_root))
    }

    fn page(&mut self, path: &Path, page: &Page, changes: &[Change]) -> Result<Child, ReadError> {
        let mut children = Vec::new();
        for (nibble, changes) in by_nibble(path, changes, |(key, _)| key) {
            children.push((nibble, self.child(&path.child(nibble), page.child(nibble), changes)?));
        }
        Ok(self.keep(path, page.with(path, &children)))
    }

    fn child(&mut self, path: &Path, child: Child, changes: &[Change]) -> Result<Child, ReadError> {
        match child {
            Child::Page(hash) => self.page(path, &*page_below(self.reader, path, hash)?, changes),
            Child::Group(_) => Ok(self.group(path, &self.reader.leaves(path)?, changes)),
            Child::Empty => Ok(self.group(path, &[], changes)),
        }
    }

    fn group(&mut self, path: &Path, leaves: &[Leaf], changes: &[Change]) -> Child {
        let stays =
            |leaf: &&Leaf| changes.binary_search_by_key(leaf.key(), |(key, _)| *key).is_err();
        let kept = leaves.iter().filter(stays).copied();
        let new = changes.iter().filter_map(|(key, value)| Some(Leaf::new(*key, (*value)?)));
        let mut leaves: Vec<_> = kept.chain(new).collect();
        leaves.sort_unstable_by_key(|leaf| *leaf.key());
        self.build(path, &leaves)
    }

    /// The subtree of these leaves: a group, or a page if they are too many for one.
    fn build(&mut self, path: &Path, leaves: &[Leaf]) -> Child {
        if leaves.len() <= GROUP_LEAVES_MAX {
            self.groups.insert(*path, leaves.into());
            return group::subtree(leaves).map_or(Child::Empty, Child::Group);
        }
        let nibbles = by_nibble(path, leaves, Leaf::key);
        let children: Vec<_> = nibbles
            .map(|(nibble, leaves)| (nibble, self.build(&path.child(nibble), leaves)))
            .collect();
        self.keep(path, Page::new(path, &children))
    }

    fn keep(&mut self, path: &Path, page: Page) -> Child {
        let hash = page.hash();
        self.pages.insert(*path, hash.is_some().then(|| Arc::new(page)));
        if hash.is_none() {
            // What is not a page is a group, and a reader below may still have the old leaves.
            self.groups.insert(*path, Arc::default());
        }
        hash.map_or(Child::Empty, Child::Page)
    }
}

/// What is sorted by key, in parts that have the same nibble behind `path`.
fn by_nibble<'a, T>(
    path: &'a Path,
    sorted: &'a [T],
    key: fn(&T) -> &TreeKey,
) -> impl Iterator<Item = (u8, &'a [T])> {
    let nibble = move |one: &T| path.nibble(key(one));
    let parts = sorted.chunk_by(move |one, next| nibble(one) == nibble(next));
    parts.filter_map(move |part| Some((nibble(part.first()?), part)))
}
