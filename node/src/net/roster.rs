//! Whom we know, and what we have to do with each of them: shared by the handle, which sends, the
//! gate, which admits, and the lines, which come and go.

use super::identity::key_of;
use super::limits::STRANGERS_REMEMBERED;
use super::queue::QueueIn;
use super::streams::Opener;
use super::{Known, PeerStatus};
use hefu_primitives::{Height, PublicKey};
use libp2p::PeerId;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::Semaphore;

/// The list of known peers. Nobody else gets past the gate.
#[derive(Debug)]
pub(super) struct Roster {
    me: PublicKey,
    entries: RwLock<BTreeMap<PublicKey, Entry>>,
    strangers: Strangers,
}

#[derive(Debug)]
struct Entry {
    known: Known,
    peer: Arc<Peer>,
}

/// What outlasts a peer's connections.
#[derive(Debug, Default)]
pub(super) struct Peer {
    dropped: AtomicU64,
    outlet: RwLock<Option<Outlet>>,
}

/// The ways into a greeted connection.
#[derive(Clone, Debug)]
pub(super) struct Outlet {
    pub(super) queue: QueueIn,
    pub(super) opener: Opener,
    pub(super) in_flight: Arc<Semaphore>,
    pub(super) height: Height,
}

/// Those that were refused at the gate.
#[derive(Debug, Default)]
struct Strangers {
    total: AtomicU64,
    times: Mutex<BTreeMap<PeerId, u64>>,
}

impl Roster {
    pub(super) fn new(me: PublicKey, known: Vec<Known>) -> Self {
        let roster = Self { me, entries: RwLock::default(), strangers: Strangers::default() };
        roster.replace(known);
        roster
    }

    /// From now on these are known. Whoever stays keeps its line and its count.
    pub(super) fn replace(&self, known: Vec<Known>) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let mut before = std::mem::take(&mut *entries);
        for known in known.into_iter().filter(|known| known.key != self.me) {
            let peer = before.remove(&known.key).map(|entry| entry.peer).unwrap_or_default();
            entries.insert(known.key, Entry { known, peer });
        }
    }

    fn with<T>(&self, see: impl FnOnce(&BTreeMap<PublicKey, Entry>) -> T) -> T {
        see(&self.entries.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn known(&self) -> Vec<Known> {
        self.with(|entries| entries.values().map(|entry| entry.known.clone()).collect())
    }

    pub(super) fn peer(&self, key: &PublicKey) -> Option<(Known, Arc<Peer>)> {
        self.with(|entries| {
            entries.get(key).map(|entry| (entry.known.clone(), Arc::clone(&entry.peer)))
        })
    }

    /// No peer can be reached any more.
    pub(super) fn hang_up(&self) {
        self.with(|entries| entries.values().for_each(|entry| entry.peer.set_outlet(None)));
    }

    /// Whether a peer that has shown its key may go on.
    pub(super) fn admits(&self, peer: &PeerId) -> bool {
        let listed =
            key_of(peer).is_some_and(|key| self.with(|entries| entries.contains_key(&key)));
        if !listed {
            self.strangers.count(peer);
        }
        listed
    }

    /// How many connections were refused at the gate.
    pub(super) fn strangers(&self) -> u64 {
        self.strangers.total.load(Ordering::Relaxed)
    }

    pub(super) fn status(&self) -> Vec<PeerStatus> {
        self.with(|entries| entries.values().map(Entry::status).collect())
    }
}

impl Entry {
    fn status(&self) -> PeerStatus {
        PeerStatus {
            known: self.known.clone(),
            reached_at: self.peer.outlet().map(|outlet| outlet.height),
            dropped: self.peer.dropped.load(Ordering::Relaxed),
        }
    }
}

impl Peer {
    /// The ways to it, while it can be reached.
    pub(super) fn outlet(&self) -> Option<Outlet> {
        self.outlet.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_outlet(&self, outlet: Option<Outlet>) {
        *self.outlet.write().unwrap_or_else(PoisonError::into_inner) = outlet;
    }

    pub(super) fn count_dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

impl Strangers {
    /// Counts, and logs a stranger at its 1st, 2nd, 4th, 8th… attempt.
    fn count(&self, peer: &PeerId) {
        self.total.fetch_add(1, Ordering::Relaxed);
        let times = self.remember(peer);
        let key = key_of(peer).map_or_else(|| peer.to_string(), |key| key.to_string());
        if times.is_some_and(u64::is_power_of_two) {
            tracing::warn!(%key, times, "refused a connection with a key that is not listed");
        } else {
            tracing::debug!(%key, times, "refused a connection with a key that is not listed");
        }
    }

    fn remember(&self, peer: &PeerId) -> Option<u64> {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        if times.len() >= STRANGERS_REMEMBERED && !times.contains_key(peer) {
            return None;
        }
        let count = times.entry(*peer).or_default();
        *count = count.saturating_add(1);
        Some(*count)
    }
}
