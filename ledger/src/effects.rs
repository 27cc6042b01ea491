//! What a transaction did, as its leaf in the block's transaction root commits to it.
//!
//! Effects are kept beside the envelope. When a payload has been erased, replay applies them
//! instead of executing it, and still arrives at every root: of a DID they name only the hash of
//! its record, of everything else the record itself. Of the remembered identifiers they name the hash
//! too, because these follow from the envelopes, and each would repeat all that stand beside it.

use crate::limits::{BATCH_OUTCOME_BYTES_MAX, EFFECT_WRITES_MAX};
use crate::merkle::{self, List};
use crate::state::{StateEntry, StateKey, StateValue};
use crate::step::Changes;
use crate::transaction::{CheckedTransaction, Transaction, TransactionId};
use hefu_primitives::{BoundedVec, Hash, codec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a transaction did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effects {
    /// For a batch, a bit for each entry that was applied: entry 0 is the lowest bit of the first
    /// byte. Empty for anything else.
    pub outcome: BoundedVec<u8, BATCH_OUTCOME_BYTES_MAX>,
    /// The records that it wrote, by name.
    pub writes: BoundedVec<Write, EFFECT_WRITES_MAX>,
}

/// A record that was written or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    /// Its name.
    pub key: StateKey,
    /// What stands there now.
    pub written: Written,
}

/// What stands under a name after a write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Written {
    /// A record of which only the hash is kept here: that of a DID, or remembered identifiers.
    Sealed(Hash),
    /// A shared record.
    Plain(Box<StateValue>),
    /// Nothing.
    Removed,
}

impl Written {
    /// The hash of the record in the state tree, unless it was removed.
    pub fn hash(&self) -> Option<Hash> {
        match self {
            Self::Sealed(hash) => Some(*hash),
            Self::Plain(value) => Some(StateEntry::new(Arc::new((**value).clone())).hash),
            Self::Removed => None,
        }
    }
}

impl Effects {
    /// What `changes` come to, with the outcome of a batch; and the entries of the records.
    pub(crate) fn of(
        changes: &Changes,
        outcome: &[bool],
    ) -> (Self, BTreeMap<StateKey, Option<StateEntry>>) {
        let entry = |value: &Option<Arc<StateValue>>| value.clone().map(StateEntry::new);
        let records = changes.records.iter();
        let entries: BTreeMap<_, _> = records.map(|(key, value)| (*key, entry(value))).collect();
        let writes = entries.iter().map(|(key, entry)| Write::of(*key, entry.as_ref()));
        let writes = BoundedVec::first_of(writes);
        (Self { outcome: bitmap(outcome), writes }, entries)
    }

    /// Whether the entry of a batch at this place was applied.
    pub fn is_applied(&self, place: usize) -> bool {
        is_applied(&self.outcome, place)
    }

    /// Whether the outcome is that of a batch of so many entries.
    pub(crate) fn is_outcome_of(&self, entries: usize) -> bool {
        let bits = self.outcome.len().saturating_mul(8);
        let spare = (entries..bits).any(|place| self.is_applied(place));
        self.outcome.len() == entries.div_ceil(8) && !spare
    }

    /// The root of the tree over the outcome and the writes: first the outcome, then each write as
    /// its name and its record's hash.
    pub fn root(&self) -> Hash {
        merkle::root(List::Effects, &self.leaves())
    }

    /// The leaves of that tree.
    pub(crate) fn leaves(&self) -> Vec<Hash> {
        let writes = self.writes.iter().map(Write::leaf);
        std::iter::once(outcome_leaf(&self.outcome)).chain(writes).collect()
    }
}

/// The leaf of an outcome in the tree over the effects.
pub(crate) fn outcome_leaf(outcome: &[u8]) -> Hash {
    List::Effects.leaf(&codec::encode(&outcome))
}

/// Whether the entry of a batch at this place was applied, by the batch's outcome.
pub(crate) fn is_applied(outcome: &[u8], place: usize) -> bool {
    let byte = outcome.get(place / 8).copied().unwrap_or_default();
    byte >> (place % 8) & 1 == 1
}

impl Write {
    fn of(key: StateKey, entry: Option<&StateEntry>) -> Self {
        let written = match (entry, &key) {
            (None, _) => Written::Removed,
            (Some(entry), StateKey::Did(_) | StateKey::Pending(_)) => Written::Sealed(entry.hash),
            (Some(entry), _) => Written::Plain(Box::new(entry.value.as_ref().clone())),
        };
        Self { key, written }
    }

    /// The write's leaf in the tree over the effects.
    pub fn leaf(&self) -> Hash {
        List::Effects.leaf(&codec::encode(&(&self.key, self.written.hash())))
    }
}

/// A bit for each element, the first the lowest of the first byte.
fn bitmap(bits: &[bool]) -> BoundedVec<u8, BATCH_OUTCOME_BYTES_MAX> {
    let byte =
        |chunk: &[bool]| chunk.iter().rev().fold(0, |byte: u8, bit| byte << 1 | u8::from(*bit));
    BoundedVec::first_of(bits.chunks(8).map(byte))
}

/// What the transaction root commits to of one transaction: which, by which signatures, with what
/// effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionLeaf {
    /// Which transaction.
    pub id: TransactionId,
    /// The hash of its signatures.
    pub signatures: Hash,
    /// The root of its effects.
    pub effects: Hash,
}

impl TransactionLeaf {
    /// The leaf of a transaction with these effects.
    pub fn new(transaction: &CheckedTransaction, effects: &Effects) -> Self {
        let signatures = transaction.signatures_hash();
        Self { id: transaction.id(), signatures, effects: effects.root() }
    }

    /// The leaf of a transaction as it was kept, erased or not.
    pub fn kept(transaction: &Transaction, effects: &Effects) -> Self {
        let (id, signatures) = (transaction.envelope.id(), transaction.signatures_hash());
        Self { id, signatures, effects: effects.root() }
    }

    /// Its hash in the tree over the block's transactions.
    pub fn hash(&self) -> Hash {
        List::Transactions.leaf(&codec::encode(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_has_a_bit_for_each_entry() {
        let bits = [true, false, true, false, false, false, false, false, true];
        let outcome = bitmap(&bits);
        assert_eq!(*outcome, [0b101, 1]);
        let effects = Effects { outcome, writes: BoundedVec::default() };
        let read: Vec<bool> = (0..bits.len()).map(|place| effects.is_applied(place)).collect();
        assert_eq!(read, bits);
        assert!(!effects.is_applied(99));
    }
}
