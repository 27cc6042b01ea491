//! What became of a transaction.

use super::answer::{self, Lasting};
use super::app::{App, At};
use super::ask::{Param, Query};
use super::refused::Refused;
use super::search;
use crate::mempool::Status;
use axum::extract::State;
use axum::response::Response;
use hefu_api::{Hex32, Outcome, TransactionState, TransactionStatus};
use hefu_ledger::operation::OperationKind;
use hefu_ledger::rejection::Rejection;
use hefu_ledger::store::rocks::RocksStore;
use hefu_ledger::store::{Location, Store};
use hefu_ledger::{ReadError, TransactionId};
use std::sync::Arc;

/// What became of a transaction.
#[utoipa::path(
    get,
    path = "/v1/transactions/{id}",
    tag = "transactions",
    params(("id" = Hex32, Path, description = "what names the transaction")),
    responses((status = 200, description = "where it is", body = TransactionStatus)),
)]
pub(super) async fn status(
    State(app): State<Arc<App>>,
    Param(id): Param<Hex32>,
    query: Query,
) -> Result<Response, Refused> {
    query.only(&[])?;
    let name = id.transaction();
    let found = app.read(move |store| outcome(store, &name)).await?;
    if let Some(outcome) = found.value {
        let at = At { height: found.height, value: TransactionStatus::final_at(id, outcome) };
        return Ok(answer::json(&at)?.immutable(id));
    }
    let status = pending(id, app.live.fate(name).await?)?;
    answer::json(&At { height: found.height, value: status })
}

/// The status of a transaction that the chain did not hold.
fn pending(id: Hex32, fate: Status) -> Result<TransactionStatus, Refused> {
    let (state, why) = match fate {
        Status::Unknown => {
            let detail = "this node knows no such transaction: it was never submitted here, or \
                          was dropped long ago";
            return Err(Refused::not_found(detail));
        }
        // Executed a moment ago: the next look at the chain finds it.
        Status::Checking | Status::Executed => (TransactionState::Pending, None),
        Status::Pending(why) => (TransactionState::Pending, why),
        Status::Rejected(why @ Rejection::Expired { .. }) => (TransactionState::Expired, Some(why)),
        Status::Rejected(why) => (TransactionState::Refused, Some(why)),
    };
    Ok(TransactionStatus {
        code: why.as_ref().map(|why| why.code().to_owned()),
        reason: why.as_ref().map(ToString::to_string),
        ..TransactionStatus::of(id, state)
    })
}

/// Where a transaction stands in the chain, if it does.
pub(super) fn outcome(store: &RocksStore, id: &TransactionId) -> Result<Option<Outcome>, Refused> {
    let Some(at) = store.locate(id)? else { return Ok(None) };
    let missing = || ReadError::Damaged(format!("nothing stands at {at:?}"));
    let header = store.header(at.height)?.ok_or_else(missing)?;
    let envelope = store.envelope(&at)?.ok_or_else(missing)?;
    let applied = applied(store, at, envelope.kind)?;
    let (height, place, time_ms) = (at.height.get(), at.place, header.time.get());
    Ok(Some(Outcome { height, place, time_ms, applied }))
}

/// Of a batch: which of its entries were applied.
fn applied(
    store: &RocksStore,
    at: Location,
    kind: OperationKind,
) -> Result<Option<Vec<bool>>, Refused> {
    if kind != OperationKind::DidCreateBatch {
        return Ok(None);
    }
    let missing = || ReadError::Damaged(format!("no batch stands at {at:?}"));
    let (body, effects) = (store.body(at.height)?, store.effects(at.height)?);
    let place = usize::try_from(at.place).unwrap_or(usize::MAX);
    let batch = body.as_ref().and_then(|body| body.transactions.get(place)).ok_or_else(missing)?;
    let effects = effects.get(place).ok_or_else(missing)?;
    Ok(search::applied(batch, effects))
}
