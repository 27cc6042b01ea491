//! Computing all over again, from what is stored: every hash, every index, every root.
//!
//! RocksDB finds bytes that have changed since they were written. What it cannot find is a row that
//! was never written, or written wrongly. The scrub finds both. It reads everything once, and some
//! of it twice.

mod blocks;

use super::RocksStore;
use super::columns::Column;
use super::database::decode;
use crate::ReadError;
use crate::did::DidId;
use crate::key::KeyHash;
use crate::state::{self, StateValue};
use crate::tree::{self, TreeKey, value_hash};

/// What a scrub has gone through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Blocks, the genesis block included.
    pub blocks: u64,
    /// Transactions.
    pub transactions: u64,
    /// Records.
    pub records: u64,
    /// Signature keys, present and former.
    pub keys: u64,
    /// DIDs.
    pub dids: u64,
    /// Entries of their operation logs, as their records say.
    pub entries: u64,
    /// Logs that were gone through.
    pub logs: u64,
}

impl RocksStore {
    /// Reads all that is stored, computes what follows from it, and compares. Any error says what
    /// is damaged.
    pub fn scrub(&self) -> Result<Scrubbed, ReadError> {
        let mut scrubbed = Scrubbed::default();
        self.scrub_state(&mut scrubbed)?;
        self.scrub_keys(&scrubbed)?;
        self.scrub_blocks(&mut scrubbed)?;
        self.scrub_logs(&scrubbed)?;
        Ok(scrubbed)
    }

    /// Every record leads through the pages to the root of the last header. There is no other.
    fn scrub_state(&self, scrubbed: &mut Scrubbed) -> Result<(), ReadError> {
        let root = self.head.header.state_root;
        check(self.tree.recomputed_root()? == root, || {
            format!("the records have not root {root}")
        })?;
        for row in self.database.rows(Column::State, &[])? {
            let (key, bytes) = row?;
            self.scrub_leaf(&key, &bytes)?;
            scrubbed.records = scrubbed.records.saturating_add(1);
            if let StateValue::Did(record) = StateValue::from_bytes(&bytes)? {
                let keys =
                    u64::try_from(record.content.signature_keys().count()).unwrap_or(u64::MAX);
                scrubbed.dids = scrubbed.dids.saturating_add(1);
                scrubbed.keys = scrubbed.keys.saturating_add(keys);
                scrubbed.entries = scrubbed.entries.saturating_add(record.log.length.into());
            }
        }
        Ok(())
    }

    fn scrub_leaf(&self, key: &[u8], bytes: &[u8]) -> Result<(), ReadError> {
        let damaged = || ReadError::Damaged(format!("a record's key of {} bytes", key.len()));
        let key = TreeKey::from_bytes(key.try_into().map_err(|_| damaged())?);
        let proof = tree::prove(&self.tree, &key)?;
        let value = proof.value_of(&self.head.header.state_root, &key);
        let is_here = value == Ok(Some(value_hash(bytes)));
        check(is_here, || format!("the pages do not lead to record {key}"))
    }

    /// Every key leads to a DID whose record has it. There are as many as in all records, and no
    /// record has a key of another, so none is missing.
    fn scrub_keys(&self, scrubbed: &Scrubbed) -> Result<(), ReadError> {
        let mut count: u64 = 0;
        for row in self.database.rows(Column::Keys, &[])? {
            let (key, did) = row?;
            let key: KeyHash = decode(Column::Keys, &key)?;
            let did: DidId = decode(Column::Keys, &did)?;
            let record = state::did(self, &did)?;
            let has = record
                .is_some_and(|record| record.content.signature_keys().any(|other| other == key));
            check(has, || format!("{did} does not have key {}", key.hash()))?;
            count = count.saturating_add(1);
        }
        let expected = scrubbed.keys;
        check(count == expected, || format!("{count} keys in the index, {expected} in the records"))
    }

    /// Nothing is in a log that no record counts, and the logs of all DIDs were gone through.
    fn scrub_logs(&self, scrubbed: &Scrubbed) -> Result<(), ReadError> {
        let (got, expected) = (scrubbed.logs, scrubbed.dids);
        check(got == expected, || format!("{got} logs of {expected} DIDs"))?;
        // The newest entries have no rows.
        let expected = scrubbed.entries.saturating_sub(scrubbed.dids);
        let mut got: u64 = 0;
        for row in self.database.rows(Column::Log, &[])? {
            row?;
            got = got.saturating_add(1);
        }
        check(got == expected, || format!("{got} past log entries, {expected} in the records"))
    }
}

/// Refuses what does not hold.
fn check(holds: bool, what: impl FnOnce() -> String) -> Result<(), ReadError> {
    if holds { Ok(()) } else { Err(ReadError::Damaged(what())) }
}
