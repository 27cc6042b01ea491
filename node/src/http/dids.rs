//! DIDs: what the ledger knows of one, and what happened to it.

use super::answer;
use super::app::App;
use super::ask::{Param, Query};
use super::cursor::Cursor;
use super::refused::Refused;
use axum::extract::State;
use axum::response::Response;
use hefu_api::{DidView, HistoryEntry, KeyHolder, Page};
use hefu_ledger::did::{Did, DidId};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::store::Store;
use hefu_ledger::store::rocks::RocksStore;
use hefu_ledger::transaction::TransactionId;
use hefu_ledger::{ReadError, state};
use std::sync::Arc;

/// The record of a DID.
///
/// Its document, and its former versions, are what DID resolution gives.
#[utoipa::path(
    get,
    path = "/v1/dids/{did}",
    tag = "identities",
    params(("did" = String, Path, description = "the DID", pattern = "^did:hefu:[a-z][a-z0-9-]{1,15}:[a-z2-7]{51}[aq]$")),
    responses((status = 200, description = "its record", body = DidView)),
)]
pub(super) async fn record(
    State(app): State<Arc<App>>,
    Param(did): Param<Did>,
    query: Query,
) -> Result<Response, Refused> {
    query.only(&[])?;
    let id = app.ours(&did)?;
    let read = app.read(move |store| {
        let record = state::did(store, &id)?.ok_or_else(unknown)?;
        Ok(DidView::of(&did, &record, store.head().header.time))
    });
    answer::json(&read.await?)
}

/// What happened to a DID, the oldest first.
#[utoipa::path(
    get,
    path = "/v1/dids/{did}/history",
    tag = "identities",
    params(
        ("did" = String, Path, description = "the DID", pattern = "^did:hefu:[a-z][a-z0-9-]{1,15}:[a-z2-7]{51}[aq]$"),
        ("after" = Option<String>, Query, description = "`next` of the page before", pattern = "^[A-Za-z0-9_-]+$"),
        ("limit" = Option<u32>, Query, description = "how many at most", minimum = 1, maximum = 500),
    ),
    responses((status = 200, description = "operations in order", body = Page<HistoryEntry>)),
)]
pub(super) async fn history(
    State(app): State<Arc<App>>,
    Param(did): Param<Did>,
    query: Query,
) -> Result<Response, Refused> {
    let query = query.only(&["after", "limit"])?;
    let (id, limit) = (app.ours(&did)?, query.limit()?);
    let after = query.get::<Cursor>("after")?.map(Cursor::entry).transpose()?;
    let first = after.map_or(0, |number| number.saturating_add(1));
    answer::json(&app.read(move |store| entries(store, &id, first, limit)).await?)
}

fn entries(
    store: &RocksStore,
    did: &DidId,
    first: u32,
    limit: usize,
) -> Result<Page<HistoryEntry>, Refused> {
    let record = state::did(store, did)?.ok_or_else(unknown)?;
    let entries = store.log(did, first, limit)?;
    let shown = (first..).zip(&entries).map(|(number, entry)| {
        let id = TransactionId::new(entry.transaction);
        let missing = || ReadError::Damaged(format!("transaction {id} of a log is missing"));
        let at = store.locate(&id)?.ok_or_else(missing)?;
        let envelope = store.envelope(&at)?.ok_or_else(missing)?;
        Ok(HistoryEntry::of(number, entry, envelope.kind))
    });
    let items: Vec<_> = shown.collect::<Result<_, Refused>>()?;
    let last = items.last().map(|entry| entry.number);
    let more = last.filter(|last| Some(*last) != record.last_entry());
    Ok(Page { items, next: more.map(|last| Cursor::Entry(last).to_string()) })
}

/// Which DID has a signature key, or had it.
#[utoipa::path(
    get,
    path = "/v1/keys/{key}",
    tag = "identities",
    params(("key" = String, Path, description = "the key in hexadecimal, or as documents have it", pattern = "^([0-9a-f]{64}|z6Mk[1-9A-HJ-NP-Za-km-z]{44})$")),
    responses((status = 200, description = "the DID", body = KeyHolder)),
)]
pub(super) async fn holder(
    State(app): State<Arc<App>>,
    Param(key): Param<super::key::Key>,
    query: Query,
) -> Result<Response, Refused> {
    query.only(&[])?;
    let (key, reader) = (key.0, Arc::clone(&app));
    let read = app.read(move |store| key_holder(&reader, store, key));
    answer::json(&read.await?)
}

fn key_holder(app: &App, store: &RocksStore, key: KeyBytes) -> Result<KeyHolder, Refused> {
    use hefu_ledger::state::StateReader;
    let unknown = || Refused::not_found("no DID has or had this key");
    let did = store.key_holder(&key.hash())?.ok_or_else(unknown)?;
    let missing = || ReadError::Damaged(format!("the key {key} is that of no record"));
    let record = state::did(store, &did)?.ok_or_else(missing)?;
    Ok(KeyHolder::of(key, &app.full(did), &record.content))
}

fn unknown() -> Refused {
    Refused::not_found("the ledger has no such DID; its absence can be proved: ask for /bundle")
}
