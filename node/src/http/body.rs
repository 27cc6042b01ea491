//! Bodies of requests: read to the end within limits of length and time.

use super::app::App;
use super::limits::{BATCH_BODY_BYTES_MAX, BODY_BYTES_MAX, BODY_LIMIT};
use super::refused::Refused;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use hefu_api::{codes, media};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::SemaphorePermit;

/// In which form a transaction comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Bytes,
}

/// A body that was read.
pub(super) struct Read<'a> {
    pub(super) bytes: Bytes,
    /// Held until the transaction is handed on, if the body is long enough for a batch.
    _turn: Option<SemaphorePermit<'a>>,
}

impl Form {
    /// The form that a header names.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Refused> {
        let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = named.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case(media::JSON) {
            Ok(Self::Json)
        } else if essence.eq_ignore_ascii_case(media::BYTES) {
            Ok(Self::Bytes)
        } else {
            let detail = format!("a transaction is sent as {} or {}", media::JSON, media::BYTES);
            Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, codes::MEDIA_TYPE, detail))
        }
    }
}

/// Reads a body to its end. Whoever announces more than one operation takes, or does not say how
/// much comes, waits for one of few turns.
pub(super) async fn read<'a>(
    app: &'a App,
    headers: &HeaderMap,
    body: Body,
) -> Result<Read<'a>, Refused> {
    let announced = headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let max_bytes = announced.unwrap_or(BATCH_BODY_BYTES_MAX);
    if max_bytes > BATCH_BODY_BYTES_MAX {
        return Err(too_large(BATCH_BODY_BYTES_MAX));
    }
    let many = || Refused::busy("too many long bodies at a time");
    let turn = (max_bytes > BODY_BYTES_MAX).then(|| app.batches.try_acquire());
    let turn = turn.transpose().map_err(|_| many())?;
    let collected = Limited::new(body, max_bytes).collect();
    let collected = tokio::time::timeout(BODY_LIMIT, collected).await.map_err(|_| slow())?;
    let bytes = collected.map_err(|error| broken(&*error, max_bytes))?.to_bytes();
    Ok(Read { bytes, _turn: turn })
}

/// Refuses the body of a single operation that is as long as those of batches may be.
pub(super) fn check_single(got_bytes: usize) -> Result<(), Refused> {
    if got_bytes > BODY_BYTES_MAX { Err(too_large(BODY_BYTES_MAX)) } else { Ok(()) }
}

fn too_large(max_bytes: usize) -> Refused {
    let detail = format!("the body is longer than {max_bytes} bytes");
    Refused::new(StatusCode::PAYLOAD_TOO_LARGE, codes::BODY_TOO_LARGE, detail)
}

fn slow() -> Refused {
    let detail = format!("the body took longer than {} s", BODY_LIMIT.as_secs());
    Refused::new(StatusCode::REQUEST_TIMEOUT, codes::BODY_INCOMPLETE, detail)
}

fn broken(error: &(dyn std::error::Error + 'static), max_bytes: usize) -> Refused {
    if error.is::<LengthLimitError>() {
        return too_large(max_bytes);
    }
    Refused::new(StatusCode::BAD_REQUEST, codes::BODY_INCOMPLETE, "the body broke off")
}
