//! What a bundle proves.

use super::log::{History, Past};
use super::policy::Accepted;
use super::record::Holding;
use super::transaction::ProvenTransaction;
use crate::did::DidId;
use crate::key::KeyBytes;
use crate::record::DidRecord;
use crate::state::{StateKey, StateValue};
use hefu_primitives::{Digest, Header};
use std::sync::Arc;

/// What a bundle proves. Only [`verify`](super::verify()) makes one, so whoever shows what it holds
/// shows nothing that was not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    pub(super) checkpoint: ProvenCheckpoint,
    pub(super) fact: Fact,
}

/// A final header, with its age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenCheckpoint {
    /// The header.
    pub header: Header,
    /// What names its block.
    pub digest: Digest,
    /// How old it is by the verifier's clock, in milliseconds.
    pub age_ms: u64,
}

/// What holds under a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A DID has this record.
    Did {
        /// The DID.
        did: DidId,
        /// Its record.
        record: Box<DidRecord>,
    },
    /// A shared record: an organisation, the rules, and so on.
    Shared {
        /// Its name.
        key: StateKey,
        /// The record.
        value: Arc<StateValue>,
    },
    /// Nothing has this name. Records of DIDs are never removed, so a DID that is not there never
    /// was.
    Absent {
        /// The name.
        key: StateKey,
    },
    /// A signature key belongs to a DID, or did.
    KeyHolder {
        /// The key.
        key: KeyBytes,
        /// The DID.
        did: DidId,
        /// Its record.
        record: Box<DidRecord>,
        /// How it has the key.
        holding: Holding,
    },
    /// A transaction is in the chain.
    Transaction(Box<ProvenTransaction>),
    /// All that ever happened to a DID.
    History(History),
    /// What a DID was for a while.
    Past(Box<Past>),
    /// The checkpoint grew out of this older block, which is final too.
    Consistent {
        /// The older header.
        older: Box<Header>,
        /// What names the older block.
        digest: Digest,
    },
}

impl Proven {
    /// The checkpoint under which it holds.
    pub const fn checkpoint(&self) -> &ProvenCheckpoint {
        &self.checkpoint
    }

    /// What holds.
    pub const fn fact(&self) -> &Fact {
        &self.fact
    }

    /// What holds, to be taken apart.
    pub fn into_fact(self) -> Fact {
        self.fact
    }
}

impl ProvenCheckpoint {
    /// What a verifier keeps, so as never to go back behind it.
    pub const fn accepted(&self) -> Accepted {
        let Header { height, epoch, validators, .. } = self.header;
        Accepted { height, digest: self.digest, epoch, validators }
    }
}
