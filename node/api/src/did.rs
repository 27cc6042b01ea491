//! What the ledger knows of a DID, and what happened to it.

use crate::hex::Hex32;
use crate::words::{status, word, words};
use hefu_ledger::did::{Did, NetworkName};
use hefu_ledger::document::multikey;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::log::{LogEntry, LogHead};
use hefu_ledger::operation::OperationKind;
use hefu_ledger::record::{
    Content, ControlCommitment, Controllers, DidRecord, End, EndCause, FormerKey, MethodKey,
    Service, Suspension, VerificationMethod,
};
use hefu_primitives::Timestamp;
use serde::{Deserialize, Serialize};

/// The record of a DID. Its document is what DID resolution gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DidView {
    /// The DID.
    pub did: String,
    /// `active`, `suspended`, `deactivated` or `revoked`, at the time of the checkpoint.
    pub status: String,
    /// The kind of subject: `person`, `organisation` or `public`.
    pub class: String,
    /// The number of the organisation that attested the enrolment.
    pub registrar: u16,
    /// How far it checked the subject: `one`, `two` or `three`.
    pub assurance: String,
    /// What it checked, to be opened by who holds the opening.
    pub enrolment: Hex32,
    /// When the DID was enrolled, by block time.
    pub created_ms: u64,
    /// Its keys.
    pub keys: Vec<KeyView>,
    /// Signature keys that it had and has no more.
    pub former_keys: Vec<FormerKeyView>,
    /// Its services.
    pub services: Vec<ServiceView>,
    /// Other names of the subject, as URIs.
    pub also_known_as: Vec<String>,
    /// Who must agree to the holder's operations.
    pub controllers: ControllersView,
    /// Who may make the next holder operation.
    pub control: ControlView,
    /// A salted commitment to the recovery policy, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Hex32>,
    /// How many holder operations there were, the creation not counted.
    pub sequence: u32,
    /// The last of them; at first the identifier.
    pub last_holder_operation: Hex32,
    /// The latest suspension, which may have lapsed or been lifted since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<SuspensionView>,
    /// How it ended, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<EndView>,
    /// Where its log has come to.
    pub log: LogView,
}

/// A key of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyView {
    /// `ed25519` or `x25519`.
    pub kind: String,
    /// The key.
    pub key: Hex32,
    /// The same as documents have it.
    pub multikey: String,
    /// What it is for.
    pub relationships: Vec<String>,
    /// Before this time it is not in the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_ms: Option<u64>,
    /// From this time on it is not in the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<u64>,
}

/// A key that a DID had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormerKeyView {
    /// The key's hash.
    pub key_hash: Hex32,
    /// When it went, by block time.
    pub revoked_ms: u64,
    /// Why.
    pub reason: String,
    /// Since when, as the holder says, somebody else may have had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromised_since_ms: Option<u64>,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceView {
    /// Its fragment.
    pub name: String,
    /// Its type.
    pub service_type: String,
    /// Its endpoint.
    pub endpoint: String,
}

/// Who must agree to the holder's operations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ControllersView {
    /// How many of them; zero if there are none.
    pub threshold: u8,
    /// Their DIDs.
    pub dids: Vec<String>,
}

/// Who may make the next holder operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ControlView {
    /// How many of the keys must sign; zero once the DID has ended.
    pub threshold: u8,
    /// The hashes of the keys.
    pub keys: Vec<Hex32>,
}

/// A suspension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuspensionView {
    /// The number of the organisation that asked for it.
    pub by: u16,
    /// When it began, by block time.
    pub since_ms: u64,
    /// When it lapses, or when it was lifted before that.
    pub until_ms: u64,
    /// Why, coarsely.
    pub reason: String,
}

/// How a DID ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndView {
    /// When, by block time.
    pub at_ms: u64,
    /// Why authority ended it; absent if the holder did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where a DID's log has come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogView {
    /// The chain of all entries.
    pub hash: Hex32,
    /// How many there are.
    pub length: u32,
    /// The block of the last one.
    pub height: u64,
    /// That block's time.
    pub time_ms: u64,
}

/// One operation on a DID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    /// Its number in the log, from zero.
    pub number: u32,
    /// The transaction; for an entry of a batch, the batch.
    pub transaction: Hex32,
    /// What it does, such as `key.revoke`.
    pub kind: String,
    /// Its block.
    pub height: u64,
    /// The block's time.
    pub time_ms: u64,
    /// The hash of the version that it made.
    pub version: Hex32,
}

/// Which DID has a key, or had it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyHolder {
    /// The key.
    pub key: Hex32,
    /// The DID.
    pub did: String,
    /// Whether the key is in its record still. Whether it may be used is for the document to say.
    pub present: bool,
}

impl DidView {
    /// What a record says of a DID at a time.
    pub fn of(did: &Did, record: &DidRecord, now: Timestamp) -> Self {
        let content = &record.content;
        Self {
            did: did.to_string(),
            status: status(content.status(now)),
            class: word(&content.class),
            registrar: content.registrar.get(),
            assurance: word(&content.assurance),
            enrolment: content.enrolment.into(),
            created_ms: content.created.get(),
            keys: content.methods.iter().map(KeyView::from).collect(),
            former_keys: content.former_keys.iter().map(FormerKeyView::from).collect(),
            services: content.services.iter().map(ServiceView::from).collect(),
            also_known_as: content.also_known_as.iter().map(ToString::to_string).collect(),
            controllers: ControllersView::of(&content.controllers, &did.network),
            control: ControlView::from(&content.control),
            recovery: content.recovery.map(Hex32::from),
            sequence: content.sequence,
            last_holder_operation: content.last_holder_operation.into(),
            suspension: content.suspension.as_ref().map(SuspensionView::from),
            end: content.end.as_ref().map(EndView::from),
            log: LogView::from(&record.log),
        }
    }
}

impl From<&VerificationMethod> for KeyView {
    fn from(method: &VerificationMethod) -> Self {
        let kind = match method.key {
            MethodKey::Ed25519(_) => "ed25519",
            MethodKey::X25519(_) => "x25519",
        };
        Self {
            kind: kind.to_owned(),
            key: (*method.key.bytes()).into(),
            multikey: multikey(&method.key),
            relationships: words(&method.relationships),
            from_ms: method.from.map(Timestamp::get),
            until_ms: method.until.map(Timestamp::get),
        }
    }
}

impl From<&FormerKey> for FormerKeyView {
    fn from(former: &FormerKey) -> Self {
        Self {
            key_hash: (*former.key.hash()).into(),
            revoked_ms: former.revoked.get(),
            reason: word(&former.reason),
            compromised_since_ms: former.compromised_since.map(Timestamp::get),
        }
    }
}

impl From<&Service> for ServiceView {
    fn from(service: &Service) -> Self {
        Self {
            name: service.name.to_string(),
            service_type: service.service_type.to_string(),
            endpoint: service.endpoint.to_string(),
        }
    }
}

impl ControllersView {
    fn of(controllers: &Controllers, network: &NetworkName) -> Self {
        let named = |id| Did { network: network.clone(), id }.to_string();
        let dids = controllers.dids.iter().copied().map(named).collect();
        Self { threshold: controllers.threshold, dids }
    }
}

impl From<&ControlCommitment> for ControlView {
    fn from(control: &ControlCommitment) -> Self {
        let keys = control.keys.iter().map(|key| Hex32::from(*key)).collect();
        Self { threshold: control.threshold, keys }
    }
}

impl From<&Suspension> for SuspensionView {
    fn from(suspension: &Suspension) -> Self {
        Self {
            by: suspension.by.get(),
            since_ms: suspension.since.get(),
            until_ms: suspension.until.get(),
            reason: word(&suspension.reason),
        }
    }
}

impl From<&End> for EndView {
    fn from(end: &End) -> Self {
        let reason = match &end.cause {
            EndCause::Deactivated => None,
            EndCause::Revoked(reason) => Some(word(reason)),
        };
        Self { at_ms: end.at.get(), reason }
    }
}

impl From<&LogHead> for LogView {
    fn from(log: &LogHead) -> Self {
        let (height, time_ms) = (log.height.get(), log.time.get());
        Self { hash: log.hash.into(), length: log.length, height, time_ms }
    }
}

impl HistoryEntry {
    /// Entry `number` of a log, made by an operation of this kind.
    pub fn of(number: u32, entry: &LogEntry, kind: OperationKind) -> Self {
        Self {
            number,
            transaction: entry.transaction.into(),
            kind: kind.name().to_owned(),
            height: entry.height.get(),
            time_ms: entry.time.get(),
            version: entry.content.into(),
        }
    }
}

impl KeyHolder {
    /// The holder of a key, whose record has this content.
    pub fn of(key: KeyBytes, did: &Did, content: &Content) -> Self {
        Self { key: key.into(), did: did.to_string(), present: content.method(&key).is_some() }
    }
}
