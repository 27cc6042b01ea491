//! Operation logs and past versions.
//!
//! A log row holds a place alone. The rest of an entry follows from the transaction there, from its
//! block's time and from the version that the entry made.

use super::bodies;
use super::columns::{self, Column};
use super::database::{Batch, Database, Row};
use crate::ReadError;
use crate::did::DidId;
use crate::log::LogEntry;
use crate::record::{DidRecord, version_hash};
use crate::store::Location;
use crate::store::change::PastVersion;
use hefu_primitives::{Hash, Header};

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

/// Writes a new entry.
pub(super) fn put(
    batch: &mut Batch<'_>,
    did: &DidId,
    number: u32,
    at: &Location,
) -> Result<(), ReadError> {
    let row = LogRow { at: *at, content: None };
    batch.put(Column::Log, columns::version(did, number), row.encode())
}

/// Writes versions that are no longer the current ones.
pub(super) fn put_versions(batch: &mut Batch<'_>, past: &[PastVersion]) -> Result<(), ReadError> {
    past.iter().try_for_each(|(did, number, bytes)| {
        batch.put(Column::Versions, columns::version(did, *number), bytes)
    })
}

/// Where the entries of a log stand, in their order.
pub(super) fn locations(
    database: &Database,
    did: &DidId,
) -> Result<impl Iterator<Item = Result<Location, ReadError>>, ReadError> {
    let rows = database.rows(Column::Log, did.hash().as_bytes())?;
    Ok(rows.map(|row| Ok(LogRow::decode(&row?.1)?.at)))
}

/// Entry `number` of the log of a DID, whose current record is `record`.
pub(super) fn entry(
    database: &Database,
    did: &DidId,
    number: u32,
    record: &DidRecord,
) -> Result<LogEntry, ReadError> {
    let missing = |what: &str| ReadError::Damaged(format!("entry {number} of {did}: no {what}"));
    let row = database.bytes(Column::Log, columns::version(did, number))?;
    let row = LogRow::decode(&row.ok_or_else(|| missing("row"))?)?;
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
