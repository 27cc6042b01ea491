//! A node: the parts put together, and a handle to what runs.

use crate::acts::{ActsError, ActsLog, Binding, Recovered};
use crate::driver::{Driver, Ears, Event, Fatal, Hands, Setup};
use crate::executor::{Executor, Shared};
use crate::home::Home;
use crate::limits::EVENTS_MAX;
use crate::mempool::{Refusal, Source};
use crate::net::{Dials, Hello, Identity, Known, NetConfig, NetEvent, Network, StartError, Times};
use crate::worker::{self, Done, Job};
use hefu_consensus::Halt;
use hefu_ledger::genesis::Genesis;
use hefu_ledger::store::Store;
use hefu_ledger::store::rocks::{OpenError, RocksStore, StoreOptions};
use hefu_ledger::{ReadError, Transaction, TransactionId};
use hefu_primitives::{GenesisHash, Header, Incarnation, SecretKey};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, RwLock, mpsc as threads};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// The version of what nodes say to each other.
const WIRE_VERSION: u32 = 1;

/// What a node starts with.
#[derive(Debug)]
pub struct NodeConfig {
    /// Its data directory.
    pub home: Home,
    /// The network.
    pub genesis: Genesis,
    /// Its key.
    pub key: SecretKey,
    /// The incarnation of its key, as the genesis or a later operation has it.
    pub incarnation: Incarnation,
    /// Where it listens for peers.
    pub listen: SocketAddr,
    /// The peers that may connect.
    pub known: Vec<Known>,
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
    store: Shared<RocksStore>,
    network: Network,
    events: mpsc::Sender<Event>,
    head: watch::Receiver<Header>,
    halted: watch::Receiver<Option<Halt>>,
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

impl Node {
    /// Opens what is on the disk and begins to take part, on the tokio runtime that this is called in.
    pub fn start(config: NodeConfig) -> Result<Self, NodeError> {
        let NodeConfig { home, genesis, key, incarnation, listen, known } = config;
        let (hash, delta_ms) = (genesis.hash(), genesis.agreement.delta_ms);
        let (reporter, reports) = mpsc::unbounded_channel();
        // Whoever listens is gone only when the node stops.
        let report = move |one| drop(reporter.send(one));
        let binding = binding(&genesis, &key, incarnation);
        let (log, recovered) = ActsLog::open(&home.acts(), binding, report)?;
        let (store, head) = open_store(&home, &genesis, &recovered)?;
        // The directory stays locked as long as anything of this writes there.
        let home = Arc::new(home);
        let (jobs, done, executor) = start_executor(&store, hash, Arc::clone(&home))?;
        let (network, peers) = start_network(&key, hash, listen, known)?;
        network.set_height(head.height);
        let (events, inbox) = mpsc::channel(EVENTS_MAX);
        let (head, newest) = watch::channel(head);
        let (halted, halt) = watch::channel(None);
        let (stop, stopped) = watch::channel(false);
        let hands = Hands {
            network: network.clone(),
            log,
            store: Arc::clone(&store),
            jobs,
            events: events.clone(),
            head,
            halted,
        };
        let driver = Driver::new(Setup { key, genesis: hash, delta_ms }, hands, &recovered)?;
        let ears = Ears { network: peers, events: inbox, done, reports, stop: stopped };
        let driver = tokio::spawn(async move {
            let _home = home;
            driver.run(ears).await
        });
        Ok(Self { store, network, events, head: newest, halted: halt, stop, driver, executor })
    }

    /// Submits a transaction. It is pending when this returns well.
    pub async fn submit(
        &self,
        transaction: Transaction,
        source: Source,
    ) -> Result<TransactionId, SubmitError> {
        let (verdict, answer) = oneshot::channel();
        let event = Event::Submitted(Arc::new(transaction), source, verdict);
        self.events.send(event).await.map_err(|_| SubmitError::Stopped)?;
        Ok(answer.await.map_err(|_| SubmitError::Stopped)??)
    }

    /// What is stored, to be read.
    pub fn store(&self) -> &Shared<RocksStore> {
        &self.store
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The last block that was written; changes with each.
    pub fn head(&self) -> watch::Receiver<Header> {
        self.head.clone()
    }

    /// Why it signs nothing any more, if so.
    pub fn halted(&self) -> Option<Halt> {
        self.halted.borrow().clone()
    }

    /// Stops, and returns when everything is on the disk and the directory is free.
    pub async fn stop(self) -> Result<(), Fatal> {
        let Self { network, stop, driver, executor, store, events, .. } = self;
        stop.send_replace(true);
        let ended =
            driver.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        network.shut_down().await;
        drop((events, store));
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
    recovered: &Recovered,
) -> Result<(Shared<RocksStore>, Header), OpenError> {
    let floor = recovered.floor.map(Into::into);
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
        dials: Dials::Larger,
        times: Times::default(),
        jitter_seed: jitter_seed.unwrap_or_default(),
    })
}

/// Why a transaction is not taken up.
#[derive(Debug, Error)]
pub enum SubmitError {
    /// It is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The node stops.
    #[error("the node stops")]
    Stopped,
}

#[cfg(test)]
mod tests;
