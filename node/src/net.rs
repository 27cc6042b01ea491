//! The network: one authenticated, encrypted connection with each known peer.
//!
//! TCP, Noise, Yamux, and on top of it two protocols of our own: one stream in each direction for
//! messages, and one stream for each request with its answer. No gossip, discovery or ping: with
//! a hundred validators at most a full mesh is simpler and faster, and each protocol that is
//! absent is an attack that is absent.
//!
//! - Nobody whose key is not listed gets past Noise ([`Network::set_known`]).
//! - Nobody who names another genesis or protocol version gets past the greeting.
//! - Each peer has a queue, a stream and a turn of its own: what floods, stalls or breaks harms
//!   the line with this peer and no other.
//! - Messages are sent at most once. What was under way when a line ended is lost; the engine says
//!   again what matters.
//!
//! ```text
//! handle ── queue ──► line ── stream ──► peer        task: dials, accepts, starts and ends lines
//! reader ◄─ inbox ─── line ◄─ stream ─── peer        mesh: which connections there should be
//! ```

mod behaviour;
mod frame;
mod gate;
mod greeting;
mod identity;
mod inbox;
pub mod limits;
mod line;
mod mesh;
mod queue;
mod requests;
mod roster;
mod streams;
mod task;

pub use greeting::Hello;
pub use identity::Identity;
pub use limits::Times;
pub use requests::RequestError;

use crate::cpu::{Part, metered};
use behaviour::Connections;
use gate::Gate;
use hefu_primitives::{GenesisHash, Height, PublicKey};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{Boxed, TransportError};
use libp2p::core::upgrade::Version;
use libp2p::{PeerId, Swarm, Transport, noise, swarm, tcp, yamux};
use limits::{EVENTS_AHEAD, FRAME_BYTES_MAX, STREAMS_NEGOTIATING_MAX, YAMUX_STREAMS};
use mesh::Mesh;
use roster::Roster;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use task::{Task, multiaddr};
use thiserror::Error;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinSet;

/// A peer that may connect: a validator of this or the next epoch, or a follower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its key.
    pub key: PublicKey,
    /// What people call it.
    pub name: String,
    /// Where it listens, if it is to be dialled.
    pub address: Option<SocketAddr>,
}

/// Which of the known peers to dial, those of them that have an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dials {
    /// Those with a larger key; the others dial us. For validators.
    Larger,
    /// All of them. For followers, which others may not know how to reach.
    All,
}

/// What a network starts with.
#[derive(Clone, Debug)]
pub struct NetConfig {
    /// Who we are.
    pub identity: Identity,
    /// Where to listen. With port 0 the system chooses one; [`NetEvent::Listening`] tells which.
    pub listen: SocketAddr,
    /// What peers must agree with us about.
    pub hello: Hello,
    /// The first allow-list.
    pub known: Vec<Known>,
    /// Whom to dial.
    pub dials: Dials,
    /// Limits in time: the default but in tests.
    pub times: Times,
    /// Where the jitter of pauses comes from. Nodes should differ in it.
    pub jitter_seed: u64,
}

/// What happens on the network. Of each peer: `Reachable`, then its messages and requests, then
/// `Unreachable`, and again.
#[derive(Debug)]
pub enum NetEvent {
    /// Peers can connect at this address. Comes once for each address of a wildcard.
    Listening(SocketAddr),
    /// Messages reach this peer from now on.
    Reachable(PublicKey),
    /// Messages no longer reach it.
    Unreachable(PublicKey),
    /// It said something.
    Message {
        /// Who.
        from: PublicKey,
        /// What; never empty.
        bytes: Vec<u8>,
    },
    /// It asks something.
    Request {
        /// Who.
        from: PublicKey,
        /// What.
        bytes: Vec<u8>,
        /// Where the answer goes. Dropped, it tells the peer that there is none; closed, that
        /// nobody waits for it any more.
        answer: oneshot::Sender<Vec<u8>>,
    },
    /// A known peer did what ends its connection.
    Refused {
        /// Who.
        peer: PublicKey,
        /// What it did.
        why: Refusal,
    },
}

/// Why a known peer's connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It belongs to another network.
    #[error("its network has the genesis {got}, ours {expected}")]
    Genesis {
        /// Ours.
        expected: GenesisHash,
        /// The peer's.
        got: GenesisHash,
    },
    /// It speaks another version of the protocol.
    #[error("it speaks version {got} of the protocol, we {expected}")]
    ProtocolVersion {
        /// Ours.
        expected: u32,
        /// The peer's.
        got: u32,
    },
    /// Its greeting is not one, though of our network and version.
    #[error("a greeting of {got_bytes} bytes that is not one")]
    Greeting {
        /// The length of what came instead.
        got_bytes: usize,
    },
    /// It announced a frame that is longer than any may be.
    #[error("a frame of {got_bytes} bytes, where at most {max_bytes} are allowed")]
    Frame {
        /// The limit.
        max_bytes: usize,
        /// What it announced.
        got_bytes: usize,
    },
}

/// Why a network does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The configured address.
        address: SocketAddr,
        /// What the system says.
        reason: io::Error,
    },
    /// No keys for encryption could be made.
    #[error("cannot prepare encryption: {0}")]
    Noise(#[from] noise::Error),
}

/// What became of a message.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It waits for its turn in the peer's queue.
    Queued,
    /// The peer's queue is full, or the message is empty or too long. It is counted.
    Dropped,
    /// There is no connection with the peer, or it is not known.
    Unreachable,
}

/// How it stands with a known peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerStatus {
    /// Who it is.
    pub known: Known,
    /// The height that it gave when it was reached; none while it is not.
    pub reached_at: Option<Height>,
    /// Messages to it that were dropped since it is known.
    pub dropped: u64,
}

/// A running network. It stops when the last clone of this handle is dropped.
#[derive(Clone, Debug)]
pub struct Network {
    shared: Arc<Shared>,
    stop: Arc<watch::Sender<bool>>,
}

/// What the handle and the task have in common.
#[derive(Debug)]
struct Shared {
    roster: Arc<Roster>,
    relisted: Notify,
    hello: Hello,
    height: AtomicU64,
    connections: AtomicUsize,
    times: Times,
}

impl Shared {
    fn height(&self) -> Height {
        Height::new(self.height.load(Ordering::Relaxed))
    }
}

impl Network {
    /// Listens and begins to dial, in a task of the tokio runtime that this is called in. The
    /// receiver must be read: what is not read holds up the peers that sent it.
    pub fn start(config: NetConfig) -> Result<(Self, mpsc::Receiver<NetEvent>), StartError> {
        let NetConfig { identity, listen, hello, known, dials, times, jitter_seed } = config;
        let mut mesh = Mesh::new(identity.key(), dials, &times, jitter_seed);
        let roster = Arc::new(Roster::new(identity.key(), known));
        mesh.set_known(&roster.known(), tokio::time::Instant::now());
        let swarm = listening(&identity, listen, &roster, &times)?;
        let shared = Arc::new(Shared {
            roster,
            relisted: Notify::new(),
            hello,
            height: AtomicU64::new(0),
            connections: AtomicUsize::new(0),
            times,
        });
        let (events, receiver) = mpsc::channel(EVENTS_AHEAD);
        let (stop, stopped) = watch::channel(false);
        let task = Task {
            shared: Arc::clone(&shared),
            swarm,
            mesh,
            events,
            lines: JoinSet::new(),
            running: HashMap::new(),
            waiting: BTreeMap::new(),
            stop: stopped,
        };
        tokio::spawn(metered(Part::Network, task.run()));
        Ok((Self { shared, stop: Arc::new(stop) }, receiver))
    }

    /// Puts a message into the queue of a peer. Never waits. The newest message is dropped when
    /// the queue is full.
    pub fn send(&self, to: &PublicKey, message: Arc<[u8]>) -> Sent {
        let Some((_, peer)) = self.shared.roster.peer(to) else { return Sent::Unreachable };
        let Some(outlet) = peer.outlet() else { return Sent::Unreachable };
        // An empty frame means that there is nothing to say.
        let sendable = (1..=FRAME_BYTES_MAX).contains(&message.len());
        if sendable && outlet.queue.put(message) {
            return Sent::Queued;
        }
        peer.count_dropped();
        Sent::Dropped
    }

    /// Asks a peer and waits for its answer, at most for `limit`. To stop waiting is to drop the
    /// future; the peer learns of it.
    pub async fn request(
        &self,
        to: &PublicKey,
        request: Vec<u8>,
        limit: Duration,
    ) -> Result<Vec<u8>, RequestError> {
        let peer = self.shared.roster.peer(to).ok_or(RequestError::Unreachable)?.1;
        let outlet = peer.outlet().ok_or(RequestError::Unreachable)?;
        requests::ask(outlet, &request, limit).await
    }

    /// Replaces the allow-list. Whoever is not in it is refused from now on, and disconnected.
    pub fn set_known(&self, known: Vec<Known>) {
        self.shared.roster.replace(known);
        self.shared.relisted.notify_one();
    }

    /// The height that peers are told when they connect.
    pub fn set_height(&self, height: Height) {
        self.shared.height.store(height.get(), Ordering::Relaxed);
    }

    /// How it stands with each known peer, in the order of their keys.
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.shared.roster.status()
    }

    /// How many connections there are, those included that are being replaced or closed.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// How many connections were refused because their key is not listed.
    pub fn strangers_refused(&self) -> u64 {
        self.shared.roster.strangers()
    }

    /// Stops, and returns when the port is free again. What still waits to be sent is not.
    pub async fn shut_down(&self) {
        self.stop.send_replace(true);
        self.stop.closed().await;
    }
}

fn listening(
    identity: &Identity,
    address: SocketAddr,
    roster: &Arc<Roster>,
    times: &Times,
) -> Result<Swarm<Connections>, StartError> {
    free(address).map_err(|reason| StartError::Listen { address, reason })?;
    let noise = noise::Config::new(identity.keypair())?;
    let gate = Gate { noise, roster: Arc::clone(roster) };
    let executor = |task| drop(tokio::spawn(metered(Part::Network, task)));
    let config = swarm::Config::with_executor(executor)
        .with_max_negotiating_inbound_streams(STREAMS_NEGOTIATING_MAX);
    let peer = identity.keypair().public().to_peer_id();
    let connections = Connections::new(times.handshake);
    let mut swarm = Swarm::new(transport(gate, times), connections, peer, config);
    swarm.listen_on(multiaddr(address)).map_err(|error| {
        let reason = match error {
            TransportError::Other(reason) => reason,
            other @ TransportError::MultiaddrNotSupported(_) => io::Error::other(other),
        };
        StartError::Listen { address, reason }
    })?;
    Ok(swarm)
}

/// Whether nobody listens on the address. libp2p shares its ports (`SO_REUSEPORT`), so two nodes
/// started with one configuration would each get half of the connections, and no error.
fn free(address: SocketAddr) -> io::Result<()> {
    std::net::TcpListener::bind(address).map(drop)
}

/// TCP, the gate, Yamux, all within the limit of a handshake.
fn transport(gate: Gate, times: &Times) -> Boxed<(PeerId, StreamMuxerBox)> {
    let mut yamux = yamux::Config::default();
    yamux.set_max_num_streams(YAMUX_STREAMS);
    tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .upgrade(Version::V1)
        .authenticate(gate)
        .multiplex(yamux)
        .timeout(times.handshake)
        .boxed()
}

#[cfg(test)]
mod tests;
