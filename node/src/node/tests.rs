//! Four nodes on loopback, with real files and sockets.

use super::{Node, NodeConfig, Role, SubmitError, begin_incarnation};
use crate::clock::Clock;
use crate::home::Home;
use crate::mempool::{Refusal, Source};
use crate::net::Known;
use hefu_consensus::limits::CATCH_UP_HEIGHTS_MAX;
use hefu_fixtures::{Wallet, World};
use hefu_ledger::genesis::SignedGenesis;
use hefu_ledger::store::Store;
use hefu_ledger::{Transaction, state};
use hefu_primitives::{Header, Height, Incarnation, SecretKey, Timestamp};
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::timeout;

/// A network of validators and a follower, each with a directory and a port. The follower comes last.
struct Net {
    world: World,
    places: Vec<(TempDir, SocketAddr)>,
    running: Vec<Option<Node>>,
    /// What the next node to boot wants free on its disk.
    low_water_bytes: u64,
    /// How many validators the follower dials: the first ones.
    dialled: usize,
}

const FOLLOWER: usize = 4;

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
            (0..=FOLLOWER).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let addresses: Vec<_> = held.iter().map(|one| one.local_addr().unwrap()).collect();
        drop(held);
        let places = addresses.into_iter().map(|one| (tempfile::tempdir().unwrap(), one));
        let places: Vec<_> = places.collect();
        let running = places.iter().map(|_| None).collect();
        let mut net = Self { world, places, running, low_water_bytes: 0, dialled: FOLLOWER };
        for place in 0..FOLLOWER {
            net.begin(place);
            net.boot(place);
        }
        net.begin(FOLLOWER);
        net
    }

    fn begin(&self, place: usize) {
        let home = Home::open(self.places[place].0.path()).unwrap();
        let (key, genesis) = (self.key(place), &self.world.genesis);
        begin_incarnation(&home, genesis, &key, self.incarnation(place)).unwrap();
    }

    fn key(&self, place: usize) -> SecretKey {
        let validator = self.world.validators.get(place).cloned();
        validator.unwrap_or_else(|| SecretKey::from_seed(&[99; 32]))
    }

    fn role(place: usize) -> Role {
        if place == FOLLOWER { Role::Follower } else { Role::Validator }
    }

    fn incarnation(&self, place: usize) -> Incarnation {
        let set = &self.world.genesis.validators;
        let found = set.index_of(&self.key(place).public_key()).and_then(|index| set.get(index));
        found.map_or(Incarnation::from_bytes([0; 16]), |validator| validator.incarnation)
    }

    fn dials(&self, place: usize, other: usize) -> bool {
        other < if place == FOLLOWER { self.dialled } else { FOLLOWER }
    }

    fn boot(&mut self, place: usize) {
        let others = (0..=FOLLOWER).filter(|other| *other != place);
        let known = others.map(|other| Known {
            key: self.key(other).public_key(),
            name: format!("node {other}"),
            // A follower dials, and is not dialled.
            address: self.dials(place, other).then_some(self.places[other].1),
        });
        let config = NodeConfig {
            home: Home::open(self.places[place].0.path()).unwrap(),
            genesis: SignedGenesis::new(self.world.genesis.clone(), []),
            role: Self::role(place),
            key: self.key(place),
            incarnation: self.incarnation(place),
            listen: self.places[place].1,
            known: known.collect(),
            low_water_bytes: self.low_water_bytes,
            clock: Clock::default(),
        };
        self.running[place] = Some(Node::start(config).unwrap());
    }

    async fn stop(&mut self, place: usize) {
        self.running[place].take().unwrap().stop().await.unwrap();
    }

    fn node(&self, place: usize) -> &Node {
        self.running[place].as_ref().unwrap()
    }

    fn height(&self, place: usize) -> Height {
        self.node(place).handle().head().borrow().height
    }

    async fn submit(&self, place: usize, transaction: Transaction) {
        let source = Source::new([0; 32]);
        self.node(place).handle().submit(transaction, source).await.unwrap();
    }

    /// Every node has the same blocks as the first, as far as that has come, and goes on.
    async fn check_same(&self) {
        let height = self.node(0).handle().head().borrow().height;
        let mut seen = BTreeSet::new();
        let running = (0..self.places.len()).filter(|place| self.running[*place].is_some());
        for place in running {
            assert_eq!(self.node(place).handle().halted(), None, "{place}");
            let mut head = self.node(place).handle().head();
            head.wait_for(|head| head.height >= height).await.unwrap();
            let store = self.node(place).handle().store().read().unwrap();
            let header = store.header(height).unwrap().unwrap();
            seen.insert((header.digest(), header.state_root));
        }
        assert_eq!(seen.len(), 1, "{seen:?}");
    }

    /// Waits until a node has the DID of everybody, and gives its last header.
    async fn enrolled(&self, place: usize, people: &[Wallet]) -> Header {
        let mut head = self.node(place).handle().head();
        let all = |_: &Header| {
            let store = self.node(place).handle().store().read().unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn whose_disk_is_nearly_full_takes_no_part_and_says_so() {
    let mut net = Net::start();
    net.stop(0).await;
    net.low_water_bytes = u64::MAX;
    net.boot(0);
    let handle = net.node(0).handle().clone();
    while !handle.picture().await.unwrap().disk_low {}
    let one = Wallet::person(&mut net.world);
    let create = net.world.create(&one);
    let refused = handle.submit(create.clone(), Source::new([0; 32])).await;
    assert!(matches!(refused, Err(SubmitError::Refused(Refusal::DiskLow))), "{refused:?}");
    net.submit(1, create).await;
    for place in 1..4 {
        net.enrolled(place, std::slice::from_ref(&one)).await;
    }
    for place in 0..4 {
        net.stop(place).await;
    }
}

/// Less than the half minute after which an idle network gives the next sign of life.
const SOON: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_reaches_one_validator_does_not_wait_for_the_others() {
    let mut net = Net::start();
    net.dialled = 1;
    net.boot(FOLLOWER);
    for place in [0, 1, 2, 3, 0, 1, 2, 3] {
        let one = Wallet::person(&mut net.world);
        let create = net.world.create(&one);
        net.submit(place, create).await;
        let there = timeout(SOON, net.enrolled(FOLLOWER, std::slice::from_ref(&one))).await;
        assert!(there.is_ok(), "it stands still at {:?}", net.height(FOLLOWER));
    }
    for place in 0..=FOLLOWER {
        net.stop(place).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_comes_to_an_idle_network_does_not_wait_for_its_next_block() {
    let mut net = Net::start();
    let one = Wallet::person(&mut net.world);
    let create = net.world.create(&one);
    net.submit(0, create).await;
    for place in 0..FOLLOWER {
        net.enrolled(place, std::slice::from_ref(&one)).await;
    }
    net.boot(FOLLOWER);
    let there = timeout(SOON, net.enrolled(FOLLOWER, std::slice::from_ref(&one))).await;
    assert!(there.is_ok(), "it stands still at {:?}", net.height(FOLLOWER));
    for place in 0..=FOLLOWER {
        net.stop(place).await;
    }
}

/// More blocks than an engine walks back over by itself.
const FAR: u64 = CATCH_UP_HEIGHTS_MAX + 40;

#[tokio::test(flavor = "multi_thread")]
async fn who_lags_far_behind_fetches_ranges_and_then_listens() {
    let mut net = Net::start();
    net.stop(3).await;
    let people = Wallet::people(&mut net.world, usize::try_from(FAR).unwrap());
    for one in &people {
        let create = net.world.create(one);
        net.submit(0, create).await;
        net.enrolled(0, std::slice::from_ref(one)).await;
    }
    let height = net.node(0).handle().head().borrow().height;
    assert!(height > Height::new(CATCH_UP_HEIGHTS_MAX), "{height:?}");
    net.boot(FOLLOWER);
    net.boot(3);
    for place in [FOLLOWER, 3] {
        net.enrolled(place, &people).await;
        assert_eq!(net.node(place).handle().picture().await.unwrap().votes, place == 3);
    }
    // A follower whose store is lost fetches everything again.
    net.stop(FOLLOWER).await;
    let store = Home::open(net.places[FOLLOWER].0.path()).unwrap().store();
    std::fs::remove_dir_all(store).unwrap();
    net.boot(FOLLOWER);
    net.enrolled(FOLLOWER, &people).await;
    // With only two others, nothing goes on unless the third one votes again.
    net.stop(1).await;
    let last = Wallet::person(&mut net.world);
    let create = net.world.create(&last);
    net.submit(FOLLOWER, create).await;
    for place in [0, 2, 3, FOLLOWER] {
        net.enrolled(place, std::slice::from_ref(&last)).await;
    }
    net.check_same().await;
    for place in [0, 2, 3, FOLLOWER] {
        net.stop(place).await;
    }
}
