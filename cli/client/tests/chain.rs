//! A chain that a node of a test serves, with a finger on what it says.

use crate::asked::query_of;
use crate::node::{Asked, Node, Said};
use hefu_api::Problem;
use hefu_client::{Client, NodeUrl, Settings, Trusted};
use hefu_fixtures::{Chain, Wallet, World};
use hefu_ledger::bundle::{Bundle, Query, build};
use hefu_ledger::genesis::Genesis;
use hefu_ledger::store::MemoryStore;
use hefu_primitives::Timestamp;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A chain that several may read and grow.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Chain<MemoryStore>>>);

/// Now, in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

/// A world that began a minute ago.
pub(crate) fn world(seed: u64) -> World {
    World::with(seed, |genesis| genesis.start = Timestamp::new(now_ms() - 60_000))
}

impl Shared {
    /// A chain with the DIDs of so many people, each enrolled in a block of its own.
    pub(crate) fn with_people(seed: u64, count: usize) -> (Self, Vec<Wallet>) {
        let mut world = world(seed);
        let people = Wallet::people(&mut world, count);
        let store = MemoryStore::new(&world.genesis).unwrap();
        let chain = Self(Arc::new(Mutex::new(Chain::new(world, store))));
        for person in &people {
            chain.with(|chain| {
                let enrolment = chain.world.create(person);
                chain.extend([enrolment])
            });
        }
        (chain, people)
    }

    /// What `f` makes of the chain.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut Chain<MemoryStore>) -> T) -> T {
        f(&mut self.0.lock().unwrap())
    }

    pub(crate) fn genesis(&self) -> Genesis {
        self.with(|chain| chain.world.genesis.clone())
    }

    /// The true bundle that answers a query.
    pub(crate) fn bundle(&self, query: &Query) -> Bundle {
        self.with(|chain| build(&chain.store, query).unwrap())
    }

    /// What an honest node says.
    pub(crate) fn say(&self, asked: &Asked) -> Said {
        let Some(query) = query_of(&asked.path) else { return not_found("there is nothing here") };
        match self.with(|chain| build(&chain.store, &query)) {
            Ok(bundle) => Said::Answer(200, bundle.to_bytes()),
            Err(error) => not_found(&error.to_string()),
        }
    }

    /// A node that tells the truth.
    pub(crate) fn honest(&self) -> Node {
        let chain = self.clone();
        Node::new(move |asked| chain.say(asked))
    }

    /// A node whose bundles are changed on the way.
    pub(crate) fn lying(&self, lie: impl Fn(&mut Bundle) + Send + 'static) -> Node {
        let chain = self.clone();
        Node::new(move |asked| match query_of(&asked.path) {
            Some(query) => {
                let mut bundle = chain.bundle(&query);
                lie(&mut bundle);
                Said::Answer(200, bundle.to_bytes())
            }
            None => not_found("there is nothing here"),
        })
    }

    /// A client of this chain's network that is not patient.
    pub(crate) fn client(&self, nodes: impl IntoIterator<Item = NodeUrl>) -> Client {
        client_of(Trusted::new(self.genesis()), nodes)
    }
}

/// A client that waits no longer than a test wants to.
pub(crate) fn client_of(trusted: Trusted, nodes: impl IntoIterator<Item = NodeUrl>) -> Client {
    let settings = Settings { catch_up: Duration::from_millis(200), ..Settings::default() };
    Client::new(nodes.into_iter().collect(), trusted, settings)
}

/// A client that does not wait long for who says nothing.
pub(crate) fn hasty(chain: &Shared, nodes: &[&NodeUrl]) -> Client {
    let (answer, catch_up) = (Duration::from_millis(500), Duration::from_millis(200));
    let nodes = nodes.iter().copied().cloned().collect();
    Client::new(nodes, Trusted::new(chain.genesis()), Settings { answer, catch_up })
}

/// A refusal as nodes write it.
pub(crate) fn problem(status: u16, code: &str, detail: &str) -> Vec<u8> {
    let (code, detail) = (code.to_owned(), detail.to_owned());
    let (kind, title) = ("about:blank".to_owned(), "Wrong".to_owned());
    let problem = Problem { kind, title, status, code, detail, retry_after_ms: None };
    serde_json::to_vec(&problem).unwrap()
}

pub(crate) fn not_found(detail: &str) -> Said {
    Said::Answer(404, problem(404, "api.not_found", detail))
}
