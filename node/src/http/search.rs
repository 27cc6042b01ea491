//! Transactions by DID, organisation or kind; and all of them, for whoever keeps a copy.

use super::answer;
use super::app::{App, At};
use super::ask::Query;
use super::cursor::Cursor;
use super::limits::{EXPORT_BYTES_MAX, PAGE_TRANSACTIONS_MAX};
use super::refused::Refused;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use hefu_api::{Exported, Page, TransactionSummary, media};
use hefu_ledger::did::{Did, NetworkName};
use hefu_ledger::effects::Effects;
use hefu_ledger::json::Json;
use hefu_ledger::operation::OperationKind;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::store::rocks::RocksStore;
use hefu_ledger::store::{Index, Location, Store};
use hefu_ledger::transaction::Body;
use hefu_ledger::{ReadError, Transaction};
use hefu_primitives::{Header, Height};
use std::sync::Arc;

/// The header that says where the next page of an export begins.
const NEXT_HEADER: HeaderName = HeaderName::from_static("x-hefu-next");

/// Transactions of one DID, of one organisation or of one kind, in the order of the chain.
#[utoipa::path(
    get,
    path = "/v1/search",
    tag = "chain",
    params(
        ("did" = Option<String>, Query, description = "what happened to this DID", pattern = "^did:hefu:[a-z][a-z0-9-]{1,15}:[a-z2-7]{51}[aq]$"),
        ("organisation" = Option<u16>, Query, description = "what the organisation of this number signed"),
        ("kind" = Option<String>, Query, description = "operations of this kind, such as `did.create`", pattern = "^[a-z]+\\.[a-z_]+$"),
        ("after" = Option<String>, Query, description = "`next` of the page before", pattern = "^[A-Za-z0-9_-]+$"),
        ("limit" = Option<u32>, Query, description = "how many at most", minimum = 1, maximum = 500),
    ),
    responses((status = 200, description = "transactions in order", body = Page<TransactionSummary>)),
)]
pub(super) async fn search(State(app): State<Arc<App>>, query: Query) -> Result<Response, Refused> {
    let query = query.only(&["did", "organisation", "kind", "after", "limit"])?;
    let (index, limit) = (index(&app, &query)?, query.limit()?);
    let after = query.get::<Cursor>("after")?.map(Cursor::transaction).transpose()?;
    let network = app.network().clone();
    answer::json(&app.read(move |store| page(store, index, after, limit, &network)).await?)
}

/// The index that a query names.
fn index(app: &App, query: &Query) -> Result<Index, Refused> {
    let did = query.get::<Did>("did")?.map(|did| app.ours(&did)).transpose()?;
    let organisation = query.get::<u16>("organisation")?.map(OrganisationId::new);
    let kind = query.text("kind").map(kind).transpose()?;
    match (did, organisation, kind) {
        (Some(did), None, None) => Ok(Index::Did(did)),
        (None, Some(organisation), None) => Ok(Index::Organisation(organisation)),
        (None, None, Some(kind)) => Ok(Index::Kind(kind)),
        _ => Err(Refused::query("one of did, organisation and kind is needed")),
    }
}

fn kind(name: &str) -> Result<OperationKind, Refused> {
    let row = OperationKind::NAMED.into_iter().find(|row| row.1 == name);
    let unknown = || {
        let names = OperationKind::NAMED.map(|row| row.1).join(", ");
        Refused::query(format!("kind is one of {names}"))
    };
    row.map(|row| row.0).ok_or_else(unknown)
}

fn page(
    store: &RocksStore,
    index: Index,
    after: Option<Location>,
    limit: usize,
    network: &NetworkName,
) -> Result<Page<TransactionSummary>, Refused> {
    // One more than are shown tells whether there are more.
    let mut found = store.search(index, after, limit.saturating_add(1))?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| Cursor::at(*last).to_string());
    let items = found.into_iter().map(|at| {
        let missing = || ReadError::Damaged(format!("nothing stands at {at:?}"));
        let header = store.header(at.height)?.ok_or_else(missing)?;
        let envelope = store.envelope(&at)?.ok_or_else(missing)?;
        Ok(TransactionSummary::of(&envelope, at, header.time, network))
    });
    Ok(Page { items: items.collect::<Result<_, Refused>>()?, next })
}

/// All transactions in full, one a line.
///
/// The header `x-hefu-next` holds what to ask for the next page with, as `after`. A page without
/// lines is the end for now: later the same request gives what came since.
#[utoipa::path(
    get,
    path = "/v1/export",
    tag = "chain",
    params(
        ("after" = Option<String>, Query, description = "`x-hefu-next` of the page before", pattern = "^[A-Za-z0-9_-]+$"),
        ("limit" = Option<u32>, Query, description = "how many at most", minimum = 1, maximum = 500),
    ),
    responses((status = 200, description = "one transaction a line", body = Exported, content_type = "application/jsonl")),
)]
pub(super) async fn export(State(app): State<Arc<App>>, query: Query) -> Result<Response, Refused> {
    let query = query.only(&["after", "limit"])?;
    let after = query.get::<Cursor>("after")?.map(Cursor::transaction).transpose()?;
    let limit = query.limit()?;
    let At { height, value } = app.read(move |store| Lines::read(store, after, limit)).await?;
    let Lines { text, next, .. } = value;
    let mut response = answer::bytes(height, media::JSON_LINES, text);
    let next = next.and_then(|last| HeaderValue::from_str(&Cursor::at(last).to_string()).ok());
    if let Some(next) = next {
        response.headers_mut().insert(NEXT_HEADER, next);
    }
    Ok(response)
}

/// Lines of an export that is being put together.
struct Lines {
    text: Vec<u8>,
    count: usize,
    limit: usize,
    /// Where the last line stands, or that of the page before.
    next: Option<Location>,
}

impl Lines {
    /// The lines after a place. What was asked for is read block by block; of these, few are read.
    fn read(store: &RocksStore, after: Option<Location>, limit: usize) -> Result<Self, Refused> {
        let mut lines = Self { text: Vec::new(), count: 0, limit, next: after };
        let (first, newest) = (after.map_or(Height::ZERO, |at| at.height), &store.head().header);
        let (mut height, mut seen) = (first, 0);
        while height <= newest.height {
            let missing = || ReadError::Damaged(format!("block {height} is missing"));
            let header = store.header(height)?.ok_or_else(missing)?;
            seen += lines.add_block(store, &header, after)?;
            if lines.is_full() || seen > PAGE_TRANSACTIONS_MAX {
                return Ok(lines);
            }
            height = height.next();
        }
        Ok(lines)
    }

    fn is_full(&self) -> bool {
        self.count >= self.limit || self.text.len() >= EXPORT_BYTES_MAX
    }

    /// Adds the transactions of a block after a place, until it is full. Tells how many were read.
    fn add_block(
        &mut self,
        store: &RocksStore,
        header: &Header,
        after: Option<Location>,
    ) -> Result<usize, Refused> {
        if header.is_empty() {
            return Ok(0);
        }
        let (height, body) = (header.height, store.body(header.height)?.unwrap_or_default());
        let effects = store.effects(height)?;
        let placed = (0..).zip(body.transactions.iter().zip(&effects));
        for (place, (transaction, effects)) in placed {
            let at = Location { height, place };
            if after.is_some_and(|after| at <= after) {
                continue;
            }
            if self.is_full() {
                break;
            }
            self.add(header, at, transaction, effects)?;
        }
        Ok(effects.len())
    }

    fn add(
        &mut self,
        header: &Header,
        at: Location,
        transaction: &Transaction,
        effects: &Effects,
    ) -> Result<(), Refused> {
        let failed = |error| Refused::internal(&error);
        let line = Exported {
            id: transaction.envelope.id().into(),
            height: at.height.get(),
            place: at.place,
            time_ms: header.time.get(),
            applied: applied(transaction, effects),
            transaction: serde_json::to_value(transaction.write()).map_err(failed)?,
        };
        serde_json::to_writer(&mut self.text, &line).map_err(failed)?;
        self.text.push(b'\n');
        self.count += 1;
        self.next = Some(at);
        Ok(())
    }
}

/// Of a batch: which of its entries were applied.
pub(super) fn applied(transaction: &Transaction, effects: &Effects) -> Option<Vec<bool>> {
    match &transaction.body {
        Body::Batch(entries) => {
            Some((0..entries.iter().len()).map(|entry| effects.is_applied(entry)).collect())
        }
        Body::Single(_) => None,
    }
}
