//! A state of which some records are known by their hashes only.

use super::error::LastRecordError;
use crate::ReadError;
use crate::did::DidId;
use crate::effects::{Effects, Written};
use crate::key::KeyHash;
use crate::record::DidRecord;
use crate::state::{StateEntry, StateKey, StateReader, StateValue};
use crate::step::Changes;
use crate::tree::{self, MemoryTree, TreeKey};
use hefu_primitives::Hash;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is known of a record.
#[derive(Clone, Debug)]
enum Known {
    /// All of it.
    Whole(Arc<StateValue>),
    /// Its hash.
    Sealed(Hash),
}

/// The state of a replay.
#[derive(Clone, Debug, Default)]
pub(super) struct ReplayState {
    records: BTreeMap<StateKey, Known>,
    keys: BTreeMap<KeyHash, DidId>,
    tree: MemoryTree,
    /// What has been written since the tree was last brought up to date.
    unsettled: BTreeMap<TreeKey, Option<Hash>>,
    /// Whether some record is known by its hash only, so that not all keys are known either.
    pub(super) has_erased: bool,
    /// The DIDs of which something is missing.
    pub(super) missing: BTreeSet<DidId>,
}

impl ReplayState {
    pub(super) fn write(&mut self, key: StateKey, entry: Option<StateEntry>) {
        self.unsettled.insert(key.tree_key(), entry.as_ref().map(|entry| entry.hash));
        match entry {
            Some(entry) => self.records.insert(key, Known::Whole(entry.value)),
            None => self.records.remove(&key),
        };
    }

    /// Takes what was executed.
    pub(super) fn absorb(&mut self, changes: Changes) {
        for (key, value) in changes.records {
            self.write(key, value.map(StateEntry::new));
        }
        self.keys.extend(changes.keys);
    }

    /// Takes the hashes of records, these DIDs', that could not be executed.
    pub(super) fn seal(&mut self, effects: &Effects, opaque: &BTreeSet<StateKey>) {
        for write in effects.writes.iter().filter(|write| opaque.contains(&write.key)) {
            if let Written::Sealed(hash) = write.written {
                self.unsettled.insert(write.key.tree_key(), Some(hash));
                self.records.insert(write.key, Known::Sealed(hash));
                self.has_erased = true;
            }
        }
    }

    /// Brings the tree up to date and tells its root.
    pub(super) fn settle(&mut self) -> Result<Hash, ReadError> {
        let change = tree::update(&self.tree, std::mem::take(&mut self.unsettled))?;
        self.tree.apply(&change);
        Ok(change.root)
    }

    /// The DIDs of whose records only the hashes are known, with these.
    pub(super) fn sealed(&self) -> Vec<(DidId, Hash)> {
        let sealed = self.records.iter().filter_map(|(key, known)| match (key, known) {
            (StateKey::Did(did), Known::Sealed(hash)) => Some((*did, *hash)),
            _ => None,
        });
        sealed.collect()
    }

    /// Learns the record of a DID of which the hash is known. It must share no key with another.
    pub(super) fn reveal(
        &mut self,
        did: DidId,
        hash: Hash,
        record: Option<Box<DidRecord>>,
    ) -> Result<(), LastRecordError> {
        let record = record.ok_or(LastRecordError::Missing)?;
        let keys: Vec<KeyHash> = record.content.signature_keys().collect();
        let entry = StateEntry::new(Arc::new(StateValue::Did(record)));
        if entry.hash != hash {
            return Err(LastRecordError::Another);
        }
        self.write(StateKey::Did(did), Some(entry));
        for key in keys {
            match self.keys.insert(key, did) {
                Some(other) if other != did => return Err(LastRecordError::SharedKey(other)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The first DID of which something is missing, though it has not ended. One that is not there
    /// never came to be: what is missing was skipped.
    pub(super) fn first_living(&self) -> Option<DidId> {
        let lives = |did: &&DidId| match self.records.get(&StateKey::Did(**did)) {
            Some(Known::Whole(value)) => {
                matches!(value.as_ref(), StateValue::Did(record) if record.content.end.is_none())
            }
            Some(Known::Sealed(_)) | None => false,
        };
        self.missing.iter().find(lives).copied()
    }
}

impl StateReader for ReplayState {
    fn record(&self, key: &StateKey) -> Result<Option<Arc<StateValue>>, ReadError> {
        match self.records.get(key) {
            None => Ok(None),
            Some(Known::Whole(value)) => Ok(Some(Arc::clone(value))),
            Some(Known::Sealed(_)) => Err(ReadError::Erased(format!("the record of {key:?}"))),
        }
    }

    fn key_holder(&self, key: &KeyHash) -> Result<Option<DidId>, ReadError> {
        Ok(self.keys.get(key).copied())
    }
}
