//! Transactions: what comes of submitting one, and how one is listed.

use crate::hex::Hex32;
use crate::receipt::Receipt;
use hefu_ledger::did::{Did, NetworkName};
use hefu_ledger::store::Location;
use hefu_ledger::transaction::{Envelope, Subject};
use hefu_primitives::Timestamp;
use serde::{Deserialize, Serialize};

/// What comes of submitting a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Submitted {
    /// What names the transaction.
    pub id: Hex32,
    /// The node's word that it is pending there, or was.
    pub receipt: Receipt,
    /// Where it stands in the chain, if the request waited for that and it came in time.
    #[serde(rename = "final", default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// Where a final transaction stands, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outcome {
    /// Its block.
    pub height: u64,
    /// Its place in the block, from zero.
    pub place: u32,
    /// The block's time.
    pub time_ms: u64,
    /// Of a batch: for each entry in order, whether it was applied. Any other transaction is in
    /// the chain only if it applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Vec<bool>>,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransactionStatus {
    /// What names it.
    pub id: Hex32,
    /// Where it is.
    pub status: TransactionState,
    /// If it is final: its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    /// If it is final: its place in the block, from zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u32>,
    /// If it is final: the block's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_ms: Option<u64>,
    /// If it is final and a batch: for each entry in order, whether it was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Vec<bool>>,
    /// Why it was refused, or left out last: the ledger's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TransactionState {
    /// It waits for a block. If it was left out of one, `code` says why.
    Pending,
    /// It is in the chain.
    Final,
    /// It was dropped, and `code` says why.
    Refused,
    /// Its time was over before it got into a block.
    Expired,
}

impl TransactionStatus {
    /// The status of a transaction of which no more is known.
    pub fn of(id: Hex32, status: TransactionState) -> Self {
        let (height, place, time_ms, applied) = (None, None, None, None);
        Self { id, status, height, place, time_ms, applied, code: None, reason: None }
    }

    /// The status of a final transaction.
    pub fn final_at(id: Hex32, outcome: Outcome) -> Self {
        let Outcome { height, place, time_ms, applied } = outcome;
        Self {
            height: Some(height),
            place: Some(place),
            time_ms: Some(time_ms),
            applied,
            ..Self::of(id, TransactionState::Final)
        }
    }

    /// Where it stands in the chain, if it does.
    pub fn outcome(&self) -> Option<Outcome> {
        let (height, place) = self.height.zip(self.place)?;
        Some(Outcome { height, place, time_ms: self.time_ms?, applied: self.applied.clone() })
    }
}

/// A transaction of the chain, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransactionSummary {
    /// What names it.
    pub id: Hex32,
    /// Its block.
    pub height: u64,
    /// Its place in the block, from zero.
    pub place: u32,
    /// The block's time.
    pub time_ms: u64,
    /// What it does, such as `did.create`.
    pub kind: String,
    /// To whom.
    pub subject: SubjectView,
}

/// To whom an operation happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SubjectView {
    /// A DID.
    Did(String),
    /// An organisation, by its number.
    Organisation(u16),
}

impl SubjectView {
    /// A subject of this network.
    pub fn of(subject: &Subject, network: &NetworkName) -> Self {
        match subject {
            Subject::Did(id) => Self::Did(Did { network: network.clone(), id: *id }.to_string()),
            Subject::Organisation(id) => Self::Organisation(id.get()),
        }
    }
}

impl TransactionSummary {
    /// The summary of a transaction with this envelope.
    pub fn of(envelope: &Envelope, at: Location, time: Timestamp, network: &NetworkName) -> Self {
        Self {
            id: envelope.id().into(),
            height: at.height.get(),
            place: at.place,
            time_ms: time.get(),
            kind: envelope.kind.name().to_owned(),
            subject: SubjectView::of(&envelope.subject, network),
        }
    }
}

/// A transaction of the chain in full: one line of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Exported {
    /// What names it.
    pub id: Hex32,
    /// Its block.
    pub height: u64,
    /// Its place in the block, from zero.
    pub place: u32,
    /// The block's time.
    pub time_ms: u64,
    /// Of a batch: for each entry in order, whether it was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Vec<bool>>,
    /// The transaction, in its JSON form. Erased payloads stand as their hashes.
    pub transaction: serde_json::Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_what_it_knows_and_no_more() {
        let id = Hex32([1; 32]);
        let pending = TransactionStatus::of(id, TransactionState::Pending);
        let text = serde_json::to_string(&pending).unwrap();
        assert_eq!(text, format!("{{\"id\":\"{id}\",\"status\":\"pending\"}}"));
        assert_eq!(serde_json::from_str::<TransactionStatus>(&text).unwrap(), pending);
        assert_eq!(pending.outcome(), None);
    }

    #[test]
    fn a_final_status_holds_its_outcome() {
        let outcome = Outcome { height: 7, place: 3, time_ms: 9, applied: Some(vec![true, false]) };
        let status = TransactionStatus::final_at(Hex32([1; 32]), outcome.clone());
        assert_eq!(status.outcome(), Some(outcome));
    }

    #[test]
    fn the_outcome_of_a_submission_stands_under_final() {
        let text = "{\"id\":\"ID\",\"receipt\":{\"id\":\"ID\",\"node\":\"ID\",\"received_ms\":5,\
                    \"signature\":\"SIG\"},\"final\":{\"height\":7,\"place\":0,\"time_ms\":9}}";
        let text = text.replace("ID", &"01".repeat(32)).replace("SIG", &"02".repeat(64));
        let submitted: Submitted = serde_json::from_str(&text).unwrap();
        assert_eq!(submitted.outcome.as_ref().map(|outcome| outcome.height), Some(7));
        assert_eq!(serde_json::to_string(&submitted).unwrap(), text);
    }
}
