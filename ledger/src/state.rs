//! The state: records by name, and how they are read.

use crate::ReadError;
use crate::did::DidId;
use crate::key::KeyHash;
use crate::limits::{REPLAY_BUCKET_MAX, STATE_VALUE_BYTES_MAX};
use crate::organisation::{Organisation, OrganisationId};
use crate::parameters::Parameters;
use crate::record::DidRecord;
use crate::rule::Rules;
use crate::text::Label;
use crate::transaction::TransactionId;
use crate::tree::{TreeKey, value_hash};
use hefu_primitives::{BoundedVec, Epoch, Hash, Height, Timestamp, ValidatorSet, codec};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What names a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StateKey {
    /// A DID.
    Did(DidId),
    /// An organisation.
    Organisation(OrganisationId),
    /// What an organisation has done in the current span.
    Usage(OrganisationId),
    /// Identifiers of authority operations and batches that expire within one minute, counted from 1970.
    Pending(u64),
    /// An anchor: who put it, and the digest.
    Anchor(OrganisationId, Hash),
    /// The authority rules.
    Rules,
    /// The parameters.
    Parameters,
    /// The validators of this epoch and the next.
    Validators,
    /// The version of the rules of execution.
    Protocol,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StateValue {
    /// A DID.
    Did(Box<DidRecord>),
    /// An organisation.
    Organisation(Organisation),
    /// What an organisation has done in the current span.
    Usage(Usage),
    /// Identifiers of authority operations and batches.
    Pending(Pending),
    /// An anchor.
    Anchor(Anchor),
    /// The authority rules.
    Rules(Rules),
    /// The parameters.
    Parameters(Parameters),
    /// The validators of this epoch and the next.
    Validators(Validators),
    /// The version of the rules of execution.
    Protocol(Protocol),
}

/// Identifiers that expire in one minute, sorted, each with the organisation that counts it.
pub type Pending = BoundedVec<(TransactionId, OrganisationId), REPLAY_BUCKET_MAX>;

/// What an organisation has done in one span of block time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Which span: block time divided by the span's length.
    pub span: u64,
    /// Enrolments that it attested.
    pub enrolments: u32,
    /// Suspensions that it signed.
    pub suspensions: u32,
    /// Revocations of DIDs that it signed.
    pub revocations: u32,
}

/// A digest of something outside the ledger, with the time at which it was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// What it is, in a word.
    pub label: Label,
    /// When it was put, by block time.
    pub time: Timestamp,
}

/// The validators of this epoch and of the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// This epoch.
    pub epoch: Epoch,
    /// Who votes in it.
    pub current: ValidatorSet,
    /// Who votes in the next; the same until a change is decided.
    pub next: ValidatorSet,
}

/// The version of the rules of execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protocol {
    /// The version in force.
    pub version: u32,
    /// The next one, and the height from which it is in force.
    pub next: Option<(u32, Height)>,
}

/// A record in the three forms in which it is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateEntry {
    /// The record.
    pub value: Arc<StateValue>,
    /// Its canonical bytes, as they are stored.
    pub bytes: Arc<[u8]>,
    /// The hash of these, as it stands in the state tree.
    pub hash: Hash,
}

/// What can be read of a state.
pub trait StateReader {
    /// The record of this name, if there is one.
    fn record(&self, key: &StateKey) -> Result<Option<Arc<StateValue>>, ReadError>;

    /// The DID that has, or ever had, the signature key with this hash. Follows from the records.
    fn key_holder(&self, key: &KeyHash) -> Result<Option<DidId>, ReadError>;

    /// The same of several keys, in their order. A store may find many at once sooner than one by one.
    fn key_holders(&self, keys: &[KeyHash]) -> Result<Vec<Option<DidId>>, ReadError> {
        keys.iter().map(|key| self.key_holder(key)).collect()
    }
}

impl StateKey {
    /// The record's place in the state tree.
    pub fn tree_key(&self) -> TreeKey {
        TreeKey::of(&codec::encode(self))
    }

    /// Whether `value` is of the kind that stands under such a name.
    pub fn names(&self, value: &StateValue) -> bool {
        matches!(
            (self, value),
            (Self::Did(_), StateValue::Did(_))
                | (Self::Organisation(_), StateValue::Organisation(_))
                | (Self::Usage(_), StateValue::Usage(_))
                | (Self::Pending(_), StateValue::Pending(_))
                | (Self::Anchor(..), StateValue::Anchor(_))
                | (Self::Rules, StateValue::Rules(_))
                | (Self::Parameters, StateValue::Parameters(_))
                | (Self::Validators, StateValue::Validators(_))
                | (Self::Protocol, StateValue::Protocol(_))
        )
    }
}

impl StateValue {
    /// The record with these bytes, which the store has kept.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ReadError> {
        codec::decode(bytes, STATE_VALUE_BYTES_MAX)
            .map_err(|error| ReadError::Damaged(format!("a record: {error}")))
    }
}

impl StateEntry {
    /// The entry of a record.
    pub fn new(value: Arc<StateValue>) -> Self {
        let bytes: Arc<[u8]> = codec::encode(value.as_ref()).into();
        let hash = value_hash(&bytes);
        Self { value, bytes, hash }
    }
}

/// Reads one kind of record; any other under its name means a damaged store.
macro_rules! read_as {
    ($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*), $key:expr, $variant:ident, $value:ty) => {
        $(#[$doc])*
        pub fn $name<R: StateReader + ?Sized>(
            reader: &R,
            $($argument: $type),*
        ) -> Result<Option<$value>, ReadError> {
            match reader.record(&$key)?.as_deref() {
                None => Ok(None),
                Some(StateValue::$variant(value)) => Ok(Some(value.clone().into())),
                Some(_) => Err(ReadError::Damaged(format!("another record stands under {:?}", $key))),
            }
        }
    };
}

read_as!(
    /// The record of a DID.
    did(id: &DidId), StateKey::Did(*id), Did, Box<DidRecord>
);
read_as!(
    /// An organisation.
    organisation(id: OrganisationId), StateKey::Organisation(id), Organisation, Organisation
);
read_as!(
    /// What an organisation has done.
    usage(id: OrganisationId), StateKey::Usage(id), Usage, Usage
);
read_as!(
    /// Identifiers that expire in a minute.
    pending(minute: u64), StateKey::Pending(minute), Pending, Pending
);
read_as!(
    /// An anchor.
    anchor(by: OrganisationId, digest: Hash), StateKey::Anchor(by, digest), Anchor, Anchor
);
read_as!(
    /// The validators, which every state has.
    validators(), StateKey::Validators, Validators, Validators
);
read_as!(
    /// The version of the rules of execution, which every state has.
    protocol(), StateKey::Protocol, Protocol, Protocol
);
read_as!(
    /// The parameters, which every state has.
    parameters(), StateKey::Parameters, Parameters, Parameters
);
read_as!(
    /// The authority rules, which every state has.
    rules(), StateKey::Rules, Rules, Rules
);
