//! How many connections there may be, in all and from one client.
//!
//! Where there is no more room, whoever has the most gives way to who has fewer: many strangers who hold
//! what they can get leave room for everybody else.

use super::client::Client;
use super::limits::CONNECTIONS_OF_ALL;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Counts connections.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    /// How many there may be.
    places: usize,
    guests: Arc<Mutex<Guests>>,
}

/// Those who are in.
#[derive(Debug, Default)]
struct Guests {
    next: u64,
    /// By the order in which they came.
    all: BTreeMap<u64, Guest>,
    of: BTreeMap<Client, BTreeSet<u64>>,
}

/// A connection.
#[derive(Debug)]
struct Guest {
    client: Client,
    seat: Arc<Seat>,
}

/// What a connection and the gate share.
#[derive(Debug, Default)]
struct Seat {
    /// Requests whose answers have not ended.
    at_work: AtomicUsize,
    /// Tells it that it must give way.
    leave: Notify,
}

/// Leave to hold a connection, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    gate: Gate,
    number: u64,
    seat: Arc<Seat>,
}

/// A request that is being answered, as long as this lives.
#[derive(Debug)]
pub(super) struct Work(Arc<Seat>);

/// What counts the requests of one connection.
#[derive(Clone, Debug)]
pub(super) struct Bench(Arc<Seat>);

impl Gate {
    /// A gate to so many connections.
    pub(super) fn to(places: usize) -> Self {
        Self { places, guests: Arc::default() }
    }

    /// Leave for one more connection, if there is room or somebody must make some.
    pub(super) fn enter(&self, client: Client) -> Option<Pass> {
        let mut guests = self.guests();
        let own = guests.count(&client);
        if own >= self.places / CONNECTIONS_OF_ALL {
            return None;
        }
        if guests.all.len() >= self.places {
            let giving_way = guests.giving_way(own)?;
            guests.remove(giving_way)?.leave.notify_one();
        }
        let (number, seat) = guests.add(client);
        drop(guests);
        Some(Pass { gate: self.clone(), number, seat })
    }

    fn guests(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guests {
    fn count(&self, client: &Client) -> usize {
        self.of.get(client).map_or(0, BTreeSet::len)
    }

    fn add(&mut self, client: Client) -> (u64, Arc<Seat>) {
        let (number, seat) = (self.next, Arc::new(Seat::default()));
        self.next += 1;
        self.of.entry(client).or_default().insert(number);
        self.all.insert(number, Guest { client, seat: Arc::clone(&seat) });
        (number, seat)
    }

    fn remove(&mut self, number: u64) -> Option<Arc<Seat>> {
        let Guest { client, seat } = self.all.remove(&number)?;
        if let Some(own) = self.of.get_mut(&client) {
            own.remove(&number);
            if own.is_empty() {
                self.of.remove(&client);
            }
        }
        Some(seat)
    }

    /// Who gives way to a client that has `own` connections: of the client with the most, if that is more
    /// than both would then have, the one that has waited longest for a request, or else the oldest.
    fn giving_way(&self, own: usize) -> Option<u64> {
        let greediest = self.of.values().max_by_key(|numbers| numbers.len())?;
        if greediest.len() <= own + 1 {
            return None;
        }
        let idle = greediest.iter().find(|number| {
            let seat = self.all.get(number).map(|guest| &guest.seat);
            seat.is_some_and(|seat| seat.waits())
        });
        idle.or(greediest.first()).copied()
    }
}

impl Seat {
    /// Whether it waits for a request.
    fn waits(&self) -> bool {
        self.at_work.load(Ordering::Relaxed) == 0
    }
}

impl Pass {
    /// Returns when this connection must give way to another.
    pub(super) async fn recalled(&self) {
        self.seat.leave.notified().await;
    }

    #[cfg(test)]
    pub(super) fn waits(&self) -> bool {
        self.seat.waits()
    }

    /// What counts its requests.
    pub(super) fn bench(&self) -> Bench {
        Bench(Arc::clone(&self.seat))
    }
}

impl Bench {
    /// A request begins.
    pub(super) fn begin(&self) -> Work {
        self.0.at_work.fetch_add(1, Ordering::Relaxed);
        Work(Arc::clone(&self.0))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.at_work.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        // Whoever gave way is gone already.
        self.gate.guests().remove(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::limits::{CONNECTIONS_MAX, CONNECTIONS_PER_ADDRESS_MAX};
    use futures::FutureExt;

    fn client(number: usize) -> Client {
        let [high, low] = u16::try_from(number).unwrap().to_be_bytes();
        Client::of(format!("192.0.{high}.{low}:1").parse().unwrap())
    }

    /// A gate where everybody has so many connections, and there is no more room.
    fn full(each: usize) -> (Gate, Vec<Pass>) {
        let gate = Gate::to(CONNECTIONS_MAX);
        let guests = (0..CONNECTIONS_MAX).map(|number| client(number / each));
        let passes = guests.map(|guest| gate.enter(guest).unwrap()).collect();
        (gate, passes)
    }

    fn recalled(passes: &[Pass]) -> Vec<usize> {
        let recalled = |pass: &Pass| pass.recalled().now_or_never().is_some();
        passes.iter().enumerate().filter(|(_, pass)| recalled(pass)).map(|(at, _)| at).collect()
    }

    #[test]
    fn no_client_takes_more_than_its_share() {
        let gate = Gate::to(CONNECTIONS_MAX);
        let passes: Vec<_> =
            (0..CONNECTIONS_PER_ADDRESS_MAX).map(|_| gate.enter(client(1)).unwrap()).collect();
        assert!(gate.enter(client(1)).is_none());
        assert!(gate.enter(client(2)).is_some(), "others still come in");
        drop(passes);
        assert!(gate.enter(client(1)).is_some());
    }

    #[test]
    fn who_has_the_most_gives_way_to_who_has_fewer() {
        let (gate, passes) = full(8);
        let mine: Vec<_> = (0..7).map_while(|_| gate.enter(client(9_999))).collect();
        assert_eq!(mine.len(), 7, "as many as the others then have");
        assert_eq!(gate.guests().all.len(), CONNECTIONS_MAX);
        assert!(gate.enter(client(9_999)).is_none(), "nobody has two more");
        assert_eq!(recalled(&passes).len(), 7);
        assert_eq!(recalled(&mine), Vec::<usize>::new());
        drop(passes);
        assert_eq!(gate.guests().all.len(), 7, "who gave way is not counted twice");
    }

    #[test]
    fn who_waits_for_a_request_gives_way_first() {
        let (gate, passes) = full(CONNECTIONS_PER_ADDRESS_MAX);
        let last = passes.len() - 1;
        let busy: Vec<_> = passes[..last].iter().map(|pass| pass.bench().begin()).collect();
        let _first = gate.enter(client(9_999)).unwrap();
        assert_eq!(recalled(&passes), [last]);
        let _second = gate.enter(client(9_999)).unwrap();
        assert_eq!(recalled(&passes).len(), 1, "else the oldest of one with the most");
        drop(busy);
    }

    #[test]
    fn few_places_are_shared_in_the_same_way() {
        let gate = Gate::to(16);
        let own: Vec<_> = (0..16).map_while(|_| gate.enter(client(9_998))).collect();
        assert_eq!(own.len(), 2, "an eighth");
        drop(own);
        let passes: Vec<_> = (0..16).map_while(|number| gate.enter(client(number / 2))).collect();
        assert_eq!(passes.len(), 16);
        let _late = gate.enter(client(9_999)).unwrap();
        assert_eq!(recalled(&passes).len(), 1, "all places were taken");
    }

    #[test]
    fn where_everybody_has_one_connection_nobody_gives_way() {
        let (gate, passes) = full(1);
        assert!(gate.enter(client(9_999)).is_none());
        drop(passes);
        assert!(gate.guests().of.is_empty(), "who has left is forgotten");
    }
}
