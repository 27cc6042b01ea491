//! `GET /v1/events`: final blocks as they come, as server-sent events.
//!
//! The identifier of an event is its block's height. Whoever comes back with `Last-Event-ID` is
//! told of every block since, from the store, and then of what comes.

use super::app::App;
use super::ask::Query;
use super::blocks;
use super::herald::Subscription;
use super::limits::{EVENTS_KEEP_ALIVE, EVENTS_READ_MAX};
use super::refused::Refused;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream};
use hefu_api::BlockSummary;
use hefu_ledger::store::Store;
use hefu_primitives::Height;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

/// Final blocks as they come.
///
/// Each is an event `block` whose data is a block as it is listed and whose id is its height. A
/// client that reconnects with `Last-Event-ID` misses nothing.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "chain",
    params(
        ("Last-Event-ID" = Option<u64>, Header, description = "the height of the last block heard of"),
    ),
    responses((status = 200, description = "events", body = BlockSummary, content_type = "text/event-stream")),
)]
pub(super) async fn listen(
    State(app): State<Arc<App>>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    query.only(&[])?;
    // First heard, then read: so no block falls between the two.
    let heard = app.herald.subscribe()?;
    let last = match headers.get("last-event-id") {
        Some(last) => {
            let number = last.to_str().ok().and_then(|text| text.parse().ok());
            let wrong = || Refused::query("Last-Event-ID is the height of a block");
            Height::new(number.ok_or_else(wrong)?)
        }
        None => app.live.head().borrow().height,
    };
    let listener = Listener { app, heard, last, missed: true, ready: VecDeque::new() };
    let keep_alive = KeepAlive::new().interval(EVENTS_KEEP_ALIVE);
    Ok(Sse::new(listener.events()).keep_alive(keep_alive).into_response())
}

/// Somebody who listens.
struct Listener {
    app: Arc<App>,
    heard: Subscription,
    /// The last block that was told of.
    last: Height,
    /// Whether the store may hold blocks that were not told of.
    missed: bool,
    /// What was read of the store and not told yet.
    ready: VecDeque<BlockSummary>,
}

impl Listener {
    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, async |mut listener| {
            let block = listener.next().await?;
            listener.last = Height::new(block.height);
            Some((Ok(event(&block)), listener))
        })
    }

    /// The next block; none when the server stops or cannot read.
    async fn next(&mut self) -> Option<BlockSummary> {
        let mut closing = self.app.closing.clone();
        loop {
            if self.missed && self.ready.is_empty() {
                self.read().await.ok()?;
            }
            if let Some(block) = self.ready.pop_front() {
                return Some(block);
            }
            let heard = tokio::select! {
                heard = self.heard.blocks.recv() => heard,
                _ = closing.wait_for(|closing| *closing) => return None,
            };
            match heard.map(|block| (block.height.cmp(&self.last.next().get()), block)) {
                Ok((Ordering::Equal, block)) => return Some((*block).clone()),
                // It was read already.
                Ok((Ordering::Less, _)) => {}
                Ok((Ordering::Greater, _)) | Err(RecvError::Lagged(_)) => self.missed = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Reads blocks that are in the store and were not told of, a few at a time.
    async fn read(&mut self) -> Result<(), Refused> {
        let first = self.last.next();
        let read = self.app.read(move |store| {
            let newest = store.head().header.height;
            let last = newest.min(first.saturating_add(EVENTS_READ_MAX - 1));
            let heights = (first.get()..=last.get()).map(Height::new);
            let one = |height| blocks::summary(store, &blocks::header(store, height)?);
            heights.map(one).collect::<Result<VecDeque<_>, Refused>>()
        });
        self.ready = read.await?.value;
        self.missed = !self.ready.is_empty();
        Ok(())
    }
}

fn event(block: &BlockSummary) -> Event {
    let data = serde_json::to_string(block).unwrap_or_default();
    Event::default().event("block").id(block.height.to_string()).data(data)
}
