//! A node: a pipeline over the ledger, and handles to what runs.

mod handle;

pub use crate::pipeline::{Fatal, Role, Skew, Stopped};
pub use handle::{Handle, SubmitError};

use crate::acts::{ActsError, ActsLog, Binding, Floor};
use crate::application::Shared;
use crate::clock::Clock;
use crate::executor::Executor;
use crate::home::Home;
use crate::ledger::Ledger;
use crate::mempool::Footprint;
use crate::net::{Known, StartError};
use crate::pipeline::{self, Pipeline};
use hefu_ledger::ReadError;
use hefu_ledger::genesis::Genesis;
use hefu_ledger::genesis::SignedGenesis;
use hefu_ledger::store::Store;
use hefu_ledger::store::rocks::{OpenError, RocksStore, StoreOptions};
use hefu_primitives::{Header, Incarnation, SecretKey};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, RwLock};
use thiserror::Error;

/// How it stands with a node.
pub type Picture = pipeline::Picture<Footprint>;

/// What a node starts with.
#[derive(Debug)]
pub struct NodeConfig {
    /// Its data directory.
    pub home: Home,
    /// The network, with its founders' signatures, which were checked.
    pub genesis: SignedGenesis,
    /// What it is to be.
    pub role: Role,
    /// Its key.
    pub key: SecretKey,
    /// The incarnation of its key: of a validator as the genesis or a later operation has it, of a
    /// follower any.
    pub incarnation: Incarnation,
    /// Where it listens for peers.
    pub listen: SocketAddr,
    /// The peers that may connect.
    pub known: Vec<Known>,
    /// With fewer free bytes than this on its disk it takes no part.
    pub low_water_bytes: u64,
    /// The clock that people set.
    pub clock: Clock,
}

/// Why a node does not start.
#[derive(Debug, Error)]
pub enum NodeError {
    /// The store cannot be opened.
    #[error("the store: {0}")]
    Store(#[from] OpenError),
    /// The store cannot be read.
    #[error("the store: {0}")]
    Unreadable(#[from] ReadError),
    /// The acts log cannot be opened.
    #[error("the acts log: {0}")]
    Acts(#[from] ActsError),
    /// The network cannot be started.
    #[error("the network: {0}")]
    Network(#[from] StartError),
    /// A thread cannot be started.
    #[error("starting a thread: {0}")]
    Thread(#[from] io::Error),
}

/// A node that runs.
pub struct Node {
    handle: Handle,
    pipeline: Pipeline<Ledger>,
}

/// Makes the acts log of a validator, once and for all: an empty one says that it has signed nothing
/// in this incarnation yet.
pub fn begin_incarnation(
    home: &Home,
    genesis: &Genesis,
    key: &SecretKey,
    incarnation: Incarnation,
) -> Result<(), ActsError> {
    ActsLog::create(&home.acts(), &binding(genesis, key, incarnation))
}

fn binding(genesis: &Genesis, key: &SecretKey, incarnation: Incarnation) -> Binding {
    Binding { genesis: genesis.hash(), validator: key.public_key(), incarnation }
}

/// Opens what a node has on its disk, without running it, and gives its last block.
pub fn look(
    home: &Home,
    genesis: &Genesis,
    key: &SecretKey,
    incarnation: Incarnation,
) -> Result<Header, NodeError> {
    let (_log, recovered) = ActsLog::open(&home.acts(), binding(genesis, key, incarnation), drop)?;
    Ok(open_store(home, genesis, recovered.floor)?.1)
}

impl Node {
    /// Opens what is on the disk and begins to take part, on the tokio runtime that this is called in.
    pub fn start(config: NodeConfig) -> Result<Self, NodeError> {
        let NodeConfig { home, genesis, role, key, incarnation, listen, known, .. } = config;
        let (low_water_bytes, clock) = (config.low_water_bytes, config.clock);
        let hash = genesis.genesis.hash();
        let setup = pipeline::Config {
            home,
            binding: binding(&genesis.genesis, &key, incarnation),
            role,
            key: key.clone(),
            delta_ms: genesis.genesis.agreement.delta_ms,
            listen,
            known,
            low_water_bytes,
            clock,
        };
        let pipeline = Pipeline::<Ledger>::start(setup, |home, floor| {
            let (store, _) = open_store(home, &genesis.genesis, floor)?;
            Ok::<_, NodeError>((Arc::clone(&store), Executor::new(store, hash)))
        })?;
        let inlet = pipeline.inlet().clone();
        Ok(Self { handle: Handle { inlet, genesis: Arc::new(genesis), key, clock }, pipeline })
    }

    /// A handle, which others may use as long as the node runs.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Returns when the node has stopped by itself; [`Node::stop`] tells why.
    pub async fn ended(&self) {
        self.pipeline.ended().await;
    }

    /// Stops, and returns when everything is on the disk and the directory is free.
    pub async fn stop(self) -> Result<(), Fatal> {
        let Self { handle, pipeline } = self;
        drop(handle);
        pipeline.stop().await
    }
}

fn open_store(
    home: &Home,
    genesis: &Genesis,
    floor: Option<Floor>,
) -> Result<(Shared<RocksStore>, Header), OpenError> {
    let floor = floor.map(Into::into);
    let options = StoreOptions { floor, ..StoreOptions::default() };
    let store = RocksStore::open(&home.store(), genesis, &options)?;
    let head = store.head().header.clone();
    Ok((Arc::new(RwLock::new(store)), head))
}

#[cfg(test)]
mod tests;
