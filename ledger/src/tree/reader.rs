//! What a tree is read through.

use super::group;
use super::hashing::empty_root;
use super::key::TreeKey;
use super::leaf::Leaf;
use super::page::Page;
use super::path::Path;
use crate::ReadError;
use hefu_primitives::Hash;
use std::sync::Arc;

/// Where pages and leaves come from: a store, memory, or an [`super::Overlay`] on one of these.
pub trait TreeReader {
    /// The page at `path`, if there is one.
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError>;

    /// All leaves whose keys begin with `path`, in the order of their keys. This is asked only where
    /// there is no page, so they are few.
    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError>;

    /// The hash of the value of a key, if it has one. Leaves do not hold it.
    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError>;
}

impl<R: TreeReader + ?Sized> TreeReader for &R {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        (**self).page(path)
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        (**self).leaves(path)
    }

    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError> {
        (**self).value(key)
    }
}

/// The root of the tree.
pub fn root(reader: &impl TreeReader) -> Result<Hash, ReadError> {
    let subtree = match reader.page(&Path::ROOT)? {
        Some(page) => page.hash(),
        None => group::subtree(reader.leaves(&Path::ROOT)?.iter()),
    };
    Ok(subtree.unwrap_or_else(empty_root))
}

/// The page at `path`, which the page above says is there, with this hash.
pub(super) fn page_below(
    reader: &impl TreeReader,
    path: &Path,
    expected: Hash,
) -> Result<Arc<Page>, ReadError> {
    let missing = || ReadError::Damaged(format!("page {path:?} is missing"));
    let page = reader.page(path)?.ok_or_else(missing)?;
    if page.hash() == Some(expected) {
        return Ok(page);
    }
    Err(ReadError::Damaged(format!("page {path:?} does not hash to {expected}")))
}
