//! Bytes from outside, given to every decoder of the ledger.
//!
//! What decodes is also asked for whatever follows from it alone: hashes, roots, places. None of it
//! may panic, and no proof that somebody has made up may convince.

use crate::decode::{Decoder, Probe, choose};
use hefu_ledger::block::BlockBody;
use hefu_ledger::bundle::{self, Bundle, BundleError, Origin, Policy};
use hefu_ledger::effects::Effects;
use hefu_ledger::enrolment::{Enrolment, EnrolmentRequest};
use hefu_ledger::genesis::Genesis;
use hefu_ledger::limits::{
    BATCH_BYTES_MAX, BUNDLE_BYTES_MAX, GENESIS_BYTES_MAX, SIGNERS_MAX, STATE_VALUE_BYTES_MAX,
    TRANSACTION_BYTES_MAX,
};
use hefu_ledger::log::{LogEntry, LogHead};
use hefu_ledger::merkle::{ConsistencyProof, Frontier, InclusionProof, List, PROOF_BYTES_MAX};
use hefu_ledger::operation::Payload;
use hefu_ledger::record::{Content, DidRecord, Status, version_hash};
use hefu_ledger::state::{StateEntry, StateKey, StateValue};
use hefu_ledger::transaction::{Body, Envelope};
use hefu_ledger::tree::{TREE_PROOF_BYTES_MAX, TreeKey, TreeProof};
use hefu_ledger::{CheckedTransaction, Transaction};
use hefu_primitives::limits::BODY_BYTES_MAX;
use hefu_primitives::{Ed25519, Hash, Timestamp, codec};
use std::sync::Arc;

use super::town::town;

const BODY_BYTES: usize = BODY_BYTES_MAX as usize;
const ENVELOPE_BYTES_MAX: usize =
    1 + 32 + 1 + (1 + 32) + (1 + 4 + 32) + (1 + SIGNERS_MAX * (1 + 2 + 32)) + 8 + 32;

/// The decoders of `hefu_ledger`, in the order of the selecting byte.
pub const LEDGER: &[Decoder] = &[
    Decoder::new::<Transaction>("Transaction", BATCH_BYTES_MAX),
    Decoder::new::<Envelope>("Envelope", ENVELOPE_BYTES_MAX),
    Decoder::new::<Payload>("Payload", TRANSACTION_BYTES_MAX),
    Decoder::new::<Enrolment>("Enrolment", TRANSACTION_BYTES_MAX),
    Decoder::new::<EnrolmentRequest>("EnrolmentRequest", TRANSACTION_BYTES_MAX),
    Decoder::new::<StateKey>("StateKey", 1 + 2 + 32),
    Decoder::new::<StateValue>("StateValue", STATE_VALUE_BYTES_MAX),
    Decoder::new::<DidRecord>("DidRecord", STATE_VALUE_BYTES_MAX),
    Decoder::new::<Content>("Content", STATE_VALUE_BYTES_MAX),
    Decoder::new::<LogEntry>("LogEntry", 32 + 8 + 8 + 32),
    Decoder::new::<LogHead>("LogHead", 32 + 4 + 8 + 8),
    Decoder::new::<Effects>("Effects", BODY_BYTES),
    Decoder::new::<BlockBody>("BlockBody", BODY_BYTES),
    Decoder::new::<Genesis>("Genesis", GENESIS_BYTES_MAX),
    Decoder::new::<TreeProof>("TreeProof", TREE_PROOF_BYTES_MAX),
    Decoder::new::<InclusionProof>("InclusionProof", PROOF_BYTES_MAX),
    Decoder::new::<ConsistencyProof>("ConsistencyProof", PROOF_BYTES_MAX),
    Decoder::new::<Frontier>("Frontier", 8 + 1 + 64 * 32),
    Decoder::new::<Bundle>("Bundle", BUNDLE_BYTES_MAX),
];

/// Target `decode_ledger`.
pub fn decode_ledger(data: &[u8]) {
    if let Some((decoder, bytes)) = choose(LEDGER, data) {
        decoder.run(bytes);
    }
}

/// A root that nobody can reach.
const NOWHERE: Hash = Hash::from_bytes([0x5a; 32]);

impl Probe for Transaction {
    /// The reader that nodes use keeps the limit of a single operation, and only that.
    fn probe(&self) {
        let bytes = codec::encode(self);
        let short = bytes.len() <= TRANSACTION_BYTES_MAX || matches!(self.body, Body::Batch(_));
        let read = Self::from_bytes(&bytes);
        assert_eq!(read.as_ref().ok(), short.then_some(self), "{} bytes", bytes.len());
        let genesis = &self.envelope.genesis;
        let checked = CheckedTransaction::new(Arc::new(self.clone()), genesis, &Ed25519);
        if let Ok(checked) = checked {
            super::oracle::check_genuine(checked.transaction(), genesis);
        }
    }
}

impl Probe for Envelope {
    fn probe(&self) {
        let other = Self { payload_hash: NOWHERE, ..self.clone() };
        assert_eq!(self.id() == other.id(), self == &other, "{self:?}");
    }
}

impl Probe for Payload {
    fn probe(&self) {
        let _ = self.control();
        for place in [0, 1, u8::MAX] {
            let _ = (self.controller(place), self.new_key(place));
        }
        assert!(!self.kind().name().is_empty(), "{self:?} has a name");
    }
}

impl Probe for Enrolment {
    fn probe(&self) {
        self.request.probe();
        assert!(self.signature_keys().count() <= self.request.operation.methods.len());
    }
}

impl Probe for EnrolmentRequest {
    fn probe(&self) {
        let did = self.operation.did(&town().chain.world.hash);
        assert_eq!(did.to_string().parse(), Ok(did));
    }
}

impl Probe for StateKey {
    fn probe(&self) {
        assert_eq!(self.tree_key(), TreeKey::of(&codec::encode(self)));
    }
}

impl Probe for StateValue {
    fn probe(&self) {
        let entry = StateEntry::new(Arc::new(self.clone()));
        assert_eq!(Self::from_bytes(&entry.bytes).as_ref(), Ok(self));
        match self {
            Self::Did(record) => record.content.probe(),
            Self::Parameters(parameters) => _ = parameters.check(),
            _ => {}
        }
    }
}

impl Probe for DidRecord {
    fn probe(&self) {
        assert_eq!(self.content.hash(&self.blind), version_hash(&self.version()));
        self.content.probe();
    }
}

impl Probe for Content {
    /// What has ended is ended at any time, and nothing else is.
    fn probe(&self) {
        for time in [0, 1, 1 << 40, u64::MAX].map(Timestamp::new) {
            let ended = matches!(self.status(time), Status::Deactivated | Status::Revoked);
            assert_eq!(ended, self.end.is_some(), "{self:?}");
            self.methods.iter().for_each(|method| _ = method.is_valid_at(time));
        }
    }
}

impl Probe for LogEntry {
    fn probe(&self) {
        let head = LogHead::of([self]);
        assert_eq!((head.length, head.height, head.time), (1, self.height, self.time));
    }
}

impl Probe for LogHead {}

impl Probe for Effects {
    fn probe(&self) {
        let bits = (0..self.outcome.len() * 8).filter(|place| self.is_applied(*place)).count();
        let ones: u32 = self.outcome.iter().map(|byte| byte.count_ones()).sum();
        assert_eq!(u32::try_from(bits), Ok(ones), "{self:?}");
        assert_ne!(self.root(), NOWHERE);
    }
}

impl Probe for BlockBody {
    fn probe(&self) {
        self.transactions.iter().for_each(|transaction| transaction.probe());
    }
}

impl Probe for Genesis {
    fn probe(&self) {
        let records = self.records();
        assert!(records.iter().all(|(key, entry)| key.names(&entry.value)), "{self:?}");
        assert_eq!(self.header(NOWHERE).genesis, self.hash());
        _ = self.check();
    }
}

impl Probe for TreeProof {
    fn probe(&self) {
        let key = StateKey::Rules.tree_key();
        let value = self.value_of(&NOWHERE, &key);
        assert!(value.is_err(), "{self:?} convinces of {value:?}");
    }
}

impl Probe for InclusionProof {
    fn probe(&self) {
        let verdict = self.verify(List::History, &NOWHERE, &NOWHERE);
        assert!(verdict.is_err(), "{self:?} convinces");
    }
}

impl Probe for ConsistencyProof {
    fn probe(&self) {
        let verdict = self.verify(List::History, &NOWHERE, &NOWHERE);
        assert!(verdict.is_err(), "{self:?} convinces");
    }
}

impl Probe for Frontier {
    fn probe(&self) {
        let mut grown = self.clone();
        let completed = grown.append(List::History, NOWHERE).len();
        let room = self.size().checked_add(1);
        assert_eq!(grown.size(), room.unwrap_or(u64::MAX), "{self:?}");
        let expected = room.map_or(0, |size| size.trailing_zeros() as usize + 1);
        assert_eq!(completed, expected, "{self:?}");
        assert_eq!(grown.root(List::History) == self.root(List::History), room.is_none());
    }
}

impl Probe for Bundle {
    /// Nobody but validators makes a bundle: this one's are made up, or are the town's.
    fn probe(&self) {
        let bytes = self.to_bytes();
        assert_eq!(Self::from_bytes(&bytes).as_ref(), Ok(self));
        let long = [&bytes[..], &[0]].concat();
        let damaged = [&[bytes[0] ^ 1], &bytes[1..]].concat();
        for wrong in [long, damaged] {
            assert_eq!(Self::from_bytes(&wrong), Err(BundleError::Damaged));
        }
        let origin = Origin::from(&town().chain.world.genesis);
        let policy = Policy::any_age(Timestamp::MAX);
        let _ = bundle::verify(self.clone(), &origin, &policy, &Ed25519);
    }
}
