//! How many connections there may be, in all and from one client.

use super::client::Client;
use super::limits::{CONNECTIONS_MAX, CONNECTIONS_PER_ADDRESS_MAX};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    of: BTreeMap<Client, usize>,
}

/// Leave to hold a connection, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    gate: Gate,
    client: Client,
}

impl Gate {
    /// Leave for one more connection, if there is room.
    pub(super) fn enter(&self, client: Client) -> Option<Pass> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = counts.of.get(&client).copied().unwrap_or_default();
        if counts.all >= CONNECTIONS_MAX || own >= CONNECTIONS_PER_ADDRESS_MAX {
            return None;
        }
        counts.all += 1;
        counts.of.insert(client, own + 1);
        drop(counts);
        Some(Pass { gate: self.clone(), client })
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut counts = self.gate.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.all -= 1;
        let own = counts.of.get(&self.client).map_or(0, |own| own - 1);
        if own == 0 {
            counts.of.remove(&self.client);
        } else {
            counts.of.insert(self.client, own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: usize) -> Client {
        Client::of(format!("192.0.2.{number}:1").parse().unwrap())
    }

    #[test]
    fn no_client_takes_more_than_its_share() {
        let gate = Gate::default();
        let passes: Vec<_> =
            (0..CONNECTIONS_PER_ADDRESS_MAX).map(|_| gate.enter(client(1)).unwrap()).collect();
        assert!(gate.enter(client(1)).is_none());
        assert!(gate.enter(client(2)).is_some(), "others still come in");
        drop(passes);
        assert!(gate.enter(client(1)).is_some());
    }

    #[test]
    fn all_clients_together_have_a_limit() {
        let gate = Gate::default();
        let each = CONNECTIONS_MAX / CONNECTIONS_PER_ADDRESS_MAX;
        let passes: Vec<_> = (0..each)
            .flat_map(|number| (0..CONNECTIONS_PER_ADDRESS_MAX).map(move |_| number))
            .map(|number| gate.enter(client(number)).unwrap())
            .collect();
        assert!(gate.enter(client(each)).is_none());
        drop(passes);
        assert!(gate.0.lock().unwrap().of.is_empty(), "who has left is forgotten");
    }
}
