//! Every block that can be proposed, made in advance: which parent, for which view, and which of
//! the versions that a leader may make of it.

use crate::item::{Block, Blocks};
use crate::setup::Setup;
use hefu_primitives::{Committee, Digest, Hash, Header, Height, Timestamp};
use std::collections::BTreeMap;

/// The clock of every validator: it stands still. A block's time is one more than its parent's.
pub(crate) const NOW: Timestamp = Timestamp::new(1_000_000);
const GENESIS_TIME: Timestamp = Timestamp::new(999_000);

/// Which of the blocks that one leader can make in one view on one parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// What a correct leader makes, and so the traitor.
    First,
    /// What the traitor shows to others.
    Second,
    /// What execution refuses.
    Refused,
    /// What leaves out a height.
    TooHigh,
    /// What is as old as its parent.
    NotLater,
}

impl Version {
    /// All of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::First, Self::Second, Self::Refused, Self::TooHigh, Self::NotLater];

    /// Whether a correct validator may vote for it.
    pub(crate) const fn is_fit(self) -> bool {
        matches!(self, Self::First | Self::Second)
    }

    /// Whether any leader of this configuration makes it.
    fn is_made(self, setup: &Setup) -> bool {
        match self {
            Self::First => true,
            Self::Second => !setup.traitors.is_empty(),
            Self::Refused | Self::TooHigh | Self::NotLater => setup.unfit,
        }
    }
}

/// A block and what the model knows of it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) header: Header,
    pub(crate) digest: Digest,
    pub(crate) parent: Block,
    /// The view that it is made for; 0 for the genesis.
    pub(crate) view: u8,
    pub(crate) version: Version,
}

/// The blocks.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    entries: Vec<Entry>,
    by_digest: BTreeMap<Digest, Block>,
}

impl Table {
    pub(crate) fn new(setup: &Setup, committee: &Committee) -> Self {
        let mut table = Self { entries: vec![genesis(committee)], by_digest: BTreeMap::new() };
        for view in 1..=setup.views {
            for parent in 0..table.entries.len() {
                table.add_children(setup, parent, view);
            }
        }
        assert!(table.entries.len() <= Blocks::ROOM, "sets hold every block");
        let places = (0..).map(Block);
        table.by_digest = table.entries.iter().map(|e| e.digest).zip(places).collect();
        table
    }

    fn add_children(&mut self, setup: &Setup, parent: usize, view: u8) {
        for version in Version::ALL.into_iter().filter(|version| version.is_made(setup)) {
            let header = child(&self.entries[parent].header, view, version, setup.boundary);
            self.entries.push(Entry {
                digest: header.digest(),
                header,
                parent: Block(u8::try_from(parent).expect("the table has room for few blocks")),
                view,
                version,
            });
        }
    }

    pub(crate) fn get(&self, block: Block) -> &Entry {
        &self.entries[usize::from(block.0)]
    }

    pub(crate) fn find(&self, digest: &Digest) -> Option<Block> {
        self.by_digest.get(digest).copied()
    }

    pub(crate) fn is_boundary(&self, block: Block) -> bool {
        self.get(block).header.is_boundary()
    }

    pub(crate) fn child(&self, parent: Block, view: u8, version: Version) -> Option<Block> {
        let fits = |e: &Entry| e.parent == parent && e.view == view && e.version == version;
        let place = self.entries.iter().skip(1).position(fits)?;
        u8::try_from(place + 1).ok().map(Block)
    }
}

fn genesis(committee: &Committee) -> Entry {
    let validators = committee.validators.hash();
    let header = Header {
        protocol_version: 1,
        genesis: committee.genesis,
        epoch: committee.epoch,
        height: Height::ZERO,
        parent: Digest::default(),
        time: GENESIS_TIME,
        transaction_root: Header::empty_transaction_root(),
        state_root: Hash::default(),
        history_root: Hash::default(),
        validators,
        next_validators: validators,
    };
    Entry {
        digest: header.digest(),
        header,
        parent: Block::GENESIS,
        view: 0,
        version: Version::First,
    }
}

/// The child is told from its siblings by its transaction root. Where the epoch ends with the
/// first block, the second version does not end it, so that both kinds compete.
fn child(parent: &Header, view: u8, version: Version, boundary: bool) -> Header {
    let ends = boundary && parent.height == Height::ZERO && version == Version::First;
    let mark = [view, version as u8 + 1];
    let root = std::array::from_fn(|at| mark[at % 2]);
    let (rise, delay) = match version {
        Version::First | Version::Second | Version::Refused => (1, 1),
        Version::TooHigh => (2, 1),
        Version::NotLater => (1, 0),
    };
    Header {
        height: parent.height.saturating_add(rise),
        parent: parent.digest(),
        time: parent.time.saturating_add(delay),
        transaction_root: Hash::from_bytes(root),
        next_validators: if ends { Hash::default() } else { parent.validators },
        ..parent.clone()
    }
}
