//! What all requests share: the node, turns to read it, and what waits for its blocks.

use super::documents::Documents;
use super::herald::Herald;
use super::limits::{BATCHES_MAX, BUNDLES_MAX, READS_MAX, TURN_LIMIT};
use super::live::Live;
use super::metrics::Metrics;
use super::refused::Refused;
use crate::glance::glance;
use crate::node::Picture;
use hefu_ledger::did::{Did, DidId, NetworkName};
use hefu_ledger::store::Store;
use hefu_ledger::store::rocks::RocksStore;
use hefu_primitives::{GenesisHash, Height, Timestamp};
use std::sync::{Arc, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit, watch};

/// What all requests share.
pub(crate) struct App {
    pub(super) live: Box<dyn Live>,
    pub(super) genesis: GenesisHash,
    pub(super) herald: Herald,
    pub(super) metrics: Metrics,
    pub(super) documents: Documents,
    /// Becomes true when the server stops.
    pub(super) closing: watch::Receiver<bool>,
    pub(super) batches: Semaphore,
    reads: Arc<Semaphore>,
    bundles: Semaphore,
}

/// What was read, and at which checkpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<T> {
    pub(super) height: Height,
    pub(super) value: T,
}

impl App {
    pub(super) fn new(live: Box<dyn Live>, closing: watch::Receiver<bool>) -> Arc<Self> {
        let genesis = live.genesis().genesis.hash();
        let documents = Documents::of(live.genesis());
        Arc::new(Self {
            live,
            genesis,
            herald: Herald::default(),
            metrics: Metrics::new(),
            documents,
            closing,
            batches: Semaphore::new(BATCHES_MAX),
            reads: Arc::new(Semaphore::new(READS_MAX)),
            bundles: Semaphore::new(BUNDLES_MAX),
        })
    }

    pub(super) fn network(&self) -> &NetworkName {
        &self.live.genesis().genesis.network
    }

    /// The time, by the node's clock.
    pub(super) fn now(&self) -> Timestamp {
        self.live.clock().now()
    }

    /// The DID as it is written in full.
    pub(super) fn full(&self, id: DidId) -> Did {
        Did { network: self.network().clone(), id }
    }

    /// The identifier, if the DID is one of this network.
    pub(super) fn ours(&self, did: &Did) -> Result<DidId, Refused> {
        if did.network == *self.network() {
            return Ok(did.id);
        }
        let (asked, ours) = (&did.network, self.network());
        Err(Refused::not_found(format!("the DID is of the network {asked}, and this is {ours}")))
    }

    /// Reads the store on a thread that may wait, when it is our turn.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        look: impl FnOnce(&RocksStore) -> Result<T, Refused> + Send + 'static,
    ) -> Result<At<T>, Refused> {
        let turn = Arc::clone(&self.reads).acquire_owned();
        let waited = tokio::time::timeout(TURN_LIMIT, turn).await;
        let turn = waited.map_err(|_| Refused::busy("too many reads at a time"))?;
        let turn = turn.map_err(|_| Refused::stopping())?;
        // The thread holds the turn: a client that goes away does not end the read.
        self.read_at_once(move |store| {
            let _turn = turn;
            look(store)
        })
        .await
    }

    /// The same for the server itself, which waits for no turn.
    pub(super) async fn read_at_once<T: Send + 'static>(
        self: &Arc<Self>,
        look: impl FnOnce(&RocksStore) -> Result<T, Refused> + Send + 'static,
    ) -> Result<At<T>, Refused> {
        let app = Arc::clone(self);
        let looked = tokio::task::spawn_blocking(move || {
            let store = app.live.store().read().unwrap_or_else(PoisonError::into_inner);
            let height = store.head().header.height;
            look(&store).map(|value| At { height, value })
        });
        looked.await.unwrap_or_else(|panic| Err(Refused::internal(&panic)))
    }

    /// Reads what is found with a key or two, at once if nothing is being written.
    pub(super) async fn glance<T: Send + 'static>(
        self: &Arc<Self>,
        look: impl FnOnce(&RocksStore) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        match glance(self.live.store(), look) {
            Ok(seen) => seen,
            Err(look) => Ok(self.read(look).await?.value),
        }
    }

    /// How the node is, if it says so in time.
    pub(super) async fn picture(&self) -> Result<Picture, Refused> {
        let asked = tokio::time::timeout(TURN_LIMIT, self.live.picture()).await;
        Ok(asked.map_err(|_| Refused::busy("the node is too busy to say how it is"))??)
    }

    /// A turn to make a bundle.
    pub(super) async fn bundle_turn(&self) -> Result<SemaphorePermit<'_>, Refused> {
        let turn = tokio::time::timeout(TURN_LIMIT, self.bundles.acquire()).await;
        let turn = turn.map_err(|_| Refused::busy("too many proofs are being made"))?;
        turn.map_err(|_| Refused::stopping())
    }
}
