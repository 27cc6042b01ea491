//! What travels, in a few bytes: the model names blocks, views and validators by number and signs
//! only what it hands to an engine.

use std::fmt;
use std::sync::Arc;

/// A block, as a place in the table of blocks. The first is the genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block(pub(crate) u8);

impl Block {
    /// The block below all others.
    pub const GENESIS: Self = Self(0);
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {}", self.0)
    }
}

/// A set of blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Blocks(u128);

impl Blocks {
    pub(crate) const ROOM: usize = 128;

    pub(crate) fn insert(&mut self, block: Block) {
        self.0 |= 1 << block.0;
    }

    pub(crate) fn remove(&mut self, block: Block) {
        self.0 &= !(1 << block.0);
    }

    pub(crate) fn contains(self, block: Block) -> bool {
        self.0 & (1 << block.0) != 0
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(crate) fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Block> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let block = u8::try_from(rest.trailing_zeros()).ok().filter(|_| rest != 0)?;
            rest &= rest - 1;
            Some(Block(block))
        })
    }
}

/// A set of validators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signers(u8);

impl Signers {
    pub(crate) fn insert(&mut self, place: u8) {
        self.0 |= 1 << place;
    }

    pub(crate) fn contains(self, place: u8) -> bool {
        self.0 & (1 << place) != 0
    }

    pub(crate) fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u8> {
        (0..8).filter(move |place| self.contains(*place))
    }
}

impl FromIterator<u8> for Signers {
    fn from_iter<I: IntoIterator<Item = u8>>(places: I) -> Self {
        let mut signers = Self::default();
        places.into_iter().for_each(|place| signers.insert(place));
        signers
    }
}

impl fmt::Display for Signers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places: Vec<_> = self.iter().map(|place| place.to_string()).collect();
        f.write_str(&places.join(","))
    }
}

/// What a vote or certificate says about its view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Says {
    /// The block is fit.
    Notarize(Block),
    /// There is to be no block.
    Nullify,
    /// The block is irrevocable.
    Finalize(Block),
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notarize(block) => write!(f, "notarize {block}"),
            Self::Nullify => f.write_str("nullify"),
            Self::Finalize(block) => write!(f, "finalize {block}"),
        }
    }
}

/// A vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ballot {
    /// Whose.
    pub signer: u8,
    /// About which view.
    pub view: u8,
    /// What it says.
    pub says: Says,
}

/// A certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Proof {
    /// About which view.
    pub view: u8,
    /// What it says.
    pub says: Says,
    /// Who signed it.
    pub signers: Signers,
}

impl Proof {
    pub(crate) fn ballots(self) -> impl Iterator<Item = Ballot> {
        let Self { view, says, .. } = self;
        self.signers.iter().map(move |signer| Ballot { signer, view, says })
    }
}

/// What a leader signs when it proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Statement {
    /// For which view.
    pub view: u8,
    /// Which block.
    pub block: Block,
    /// On which block: the one below, or the block itself if it ends the epoch (R12).
    pub parent: Block,
    /// The view by which that one is justified.
    pub parent_view: u8,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offer {
    /// What is signed.
    pub statement: Statement,
    /// The attached certificate of the parent.
    pub justified: Option<Proof>,
    /// The attached nullifications.
    pub gap: Vec<Proof>,
    /// The attached finalization.
    pub finalized: Option<Proof>,
}

impl Offer {
    pub(crate) fn proofs(&self) -> impl Iterator<Item = Proof> {
        self.justified.iter().chain(&self.gap).chain(&self.finalized).copied()
    }
}

/// A message. One that carries a certificate and a vote is two items here: anyone may pass the
/// certificate on alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// A proposal.
    Proposal(Arc<Offer>),
    /// A vote.
    Vote(Ballot),
    /// A certificate.
    Certificate(Proof),
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { view, block, parent, parent_view } = self;
        write!(f, "the proposal of {block} in view {view} on {parent} of view {parent_view}")
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proposal(offer) => write!(f, "{}", offer.statement),
            Self::Vote(ballot) => {
                let Ballot { signer, view, says } = ballot;
                write!(f, "validator {signer}'s vote in view {view}: {says}")
            }
            Self::Certificate(proof) => {
                let Proof { view, says, signers } = proof;
                write!(f, "the certificate of {signers} in view {view}: {says}")
            }
        }
    }
}
