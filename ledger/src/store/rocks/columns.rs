//! The column families: what each holds, and under which keys.
//!
//! Keys are short and in the order in which they are read. A *place* is a block's height and a
//! transaction's place in its body in eight bytes; the newest format of all of this has the number
//! [`FORMAT`].

use super::tree;
use crate::ReadError;
use crate::did::DidId;
use crate::limits::BLOCK_TRANSACTIONS_MAX;
use crate::operation::OperationKind;
use crate::organisation::OrganisationId;
use crate::store::Location;
use hefu_primitives::{Height, codec};

/// What the keys and values are like. A store of another format is not opened.
pub(super) const FORMAT: u32 = 2;

/// The row of [`Column::Meta`] that tells the format and the network.
pub(super) const ABOUT: &[u8] = b"about";

/// One column family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The format and the network.
    Meta,
    /// Height and a zero: the header. Height and a one: its finalization.
    Headers,
    /// Place: a transaction's envelope and signatures. They are kept for ever.
    Envelopes,
    /// Place: the payload behind its salt, or its hash. Of a batch, place and number of each entry.
    Payloads,
    /// Place: what the transaction did.
    Effects,
    /// The state tree's values: the records by tree key.
    State,
    /// The state tree's pages.
    Pages,
    /// What is not in the pages yet.
    Journal,
    /// A signature key's hash: the DID that has it for ever.
    Keys,
    /// Height: of each DID that the block has written, the first two bytes and the place of the
    /// last transaction that did. So the newest entry of each log is found.
    Written,
    /// DID and number: the place of an earlier entry of its operation log, and the hash of the
    /// version that it made, once that was erased.
    Log,
    /// DID and number: a version that another has superseded.
    Versions,
    /// A transaction's identifier: its place.
    Transactions,
    /// Level and index: a node of the tree over all headers.
    History,
    /// What is searched for, and place: nothing.
    Indexes,
}

impl Column {
    /// Every column family.
    pub const ALL: [Self; 15] = [
        Self::Meta,
        Self::Headers,
        Self::Envelopes,
        Self::Payloads,
        Self::Effects,
        Self::State,
        Self::Pages,
        Self::Journal,
        Self::Keys,
        Self::Written,
        Self::Log,
        Self::Versions,
        Self::Transactions,
        Self::History,
        Self::Indexes,
    ];

    /// Its name in RocksDB.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => rocksdb::DEFAULT_COLUMN_FAMILY_NAME,
            Self::Headers => "headers",
            Self::Envelopes => "envelopes",
            Self::Payloads => "payloads",
            Self::Effects => "effects",
            Self::State => tree::STATE,
            Self::Pages => tree::PAGES,
            Self::Journal => tree::JOURNAL,
            Self::Keys => "keys",
            Self::Written => "written",
            Self::Log => "log",
            Self::Versions => "versions",
            Self::Transactions => "transactions",
            Self::History => "history",
            Self::Indexes => "indexes",
        }
    }
}

/// Bits of a place that tell the transaction's place in its body.
const PLACE_BITS: u32 = 16;

const _: () = assert!(BLOCK_TRANSACTIONS_MAX <= 1 << PLACE_BITS, "a place has sixteen bits");

/// A place as key or value. A chain with a block a millisecond has heights of 48 bits for nine
/// thousand years.
pub(super) fn place(at: &Location) -> [u8; 8] {
    (at.height.get() << PLACE_BITS | u64::from(at.place)).to_be_bytes()
}

/// What [`place`] has made of a location.
pub(super) fn location(place: &[u8]) -> Result<Location, ReadError> {
    let number = place.try_into().map(u64::from_be_bytes);
    let number =
        number.map_err(|_| ReadError::Damaged(format!("a place of {} bytes", place.len())))?;
    let low = u32::try_from(number & ((1 << PLACE_BITS) - 1)).unwrap_or_default();
    Ok(Location { height: Height::new(number >> PLACE_BITS), place: low })
}

/// A place without its height.
pub(super) fn short(at: &Location) -> [u8; 2] {
    place(at).last_chunk().copied().unwrap_or_default()
}

/// What [`short`] has made of a location at a height.
pub(super) fn long(height: Height, short: &[u8]) -> Result<Location, ReadError> {
    location(&[&block(height)[..], short].concat())
}

/// What the places of one block begin with.
pub(super) fn block(height: Height) -> [u8; 6] {
    let first = place(&Location { height, place: 0 });
    first.first_chunk().copied().unwrap_or_default()
}

/// The key of an entry of a batch.
pub(super) fn entry(at: &Location, number: usize) -> Vec<u8> {
    let number = u16::try_from(number).unwrap_or(u16::MAX);
    [&place(at)[..], &number.to_be_bytes()].concat()
}

/// The key of a header.
pub(super) fn header(height: Height) -> Vec<u8> {
    [&height.get().to_be_bytes()[..], &[0]].concat()
}

/// The key of a finalization.
pub(super) fn finalization(height: Height) -> Vec<u8> {
    [&height.get().to_be_bytes()[..], &[1]].concat()
}

/// The key of an entry of a log, and of the version that it made.
pub(super) fn version(did: &DidId, number: u32) -> Vec<u8> {
    [&did.hash().as_bytes()[..], &number.to_be_bytes()].concat()
}

/// The key of a node of the history.
pub(super) fn node(level: u8, index: u64) -> Vec<u8> {
    [&[level][..], &index.to_be_bytes()].concat()
}

/// What the index rows of an organisation begin with.
pub(super) fn by_organisation(organisation: OrganisationId) -> Vec<u8> {
    [&[0][..], &organisation.get().to_be_bytes()].concat()
}

/// What the index rows of an operation begin with.
pub(super) fn by_kind(kind: OperationKind) -> Vec<u8> {
    [&[1][..], &codec::encode(&kind)].concat()
}

/// What the index rows begin with of batches that carry an enrolment of a DID and skipped it.
pub(super) fn by_skipped(did: &DidId) -> Vec<u8> {
    [&[2][..], did.hash().as_bytes()].concat()
}
