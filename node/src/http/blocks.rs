//! Blocks and checkpoints.

use super::answer::{self, Lasting};
use super::app::App;
use super::ask::{Param, Query};
use super::cursor::Cursor;
use super::limits::PAGE_TRANSACTIONS_MAX;
use super::refused::Refused;
use axum::extract::State;
use axum::response::Response;
use hefu_api::{
    Block, BlockSummary, Checkpoint, Finalization, HeaderView, Page, TransactionSummary,
};
use hefu_ledger::ReadError;
use hefu_ledger::did::NetworkName;
use hefu_ledger::store::rocks::RocksStore;
use hefu_ledger::store::{Location, Store};
use hefu_primitives::{Header, Height};
use std::sync::Arc;

/// In which order blocks are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Ascending,
    Descending,
}

/// The blocks.
#[utoipa::path(
    get,
    path = "/v1/blocks",
    tag = "chain",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before", pattern = "^[A-Za-z0-9_-]+$"),
        ("limit" = Option<u32>, Query, description = "how many at most", minimum = 1, maximum = 500),
        ("order" = Option<String>, Query, description = "`descending`, for the newest first", pattern = "^(ascending|descending)$"),
    ),
    responses((status = 200, description = "blocks in order", body = Page<BlockSummary>)),
)]
pub(super) async fn list(State(app): State<Arc<App>>, query: Query) -> Result<Response, Refused> {
    let query = query.only(&["after", "limit", "order"])?;
    let after = query.get::<Cursor>("after")?.map(Cursor::block).transpose()?;
    let order = match query.text("order") {
        None | Some("ascending") => Order::Ascending,
        Some("descending") => Order::Descending,
        Some(_) => return Err(Refused::query("order is ascending or descending")),
    };
    let limit = query.limit()?;
    answer::json(&app.read(move |store| page(store, after, order, limit)).await?)
}

/// The height after another in an order, if there is one.
fn following(newest: Height, after: Option<Height>, order: Order) -> Option<Height> {
    let next = match (order, after) {
        (Order::Ascending, None) => Some(Height::ZERO),
        (Order::Ascending, Some(after)) => after.checked_add(1),
        (Order::Descending, None) => Some(newest),
        (Order::Descending, Some(after)) => after.get().checked_sub(1).map(Height::new),
    };
    next.filter(|next| *next <= newest)
}

fn page(
    store: &RocksStore,
    after: Option<Height>,
    order: Order,
    limit: usize,
) -> Result<Page<BlockSummary>, Refused> {
    let newest = store.head().header.height;
    let (mut items, mut last, mut seen) = (Vec::new(), after, 0);
    while let Some(height) = following(newest, last, order) {
        if items.len() == limit || seen > PAGE_TRANSACTIONS_MAX {
            let next = last.map(|last| Cursor::Block(last).to_string());
            return Ok(Page { items, next });
        }
        let block = summary(store, &header(store, height)?)?;
        seen = seen.saturating_add(usize::try_from(block.transactions).unwrap_or(usize::MAX));
        items.push(block);
        last = Some(height);
    }
    Ok(Page { items, next: None })
}

/// The summary of a stored block.
pub(super) fn summary(store: &RocksStore, header: &Header) -> Result<BlockSummary, Refused> {
    let count = if header.is_empty() { 0 } else { store.envelopes(header.height)?.len() };
    Ok(BlockSummary::of(header, u32::try_from(count).unwrap_or(u32::MAX)))
}

/// The header at a height.
pub(super) fn header(store: &RocksStore, height: Height) -> Result<Header, Refused> {
    let newest = store.head().header.height;
    let unknown = || Refused::not_found(format!("the newest block is {newest}"));
    store.header(height)?.ok_or_else(unknown)
}

/// One block, with a list of its transactions.
#[utoipa::path(
    get,
    path = "/v1/blocks/{height}",
    tag = "chain",
    params(("height" = u64, Path, description = "its height")),
    responses((status = 200, description = "the block", body = Block)),
)]
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Param(height): Param<u64>,
    query: Query,
) -> Result<Response, Refused> {
    query.only(&[])?;
    let network = app.network().clone();
    let read = app.read(move |store| block(store, Height::new(height), &network)).await?;
    let digest = read.value.header.digest;
    Ok(answer::json(&read)?.immutable(digest))
}

fn block(store: &RocksStore, height: Height, network: &NetworkName) -> Result<Block, Refused> {
    let header = header(store, height)?;
    let envelopes = store.envelopes(height)?;
    let transactions = (0..).zip(&envelopes).map(|(place, envelope)| {
        TransactionSummary::of(envelope, Location { height, place }, header.time, network)
    });
    Ok(Block { header: HeaderView::from(&header), transactions: transactions.collect() })
}

/// The newest checkpoint.
#[utoipa::path(
    get,
    path = "/v1/checkpoints/latest",
    tag = "chain",
    responses((status = 200, description = "the checkpoint", body = Checkpoint)),
)]
pub(super) async fn latest(State(app): State<Arc<App>>, query: Query) -> Result<Response, Refused> {
    query.only(&[])?;
    let read = app.read(|store| checkpoint(store, store.head().header.height)).await?;
    let digest = read.value.header.digest;
    Ok(answer::json(&read)?.tagged(digest))
}

/// The checkpoint at a height.
///
/// Where the finalization names another digest, the block is final through that block above it.
#[utoipa::path(
    get,
    path = "/v1/checkpoints/{height}",
    tag = "chain",
    params(("height" = u64, Path, description = "its height")),
    responses((status = 200, description = "the checkpoint", body = Checkpoint)),
)]
pub(super) async fn at(
    State(app): State<Arc<App>>,
    Param(height): Param<u64>,
    query: Query,
) -> Result<Response, Refused> {
    query.only(&[])?;
    let read = app.read(move |store| checkpoint(store, Height::new(height))).await?;
    let digest = read.value.header.digest;
    Ok(answer::json(&read)?.immutable(digest))
}

fn checkpoint(store: &RocksStore, height: Height) -> Result<Checkpoint, Refused> {
    let header = header(store, height)?;
    let finalization = store.finalization(height)?;
    if finalization.is_none() && height > Height::ZERO {
        let damaged = ReadError::Damaged(format!("block {height} has no finalization"));
        return Err(damaged.into());
    }
    let finalization = finalization.as_ref().and_then(Finalization::of);
    Ok(Checkpoint { header: HeaderView::from(&header), finalization })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_follow_each_other_in_both_orders() {
        let (newest, at) = (Height::new(2), |number| Some(Height::new(number)));
        for (order, steps) in [
            (Order::Ascending, [at(0), at(1), at(2), None]),
            (Order::Descending, [at(2), at(1), at(0), None]),
        ] {
            let mut after = None;
            for step in steps {
                assert_eq!(following(newest, after, order), step);
                after = step;
            }
        }
        assert_eq!(following(newest, at(9), Order::Ascending), None);
        assert_eq!(following(newest, Some(Height::MAX), Order::Ascending), None);
    }
}
