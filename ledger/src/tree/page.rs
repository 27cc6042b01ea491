//! Pages: four levels of the tree in one value.

use super::hashing::combine;
use super::key::TreeKey;
use super::path::Path;
use crate::ReadError;
use hefu_primitives::{BoundedVec, Hash, codec};
use serde::{Deserialize, Serialize};

/// What a page holds for one of its 16 nibbles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// No leaf.
    Empty,
    /// A subtree without a page, and its hash.
    Group(Hash),
    /// A subtree with a page, and its hash.
    Page(Hash),
}

impl Child {
    /// The subtree's hash, unless it is empty.
    pub const fn hash(&self) -> Option<Hash> {
        match self {
            Self::Empty => None,
            Self::Group(hash) | Self::Page(hash) => Some(*hash),
        }
    }
}

/// The hashes of the 16 subtrees below a path, and of the nodes above them. It just fits into a kilobyte with
/// what counts its owners: there are many, and most of the time that they take is that of reading them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The subtree of the whole page is number 1, those below number n are 2n and 2n + 1, and so
    /// those of the 16 nibbles are those from 16 on. Number n is at n - 1; the empty ones are zeroes.
    subtrees: [Hash; 31],
    /// Subtrees that are not empty: bit n for number n.
    present: u32,
    /// Nibbles whose subtrees have pages: bit n for nibble n.
    paged: u16,
}

/// A page as it is stored. The nodes between are computed again.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// Nibbles that are not empty: bit n for nibble n.
    present: u16,
    /// Nibbles whose subtrees have pages.
    paged: u16,
    /// The hashes of those that are not empty.
    hashes: BoundedVec<Hash, 16>,
}

/// Bytes of the largest stored page: two bitmaps, a length and 16 hashes.
const PAGE_BYTES_MAX: usize = 2 + 2 + 1 + 16 * 32;

/// The bit of one nibble in a bitmap of 16.
const fn bit(nibble: u8) -> u16 {
    1 << (nibble % 16)
}

/// Where the subtree of one nibble is.
fn place(nibble: u8) -> usize {
    usize::from(nibble % 16) | 16
}

impl Page {
    /// The page at `path` with these children. The others are empty.
    pub fn new(path: &Path, children: &[(u8, Child)]) -> Self {
        Self { subtrees: [Hash::default(); 31], present: 0, paged: 0 }.with(path, children)
    }

    /// The page at `path`, this one before, with these children instead.
    #[must_use]
    pub fn with(&self, path: &Path, children: &[(u8, Child)]) -> Self {
        let mut page = self.clone();
        let mut touched: u32 = 0;
        for (nibble, child) in children {
            page.set(*nibble, child);
            touched |= 1 << place(*nibble);
        }
        for at in (1..16_usize).rev() {
            if touched & (0b11 << (at << 1)) != 0 {
                touched |= 1 << at;
                page.join(path, at);
            }
        }
        page
    }

    fn subtree(&self, at: usize) -> Option<Hash> {
        let hash = self.subtrees.get(at.checked_sub(1)?)?;
        (self.present & (1 << at) != 0).then_some(*hash)
    }

    fn put(&mut self, at: usize, hash: Option<Hash>) {
        let Some(subtree) = at.checked_sub(1).and_then(|at| self.subtrees.get_mut(at)) else {
            return;
        };
        *subtree = hash.unwrap_or_default();
        self.present = self.present & !(1 << at) | (u32::from(hash.is_some()) << at);
    }

    fn set(&mut self, nibble: u8, child: &Child) {
        self.put(place(nibble), child.hash());
        match child {
            Child::Page(_) => self.paged |= bit(nibble),
            Child::Empty | Child::Group(_) => self.paged &= !bit(nibble),
        }
    }

    /// Computes the subtree at a place from the two below it.
    fn join(&mut self, path: &Path, at: usize) {
        let level = u8::try_from(at.checked_ilog2().unwrap_or_default()).unwrap_or_default();
        let depth = path.depth().saturating_add(level);
        self.put(at, combine(depth, self.subtree(at << 1), self.subtree((at << 1) | 1)));
    }

    /// The hash of the subtree that the page stands for, unless it is empty.
    pub fn hash(&self) -> Option<Hash> {
        self.subtree(1)
    }

    /// What is below one nibble.
    pub fn child(&self, nibble: u8) -> Child {
        match self.subtree(place(nibble)) {
            None => Child::Empty,
            Some(hash) if self.paged & bit(nibble) != 0 => Child::Page(hash),
            Some(hash) => Child::Group(hash),
        }
    }

    /// The nibble that `key` leads to in the page at `path`, and what the nodes passed have on their
    /// other sides. Where only one side has leaves there is no node, and no bit to follow.
    pub(super) fn descend(
        &self,
        path: &Path,
        key: &TreeKey,
        siblings: &mut Vec<(u8, Hash)>,
    ) -> Option<u8> {
        let mut at = 1;
        for depth in (path.depth()..=u8::MAX).take(4) {
            let (left, right) = (at << 1, (at << 1) | 1);
            let (near, far) = if key.bit(depth) { (right, left) } else { (left, right) };
            at = match (self.subtree(near), self.subtree(far)) {
                (Some(_), Some(hash)) => {
                    siblings.push((depth, hash));
                    near
                }
                (Some(_), None) => near,
                (None, Some(_)) => far,
                (None, None) => return None,
            };
        }
        u8::try_from(at % 16).ok()
    }

    /// The page as it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let nibbles = (0..16).filter_map(|nibble| Some((nibble, self.subtree(place(nibble))?)));
        let present = nibbles.clone().fold(0, |bits, (nibble, _)| bits | bit(nibble));
        let hashes = BoundedVec::first_of(nibbles.map(|(_, hash)| hash));
        codec::encode(&Stored { present, paged: self.paged, hashes })
    }

    /// The page at `path` from its stored bytes.
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, ReadError> {
        let damaged = |reason: String| ReadError::Damaged(format!("page {path:?}: {reason}"));
        let stored: Stored =
            codec::decode(bytes, PAGE_BYTES_MAX).map_err(|error| damaged(error.to_string()))?;
        let nibbles = (0..16).filter(|nibble| stored.present & bit(*nibble) != 0);
        if stored.present.count_ones() as usize != stored.hashes.len()
            || stored.paged & !stored.present != 0
        {
            return Err(damaged("its bitmaps and its hashes contradict each other".to_owned()));
        }
        let child = |(nibble, hash): (u8, &Hash)| {
            let paged = stored.paged & bit(nibble) != 0;
            (nibble, if paged { Child::Page(*hash) } else { Child::Group(*hash) })
        };
        let children: Vec<_> = nibbles.zip(&stored.hashes).map(child).collect();
        Ok(Self::new(path, &children))
    }
}
