//! A node but for what it orders: the parts put together, and a handle to what runs.

mod inlet;

pub use crate::driver::{Fatal, Picture, Role, Skew};
pub use inlet::{Inlet, Stopped};

use crate::acts::{ActsError, ActsLog, Binding, Floor};
use crate::application::{Application, Chain, Shared};
use crate::clock::Clock;
use crate::cpu::{Part, metered};
use crate::driver::{Driver, Ears, Hands, Setup};
use crate::home::Home;
use crate::limits::EVENTS_MAX;
use crate::net::{Dials, Hello, Identity, Known, NetConfig, NetEvent, Network, StartError, Times};
use crate::space;
use crate::worker::{self, Done, Job};
use hefu_primitives::{PublicKey, SecretKey};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, mpsc as threads};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// The version of what nodes say to each other.
const WIRE_VERSION: u32 = 2;

/// What a pipeline starts with.
#[derive(Debug)]
pub struct Config {
    /// Its data directory, with an acts log in it.
    pub home: Home,
    /// To what the acts log is bound: the network, the key and its incarnation.
    pub binding: Binding,
    /// What it is to be.
    pub role: Role,
    /// Its key.
    pub key: SecretKey,
    /// Δ, in milliseconds.
    pub delta_ms: u64,
    /// Where it listens for peers.
    pub listen: SocketAddr,
    /// The peers that may connect.
    pub known: Vec<Known>,
    /// With fewer free bytes than this on its disk it takes no part.
    pub low_water_bytes: u64,
    /// The clock that people set.
    pub clock: Clock,
}

/// What takes part and runs.
pub struct Pipeline<A: Application> {
    inlet: Inlet<A>,
    stop: watch::Sender<bool>,
    driver: JoinHandle<Result<(), Fatal>>,
    executor: std::thread::JoinHandle<()>,
}

impl<A: Application> Pipeline<A> {
    /// Opens the acts log, has `open` open the rest with the block that it must at least hold, and
    /// begins to take part, on the tokio runtime that this is called in.
    pub fn start<E>(
        config: Config,
        open: impl FnOnce(&Home, Option<Floor>) -> Result<(Shared<A::Chain>, A::Executor), E>,
    ) -> Result<Self, E>
    where
        E: From<ActsError> + From<StartError> + From<io::Error> + From<<A::Chain as Chain>::Error>,
    {
        let Config { home, binding, role, key, delta_ms, listen, known, .. } = config;
        let (low_water_bytes, clock) = (config.low_water_bytes, config.clock);
        let genesis = binding.genesis;
        let (reporter, reports) = mpsc::unbounded_channel();
        // Whoever listens is gone only when the node stops.
        let report = move |one| drop(reporter.send(one));
        let (log, recovered) = ActsLog::open(&home.acts(), binding, report)?;
        // What a follower has lost it fetches again: it has signed nothing that rests on it.
        let floor = recovered.floor.filter(|_| role == Role::Validator);
        let (store, executor) = open(&home, floor)?;
        // The directory stays locked as long as anything of this writes there.
        let home = Arc::new(home);
        let peers: Vec<PublicKey> = known.iter().map(|one| one.key).collect();
        let hello = Hello { genesis, protocol_version: WIRE_VERSION };
        let (network, inbound) = start_network(&key, hello, role, listen, known)?;
        let last = store.read().unwrap_or_else(PoisonError::into_inner).last();
        network.set_height(last.height);
        let (jobs, done, executor) = start_executor(executor, Arc::clone(&home))?;
        let (events, inbox) = mpsc::channel(EVENTS_MAX);
        let (head, newest) = watch::channel(last);
        let (halted, halt) = watch::channel(None);
        let (stop, stopped) = watch::channel(false);
        let low = space::watch(home.path().to_owned(), low_water_bytes);
        let hands = Hands {
            network: network.clone(),
            log,
            store: Arc::clone(&store),
            jobs,
            events: events.clone(),
            head,
            halted,
        };
        let inlet = Inlet { store, network, events, head: newest, halted: halt };
        let setup = Setup { key, role, genesis, delta_ms, peers, clock };
        let driver = match Driver::<A>::new(setup, hands, &recovered) {
            Ok(driver) => driver,
            Err(error) => {
                // A process that ends while its store is being closed may crash.
                drop(inlet);
                executor.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                return Err(error.into());
            }
        };
        let ears = Ears { network: inbound, events: inbox, done, reports, stop: stopped, low };
        let driver = tokio::spawn(metered(Part::Consensus, async move {
            let _home = home;
            driver.run(ears).await
        }));
        Ok(Self { inlet, stop, driver, executor })
    }

    /// A handle, which others may use as long as the node runs.
    pub fn inlet(&self) -> &Inlet<A> {
        &self.inlet
    }

    /// Returns when the node has stopped by itself; [`Pipeline::stop`] tells why.
    pub async fn ended(&self) {
        self.inlet.events.closed().await;
    }

    /// Stops, and returns when everything is on the disk and the directory is free.
    pub async fn stop(self) -> Result<(), Fatal> {
        let Self { inlet, stop, driver, executor } = self;
        stop.send_replace(true);
        let ended =
            driver.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        inlet.network.shut_down().await;
        drop(inlet);
        // The driver was the last to give it jobs, so it ends.
        let waited = tokio::task::spawn_blocking(move || executor.join()).await;
        if let Ok(Err(panic)) = waited {
            std::panic::resume_unwind(panic);
        }
        ended
    }
}

/// The executor's thread: where its jobs go, and where what comes of them is told.
type AtWork<A> =
    (threads::Sender<Job<A>>, mpsc::UnboundedReceiver<Done<A>>, std::thread::JoinHandle<()>);

fn start_executor<A: Application>(executor: A::Executor, home: Arc<Home>) -> io::Result<AtWork<A>> {
    let (jobs, todo) = threads::channel();
    let (finisher, done) = mpsc::unbounded_channel();
    // Whoever listens is gone only when the node stops.
    let report = move |one| {
        let _home = &home;
        drop(finisher.send(one));
    };
    Ok((jobs, done, worker::start(executor, todo, report)?))
}

fn start_network(
    key: &SecretKey,
    hello: Hello,
    role: Role,
    listen: SocketAddr,
    known: Vec<Known>,
) -> Result<(Network, mpsc::Receiver<NetEvent>), StartError> {
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
