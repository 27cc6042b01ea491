//! Making proofs.

use super::group;
use super::key::TreeKey;
use super::leaf::Leaf;
use super::page::Child;
use super::path::Path;
use super::proof::{Reached, TreeProof};
use super::reader::{TreeReader, page_below};
use crate::ReadError;

/// The proof of what `key` holds, or that it holds nothing.
pub fn prove(reader: &impl TreeReader, key: &TreeKey) -> Result<TreeProof, ReadError> {
    let mut siblings = Vec::new();
    let mut path = Path::ROOT;
    let mut page = reader.page(&path)?;
    while let Some(here) = page {
        let nibble = here.descend(&path, key, &mut siblings);
        let nibble = nibble.ok_or_else(|| ReadError::Damaged(format!("page {path:?} is empty")))?;
        path = path.child(nibble);
        page = match here.child(nibble) {
            Child::Page(hash) => Some(page_below(reader, &path, hash)?),
            Child::Group(_) | Child::Empty => None,
        };
    }
    let leaf = group::descend(&reader.leaves(&path)?, key, &mut siblings);
    if leaf.is_none() && path != Path::ROOT {
        return Err(ReadError::Damaged(format!("group {path:?} has lost its leaves")));
    }
    let reached = leaf.map_or(Ok(Reached::Nothing), |leaf| reached(reader, key, &leaf))?;
    Ok(TreeProof::new(reached, &siblings))
}

/// What `key` has led to, when it has led to this leaf.
fn reached(reader: &impl TreeReader, key: &TreeKey, leaf: &Leaf) -> Result<Reached, ReadError> {
    let found = *leaf.key();
    let value = reader.value(&found)?.filter(|value| Leaf::new(found, *value) == *leaf);
    let damaged = || ReadError::Damaged(format!("the value of {found} is not that of its leaf"));
    let value = value.ok_or_else(damaged)?;
    Ok(if found == *key { Reached::Key(value) } else { Reached::Other { key: found, value } })
}
