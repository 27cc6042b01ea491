//! Tells of blocks as they become final: those who wait for a transaction, and those who listen.
//!
//! One task reads each new block once, for everybody.

use super::app::App;
use super::limits::{EVENTS_AHEAD, SHORT_BLOCK, SUBSCRIBERS_MAX, WAITERS_MAX};
use super::refused::Refused;
use crate::glance::glance;
use hefu_api::BlockSummary;
use hefu_ledger::TransactionId;
use hefu_ledger::store::rocks::RocksStore;
use hefu_ledger::store::{Location, Store};
use hefu_ledger::transaction::Envelope;
use hefu_primitives::{Height, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, oneshot};

/// Who is to be told of blocks.
pub(super) struct Herald {
    waiting: Mutex<BTreeMap<TransactionId, Vec<oneshot::Sender<()>>>>,
    places: Arc<Semaphore>,
    blocks: broadcast::Sender<Arc<BlockSummary>>,
    seats: Arc<Semaphore>,
}

/// Waits until a transaction is in the chain. To stop waiting is to drop this.
pub(super) struct Waiting {
    told: oneshot::Receiver<()>,
    _place: OwnedSemaphorePermit,
}

/// Hears of every block from now on, unless it falls too far behind.
pub(super) struct Subscription {
    pub(super) blocks: broadcast::Receiver<Arc<BlockSummary>>,
    _seat: OwnedSemaphorePermit,
}

/// What is told of a block.
struct News {
    summary: BlockSummary,
    ids: Vec<TransactionId>,
    before: Timestamp,
}

impl Default for Herald {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            places: Arc::new(Semaphore::new(WAITERS_MAX)),
            blocks: broadcast::Sender::new(EVENTS_AHEAD),
            seats: Arc::new(Semaphore::new(SUBSCRIBERS_MAX)),
        }
    }
}

impl Waiting {
    /// Returns when the transaction is in the chain; once, and then never again.
    pub(super) async fn told(&mut self) {
        if self.told.is_terminated() {
            return std::future::pending().await;
        }
        // The herald lives as long as the server.
        let _ = (&mut self.told).await;
    }
}

impl Herald {
    /// Waits for a transaction.
    pub(super) fn wait_for(&self, id: TransactionId) -> Result<Waiting, Refused> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Refused::busy("too many requests wait for transactions"))?;
        let (teller, told) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let others = waiting.entry(id).or_default();
        others.retain(|other| !other.is_closed());
        others.push(teller);
        Ok(Waiting { told, _place: place })
    }

    /// Listens to blocks.
    pub(super) fn subscribe(&self) -> Result<Subscription, Refused> {
        let seat = Arc::clone(&self.seats).try_acquire_owned();
        let seat = seat.map_err(|_| Refused::busy("too many listen to events"))?;
        Ok(Subscription { blocks: self.blocks.subscribe(), _seat: seat })
    }

    /// How many wait for transactions, and how many listen.
    pub(super) fn audience(&self) -> (usize, usize) {
        let waiters = WAITERS_MAX.saturating_sub(self.places.available_permits());
        (waiters, SUBSCRIBERS_MAX.saturating_sub(self.seats.available_permits()))
    }

    fn tell(&self, news: News) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for id in &news.ids {
            for teller in waiting.remove(id).unwrap_or_default() {
                // Whoever has gone away needs to know nothing.
                let _ = teller.send(());
            }
        }
        waiting.retain(|_, tellers| tellers.iter().any(|teller| !teller.is_closed()));
        drop(waiting);
        // Nobody may be listening.
        let _ = self.blocks.send(Arc::new(news.summary));
    }
}

/// The task that tells of blocks. Ends with the node or the server.
pub(super) async fn run(app: Arc<App>) {
    let (mut head, mut closing) = (app.live.head(), app.closing.clone());
    let mut next = head.borrow_and_update().height.next();
    loop {
        let newest = head.borrow_and_update().height;
        // Whoever is that far behind reads from the store anyway.
        next = next.max(newest.saturating_sub(EVENTS_AHEAD as u64));
        while next <= newest {
            tell_of(&app, next).await;
            next = next.next();
        }
        tokio::select! {
            changed = head.changed() => if changed.is_err() { return },
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}

async fn tell_of(app: &Arc<App>, height: Height) {
    let found = match glance(app.live.store(), |store| short_news(store, height)) {
        Ok(Ok(Some(news))) => Some(news),
        // A failure is in the log; those who wait ask by themselves now and then.
        _ => match app.read_at_once(move |store| news(store, height)).await {
            Ok(read) => read.value,
            Err(_) => return,
        },
    };
    if let Some(news) = found {
        app.metrics.count_block(&news.summary, news.before);
        app.herald.tell(news);
    }
}

/// What is told of a block that holds few transactions. It has just been written, so all of it is in
/// memory still.
fn short_news(store: &RocksStore, height: Height) -> Result<Option<News>, Refused> {
    let next = Location { height, place: SHORT_BLOCK };
    if store.envelope(&next)?.is_some() { Ok(None) } else { news(store, height) }
}

fn news(store: &RocksStore, height: Height) -> Result<Option<News>, Refused> {
    let Some(header) = store.header(height)? else { return Ok(None) };
    let before = store.header(height.saturating_sub(1))?.map_or(header.time, |one| one.time);
    let ids = if header.is_empty() { Vec::new() } else { ids(store, height)? };
    let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    Ok(Some(News { summary: BlockSummary::of(&header, count), ids, before }))
}

fn ids(store: &RocksStore, height: Height) -> Result<Vec<TransactionId>, Refused> {
    let envelopes = store.envelopes(height)?;
    Ok(envelopes.iter().map(Envelope::id).collect())
}
