//! Operation logs and past versions.
//!
//! Most DIDs have one entry in their log and keep it for years, so the newest entry of a log has no
//! row of its own: the record tells its block, and the block where it has written the DID. An entry
//! gets a row when another follows. That row is a place alone; the rest follows from the transaction
//! there, from its block's time and from the version that the entry made.

use super::bodies;
use super::columns::{self, Column};
use super::database::{Batch, Database, Row};
use crate::ReadError;
use crate::block::FinalBlock;
use crate::did::DidId;
use crate::log::LogEntry;
use crate::record::{DidRecord, version_hash};
use crate::store::Location;
use crate::store::change::{self, PastVersion};
use hefu_primitives::{Hash, Header, Height};
use std::collections::{BTreeMap, BTreeSet};

/// A row of a log.
struct LogRow {
    at: Location,
    /// The hash of the version, once that was erased.
    content: Option<Hash>,
}

impl LogRow {
    fn decode(bytes: &[u8]) -> Result<Self, ReadError> {
        let damaged = || ReadError::Damaged(format!("a log row of {} bytes", bytes.len()));
        let (place, rest) = bytes.split_at_checked(8).ok_or_else(damaged)?;
        let content = match rest {
            [] => None,
            hash => Some(Hash::from_bytes(hash.try_into().map_err(|_| damaged())?)),
        };
        Ok(Self { at: columns::location(place)?, content })
    }

    fn encode(&self) -> Vec<u8> {
        let content = self.content.as_ref().map(|hash| &hash.as_bytes()[..]);
        [&columns::place(&self.at)[..], content.unwrap_or_default()].concat()
    }
}

/// First bytes of a DID in a row of [`Column::Written`]. Now and then two DIDs of a block share
/// them, and what their transactions did tells them apart.
const FIRST_BYTES: usize = 2;

/// The first bytes of a DID.
fn first_bytes(did: &DidId) -> [u8; FIRST_BYTES] {
    did.hash().as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Where the entries of logs stand that a block has made, by DID and number.
pub(super) fn entry_places(block: &FinalBlock) -> BTreeMap<(DidId, u32), Location> {
    let places: BTreeMap<_, _> =
        change::placed(block).map(|(id, at, ..)| (*id.hash(), at)).collect();
    let entries = block.outcome.changes.log.iter();
    let place = |(did, number, entry): &(DidId, u32, LogEntry)| {
        Some(((*did, *number), *places.get(&entry.transaction)?))
    };
    entries.filter_map(place).collect()
}

/// Writes where a block has written its DIDs.
pub(super) fn put_written(
    batch: &mut Batch<'_>,
    height: Height,
    places: &BTreeMap<(DidId, u32), Location>,
) -> Result<(), ReadError> {
    // Of several entries of one DID, the last stays.
    let last: BTreeMap<_, _> = places.iter().map(|((did, _), at)| (did, at)).collect();
    let written = last.into_iter().map(|(did, at)| (first_bytes(did), columns::short(at)));
    let written: BTreeSet<_> = written.collect();
    let bytes: Vec<u8> = written.into_iter().flat_map(|(did, at)| [did, at].concat()).collect();
    if bytes.is_empty() {
        return Ok(());
    }
    batch.put(Column::Written, height.get().to_be_bytes(), bytes)
}

/// Where a block has written a DID last.
pub(super) fn last_place(
    database: &Database,
    height: Height,
    did: &DidId,
) -> Result<Location, ReadError> {
    let row = database.bytes(Column::Written, height.get().to_be_bytes())?.unwrap_or_default();
    let (pairs, _) = row.as_chunks::<{ FIRST_BYTES + 2 }>();
    let same = pairs.iter().filter_map(|pair| pair.strip_prefix(&first_bytes(did)[..]));
    let places: Vec<_> =
        same.map(|place| columns::long(height, place)).collect::<Result<_, _>>()?;
    if let [only] = places[..] {
        return Ok(only);
    }
    for at in places.iter().rev() {
        if bodies::wrote(database, at, did)? {
            return Ok(*at);
        }
    }
    Err(ReadError::Damaged(format!("block {height} does not know where it has written {did}")))
}

/// Writes versions that are no longer the current ones, and their entries.
pub(super) fn put_past(
    database: &Database,
    batch: &mut Batch<'_>,
    past: &[PastVersion],
    places: &BTreeMap<(DidId, u32), Location>,
) -> Result<(), ReadError> {
    for (did, number, record) in past {
        let at = match places.get(&(*did, *number)) {
            Some(at) => *at,
            None => last_place(database, record.log.height, did)?,
        };
        let key = columns::version(did, *number);
        batch.put(Column::Log, &key, LogRow { at, content: None }.encode())?;
        batch.put(Column::Versions, &key, record.version())?;
    }
    Ok(())
}

/// Where the entries of a log stand, in their order.
pub(super) fn locations(
    database: &Database,
    did: &DidId,
    record: &DidRecord,
) -> Result<impl Iterator<Item = Result<Location, ReadError>>, ReadError> {
    let rows = database.rows(Column::Log, did.hash().as_bytes())?;
    let newest = last_place(database, record.log.height, did);
    Ok(rows.map(|row| Ok(LogRow::decode(&row?.1)?.at)).chain([newest]))
}

/// The row of an entry, or what would be in it.
fn row(
    database: &Database,
    did: &DidId,
    number: u32,
    record: &DidRecord,
) -> Result<Option<LogRow>, ReadError> {
    if record.last_entry() == Some(number) {
        let at = last_place(database, record.log.height, did)?;
        return Ok(Some(LogRow { at, content: None }));
    }
    let row = database.bytes(Column::Log, columns::version(did, number))?;
    row.map(|row| LogRow::decode(&row)).transpose()
}

/// Entry `number` of the log of a DID, whose current record is `record`.
pub(super) fn entry(
    database: &Database,
    did: &DidId,
    number: u32,
    record: &DidRecord,
) -> Result<LogEntry, ReadError> {
    let missing = |what: &str| ReadError::Damaged(format!("entry {number} of {did}: no {what}"));
    let row = row(database, did, number, record)?.ok_or_else(|| missing("row"))?;
    let header: Option<Header> = database.value(Column::Headers, columns::header(row.at.height))?;
    let content = match row.content {
        Some(hash) => Some(hash),
        None => version(database, did, number, record)?.map(|bytes| version_hash(&bytes)),
    };
    Ok(LogEntry {
        transaction: *bodies::id(database, &row.at)?.hash(),
        height: row.at.height,
        time: header.ok_or_else(|| missing("block"))?.time,
        content: content.ok_or_else(|| missing("version"))?,
    })
}

/// The version that entry `number` made, unless it was erased.
pub(super) fn version(
    database: &Database,
    did: &DidId,
    number: u32,
    record: &DidRecord,
) -> Result<Option<Vec<u8>>, ReadError> {
    if record.last_entry() == Some(number) {
        return Ok(Some(record.version()));
    }
    database.bytes(Column::Versions, columns::version(did, number))
}

/// Drops the past versions of a DID, and keeps their hashes in its log.
pub(super) fn erase(
    database: &Database,
    batch: &mut Batch<'_>,
    did: &DidId,
) -> Result<(), ReadError> {
    let rows = database.rows(Column::Versions, did.hash().as_bytes())?;
    rows.into_iter().try_for_each(|row| erase_version(database, batch, row?))
}

fn erase_version(
    database: &Database,
    batch: &mut Batch<'_>,
    (key, version): Row,
) -> Result<(), ReadError> {
    let missing = || ReadError::Damaged("a version without an entry".to_owned());
    let row = database.bytes(Column::Log, &key)?.ok_or_else(missing)?;
    let content = Some(version_hash(&version));
    batch.put(Column::Log, &key, LogRow { content, ..LogRow::decode(&row)? }.encode())?;
    batch.delete(Column::Versions, &key)
}
