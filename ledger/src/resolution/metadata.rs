//! What is said of a document besides it (DID Resolution 1.0, 4.3). Terms that this method adds
//! stand under `hefu`.

use super::version::{Version, VersionId};
use crate::document::show_datetime;
use crate::json::{Json, Value};
use crate::record::{Content, DidRecord, End, EndCause, FormerKey, Status, Suspension};
use hefu_primitives::{Header, Timestamp};
use serde::Serialize;

/// What is said of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentMetadata {
    /// When the DID was created, by block time.
    pub created: String,
    /// When the version was made, unless it is the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// `true` if the DID had ended with this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deactivated: Option<bool>,
    /// The version's name.
    pub version_id: String,
    /// When the version was replaced, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_update: Option<String>,
    /// The name of the version that replaced it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_version_id: Option<String>,
    /// What this method adds.
    pub hefu: Added,
}

/// What this method says of a document besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Added {
    /// The kind of subject.
    pub class: String,
    /// What the DID was when the version was looked at.
    pub status: &'static str,
    /// The number of the organisation that attested the enrolment.
    pub registrar: u16,
    /// How far the registrar checked the subject: `one`, `two` or `three`.
    pub assurance: String,
    /// How many of the controllers must agree to a change, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controllers_needed: Option<u8>,
    /// The suspension, while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Suspended>,
    /// How the DID ended, if it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// Signature keys that the DID had and has no more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub former_keys: Vec<Former>,
    /// What the DID is today, where an earlier version was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Latest>,
}

/// A suspension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suspended {
    /// When it began.
    pub since: String,
    /// When it lapses.
    pub until: String,
    /// The number of the organisation that asked for it.
    pub by: u16,
    /// Why, coarsely.
    pub reason: String,
}

/// An end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// When.
    pub at: String,
    /// Why authority ended it; absent if the holder did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A key that the DID had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Former {
    /// The key's hash in hexadecimal.
    pub key_hash: String,
    /// When it went, by block time.
    pub revoked: String,
    /// Why.
    pub reason: String,
    /// Since when, as the holder says, somebody else may have had it. A claim: signatures
    /// between this time and `revoked` are in doubt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compromised_since: Option<String>,
}

/// What a DID is today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Latest {
    /// The name of the latest version.
    pub version_id: String,
    /// What the DID is.
    pub status: &'static str,
}

/// How new the ledger was that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// The height of its last block. A text, since JSON's numbers lose digits.
    pub height: String,
    /// What names that block, in hexadecimal.
    pub digest: String,
    /// That block's time.
    pub time: String,
}

impl DocumentMetadata {
    /// What is said of a version of a DID whose record is `record` at `now`.
    pub(super) fn of(version: &Version, record: &DidRecord, now: Timestamp) -> Self {
        let Version { content, head, next, seen } = version;
        let next = next.as_ref();
        let latest = || Latest {
            version_id: VersionId::of(&record.log).to_string(),
            status: status_name(record.content.status(now)),
        };
        Self {
            created: show_datetime(content.created),
            updated: (head.length > 1).then(|| show_datetime(head.time)),
            deactivated: content.end.map(|_| true),
            version_id: VersionId::of(head).to_string(),
            next_update: next.map(|next| show_datetime(next.time)),
            next_version_id: next.map(|next| VersionId::of(next).to_string()),
            hefu: Added { latest: next.map(|_| latest()), ..Added::of(content, *seen) },
        }
    }
}

impl Added {
    fn of(content: &Content, seen: Timestamp) -> Self {
        let status = content.status(seen);
        let suspension = content.suspension.filter(|_| status == Status::Suspended);
        let needed = content.controllers.threshold;
        Self {
            class: word(&content.class),
            status: status_name(status),
            registrar: content.registrar.get(),
            assurance: word(&content.assurance),
            controllers_needed: (needed > 0).then_some(needed),
            suspended: suspension.as_ref().map(Suspended::of),
            ended: content.end.as_ref().map(Ended::of),
            former_keys: content.former_keys.iter().map(Former::of).collect(),
            latest: None,
        }
    }
}

impl Suspended {
    fn of(suspension: &Suspension) -> Self {
        Self {
            since: show_datetime(suspension.since),
            until: show_datetime(suspension.until),
            by: suspension.by.get(),
            reason: word(&suspension.reason),
        }
    }
}

impl Ended {
    fn of(end: &End) -> Self {
        let reason = match &end.cause {
            EndCause::Deactivated => None,
            EndCause::Revoked(reason) => Some(word(reason)),
        };
        Self { at: show_datetime(end.at), reason }
    }
}

impl Former {
    fn of(key: &FormerKey) -> Self {
        Self {
            key_hash: key.key.hash().to_string(),
            revoked: show_datetime(key.revoked),
            reason: word(&key.reason),
            compromised_since: key.compromised_since.map(show_datetime),
        }
    }
}

impl Checkpoint {
    /// What is said of a ledger whose last block has this header.
    pub fn of(header: &Header) -> Self {
        Self {
            height: header.height.to_string(),
            digest: header.digest().to_string(),
            time: show_datetime(header.time),
        }
    }
}

const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Deactivated => "deactivated",
        Status::Revoked => "revoked",
    }
}

/// The word for a value, as it stands in transactions.
fn word(value: &impl Json) -> String {
    match value.write() {
        Value::Text(word) => word,
        _ => String::new(),
    }
}
