//! The task that owns the sockets: it dials, lets the mesh judge new connections, and starts and
//! ends their lines. No bytes of messages pass through it.

use super::behaviour::Connections;
use super::greeting::Greeting;
use super::identity::{key_of, peer_of};
use super::line::{self, Line};
use super::mesh::{Connection, Mesh, Verdict};
use super::streams::Streams;
use super::{NetEvent, Shared};
use crate::cpu::{Part, metered};
use futures::StreamExt;
use hefu_primitives::PublicKey;
use libp2p::multiaddr::{Multiaddr, Protocol};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, SwarmEvent};
use libp2p::{PeerId, Swarm};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

/// The task's possessions.
pub(super) struct Task {
    pub(super) shared: Arc<Shared>,
    pub(super) swarm: Swarm<Connections>,
    pub(super) mesh: Mesh,
    pub(super) events: mpsc::Sender<NetEvent>,
    pub(super) lines: JoinSet<bool>,
    /// Whose line runs in which task, on which connection.
    pub(super) running: HashMap<Id, (PublicKey, ConnectionId)>,
    /// Connections whose turn has not come (rule 3 of the mesh).
    pub(super) waiting: BTreeMap<ConnectionId, Streams>,
    /// True, or without a sender, when the network is to stop. Last, so that whoever waits for its
    /// end finds the sockets closed.
    pub(super) stop: watch::Receiver<bool>,
}

impl Task {
    /// Runs until it is told to stop or every handle is gone.
    pub(super) async fn run(mut self) {
        loop {
            let wake = self.mesh.wake();
            tokio::select! {
                event = self.swarm.select_next_some() => self.on_swarm(event),
                Some(ended) = self.lines.join_next_with_id(), if !self.lines.is_empty() => {
                    self.on_line_end(ended);
                }
                () = self.shared.relisted.notified() => self.on_relisted(),
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {
                    self.dial_due();
                }
                _ = self.stop.changed() => break,
            }
        }
        self.lines.shutdown().await;
        self.shared.roster.hang_up();
    }

    fn on_swarm(&mut self, event: SwarmEvent<Infallible>) {
        let count = self.swarm.network_info().connection_counters().num_established();
        self.shared
            .connections
            .store(usize::try_from(count).unwrap_or(usize::MAX), Ordering::Relaxed);
        match event {
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                let connection = Connection { id: connection_id, ours: endpoint.is_dialer() };
                self.on_established(&peer_id, connection);
            }
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), error, .. } => {
                tracing::debug!(%peer, %error, "could not dial a peer");
                if let Some(key) = key_of(&peer) {
                    self.mesh.dial_failed(&key, Instant::now());
                }
            }
            SwarmEvent::IncomingConnectionError { send_back_addr, error, .. } => {
                tracing::debug!(address = %send_back_addr, %error, "an inbound connection failed");
            }
            SwarmEvent::NewListenAddr { address, .. } => self.on_listening(&address),
            SwarmEvent::ListenerClosed { reason, .. } => {
                tracing::error!(?reason, "no longer listening");
            }
            SwarmEvent::ListenerError { error, .. } => {
                tracing::warn!(%error, "could not accept a connection");
            }
            _ => {}
        }
    }

    /// Tells the reader in a task of its own: this one waits for nobody.
    fn on_listening(&self, address: &Multiaddr) {
        let Some(address) = socket_address(address) else { return };
        tracing::info!(%address, "listening for peers");
        let events = self.events.clone();
        tokio::spawn(async move { events.send(NetEvent::Listening(address)).await });
    }

    fn on_established(&mut self, peer: &PeerId, connection: Connection) {
        let streams = self.swarm.behaviour_mut().take(connection.id);
        let (Some(key), Some(streams)) = (key_of(peer), streams) else {
            self.swarm.close_connection(connection.id);
            return;
        };
        match self.mesh.established(&key, connection) {
            Verdict::Run => self.start_line(key, connection.id, streams),
            Verdict::Replace(old) => {
                self.waiting.remove(&old);
                self.waiting.insert(connection.id, streams);
                self.swarm.close_connection(old);
            }
            Verdict::Close => {
                self.swarm.close_connection(connection.id);
            }
        }
    }

    fn start_line(&mut self, key: PublicKey, connection: ConnectionId, streams: Streams) {
        let Some((known, peer)) = self.shared.roster.peer(&key) else {
            // The list has changed this instant, and `on_relisted` is about to run.
            self.swarm.close_connection(connection);
            self.mesh.ended(&key, false, Instant::now());
            return;
        };
        let line = Line {
            known,
            peer,
            streams,
            greeting: Greeting { hello: self.shared.hello, height: self.shared.height() },
            events: self.events.clone(),
            times: self.shared.times,
        };
        let task = self.lines.spawn(metered(Part::Network, line::run(line))).id();
        self.running.insert(task, (key, connection));
    }

    fn on_line_end(&mut self, ended: Result<(Id, bool), JoinError>) {
        let (task, greeted) = ended.unwrap_or_else(|error| {
            tracing::error!(%error, "a line ended in a panic");
            (error.id(), false)
        });
        let Some((key, connection)) = self.running.remove(&task) else { return };
        self.swarm.close_connection(connection);
        let next = self.mesh.ended(&key, greeted, Instant::now());
        let waiting = next.and_then(|next| Some((next, self.waiting.remove(&next)?)));
        if let Some((next, streams)) = waiting {
            self.start_line(key, next, streams);
        }
    }

    fn on_relisted(&mut self) {
        let known = self.shared.roster.known();
        for connection in self.mesh.set_known(&known, Instant::now()) {
            self.waiting.remove(&connection);
            self.swarm.close_connection(connection);
        }
    }

    fn dial_due(&mut self) {
        let now = Instant::now();
        for (key, address) in self.mesh.due(now) {
            let dialled = peer_of(&key).is_some_and(|peer| {
                let options = DialOpts::peer_id(peer)
                    // The mesh knows better than libp2p, which also counts what is being closed.
                    .condition(PeerCondition::NotDialing)
                    .addresses(vec![multiaddr(address)])
                    .allocate_new_port()
                    .build();
                self.swarm.dial(options).is_ok()
            });
            if !dialled {
                self.mesh.dial_failed(&key, now);
            }
        }
    }
}

/// libp2p's form of an address.
pub(super) fn multiaddr(address: SocketAddr) -> Multiaddr {
    Multiaddr::from(address.ip()).with(Protocol::Tcp(address.port()))
}

fn socket_address(address: &Multiaddr) -> Option<SocketAddr> {
    let mut parts = address.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => ip.into(),
        Protocol::Ip6(ip) => ip.into(),
        _ => return None,
    };
    match parts.next()? {
        Protocol::Tcp(port) => Some(SocketAddr::new(ip, port)),
        _ => None,
    }
}
