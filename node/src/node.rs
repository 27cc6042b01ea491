//! A node: the parts put together, and handles to what runs.

mod handle;

pub use crate::driver::{Fatal, Picture, Role};
pub use handle::{Handle, Stopped, SubmitError};

use crate::acts::{ActsError, ActsLog, Binding, Floor};
use crate::driver::{Driver, Ears, Hands, Setup};
use crate::executor::{Executor, Shared};
use crate::home::Home;
use crate::limits::EVENTS_MAX;
use crate::net::{Dials, Hello, Identity, Known, NetConfig, NetEvent, Network, StartError, Times};
use crate::space;
use crate::worker::{self, Done, Job};
use hefu_ledger::ReadError;
use hefu_ledger::genesis::Genesis;
use hefu_ledger::genesis::SignedGenesis;
use hefu_ledger::store::Store;
use hefu_ledger::store::rocks::{OpenError, RocksStore, StoreOptions};
use hefu_primitives::{GenesisHash, Header, Incarnation, PublicKey, SecretKey};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, RwLock, mpsc as threads};
use thiserror::Error;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// The version of what nodes say to each other.
const WIRE_VERSION: u32 = 1;

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
    stop: watch::Sender<bool>,
    driver: JoinHandle<Result<(), Fatal>>,
    executor: std::thread::JoinHandle<()>,
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
        let NodeConfig { home, genesis, role, key, incarnation, listen, known, low_water_bytes } =
            config;
        let (hash, delta_ms) = (genesis.genesis.hash(), genesis.genesis.agreement.delta_ms);
        let (reporter, reports) = mpsc::unbounded_channel();
        // Whoever listens is gone only when the node stops.
        let report = move |one| drop(reporter.send(one));
        let binding = binding(&genesis.genesis, &key, incarnation);
        let (log, recovered) = ActsLog::open(&home.acts(), binding, report)?;
        // What a follower has lost it fetches again: it has signed nothing that rests on it.
        let floor = recovered.floor.filter(|_| role == Role::Validator);
        let (store, head) = open_store(&home, &genesis.genesis, floor)?;
        // The directory stays locked as long as anything of this writes there.
        let home = Arc::new(home);
        let peers: Vec<PublicKey> = known.iter().map(|one| one.key).collect();
        let (network, inbound) = start_network(&key, hash, role, listen, known)?;
        network.set_height(head.height);
        let (jobs, done, executor) = start_executor(&store, hash, Arc::clone(&home))?;
        let (events, inbox) = mpsc::channel(EVENTS_MAX);
        let (head, newest) = watch::channel(head);
        let (halted, halt) = watch::channel(None);
        let (stop, stopped) = watch::channel(false);
        let (lower, low) = watch::channel(false);
        tokio::spawn(space::watch(home.path().to_owned(), low_water_bytes, lower));
        let hands = Hands {
            network: network.clone(),
            log,
            store: Arc::clone(&store),
            jobs,
            events: events.clone(),
            head,
            halted,
        };
        let handle = Handle {
            store,
            network,
            events,
            head: newest,
            halted: halt,
            genesis: Arc::new(genesis),
            key: key.clone(),
        };
        let setup = Setup { key, role, genesis: hash, delta_ms, peers };
        let driver = match Driver::new(setup, hands, &recovered) {
            Ok(driver) => driver,
            Err(error) => {
                // A process that ends while its store is being closed may crash.
                drop(handle);
                executor.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                return Err(error.into());
            }
        };
        let ears = Ears { network: inbound, events: inbox, done, reports, stop: stopped, low };
        let driver = tokio::spawn(async move {
            let _home = home;
            driver.run(ears).await
        });
        Ok(Self { handle, stop, driver, executor })
    }

    /// A handle, which others may use as long as the node runs.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Returns when the node has stopped by itself; [`Node::stop`] tells why.
    pub async fn ended(&self) {
        self.handle.events.closed().await;
    }

    /// Stops, and returns when everything is on the disk and the directory is free.
    pub async fn stop(self) -> Result<(), Fatal> {
        let Self { handle, stop, driver, executor } = self;
        stop.send_replace(true);
        let ended =
            driver.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        handle.network.shut_down().await;
        drop(handle);
        // The driver was the last to give it jobs, so it ends.
        let waited = tokio::task::spawn_blocking(move || executor.join()).await;
        if let Ok(Err(panic)) = waited {
            std::panic::resume_unwind(panic);
        }
        ended
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

/// The executor's thread: where its jobs go, and where what comes of them is told.
type AtWork = (threads::Sender<Job>, mpsc::UnboundedReceiver<Done>, std::thread::JoinHandle<()>);

fn start_executor(
    store: &Shared<RocksStore>,
    genesis: GenesisHash,
    home: Arc<Home>,
) -> io::Result<AtWork> {
    let (jobs, todo) = threads::channel();
    let (finisher, done) = mpsc::unbounded_channel();
    // Whoever listens is gone only when the node stops.
    let report = move |one| {
        let _home = &home;
        drop(finisher.send(one));
    };
    let executor = Executor::new(Arc::clone(store), genesis);
    Ok((jobs, done, worker::start(executor, genesis, todo, report)?))
}

fn start_network(
    key: &SecretKey,
    genesis: GenesisHash,
    role: Role,
    listen: SocketAddr,
    known: Vec<Known>,
) -> Result<(Network, mpsc::Receiver<NetEvent>), StartError> {
    let hello = Hello { genesis, protocol_version: WIRE_VERSION };
    let own = key.public_key();
    // Any two keys differ in their first bytes, and so do the pauses of their nodes.
    let jitter_seed = own.as_bytes().first_chunk().copied().map(u64::from_le_bytes);
    Network::start(NetConfig {
        identity: Identity::from_seed(&key.to_seed()),
        listen,
        hello,
        known,
        dials: match role {
            Role::Validator => Dials::Larger,
            Role::Follower => Dials::All,
        },
        times: Times::default(),
        jitter_seed: jitter_seed.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests;
