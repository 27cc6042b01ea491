//! Proofs from stored subtrees, for lists that are too long to be in memory.

use super::{ConsistencyProof, Frontier, InclusionProof, List, Path, shape};
use crate::ReadError;
use hefu_primitives::Hash;
use std::ops::Range;

/// Where the nodes are that [`Frontier::append`](super::Frontier::append) has returned.
pub trait NodeReader {
    /// The topmost node of the perfect subtree number `index` of 2^`level` leaves, if it is stored.
    fn node(&self, level: u8, index: u64) -> Result<Option<Hash>, ReadError>;
}

/// The proof that leaf `index` is among the first `size`; none if it comes later. The list may have
/// grown beyond `size` since.
pub fn inclusion_at(
    list: List,
    reader: &impl NodeReader,
    index: u64,
    size: u64,
) -> Result<Option<InclusionProof>, ReadError> {
    if index >= size {
        return Ok(None);
    }
    let path = tops(list, reader, &shape::siblings(index, size))?;
    Ok(Some(InclusionProof { index, size, path }))
}

/// The proof that the list of the first `new_size` leaves begins with that of the first
/// `old_size`; none if it is shorter.
pub fn consistency(
    list: List,
    reader: &impl NodeReader,
    old_size: u64,
    new_size: u64,
) -> Result<Option<ConsistencyProof>, ReadError> {
    if old_size > new_size {
        return Ok(None);
    }
    let path = tops(list, reader, &shape::shared(old_size, new_size))?;
    Ok(Some(ConsistencyProof { old_size, new_size, path }))
}

/// The frontier of the first `size` leaves.
pub fn frontier(list: List, reader: &impl NodeReader, size: u64) -> Result<Frontier, ReadError> {
    let all = 0..size;
    let peaks = shape::perfect(&all).map(|(level, index)| read(list, reader, level, index));
    let peaks: Vec<_> = peaks.collect::<Result<_, _>>()?;
    Frontier::of(size, peaks).map_err(|error| ReadError::Damaged(error.to_string()))
}

fn tops(list: List, reader: &impl NodeReader, ranges: &[Range<u64>]) -> Result<Path, ReadError> {
    let hashes: Result<Vec<_>, _> = ranges.iter().map(|range| top(list, reader, range)).collect();
    Ok(Path::first_of(hashes?))
}

/// The topmost node over `range`. Only the subtree at the right edge of a list has more than one
/// perfect part, and a proof has at most one such subtree.
fn top(list: List, reader: &impl NodeReader, range: &Range<u64>) -> Result<Hash, ReadError> {
    let parts = shape::perfect(range).map(|(level, index)| read(list, reader, level, index));
    let parts: Vec<_> = parts.collect::<Result<_, _>>()?;
    let top = parts.into_iter().rev().reduce(|right, left| list.node(&left, &right));
    Ok(top.unwrap_or_default())
}

fn read(list: List, reader: &impl NodeReader, level: u8, index: u64) -> Result<Hash, ReadError> {
    let missing = || format!("node {index} of level {level} is missing from {list:?}");
    reader.node(level, index)?.ok_or_else(|| ReadError::Damaged(missing()))
}
