//! `POST /v1/transactions`: takes a transaction up, and waits until it is final if it is asked to.

use super::answer;
use super::app::{App, At};
use super::ask::Query;
use super::body::{self, Form};
use super::client::Client;
use super::limits::{FATE_PAUSE, SHORT_BODY_BYTES, SUBMIT_LIMIT, WAIT_DEFAULT_MS, WAIT_MAX_MS};
use super::refused::Refused;
use super::transactions;
use crate::mempool::{Refusal, Status};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use hefu_api::{Outcome, Submitted, codes, paths};
use hefu_ledger::store::Store;
use hefu_ledger::transaction::Body as Carried;
use hefu_ledger::{Transaction, TransactionId, json};
use hefu_primitives::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Submits a transaction.
///
/// It is idempotent by identifier: whoever does not know what became of an attempt tries again. The
/// answer holds a receipt, the node's signed word that it took the transaction up. With
/// `wait=final` the answer comes when the transaction is in the chain; if the time is over before
/// that, it comes without `final` and with status 202.
#[utoipa::path(
    post,
    path = "/v1/transactions",
    tag = "transactions",
    params(
        ("wait" = Option<String>, Query, description = "`final`, to wait until it is", pattern = "^final$"),
        ("timeout_ms" = Option<u64>, Query, description = "how long to wait at most", maximum = 60_000),
    ),
    request_body(
        description = "the transaction: its canonical bytes, or its JSON form",
        content((serde_json::Value = "application/json"), (Vec<u8> = "application/octet-stream")),
    ),
    responses(
        (status = 200, description = "it is final", body = Submitted),
        (status = 202, description = "it is pending", body = Submitted),
    ),
)]
pub(super) async fn submit(
    State(app): State<Arc<App>>,
    Extension(client): Extension<Client>,
    query: Query,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let deadline = deadline(&query.only(&["wait", "timeout_ms"])?)?;
    let taken = take(&app, client, &headers, body).await;
    app.metrics.count_submission(taken.as_ref().err().map_or("ok", |refused| refused.code));
    let (id, received, known) = taken?;
    let outcome = match (known, deadline) {
        (None, Some(deadline)) => wait(&app, id, deadline).await?,
        (known, _) => known,
    };
    let receipt = app.live.sign_receipt(&id, received);
    shown(&app, id, Submitted { id: id.into(), receipt, outcome })
}

/// Until when to wait, if at all.
fn deadline(query: &Query) -> Result<Option<Instant>, Refused> {
    let span_ms = query.get::<u64>("timeout_ms")?;
    match (query.text("wait"), span_ms) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Refused::query("timeout_ms means nothing without wait=final")),
        (Some("final"), span_ms) if span_ms.is_none_or(|span_ms| span_ms <= WAIT_MAX_MS) => {
            let span = Duration::from_millis(span_ms.unwrap_or(WAIT_DEFAULT_MS));
            Ok(Some(Instant::now() + span))
        }
        (Some("final"), _) => Err(Refused::query(format!("timeout_ms is at most {WAIT_MAX_MS}"))),
        _ => Err(Refused::query("wait can only be final")),
    }
}

/// What was taken up: which, when, and where it stands if it is in the chain already.
type Taken = (TransactionId, Timestamp, Option<Outcome>);

async fn take(
    app: &Arc<App>,
    client: Client,
    headers: &HeaderMap,
    body: Body,
) -> Result<Taken, Refused> {
    if app.live.halted().is_some() {
        let detail = "the node takes no transactions, since it signs nothing any more";
        return Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, codes::HALTED, detail));
    }
    let form = Form::of(headers)?;
    let body = body::read(app, headers, body).await?;
    let transaction = parsed(form, &body.bytes).await?;
    drop(body);
    let id = transaction.envelope.id();
    let known = known(app, id).await?;
    if known.is_none() {
        let submitted = app.live.submit(transaction, client.source());
        let taken = timeout(SUBMIT_LIMIT, submitted).await;
        // It may be taken up all the same, which is why there is no harm in trying again.
        taken.map_err(|_| Refused::busy("the node is too busy to check the transaction"))??;
    }
    Ok((id, app.now(), known))
}

/// The transaction that a body holds. Reading a batch takes milliseconds, which belong to a thread that may
/// take them.
async fn parsed(form: Form, bytes: &Bytes) -> Result<Transaction, Refused> {
    if bytes.len() <= SHORT_BODY_BYTES {
        return read(form, bytes);
    }
    let bytes = bytes.clone();
    let read = tokio::task::spawn_blocking(move || read(form, &bytes)).await;
    read.unwrap_or_else(|panic| Err(Refused::internal(&panic)))
}

/// Where a transaction stands if it is in the chain.
async fn known(app: &Arc<App>, id: TransactionId) -> Result<Option<Outcome>, Refused> {
    if app.glance(move |store| Ok(store.locate(&id)?)).await?.is_none() {
        return Ok(None);
    }
    Ok(app.read(move |store| transactions::outcome(store, &id)).await?.value)
}

fn read(form: Form, bytes: &[u8]) -> Result<Transaction, Refused> {
    let transaction = match form {
        Form::Bytes => Transaction::from_bytes(bytes)?,
        Form::Json => {
            let malformed =
                |error| Refused::new(StatusCode::BAD_REQUEST, codes::BODY_MALFORMED, error);
            json::parse_transaction(std::str::from_utf8(bytes).map_err(malformed)?)?
        }
    };
    if matches!(transaction.body, Carried::Single(_)) {
        body::check_single(bytes.len())?;
    }
    Ok(transaction)
}

/// Waits until a transaction is in the chain; `None` if it is pending still when time is over.
async fn wait(
    app: &Arc<App>,
    id: TransactionId,
    deadline: Instant,
) -> Result<Option<Outcome>, Refused> {
    let mut waiting = app.herald.wait_for(id)?;
    let mut closing = app.closing.clone();
    loop {
        // It may have become final before we were heard.
        let found = known(app, id).await?;
        if found.is_some() {
            return Ok(found);
        }
        let Ok(fate) = timeout_at(deadline, app.live.fate(id)).await else { return Ok(None) };
        if let Status::Rejected(rejection) = fate? {
            return Err(Refusal::from(rejection).into());
        }
        if Instant::now() >= deadline || *closing.borrow() {
            return Ok(None);
        }
        let told = async {
            tokio::select! {
                () = waiting.told() => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
        };
        // Nobody tells us of a refusal, so we ask now and then.
        let _ = timeout_at(deadline, timeout(FATE_PAUSE, told)).await;
    }
}

fn shown(app: &App, id: TransactionId, submitted: Submitted) -> Result<Response, Refused> {
    let status = if submitted.outcome.is_some() { StatusCode::OK } else { StatusCode::ACCEPTED };
    let height = app.live.head().borrow().height;
    let mut response = answer::json(&At { height, value: submitted })?;
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(place) = HeaderValue::from_str(&paths::transaction(&id)) {
        headers.insert(header::LOCATION, place);
    }
    Ok(response)
}
