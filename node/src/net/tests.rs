//! Networks on loopback with real sockets. Ports are the system's choice; whatever is waited for
//! is an event, and a wait that fails is ended by a guard and not by luck.

mod bounds;
mod lines;
mod requests;
mod strangers;

use super::*;
use crate::net::streams::Streams;
use futures::StreamExt;
use hefu_primitives::Hash;
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use std::pin::pin;
use tokio::time::timeout;

/// Ends a test that waits in vain.
const GUARD: Duration = Duration::from_mins(1);

/// The defaults, but quick to dial again.
fn times() -> Times {
    let (redial_first, redial_max) = (Duration::from_millis(20), Duration::from_millis(200));
    Times { redial_first, redial_max, ..Times::default() }
}

fn config(seed: u8) -> NetConfig {
    let genesis = GenesisHash::new(Hash::from_bytes([1; 32]));
    NetConfig {
        identity: Identity::from_seed(&[seed; 32]),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        hello: Hello { genesis, protocol_version: 1 },
        known: Vec::new(),
        dials: Dials::Larger,
        times: times(),
        jitter_seed: u64::from(seed),
    }
}

fn key(seed: u8) -> PublicKey {
    Identity::from_seed(&[seed; 32]).key()
}

/// A peer that is not to be dialled.
fn silent(seed: u8) -> Known {
    Known { key: key(seed), name: format!("peer {seed}"), address: None }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(GUARD, future).await.expect("waited in vain")
}

struct Node {
    network: Network,
    events: mpsc::Receiver<NetEvent>,
    known: Known,
}

impl Node {
    async fn start(config: NetConfig) -> Self {
        let key = config.identity.key();
        let (network, events) = Network::start(config).unwrap();
        let known = Known { key, name: format!("{key:?}"), address: None };
        let mut node = Self { network, events, known };
        let address = node.until(|event| match event {
            NetEvent::Listening(address) => Some(address),
            _ => None,
        });
        node.known.address = Some(address.await);
        node
    }

    async fn next(&mut self) -> NetEvent {
        within(self.events.recv()).await.expect("the network runs")
    }

    /// What `wanted` makes of the first event that it wants.
    async fn until<T>(&mut self, mut wanted: impl FnMut(NetEvent) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.next().await) {
                return found;
            }
        }
    }

    async fn reach(&mut self, key: PublicKey) {
        self.until(|event| matches!(event, NetEvent::Reachable(peer) if peer == key).then_some(()))
            .await;
    }

    async fn lose(&mut self, key: PublicKey) {
        self.until(|event| {
            matches!(event, NetEvent::Unreachable(peer) if peer == key).then_some(())
        })
        .await;
    }

    async fn message(&mut self) -> (PublicKey, Vec<u8>) {
        self.until(|event| match event {
            NetEvent::Message { from, bytes } => Some((from, bytes)),
            _ => None,
        })
        .await
    }

    async fn refusal(&mut self) -> (PublicKey, Refusal) {
        self.until(|event| match event {
            NetEvent::Refused { peer, why } => Some((peer, why)),
            _ => None,
        })
        .await
    }

    fn key(&self) -> PublicKey {
        self.known.key
    }

    /// Waits until something holds that no event tells.
    async fn observe(&self, holds: impl Fn(&Network) -> bool) {
        within(async {
            while !holds(&self.network) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

/// Nodes of the seeds from 1, which all know each other and have reached each other.
async fn mesh(count: u8) -> Vec<Node> {
    let mut nodes = Vec::new();
    for seed in 1..=count {
        nodes.push(Node::start(config(seed)).await);
    }
    introduce(&nodes);
    meet(&mut nodes).await;
    nodes
}

fn introduce(nodes: &[Node]) {
    let known: Vec<_> = nodes.iter().map(|node| node.known.clone()).collect();
    for node in nodes {
        node.network.set_known(known.clone());
    }
}

async fn meet(nodes: &mut [Node]) {
    let others = nodes.len() - 1;
    for node in nodes {
        for _ in 0..others {
            node.until(|event| matches!(event, NetEvent::Reachable(_)).then_some(())).await;
        }
    }
}

/// A peer that speaks libp2p as we do, and above it does what a test wants.
struct Raw {
    streams: Streams,
}

impl Raw {
    /// Connects to a node that knows the seed.
    async fn dial(seed: u8, node: &Node) -> Self {
        let config = config(seed);
        let roster = Arc::new(Roster::new(key(seed), vec![node.known.clone()]));
        let mut swarm = listening(&config.identity, config.listen, &roster, &config.times).unwrap();
        let address = multiaddr(node.known.address.unwrap());
        swarm.dial(DialOpts::unknown_peer_id().address(address).build()).unwrap();
        let connection = loop {
            if let SwarmEvent::ConnectionEstablished { connection_id, .. } =
                within(swarm.select_next_some()).await
            {
                break connection_id;
            }
        };
        let streams = swarm.behaviour_mut().take(connection).unwrap();
        tokio::spawn(async move {
            let mut swarm = pin!(swarm);
            loop {
                swarm.select_next_some().await;
            }
        });
        Self { streams }
    }

    /// Greets as a node of the same network does. Gives its stream to the node, and the node's.
    async fn greet(&mut self) -> (libp2p::Stream, libp2p::Stream) {
        let mut outbound = within(self.streams.opener.open(streams::MESSAGES)).await.unwrap();
        let ours = greeting::Greeting { hello: config(0).hello, height: Height::ZERO };
        frame::write(&mut outbound, &ours.encode(), 256).await.unwrap();
        futures::AsyncWriteExt::flush(&mut outbound).await.unwrap();
        let mut inbound = within(self.streams.messages.recv()).await.unwrap();
        frame::read(&mut inbound, 256, GUARD).await.unwrap();
        (outbound, inbound)
    }
}
