//! Which connections there should be: one with each known peer.
//!
//! 1. Of two validators the one with the smaller key dials. A follower dials everybody it has an
//!    address of, since nobody need know where it is.
//! 2. So two connections may meet. If both have the same dialler, the newer one stays: whoever
//!    dials has lost the older. Otherwise the one stays that the smaller key dialled. Both ends
//!    know both facts and so keep the same one.
//! 3. A connection that takes another's place waits until the line on that one has ended, so that
//!    the events of a peer come in order.
//! 4. After a line that was greeted the first pause is short; each failure doubles it.
//!
//! It decides and remembers; sockets and clocks are the task's business.

use super::limits::Times;
use super::{Dials, Known};
use hefu_primitives::PublicKey;
use libp2p::swarm::ConnectionId;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// A connection whose peer is authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Connection {
    pub(super) id: ConnectionId,
    /// Whether we dialled it.
    pub(super) ours: bool,
}

/// What becomes of a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its line begins.
    Run,
    /// It waits for the line that it replaces; this connection is to be closed.
    Replace(ConnectionId),
    /// It is to be closed.
    Close,
}

/// What we know of all peers.
pub(super) struct Mesh {
    me: PublicKey,
    dials: Dials,
    pauses: Pauses,
    peers: BTreeMap<PublicKey, Peer>,
}

struct Peer {
    /// Whether it is still known; it may not be and have a line that is about to end.
    listed: bool,
    address: Option<SocketAddr>,
    /// The connection with the line.
    current: Option<Connection>,
    /// The one that takes its place.
    next: Option<Connection>,
    dialling: bool,
    failures: u32,
    due: Instant,
}

impl Mesh {
    pub(super) fn new(me: PublicKey, dials: Dials, times: &Times, jitter_seed: u64) -> Self {
        let pauses =
            Pauses { first: times.redial_first, max: times.redial_max, state: jitter_seed };
        Self { me, dials, pauses, peers: BTreeMap::new() }
    }

    /// From now on these are known. Gives the connections to close.
    pub(super) fn set_known(&mut self, known: &[Known], now: Instant) -> Vec<ConnectionId> {
        for peer in self.peers.values_mut() {
            peer.listed = false;
        }
        for known in known {
            self.list(known, now);
        }
        let unlisted = self.peers.values_mut().filter(|peer| !peer.listed);
        // What waits has no line that would end; it is forgotten at once.
        let connections =
            unlisted.flat_map(|peer| peer.current.into_iter().chain(peer.next.take()));
        let close = connections.map(|connection| connection.id).collect();
        self.peers.retain(|_, peer| peer.listed || peer.current.is_some());
        close
    }

    fn list(&mut self, known: &Known, now: Instant) {
        let peer = self.peers.entry(known.key).or_insert_with(|| Peer::new(now));
        peer.listed = true;
        if peer.address != known.address {
            peer.address = known.address;
            peer.due = now;
            peer.failures = 0;
        }
    }

    /// A peer has shown its key on a new connection.
    pub(super) fn established(&mut self, key: &PublicKey, new: Connection) -> Verdict {
        let smaller_dials_from_here = self.me < *key;
        let Some(peer) = self.peers.get_mut(key).filter(|peer| peer.listed) else {
            return Verdict::Close;
        };
        if new.ours {
            peer.dialling = false;
        }
        let Some(rival) = peer.next.or(peer.current) else {
            peer.current = Some(new);
            return Verdict::Run;
        };
        if new.ours != rival.ours && new.ours != smaller_dials_from_here {
            return Verdict::Close;
        }
        peer.next = Some(new);
        Verdict::Replace(rival.id)
    }

    /// The line of a connection has ended. Gives the connection that takes its place.
    pub(super) fn ended(
        &mut self,
        key: &PublicKey,
        greeted: bool,
        now: Instant,
    ) -> Option<ConnectionId> {
        let peer = self.peers.get_mut(key)?;
        peer.current = peer.next.take();
        if peer.current.is_none() && !peer.listed {
            self.peers.remove(key);
            return None;
        }
        if greeted {
            peer.failures = 0;
        }
        peer.wait(&mut self.pauses, now);
        peer.current.map(|connection| connection.id)
    }

    /// A dial has failed.
    pub(super) fn dial_failed(&mut self, key: &PublicKey, now: Instant) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.dialling = false;
            peer.wait(&mut self.pauses, now);
        }
    }

    /// Whom to dial now, and where; they count as being dialled.
    pub(super) fn due(&mut self, now: Instant) -> Vec<(PublicKey, SocketAddr)> {
        let mut due = Vec::new();
        for (key, peer) in &mut self.peers {
            let wanted = self.dials == Dials::All || self.me < *key;
            if let Some(address) = peer.wants_dial(wanted).filter(|_| peer.due <= now) {
                peer.dialling = true;
                due.push((*key, address));
            }
        }
        due
    }

    /// When somebody is to be dialled next.
    pub(super) fn wake(&self) -> Option<Instant> {
        let wanting = self.peers.iter().filter(|(key, peer)| {
            peer.wants_dial(self.dials == Dials::All || self.me < **key).is_some()
        });
        wanting.map(|(_, peer)| peer.due).min()
    }
}

impl Peer {
    fn new(now: Instant) -> Self {
        Self {
            listed: true,
            address: None,
            current: None,
            next: None,
            dialling: false,
            failures: 0,
            due: now,
        }
    }

    fn wants_dial(&self, ours_to_dial: bool) -> Option<SocketAddr> {
        let idle = self.listed && self.current.is_none() && !self.dialling;
        self.address.filter(|_| idle && ours_to_dial)
    }

    fn wait(&mut self, pauses: &mut Pauses, now: Instant) {
        self.due = now + pauses.after(self.failures);
        self.failures = self.failures.saturating_add(1);
    }
}

/// Pauses that double, each a little off: peers that lost each other together should not all come
/// back in the same instant.
struct Pauses {
    first: Duration,
    max: Duration,
    state: u64,
}

impl Pauses {
    /// Between half of the pause after so many failures and the whole.
    fn after(&mut self, failures: u32) -> Duration {
        let whole = self.first.saturating_mul(2_u32.saturating_pow(failures)).min(self.max);
        let half = whole / 2;
        half + half * (self.draw() % 1024) / 1023
    }

    /// `SplitMix64` (Steele, Lea, Flood 2014): chance enough for a pause, and repeatable.
    fn draw(&mut self) -> u32 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from(mixed >> 32).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
