//! One transaction's view of the state while it is executed: what it reads, what it has written.
//!
//! Nothing that a step has written is seen by anybody until the step has succeeded, so an
//! operation may refuse at any point and leave no trace.

use crate::ReadError;
use crate::did::DidId;
use crate::key::{KeyBytes, KeyHash};
use crate::log::LogEntry;
use crate::organisation::{Organisation, OrganisationId};
use crate::parameters::Parameters;
use crate::record::{Content, DidRecord};
use crate::rejection::{Refusal, Rejection};
use crate::rule::Rules;
use crate::state::{self, StateKey, StateReader, StateValue};
use crate::transaction::{Salt, TransactionId};
use hefu_primitives::{Height, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where in the chain a transaction is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The block's height.
    pub height: Height,
    /// The block's time.
    pub time: Timestamp,
}

/// What changes: records by name, holders of keys, entries of logs.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Records that were written, or removed.
    pub records: BTreeMap<StateKey, Option<Arc<StateValue>>>,
    /// Signature keys that were registered.
    pub keys: BTreeMap<KeyHash, DidId>,
    /// What each DID's log gained, in order.
    pub log: Vec<(DidId, u32, LogEntry)>,
    /// Records of DIDs that stood only between two transactions of the same block, in order.
    pub passed: Vec<(DidId, Arc<StateValue>)>,
}

/// One transaction under way.
pub(crate) struct Step<'a, R> {
    reader: &'a R,
    before: &'a Changes,
    /// What this transaction has written so far.
    pub(crate) changes: Changes,
    pub(crate) moment: Moment,
    transaction: TransactionId,
    /// Who had keys before, as far as that was [read ahead](Self::read_ahead).
    holders: BTreeMap<KeyHash, Option<DidId>>,
    /// For a batch, whether each entry was applied.
    pub(crate) outcome: Vec<bool>,
}

impl<'a, R: StateReader> Step<'a, R> {
    pub(crate) fn new(
        reader: &'a R,
        before: &'a Changes,
        moment: Moment,
        transaction: TransactionId,
    ) -> Self {
        let (changes, holders, outcome) = (Changes::default(), BTreeMap::new(), Vec::new());
        Self { reader, before, changes, moment, transaction, holders, outcome }
    }

    /// Reads at once who has these keys, which will all be asked for.
    pub(crate) fn read_ahead(&mut self, keys: &[KeyHash]) -> Result<(), ReadError> {
        let holders = self.reader.key_holders(keys)?;
        self.holders = keys.iter().copied().zip(holders).collect();
        Ok(())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.moment.time
    }

    /// The record of a DID that is there.
    pub(crate) fn did(&self, id: &DidId) -> Result<Box<DidRecord>, Refusal> {
        Ok(state::did(self, id)?.ok_or(Rejection::DidUnknown(*id))?)
    }

    /// The record of a DID that has not ended.
    pub(crate) fn living(&self, id: &DidId) -> Result<Box<DidRecord>, Refusal> {
        let record = self.did(id)?;
        match record.content.end {
            Some(_) => Err(Rejection::DidEnded(record.content.status(self.now())).into()),
            None => Ok(record),
        }
    }

    pub(crate) fn organisation(&self, id: OrganisationId) -> Result<Organisation, Refusal> {
        Ok(state::organisation(self, id)?.ok_or(Rejection::OrganisationUnknown(id))?)
    }

    pub(crate) fn parameters(&self) -> Result<Parameters, ReadError> {
        state::parameters(self)?.ok_or_else(|| ReadError::Damaged("no parameters".to_owned()))
    }

    pub(crate) fn rules(&self) -> Result<Rules, ReadError> {
        state::rules(self)?.ok_or_else(|| ReadError::Damaged("no authority rules".to_owned()))
    }

    pub(crate) fn put(&mut self, key: StateKey, value: StateValue) {
        self.changes.records.insert(key, Some(Arc::new(value)));
    }

    /// Gives a signature key to a DID for ever.
    pub(crate) fn claim(&mut self, key: &KeyBytes, did: DidId) -> Result<(), Refusal> {
        if self.key_holder(&key.hash())?.is_some() {
            return Err(Rejection::KeyTaken(*key).into());
        }
        self.give(key, did);
        Ok(())
    }

    /// Gives a signature key that nobody has to a DID for ever.
    pub(crate) fn give(&mut self, key: &KeyBytes, did: DidId) {
        self.changes.keys.insert(key.hash(), did);
    }

    /// Writes the next version of a DID and extends its log.
    pub(crate) fn write_version(
        &mut self,
        id: DidId,
        log: crate::log::LogHead,
        content: Content,
        salt: &Salt,
    ) {
        let blind = salt.blind(&id);
        let entry = LogEntry {
            transaction: *self.transaction.hash(),
            height: self.moment.height,
            time: self.moment.time,
            content: content.hash(&blind),
        };
        self.changes.log.push((id, log.length, entry));
        let record = DidRecord { blind, content, log: log.then(&entry) };
        self.put(StateKey::Did(id), StateValue::Did(Box::new(record)));
    }
}

impl<R: StateReader> StateReader for Step<'_, R> {
    fn record(&self, key: &StateKey) -> Result<Option<Arc<StateValue>>, ReadError> {
        let written = self.changes.records.get(key).or_else(|| self.before.records.get(key));
        match written {
            Some(value) => Ok(value.clone()),
            None => self.reader.record(key),
        }
    }

    fn key_holder(&self, key: &KeyHash) -> Result<Option<DidId>, ReadError> {
        let claimed = self.changes.keys.get(key).or_else(|| self.before.keys.get(key));
        match claimed {
            Some(did) => Ok(Some(*did)),
            None => {
                self.holders.get(key).map_or_else(|| self.reader.key_holder(key), |did| Ok(*did))
            }
        }
    }
}

impl Changes {
    /// Adds what a later transaction has changed.
    pub(crate) fn absorb(&mut self, later: Self) {
        let superseded =
            later.records.keys().filter_map(|key| match (key, self.records.get(key)) {
                (StateKey::Did(did), Some(Some(value))) => Some((*did, Arc::clone(value))),
                _ => None,
            });
        self.passed.extend(superseded);
        self.passed.extend(later.passed);
        self.records.extend(later.records);
        self.keys.extend(later.keys);
        self.log.extend(later.log);
    }
}
