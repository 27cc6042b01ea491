//! What libp2p asks us about connections: whether one more may begin its handshake, and who
//! handles the streams of one that has ended it.

use super::limits::{CONNECTIONS_PER_PEER_MAX, HANDSHAKES_MAX, HANDSHAKES_PER_SOURCE_MAX};
use super::streams::{Handler, Streams, streams};
use libp2p::PeerId;
use libp2p::core::transport::PortUse;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandlerInEvent, ToSwarm,
};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};
use std::time::Duration;
use thiserror::Error;

/// Why a connection is closed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum TooMany {
    #[error("{max} connections have not yet shown their keys")]
    Handshakes { max: usize },
    #[error("{max} of them are from the same address")]
    FromSource { max: usize },
    #[error("{max} connections have the same key")]
    OfPeer { max: usize },
}

/// The connections there are.
pub(super) struct Connections {
    limit: Duration,
    /// Inbound ones that have not yet shown their keys.
    handshakes: BTreeMap<ConnectionId, Option<IpAddr>>,
    established: BTreeMap<ConnectionId, PeerId>,
    /// New ones, until they are taken.
    opened: BTreeMap<ConnectionId, Streams>,
}

impl Connections {
    /// No connections; each will have `limit` to agree on the protocol of a stream.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            handshakes: BTreeMap::new(),
            established: BTreeMap::new(),
            opened: BTreeMap::new(),
        }
    }

    /// The streams of a connection that was just established.
    pub(super) fn take(&mut self, connection: ConnectionId) -> Option<Streams> {
        self.opened.remove(&connection)
    }

    fn begin(&mut self, connection: ConnectionId, source: Option<IpAddr>) -> Result<(), TooMany> {
        if self.handshakes.len() >= HANDSHAKES_MAX {
            return Err(TooMany::Handshakes { max: HANDSHAKES_MAX });
        }
        let same = self.handshakes.values().filter(|other| **other == source).count();
        if same >= HANDSHAKES_PER_SOURCE_MAX {
            return Err(TooMany::FromSource { max: HANDSHAKES_PER_SOURCE_MAX });
        }
        self.handshakes.insert(connection, source);
        Ok(())
    }

    fn establish(&mut self, connection: ConnectionId, peer: PeerId) -> Result<Handler, TooMany> {
        let same = self.established.values().filter(|other| **other == peer).count();
        if same >= CONNECTIONS_PER_PEER_MAX {
            return Err(TooMany::OfPeer { max: CONNECTIONS_PER_PEER_MAX });
        }
        let (handler, streams) = streams(self.limit);
        self.opened.insert(connection, streams);
        Ok(handler)
    }
}

fn source_of(address: &Multiaddr) -> Option<IpAddr> {
    address.iter().find_map(|part| match part {
        Protocol::Ip4(ip) => Some(ip.into()),
        Protocol::Ip6(ip) => Some(ip.into()),
        _ => None,
    })
}

impl NetworkBehaviour for Connections {
    type ConnectionHandler = Handler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.begin(connection, source_of(remote)).map_err(ConnectionDenied::new)
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<Handler, ConnectionDenied> {
        self.establish(connection, peer).map_err(ConnectionDenied::new)
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<Handler, ConnectionDenied> {
        self.establish(connection, peer).map_err(ConnectionDenied::new)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(event) => {
                self.handshakes.remove(&event.connection_id);
                self.established.insert(event.connection_id, event.peer_id);
            }
            FromSwarm::ListenFailure(event) => {
                self.handshakes.remove(&event.connection_id);
            }
            FromSwarm::ConnectionClosed(event) => {
                self.established.remove(&event.connection_id);
            }
            _ => {}
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: Infallible) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Infallible, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(id: usize) -> ConnectionId {
        ConnectionId::new_unchecked(id)
    }

    #[test]
    fn one_source_cannot_take_every_place() {
        let mut connections = Connections::new(Duration::from_secs(1));
        let flooder = Some(IpAddr::from([192, 0, 2, 1]));
        for id in 0..HANDSHAKES_PER_SOURCE_MAX {
            assert_eq!(connections.begin(number(id), flooder), Ok(()));
        }
        let refused = connections.begin(number(1_000), flooder);
        assert_eq!(refused, Err(TooMany::FromSource { max: HANDSHAKES_PER_SOURCE_MAX }));
        let other = Some(IpAddr::from([192, 0, 2, 2]));
        assert_eq!(connections.begin(number(1_001), other), Ok(()));
    }

    #[test]
    fn handshakes_are_bounded_over_all_sources() {
        let mut connections = Connections::new(Duration::from_secs(1));
        for id in 0..HANDSHAKES_MAX {
            let source = IpAddr::from(u128::try_from(id).unwrap().to_be_bytes());
            assert_eq!(connections.begin(number(id), Some(source)), Ok(()));
        }
        let refused = connections.begin(number(1_000), None);
        assert_eq!(refused, Err(TooMany::Handshakes { max: HANDSHAKES_MAX }));
    }

    #[test]
    fn the_address_of_a_source_is_found() {
        let address = "/ip6/2001:db8::1/tcp/7".parse().unwrap();
        assert_eq!(source_of(&address), Some("2001:db8::1".parse().unwrap()));
    }
}
