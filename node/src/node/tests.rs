//! Four nodes on loopback, with real files and sockets.

use super::{Node, NodeConfig, begin_incarnation};
use crate::home::Home;
use crate::mempool::Source;
use crate::net::Known;
use hefu_fixtures::{Wallet, World};
use hefu_ledger::store::Store;
use hefu_ledger::{Transaction, state};
use hefu_primitives::{Header, Incarnation, Timestamp};
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use tempfile::TempDir;

/// A network of validators, each with a directory and a port.
struct Net {
    world: World,
    places: Vec<(TempDir, SocketAddr)>,
    running: Vec<Option<Node>>,
}

impl Net {
    fn start() -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let now = u64::try_from(now.as_millis()).unwrap();
        let mut world = World::with(21, |genesis| {
            genesis.start = Timestamp::new(now - 60_000);
            genesis.agreement.delta_ms = 100;
        });
        world.now = Timestamp::new(now);
        // Taken from the system, and free again when the nodes bind them.
        let held: Vec<_> =
            world.validators.iter().map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let addresses: Vec<_> = held.iter().map(|one| one.local_addr().unwrap()).collect();
        drop(held);
        let places = addresses.into_iter().map(|one| (tempfile::tempdir().unwrap(), one));
        let places: Vec<_> = places.collect();
        let running = places.iter().map(|_| None).collect();
        let mut net = Self { world, places, running };
        for place in 0..net.places.len() {
            net.begin(place);
            net.boot(place);
        }
        net
    }

    fn begin(&self, place: usize) {
        let home = Home::open(self.places[place].0.path()).unwrap();
        let (key, genesis) = (&self.world.validators[place], &self.world.genesis);
        let incarnation = self.incarnation(place);
        begin_incarnation(&home, genesis, key, incarnation).unwrap();
    }

    fn incarnation(&self, place: usize) -> Incarnation {
        let key = self.world.validators[place].public_key();
        let set = &self.world.genesis.validators;
        set.get(set.index_of(&key).unwrap()).unwrap().incarnation
    }

    fn boot(&mut self, place: usize) {
        let known = self.world.validators.iter().zip(&self.places).enumerate();
        let known = known.filter(|(other, _)| *other != place).map(|(other, (key, at))| Known {
            key: key.public_key(),
            name: format!("validator {other}"),
            address: Some(at.1),
        });
        let config = NodeConfig {
            home: Home::open(self.places[place].0.path()).unwrap(),
            genesis: self.world.genesis.clone(),
            key: self.world.validators[place].clone(),
            incarnation: self.incarnation(place),
            listen: self.places[place].1,
            known: known.collect(),
        };
        self.running[place] = Some(Node::start(config).unwrap());
    }

    async fn stop(&mut self, place: usize) {
        self.running[place].take().unwrap().stop().await.unwrap();
    }

    fn node(&self, place: usize) -> &Node {
        self.running[place].as_ref().unwrap()
    }

    async fn submit(&self, place: usize, transaction: Transaction) {
        let source = Source::new([0; 32]);
        self.node(place).submit(transaction, source).await.unwrap();
    }

    /// Every node has the same blocks as the first, as far as that has come, and goes on.
    async fn check_same(&self) {
        let height = self.node(0).head().borrow().height;
        let mut seen = BTreeSet::new();
        for place in 0..self.places.len() {
            assert_eq!(self.node(place).halted(), None, "{place}");
            let mut head = self.node(place).head();
            head.wait_for(|head| head.height >= height).await.unwrap();
            let store = self.node(place).store().read().unwrap();
            let header = store.header(height).unwrap().unwrap();
            seen.insert((header.digest(), header.state_root));
        }
        assert_eq!(seen.len(), 1, "{seen:?}");
    }

    /// Waits until a node has the DID of everybody, and gives its last header.
    async fn enrolled(&self, place: usize, people: &[Wallet]) -> Header {
        let mut head = self.node(place).head();
        let all = |_: &Header| {
            let store = self.node(place).store().read().unwrap();
            people.iter().all(|one| state::did(&*store, &one.did).unwrap().is_some())
        };
        head.wait_for(all).await.unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_nodes_agree_and_one_comes_back() {
    let mut net = Net::start();
    let people = Wallet::people(&mut net.world, 8);
    let creates: Vec<_> = people.iter().map(|one| net.world.create(one)).collect();
    for (place, create) in creates.into_iter().enumerate() {
        net.submit(place % 4, create).await;
    }
    for place in 0..4 {
        net.enrolled(place, &people).await;
    }
    net.stop(3).await;
    let more = Wallet::people(&mut net.world, 3);
    let batch = net.world.batch(&more);
    net.submit(0, batch).await;
    for place in 0..3 {
        net.enrolled(place, &more).await;
    }
    net.boot(3);
    net.enrolled(3, &more).await;
    let last = Wallet::person(&mut net.world);
    let create = net.world.create(&last);
    net.submit(3, create).await;
    for place in 0..4 {
        net.enrolled(place, std::slice::from_ref(&last)).await;
    }
    net.check_same().await;
    for place in 0..4 {
        net.stop(place).await;
    }
}
