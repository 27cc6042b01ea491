//! The blocks above the last final one: a tree of headers, and what we know of their bodies.

use hefu_primitives::{Digest, Header, ValidatorIndex};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The tree. Its root is the last final block that has been delivered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Chain {
    root: Arc<Header>,
    root_digest: Digest,
    blocks: BTreeMap<Digest, Block>,
    missing: BTreeMap<Digest, Vec<ValidatorIndex>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Block {
    header: Arc<Header>,
    body: Body,
    certified: bool,
}

/// What we know of a block's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Body {
    /// The driver holds it.
    Held,
    /// The driver executes it.
    Executing,
    /// It gives what its header claims.
    Valid,
    /// It does not.
    Refused,
}

/// The way from the root to a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// All blocks after the root, the oldest first.
    Known(Vec<Digest>),
    /// This one is not held.
    Missing(Digest),
    /// It does not lead to the root.
    Astray,
}

impl Chain {
    pub(crate) fn new(root: Header) -> Self {
        let root_digest = root.digest();
        let (blocks, missing) = (BTreeMap::new(), BTreeMap::new());
        Self { root: Arc::new(root), root_digest, blocks, missing }
    }

    pub(crate) fn root(&self) -> &Arc<Header> {
        &self.root
    }

    pub(crate) fn root_digest(&self) -> Digest {
        self.root_digest
    }

    pub(crate) fn header(&self, digest: &Digest) -> Option<&Arc<Header>> {
        if *digest == self.root_digest {
            return Some(&self.root);
        }
        self.blocks.get(digest).map(|block| &block.header)
    }

    /// What we know of the body; the root's is valid.
    pub(crate) fn body(&self, digest: &Digest) -> Option<Body> {
        if *digest == self.root_digest {
            return Some(Body::Valid);
        }
        self.blocks.get(digest).map(|block| block.body)
    }

    /// Whether the block is one of ours, or one that we asked for.
    pub(crate) fn holds(&self, digest: &Digest) -> bool {
        self.header(digest).is_some() || self.is_wanted(digest)
    }

    pub(crate) fn is_valid(&self, digest: &Digest) -> bool {
        self.body(digest) == Some(Body::Valid)
    }

    /// Adds a block whose body the driver holds.
    pub(crate) fn insert(&mut self, digest: Digest, header: Header) {
        let certified = self.missing.remove(&digest).is_some();
        if digest != self.root_digest {
            let block = Block { header: Arc::new(header), body: Body::Held, certified: false };
            self.blocks.entry(digest).or_insert(block);
        }
        if certified {
            self.certify(digest);
        }
    }

    pub(crate) fn set_body(&mut self, digest: &Digest, body: Body) {
        if let Some(block) = self.blocks.get_mut(digest) {
            block.body = body;
        }
    }

    /// Notes that a quorum stands behind this block and so behind all below it.
    pub(crate) fn certify(&mut self, digest: Digest) {
        let mut next = digest;
        while let Some(block) = self.blocks.get_mut(&next).filter(|block| !block.certified) {
            block.certified = true;
            next = block.header.parent;
        }
    }

    pub(crate) fn is_certified(&self, digest: &Digest) -> bool {
        self.blocks.get(digest).is_some_and(|block| block.certified)
    }

    pub(crate) fn path(&self, to: Digest) -> Path {
        let (mut path, mut next) = (Vec::new(), to);
        while next != self.root_digest {
            match self.blocks.get(&next) {
                None => return Path::Missing(next),
                Some(block) if block.header.height <= self.root.height => return Path::Astray,
                Some(block) => {
                    path.push(next);
                    next = block.header.parent;
                }
            }
        }
        path.reverse();
        Path::Known(path)
    }

    /// Notes that a certified block is not held; true if that is news.
    pub(crate) fn want(&mut self, digest: Digest, from: &[ValidatorIndex]) -> bool {
        self.missing.insert(digest, from.to_vec()).is_none()
    }

    pub(crate) fn is_wanted(&self, digest: &Digest) -> bool {
        self.missing.contains_key(digest)
    }

    /// Stops asking for a block; gives who had vouched for it.
    pub(crate) fn unwant(&mut self, digest: &Digest) -> Vec<ValidatorIndex> {
        self.missing.remove(digest).unwrap_or_default()
    }

    pub(crate) fn wanted(&self) -> impl Iterator<Item = (Digest, Vec<ValidatorIndex>)> + '_ {
        self.missing.iter().map(|(digest, from)| (*digest, from.clone()))
    }

    /// Makes a child of the root the root.
    pub(crate) fn advance(&mut self, digest: Digest) -> Option<Arc<Header>> {
        let block = self.blocks.remove(&digest)?;
        self.root = block.header;
        self.root_digest = digest;
        Some(Arc::clone(&self.root))
    }

    /// Drops every block that is not on the way to one of `tips`.
    pub(crate) fn retain(&mut self, tips: impl Iterator<Item = Digest>) {
        let mut kept = BTreeSet::new();
        let mut wanted = BTreeSet::new();
        for tip in tips {
            let mut next = tip;
            while let Some(block) = self.blocks.get(&next)
                && kept.insert(next)
            {
                next = block.header.parent;
            }
            wanted.insert(next);
        }
        self.blocks.retain(|digest, _| kept.contains(digest));
        self.missing.retain(|digest, _| wanted.contains(digest));
    }

    /// Drops a block that no quorum stands behind.
    pub(crate) fn drop_uncertified(&mut self, digest: &Digest) {
        if !self.is_certified(digest) {
            self.blocks.remove(digest);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.blocks.len().saturating_add(self.missing.len())
    }
}
