//! What is checked whenever a store is opened: quickly, and at the end that a crash can touch.

use super::columns::{self, Column};
use super::database::{Database, decode};
use super::open::OpenError;
use super::options::Floor;
use crate::ReadError;
use crate::block::{Parent, may_prove};
use crate::merkle::{self, List, NodeReader};
use crate::store::change;
use crate::tree::{self, TreeReader};
use hefu_primitives::{Certificate, Hash, Header, Height};

/// Headers at the end of the chain whose links are checked. The scrub checks all.
const LINKS: u64 = 64;

/// The end of the chain.
pub(super) struct Tail<'a> {
    database: &'a Database,
    head: Header,
}

impl<'a> Tail<'a> {
    /// Finds the last header.
    pub(super) fn read(database: &'a Database) -> Result<Self, ReadError> {
        let none = || ReadError::Damaged("no header".to_owned());
        let (key, _) = database.last(Column::Headers)?.ok_or_else(none)?;
        let height = key.first_chunk::<8>().copied().map(u64::from_be_bytes).map(Height::new);
        let row = database.bytes(Column::Headers, columns::header(height.ok_or_else(none)?))?;
        let head = decode(Column::Headers, &row.ok_or_else(none)?)?;
        Ok(Self { database, head })
    }

    /// Refuses a chain that has lost a block, or holds another one in its place.
    pub(super) fn check_floor(&self, floor: &Floor) -> Result<(), OpenError> {
        let (height, head) = (floor.height, self.head.height);
        if head < height {
            return Err(OpenError::BelowFloor { floor: height, head });
        }
        let (expected, got) = (floor.digest, self.header(height)?.digest());
        if got != expected {
            return Err(OpenError::OffFloor { height, expected, got });
        }
        Ok(())
    }

    /// Refuses a chain whose last headers are not each the child of the one below, or are not final.
    pub(super) fn check_links(&self) -> Result<(), OpenError> {
        let head = self.head.height.get();
        for height in (head.saturating_sub(LINKS)..=head).map(Height::new) {
            if !self.follows(height)? {
                return Err(OpenError::Broken { height });
            }
        }
        Ok(())
    }

    fn follows(&self, height: Height) -> Result<bool, OpenError> {
        let header = self.header(height)?;
        if height == Height::ZERO {
            return Ok(header.height == height);
        }
        let key = columns::finalization(height);
        let finalization: Option<Certificate> = self.database.value(Column::Headers, key)?;
        let below = self.header(height.saturating_sub(1))?;
        let is_final = finalization.is_some_and(|f| may_prove(&f, &header));
        Ok(is_final && header.height == height && header.parent == below.digest())
    }

    fn header(&self, height: Height) -> Result<Header, OpenError> {
        let header = self.database.value(Column::Headers, columns::header(height))?;
        header.ok_or(OpenError::Broken { height })
    }

    /// The head with the headers below it, if these are what it says.
    pub(super) fn parent(self) -> Result<Parent, OpenError> {
        let height = self.head.height;
        let below = merkle::frontier(List::History, self.database, height.get())?;
        let (expected, got) = (self.head.history_root, below.root(List::History));
        if expected != got {
            return Err(OpenError::History { height, expected, got });
        }
        let (head, nodes) = change::head(below, self.head);
        for node in nodes {
            let got = self.database.node(node.level, node.index)?.unwrap_or_default();
            if got != node.hash {
                return Err(OpenError::History { height, expected: node.hash, got });
            }
        }
        Ok(head)
    }
}

impl NodeReader for Database {
    fn node(&self, level: u8, index: u64) -> Result<Option<Hash>, ReadError> {
        self.value(Column::History, columns::node(level, index))
    }
}

/// Refuses a state that is not the one after the last block.
pub(super) fn state_root(reader: &impl TreeReader, head: &Header) -> Result<(), OpenError> {
    let (height, expected, got) = (head.height, head.state_root, tree::root(reader)?);
    if got == expected { Ok(()) } else { Err(OpenError::State { height, expected, got }) }
}
