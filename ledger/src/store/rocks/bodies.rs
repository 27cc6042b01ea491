//! Transactions in rows: the envelope and the signatures, what can be erased, what was done.
//!
//! Each payload has a row of its own, each entry of a batch too. To erase one is to write one row.

use super::columns::{self, Column};
use super::database::{Batch, Database, Row, decode};
use crate::ReadError;
use crate::block::BlockBody;
use crate::did::DidId;
use crate::effects::Effects;
use crate::enrolment::Enrolment;
use crate::limits::{BATCH_ENTRIES_MAX, SIGNERS_MAX};
use crate::operation::{OperationKind, Payload};
use crate::store::{Location, change};
use crate::transaction::{BatchEntry, Body, Envelope, Salt, Sealed, Transaction, TransactionId};
use hefu_primitives::{BoundedVec, GenesisHash, Hash, Height, Signature, codec};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is never erased of a transaction.
type Kept = (Envelope, BoundedVec<Signature, SIGNERS_MAX>);

/// An entry of a batch. While the enrolment is here, its DID follows from it.
#[derive(Deserialize)]
enum Entry {
    Open(Salt, Box<Enrolment>),
    Erased(DidId, Hash),
}

/// An entry of a batch, to be written.
#[derive(Serialize)]
#[serde(rename = "Entry")]
enum EntryRef<'a> {
    Open(&'a Salt, &'a Enrolment),
    Erased(&'a DidId, &'a Hash),
}

impl<'a> From<&'a BatchEntry> for EntryRef<'a> {
    fn from(entry: &'a BatchEntry) -> Self {
        match &entry.enrolment {
            Sealed::Open { salt, value } => Self::Open(salt, value),
            Sealed::Erased(hash) => Self::Erased(&entry.did, hash),
        }
    }
}

impl Entry {
    fn into_batch(self, genesis: &GenesisHash) -> BatchEntry {
        match self {
            Self::Open(salt, value) => BatchEntry {
                did: value.request.operation.did(genesis),
                enrolment: Sealed::Open { salt, value: *value },
            },
            Self::Erased(did, hash) => BatchEntry { did, enrolment: Sealed::Erased(hash) },
        }
    }
}

/// Writes a transaction and what it did.
pub(super) fn put(
    batch: &mut Batch<'_>,
    at: &Location,
    transaction: &Transaction,
    effects: &Effects,
) -> Result<(), ReadError> {
    let place = columns::place(at);
    let kept = codec::encode(&(&transaction.envelope, &transaction.signatures));
    batch.put(Column::Envelopes, place, kept)?;
    batch.put(Column::Effects, place, codec::encode(effects))?;
    payloads(at, &transaction.body)
        .into_iter()
        .try_for_each(|(key, value)| batch.put(Column::Payloads, key, value))
}

/// The rows of a body.
fn payloads(at: &Location, body: &Body) -> Vec<(Vec<u8>, Vec<u8>)> {
    match body {
        Body::Single(sealed) => vec![(columns::place(at).to_vec(), codec::encode(sealed))],
        Body::Batch(entries) => {
            let row = |(number, entry)| {
                (columns::entry(at, number), codec::encode(&EntryRef::from(entry)))
            };
            entries.iter().enumerate().map(row).collect()
        }
    }
}

/// Writes a transaction without what it carries of a DID, and tells how many payloads that drops.
pub(super) fn erase(
    database: &Database,
    batch: &mut Batch<'_>,
    at: &Location,
    did: &DidId,
) -> Result<u64, ReadError> {
    let missing = || ReadError::Damaged(format!("no transaction at {at:?}"));
    let before = transaction(database, at)?.ok_or_else(missing)?;
    let Some((after, dropped)) = change::erased(&before, did) else { return Ok(0) };
    let rows = payloads(at, &before.body).into_iter().zip(payloads(at, &after.body));
    let changed = rows.filter(|(before, after)| before != after);
    changed
        .into_iter()
        .try_for_each(|(_, (key, value))| batch.put(Column::Payloads, key, value))?;
    Ok(dropped)
}

/// The transaction at a place.
pub(super) fn transaction(
    database: &Database,
    at: &Location,
) -> Result<Option<Transaction>, ReadError> {
    let kept: Option<Kept> = database.value(Column::Envelopes, columns::place(at))?;
    kept.map(|kept| with_body(database, at, kept)).transpose()
}

/// The identifier of the transaction at a place.
pub(super) fn id(database: &Database, at: &Location) -> Result<TransactionId, ReadError> {
    let missing = || ReadError::Damaged(format!("no transaction at {at:?}"));
    envelope(database, at)?.map(|envelope| envelope.id()).ok_or_else(missing)
}

/// The envelope of the transaction at a place.
pub(super) fn envelope(database: &Database, at: &Location) -> Result<Option<Envelope>, ReadError> {
    let kept: Option<Kept> = database.value(Column::Envelopes, columns::place(at))?;
    Ok(kept.map(|(envelope, _)| envelope))
}

/// The envelopes of a block.
pub(super) fn envelopes(database: &Database, height: Height) -> Result<Vec<Envelope>, ReadError> {
    let rows = database.rows(Column::Envelopes, &columns::block(height))?;
    let envelope = |row: Result<Row, ReadError>| {
        let (envelope, _): Kept = decode(Column::Envelopes, &row?.1)?;
        Ok(envelope)
    };
    rows.map(envelope).collect()
}

fn with_body(
    database: &Database,
    at: &Location,
    (envelope, signatures): Kept,
) -> Result<Transaction, ReadError> {
    let body = match envelope.kind {
        OperationKind::DidCreateBatch => Body::Batch(entries(database, at, &envelope.genesis)?),
        _ => Body::Single(Box::new(single(database, at)?)),
    };
    if body.hash() != envelope.payload_hash {
        return Err(ReadError::Damaged(format!("the payload at {at:?} is another one")));
    }
    Ok(Transaction { envelope, signatures, body })
}

fn single(database: &Database, at: &Location) -> Result<Sealed<Payload>, ReadError> {
    let missing = || ReadError::Damaged(format!("no payload at {at:?}"));
    database.value(Column::Payloads, columns::place(at))?.ok_or_else(missing)
}

fn entries(
    database: &Database,
    at: &Location,
    genesis: &GenesisHash,
) -> Result<BoundedVec<BatchEntry, BATCH_ENTRIES_MAX>, ReadError> {
    let rows = database.rows(Column::Payloads, &columns::place(at))?;
    let entry = |row: Result<Row, ReadError>| {
        let entry: Entry = decode(Column::Payloads, &row?.1)?;
        Ok(entry.into_batch(genesis))
    };
    let entries: Vec<BatchEntry> = rows.map(entry).collect::<Result<_, ReadError>>()?;
    BoundedVec::new(entries).map_err(|error| ReadError::Damaged(format!("at {at:?}: {error}")))
}

/// The transactions of a block.
pub(super) fn body(database: &Database, height: Height) -> Result<BlockBody, ReadError> {
    let rows = database.rows(Column::Envelopes, &columns::block(height))?;
    let transaction = |row: Result<Row, ReadError>| {
        let (key, value) = row?;
        let kept = decode(Column::Envelopes, &value)?;
        Ok(Arc::new(with_body(database, &columns::location(&key)?, kept)?))
    };
    let transactions: Vec<_> = rows.map(transaction).collect::<Result<_, ReadError>>()?;
    let damaged = |error| ReadError::Damaged(format!("block {height}: {error}"));
    Ok(BlockBody { transactions: BoundedVec::new(transactions).map_err(damaged)? })
}

/// Whether the transaction at a place has written a DID.
pub(super) fn wrote(database: &Database, at: &Location, did: &DidId) -> Result<bool, ReadError> {
    let effects: Option<Effects> = database.value(Column::Effects, columns::place(at))?;
    Ok(effects.is_some_and(|effects| change::written(&effects).any(|written| written == *did)))
}

/// What each transaction of a block did.
pub(super) fn effects(database: &Database, height: Height) -> Result<Vec<Effects>, ReadError> {
    let rows = database.rows(Column::Effects, &columns::block(height))?;
    rows.map(|row| decode(Column::Effects, &row?.1)).collect()
}
