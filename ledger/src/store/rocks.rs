//! The durable store, on RocksDB.
//!
//! A block is one batch of rows over all column families ([`Column`]), synced before it is
//! acknowledged. So after a crash the store holds a block whole or not at all. If a write fails,
//! nobody knows what is on the disk; the store then refuses every further write and says why, until
//! it is opened anew and has checked itself.

mod bodies;
mod checks;
mod columns;
mod database;
mod familiar;
mod logs;
mod open;
mod options;
mod scrub;
pub mod tree;

pub use columns::Column;
pub use open::OpenError;
pub use options::{Floor, StoreOptions};
pub use scrub::Scrubbed;

use super::{Index, Location, Store, WriteError, change};
use crate::ReadError;
use crate::block::{BlockBody, FinalBlock, Parent};
use crate::did::DidId;
use crate::effects::Effects;
use crate::key::KeyHash;
use crate::log::LogEntry;
use crate::merkle::{Node, NodeReader};
use crate::state::{self, StateEntry, StateKey, StateReader, StateValue};
use crate::transaction::{Envelope, TransactionId};
use crate::tree::{Leaf, Page, Path, TreeKey, TreeReader};
use database::{Batch, Database};
use familiar::Familiar;
use hefu_primitives::{Certificate, Hash, Header, Height, Timestamp, codec};
use std::collections::BTreeMap;
use std::sync::Arc;
use tree::RocksTree;

/// A chain in a directory.
pub struct RocksStore {
    database: Database,
    tree: RocksTree,
    head: Parent,
    familiar: Familiar,
    /// Why nothing may be written any more.
    failed: Option<String>,
}

impl RocksStore {
    /// Bytes of files that each column family takes, without what is about to be dropped. What was
    /// written last may still be in memory.
    pub fn live_bytes(&self) -> Result<BTreeMap<Column, u64>, ReadError> {
        let bytes = |column| {
            let family = self.database.column(column)?;
            let live = self
                .database
                .db
                .property_int_value_cf(family, rocksdb::properties::ESTIMATE_LIVE_DATA_SIZE);
            Ok((column, live.map_err(database::unreadable)?.unwrap_or_default()))
        };
        Column::ALL.into_iter().map(bytes).collect()
    }

    /// Writes every file anew. What was erased is gone from the disk afterwards.
    pub fn compact(&mut self) -> Result<(), WriteError> {
        self.check_writable()?;
        for column in Column::ALL {
            let family = self.database.column(column)?;
            let flushed = self.database.db.flush_cf(family);
            flushed.map_err(|error| WriteError::Failed(error.to_string()))?;
            self.database.db.compact_range_cf(family, None::<&[u8]>, None::<&[u8]>);
        }
        Ok(())
    }

    /// Where the entries of a log stand, after `after`, at most `count`.
    fn search_log(
        &self,
        did: &DidId,
        after: Option<Location>,
        count: usize,
    ) -> Result<Vec<Location>, ReadError> {
        let Some(record) = state::did(self, did)? else { return Ok(Vec::new()) };
        let later = |at: &Result<Location, _>| at.as_ref().map_or(true, |at| after < Some(*at));
        logs::locations(&self.database, did, &record)?.filter(later).take(count).collect()
    }

    fn check_writable(&self) -> Result<(), WriteError> {
        self.failed.clone().map_or(Ok(()), |why| Err(WriteError::Failed(why)))
    }

    /// Writes a batch that leaves the state as it is.
    fn write(&mut self, rows: rocksdb::WriteBatch) -> Result<(), WriteError> {
        let written = self.database.db.write_opt(rows, &options::durable());
        written.map_err(|error| self.poison(error.to_string()))
    }

    /// Refuses every further write.
    fn poison(&mut self, why: String) -> WriteError {
        self.failed = Some(format!("an earlier write failed: {why}"));
        WriteError::Failed(why)
    }
}

/// The rows of a block, the state tree's pages apart.
fn put_block(
    database: &Database,
    batch: &mut Batch<'_>,
    block: &FinalBlock,
    past: &[change::PastVersion],
) -> Result<(), ReadError> {
    let (height, places) = (block.header.height, logs::entry_places(block));
    let finalization = codec::encode(&block.finalization);
    batch.put(Column::Headers, columns::finalization(height), finalization)?;
    put_transactions(batch, block)?;
    logs::put_written(batch, height, &places)?;
    logs::put_past(database, batch, past, &places)?;
    put_keys(batch, &block.outcome.changes.keys)?;
    put_state(batch, &block.outcome.entries)
}

fn put_header(batch: &mut Batch<'_>, header: &Header, nodes: &[Node]) -> Result<(), ReadError> {
    batch.put(Column::Headers, columns::header(header.height), codec::encode(header))?;
    nodes.iter().try_for_each(|node| {
        let key = columns::node(node.level, node.index);
        batch.put(Column::History, key, node.hash.as_bytes())
    })
}

fn put_transactions(batch: &mut Batch<'_>, block: &FinalBlock) -> Result<(), ReadError> {
    for (id, at, transaction, effects) in change::placed(block) {
        bodies::put(batch, &at, transaction, effects)?;
        batch.put(Column::Transactions, id.hash().as_bytes(), columns::place(&at))?;
        for index in change::indexes(transaction) {
            put_index(batch, index_prefix(&index), &at)?;
        }
        for did in change::skipped(transaction, effects) {
            put_index(batch, Some(columns::by_skipped(&did)), &at)?;
        }
    }
    Ok(())
}

/// What the rows of an index begin with. The log of a DID is its index.
fn index_prefix(index: &Index) -> Option<Vec<u8>> {
    match index {
        Index::Did(_) => None,
        Index::Organisation(organisation) => Some(columns::by_organisation(*organisation)),
        Index::Kind(kind) => Some(columns::by_kind(*kind)),
    }
}

fn put_index(
    batch: &mut Batch<'_>,
    prefix: Option<Vec<u8>>,
    at: &Location,
) -> Result<(), ReadError> {
    let key = prefix.map(|prefix| [&prefix[..], &columns::place(at)].concat());
    key.map_or(Ok(()), |key| batch.put(Column::Indexes, key, []))
}

fn put_keys(batch: &mut Batch<'_>, keys: &BTreeMap<KeyHash, DidId>) -> Result<(), ReadError> {
    keys.iter().try_for_each(|(key, did)| {
        batch.put(Column::Keys, key.hash().as_bytes(), did.hash().as_bytes())
    })
}

fn put_state(
    batch: &mut Batch<'_>,
    entries: &BTreeMap<StateKey, Option<StateEntry>>,
) -> Result<(), ReadError> {
    entries.iter().try_for_each(|(key, entry)| {
        let key = key.tree_key();
        match entry {
            Some(entry) => batch.put(Column::State, key.as_bytes(), &entry.bytes),
            None => batch.delete(Column::State, key.as_bytes()),
        }
    })
}

/// The place at the end of an index row's key.
fn place_of(key: &[u8]) -> Result<Location, ReadError> {
    let damaged = || ReadError::Damaged("an index row without a place".to_owned());
    columns::location(key.last_chunk::<8>().ok_or_else(damaged)?)
}

impl Store for RocksStore {
    fn head(&self) -> &Parent {
        &self.head
    }

    fn commit(&mut self, block: &FinalBlock) -> Result<(), WriteError> {
        self.check_writable()?;
        change::check(&self.head, block)?;
        let past = change::superseded(self, block)?;
        let (head, nodes) = change::head(self.head.history.clone(), block.header.clone());
        let database = self.database.clone();
        let mut batch = Batch::new(&database);
        put_header(&mut batch, &block.header, &nodes)?;
        put_block(&database, &mut batch, block, &past)?;
        let (change, height) = (&block.outcome.tree, block.header.height);
        let written = self.tree.commit(change, height, batch.rows, &options::durable());
        written.map_err(|error| self.poison(error.to_string()))?;
        self.familiar.forget(block.outcome.entries.keys());
        self.head = head;
        Ok(())
    }

    fn settle(&mut self) -> Result<(), WriteError> {
        self.check_writable()?;
        let settled = self.tree.flush(&options::durable());
        settled.map_err(|error| self.poison(error.to_string()))
    }

    fn header(&self, height: Height) -> Result<Option<Header>, ReadError> {
        self.database.value(Column::Headers, columns::header(height))
    }

    fn finalization(&self, height: Height) -> Result<Option<Certificate>, ReadError> {
        self.database.value(Column::Headers, columns::finalization(height))
    }

    fn body(&self, height: Height) -> Result<Option<BlockBody>, ReadError> {
        let known = height <= self.head.header.height;
        known.then(|| bodies::body(&self.database, height)).transpose()
    }

    fn envelopes(&self, height: Height) -> Result<Vec<Envelope>, ReadError> {
        bodies::envelopes(&self.database, height)
    }

    fn envelope(&self, at: &Location) -> Result<Option<Envelope>, ReadError> {
        bodies::envelope(&self.database, at)
    }

    fn effects(&self, height: Height) -> Result<Vec<Effects>, ReadError> {
        bodies::effects(&self.database, height)
    }

    fn locate(&self, id: &TransactionId) -> Result<Option<Location>, ReadError> {
        let place = self.database.bytes(Column::Transactions, id.hash().as_bytes())?;
        place.map(|place| columns::location(&place)).transpose()
    }

    fn log(&self, did: &DidId, from: u32, count: usize) -> Result<Vec<LogEntry>, ReadError> {
        let Some(record) = state::did(self, did)? else { return Ok(Vec::new()) };
        let numbers = (from..record.log.length).take(count);
        numbers.map(|number| logs::entry(&self.database, did, number, &record)).collect()
    }

    fn version(&self, did: &DidId, number: u32) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(record) = state::did(self, did)? else { return Ok(None) };
        logs::version(&self.database, did, number, &record)
    }

    fn search(
        &self,
        index: Index,
        after: Option<Location>,
        count: usize,
    ) -> Result<Vec<Location>, ReadError> {
        if let Index::Did(did) = index {
            return self.search_log(&did, after, count);
        }
        let prefix = index_prefix(&index).unwrap_or_default();
        let after = after.map(|at| [&prefix[..], &columns::place(&at)].concat());
        let rows = self.database.rows_after(Column::Indexes, &prefix, after.as_deref())?;
        rows.take(count).map(|row| place_of(&row?.0)).collect()
    }

    fn height_at(&self, time: Timestamp) -> Result<Option<Height>, ReadError> {
        super::last_at(self, time)
    }

    fn erase(&mut self, did: &DidId) -> Result<u64, WriteError> {
        self.check_writable()?;
        let database = self.database.clone();
        let mut batch = Batch::new(&database);
        let skipped = database.rows(Column::Indexes, &columns::by_skipped(did))?;
        let skipped = skipped.map(|row| place_of(&row?.0)).collect::<Result<Vec<_>, _>>()?;
        let record = change::erasable(self, did, &skipped)?;
        let logged = record.as_deref().map(|record| logs::locations(&database, did, record));
        let mut dropped: u64 = 0;
        for at in logged.transpose()?.into_iter().flatten().chain(skipped.into_iter().map(Ok)) {
            dropped = dropped.saturating_add(bodies::erase(&database, &mut batch, &at?, did)?);
        }
        logs::erase(&database, &mut batch, did)?;
        self.write(batch.rows)?;
        Ok(dropped)
    }
}

impl StateReader for RocksStore {
    fn record(&self, key: &StateKey) -> Result<Option<Arc<StateValue>>, ReadError> {
        self.familiar.or_read(key, || {
            let key = key.tree_key();
            if self.tree.lacks(&key) {
                return Ok(None);
            }
            let bytes = self.database.bytes(Column::State, key.as_bytes())?;
            bytes.map(|bytes| Ok(Arc::new(StateValue::from_bytes(&bytes)?))).transpose()
        })
    }

    fn key_holder(&self, key: &KeyHash) -> Result<Option<DidId>, ReadError> {
        self.database.value(Column::Keys, key.hash().as_bytes())
    }

    fn key_holders(&self, keys: &[KeyHash]) -> Result<Vec<Option<DidId>>, ReadError> {
        self.database.values(Column::Keys, keys.iter().map(|key| key.hash().as_bytes()))
    }
}

impl TreeReader for RocksStore {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        self.tree.page(path)
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        self.tree.leaves(path)
    }

    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError> {
        self.tree.value(key)
    }
}

impl NodeReader for RocksStore {
    fn node(&self, level: u8, index: u64) -> Result<Option<Hash>, ReadError> {
        self.database.value(Column::History, columns::node(level, index))
    }
}
