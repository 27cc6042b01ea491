//! Proofs from a DID's log.

use super::{BuildError, Builder, bounded};
use crate::ReadError;
use crate::bundle::{
    At, Chosen, Claim, HistoryProof, Operations, PastProof, TransactionProof, Version,
};
use crate::did::DidId;
use crate::limits::{BUNDLE_LOG_ENTRIES_MAX, STATE_VALUE_BYTES_MAX};
use crate::log::{LogEntry, LogHead};
use crate::state::StateKey;
use crate::store::Store;
use crate::transaction::TransactionId;
use hefu_primitives::codec;

/// Entries that are read at once.
const READ_AT_ONCE: usize = 1_024;

impl<S: Store> Builder<'_, S> {
    /// All that happened to `did`; or that there is no such DID.
    pub(super) fn history(&self, did: &DidId, operations: Operations) -> Result<Claim, BuildError> {
        let Some(record) = self.record(StateKey::Did(*did))? else {
            return self.absence(StateKey::Did(*did));
        };
        let entries = self.log(did)?;
        let past = (0..).zip(entries.iter().skip(1));
        let versions = past.map(|(number, _)| self.version(did, number));
        let versions = bounded(versions.collect::<Result<_, _>>()?)?;
        let transactions = match operations {
            Operations::Named => None,
            Operations::Proved => {
                let all = entries.iter().map(|entry| self.transaction_of(entry, did));
                Some(bounded(all.collect::<Result<_, _>>()?)?)
            }
        };
        let entries = bounded(entries)?;
        Ok(Claim::History(HistoryProof { record, entries, versions, transactions }))
    }

    /// What `did` was; or that there is no such DID.
    pub(super) fn past(
        &self,
        did: &DidId,
        at: At,
        operations: Operations,
    ) -> Result<Claim, BuildError> {
        self.check_past(at)?;
        let Some(record) = self.record(StateKey::Did(*did))? else {
            return self.absence(StateKey::Did(*did));
        };
        let entries = self.log(did)?;
        let number = entries.partition_point(|entry| is_by(entry, at)).checked_sub(1);
        let chosen = match number {
            None => Chosen::NotYet,
            Some(number) => self.chosen(did, &entries, number, operations)?,
        };
        let entries = entries.into_iter().skip(number.unwrap_or_default());
        let entries = bounded(entries.collect())?;
        Ok(Claim::Past(PastProof { record, chosen, entries }))
    }

    fn check_past(&self, at: At) -> Result<(), BuildError> {
        let is_past = match at {
            At::Height(height) => height <= self.head.height,
            At::Time(time) => time <= self.head.time,
        };
        if is_past { Ok(()) } else { Err(BuildError::Future { newest: self.head.height }) }
    }

    /// Entry `number` as the one that was the last then.
    fn chosen(
        &self,
        did: &DidId,
        entries: &[LogEntry],
        number: usize,
        operations: Operations,
    ) -> Result<Chosen, BuildError> {
        let (earlier, rest) = entries.split_at_checked(number).unwrap_or_default();
        let version = match rest {
            // The record is the last version.
            [_] => None,
            _ => self.version(did, u32::try_from(number).unwrap_or(u32::MAX))?.map(Box::new),
        };
        let transaction = match (operations, rest.first()) {
            (Operations::Proved, Some(entry)) => Some(self.transaction_of(entry, did)?),
            _ => None,
        };
        let before = LogHead::of(earlier).hash;
        Ok(Chosen::First { before, version, transaction: transaction.map(Box::new) })
    }

    /// Every entry of a DID's log.
    fn log(&self, did: &DidId) -> Result<Vec<LogEntry>, BuildError> {
        let mut entries = Vec::new();
        loop {
            let from = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            let more = self.store.log(did, from, READ_AT_ONCE)?;
            if more.is_empty() {
                return Ok(entries);
            }
            entries.extend(more);
            if entries.len() > BUNDLE_LOG_ENTRIES_MAX {
                return Err(BuildError::TooLarge);
            }
        }
    }

    fn version(&self, did: &DidId, number: u32) -> Result<Option<Version>, ReadError> {
        let Some(bytes) = self.store.version(did, number)? else { return Ok(None) };
        let damaged = |error| ReadError::Damaged(format!("version {number} of {did}: {error}"));
        codec::decode(&bytes, STATE_VALUE_BYTES_MAX).map(Some).map_err(damaged)
    }

    fn transaction_of(
        &self,
        entry: &LogEntry,
        did: &DidId,
    ) -> Result<TransactionProof, BuildError> {
        self.transaction(&TransactionId::new(entry.transaction), Some(*did))
    }
}

/// Whether the entry was there at that time.
fn is_by(entry: &LogEntry, at: At) -> bool {
    match at {
        At::Height(height) => entry.height <= height,
        At::Time(time) => entry.time <= time,
    }
}
