//! Why a request is not fulfilled, and which status says so.

use super::limits::RETRY_BUSY_MS;
use crate::mempool::Refusal;
use crate::node::{Stopped, SubmitError};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hefu_api::{Problem, codes, media};
use hefu_ledger::ReadError;
use hefu_ledger::bundle::BuildError;
use hefu_ledger::json::JsonError;
use hefu_ledger::rejection::Rejection;
use hefu_primitives::codec::CodecError;
use std::fmt::Display;
use tracing::error;

/// Why a request is not fulfilled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    detail: String,
    retry_after_ms: Option<u64>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Display) -> Self {
        Self { status, code, detail: detail.to_string(), retry_after_ms: None }
    }

    pub(super) fn retry_after(self, pause_ms: u64) -> Self {
        Self { retry_after_ms: Some(pause_ms), ..self }
    }

    pub(super) fn not_found(what: impl Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, codes::NOT_FOUND, what)
    }

    pub(super) fn query(what: impl Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, codes::QUERY, what)
    }

    /// The node does as much of this at a time as it can.
    pub(super) fn busy(what: impl Display) -> Self {
        let refused = Self::new(StatusCode::SERVICE_UNAVAILABLE, codes::BUSY, what);
        refused.retry_after(RETRY_BUSY_MS)
    }

    /// There is no room for a connection.
    pub(super) fn crowded() -> Self {
        let detail = "too many connections: use fewer, keep them, or come back later";
        let refused = Self::new(StatusCode::TOO_MANY_REQUESTS, codes::CONNECTIONS, detail);
        refused.retry_after(RETRY_BUSY_MS)
    }

    /// Something failed that is nobody's fault but the node's. What it was is for its log.
    pub(super) fn internal(what: &dyn Display) -> Self {
        error!(error = %what, "a request failed");
        let detail = "the node failed to read what it keeps; its log says more";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, codes::INTERNAL, detail)
    }

    pub(super) fn stopping() -> Self {
        let detail = "the node stops; ask another one, or this one later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, codes::STOPPING, detail)
    }

    pub(super) fn problem(&self) -> Problem {
        Problem {
            kind: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or_default().to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail.clone(),
            retry_after_ms: self.retry_after_ms,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let headers = [(header::CONTENT_TYPE, media::PROBLEM), (header::CACHE_CONTROL, "no-store")];
        let mut response = (self.status, headers, body).into_response();
        if let Some(pause_ms) = self.retry_after_ms {
            let seconds = HeaderValue::from(pause_ms.div_ceil(1_000).max(1));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

impl From<ReadError> for Refused {
    fn from(error: ReadError) -> Self {
        Self::internal(&error)
    }
}

impl From<Stopped> for Refused {
    fn from(_: Stopped) -> Self {
        Self::stopping()
    }
}

impl From<SubmitError> for Refused {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => refusal.into(),
            SubmitError::Stopped(_) => Self::stopping(),
        }
    }
}

impl From<BuildError> for Refused {
    fn from(error: BuildError) -> Self {
        let status = match &error {
            BuildError::Unreadable(error) => return Self::internal(error),
            BuildError::KeyUnknown(_)
            | BuildError::TransactionUnknown(_)
            | BuildError::NotInBatch(_) => StatusCode::NOT_FOUND,
            BuildError::NotFinal(_) | BuildError::Future { .. } => StatusCode::CONFLICT,
            BuildError::TooLarge | BuildError::ValidatorsUnknown(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
        };
        let refused = Self::new(status, error.code(), &error);
        let soon = matches!(error, BuildError::NotFinal(_));
        if soon { refused.retry_after(RETRY_BUSY_MS) } else { refused }
    }
}

impl From<JsonError> for Refused {
    fn from(error: JsonError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error.code(), &error)
    }
}

impl From<CodecError> for Refused {
    fn from(error: CodecError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, codes::BODY_MALFORMED, error)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        if let Refusal::Unreadable(error) = &refusal {
            return Self::internal(error);
        }
        let refused = Self::new(status_of(&refusal), refusal.code(), &refusal);
        match refusal.retry_after_ms() {
            Some(pause_ms) => refused.retry_after(pause_ms),
            None => refused,
        }
    }
}

/// 400 for what no state could accept, 409 for what another operation stands in the way of, 422
/// for what does not apply, 429 for what there is no room for.
fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::Malformed(_) => StatusCode::BAD_REQUEST,
        Refusal::Rejected(rejection) => status_of_rejection(rejection),
        Refusal::SequenceTaken(_) => StatusCode::CONFLICT,
        Refusal::DidBusy { .. }
        | Refusal::SourceFull { .. }
        | Refusal::SourceWasteful { .. }
        | Refusal::ShareFull(_)
        | Refusal::Full { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::DiskLow => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Unreadable(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

const fn status_of_rejection(rejection: &Rejection) -> StatusCode {
    match rejection {
        Rejection::Replayed
        | Rejection::DidExists(_)
        | Rejection::KeyTaken(_)
        | Rejection::OrganisationExists(_)
        | Rejection::AnchorExists(_)
        | Rejection::Sequence { .. }
        | Rejection::Previous { .. } => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_ledger::DidId;
    use hefu_ledger::transaction::TransactionError;

    fn of(refusal: Refusal) -> (u16, &'static str, Option<u64>) {
        let refused = Refused::from(refusal);
        (refused.status.as_u16(), refused.code, refused.retry_after_ms)
    }

    #[test]
    fn a_refusal_keeps_its_code_and_says_when_to_come_back() {
        let signature = TransactionError::Signature { at: 0 };
        for (refusal, status, code, again) in [
            (Refusal::TooLarge { max_bytes: 1, got_bytes: 2 }, 413, "mempool.too_large", false),
            (Refusal::Malformed(signature), 400, "transaction.signature", false),
            (Rejection::Replayed.into(), 409, "rejected.replayed", false),
            (Rejection::DidUnknown(DidId::default()).into(), 422, "rejected.did_unknown", true),
            (Rejection::NotSuspended.into(), 422, "rejected.not_suspended", true),
            (Refusal::DidBusy { max: 8 }, 429, "mempool.did_busy", true),
            (Refusal::SourceFull { max_bytes: 1 }, 429, "mempool.source_full", true),
            (Refusal::Full { retry_after_ms: 7 }, 429, "mempool.full", true),
        ] {
            let (got, got_code, pause) = of(refusal);
            assert_eq!((got, got_code, pause.is_some()), (status, code, again));
        }
    }

    #[test]
    fn what_failed_inside_stays_inside() {
        let secret = "block 7: damaged at /var/lib/x";
        let refused = Refused::from(ReadError::Damaged(secret.to_owned()));
        assert_eq!((refused.status.as_u16(), refused.code), (500, codes::INTERNAL));
        assert!(!refused.detail.contains("damaged"), "{}", refused.detail);
        let refused = Refused::from(Refusal::Unreadable(ReadError::Damaged(secret.to_owned())));
        assert!(!refused.detail.contains("damaged"), "{}", refused.detail);
    }

    #[test]
    fn a_pause_is_told_in_whole_seconds() {
        for (pause_ms, seconds) in [(1, "1"), (1_000, "1"), (1_001, "2"), (0, "1")] {
            let response = Refused::stopping().retry_after(pause_ms).into_response();
            assert_eq!(response.headers()[header::RETRY_AFTER], seconds);
        }
    }
}
