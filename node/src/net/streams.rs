//! The streams of one connection, from libp2p's side: opens those that we ask for and hands over
//! those that the peer opens.
//!
//! `libp2p-stream` does much the same, but lets the inbound streams of all peers pass through one
//! place and drops what does not fit, so that one peer could crowd out another; and it does not
//! say on which of two connections a stream is.

use super::limits::REQUESTS_IN_FLIGHT_MAX;
use futures::future::Either;
use libp2p::core::upgrade::{ReadyUpgrade, SelectUpgrade};
use libp2p::swarm::handler::{ConnectionEvent, FullyNegotiatedInbound, FullyNegotiatedOutbound};
use libp2p::swarm::{ConnectionHandler, ConnectionHandlerEvent, SubstreamProtocol};
use libp2p::{Stream, StreamProtocol};
use std::convert::Infallible;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// One-way messages: one stream in each direction.
pub(super) const MESSAGES: StreamProtocol = StreamProtocol::new("/hefu/messages/1");
/// A request and its answer: one stream each.
pub(super) const REQUESTS: StreamProtocol = StreamProtocol::new("/hefu/requests/1");

type Ready = ReadyUpgrade<StreamProtocol>;

/// An order for a stream. Nothing comes back if the peer does not take it.
#[derive(Debug)]
pub(super) struct Open {
    protocol: StreamProtocol,
    opened: oneshot::Sender<Stream>,
}

/// Opens streams on one connection.
#[derive(Clone, Debug)]
pub(super) struct Opener(mpsc::Sender<Open>);

/// A connection as its line sees it. Dropped by its handler, it ends.
#[derive(Debug)]
pub(super) struct Streams {
    pub(super) opener: Opener,
    pub(super) messages: mpsc::Receiver<Stream>,
    pub(super) requests: mpsc::Receiver<Stream>,
}

/// A connection as libp2p sees it.
pub(super) struct Handler {
    orders: mpsc::Receiver<Open>,
    messages: mpsc::Sender<Stream>,
    requests: mpsc::Sender<Stream>,
    limit: Duration,
}

impl Opener {
    /// A new stream; none if the connection is gone or the peer does not speak the protocol.
    pub(super) async fn open(&self, protocol: StreamProtocol) -> Option<Stream> {
        let (opened, stream) = oneshot::channel();
        self.0.send(Open { protocol, opened }).await.ok()?;
        stream.await.ok()
    }
}

/// Both sides of a new connection, which has `limit` to agree on the protocol of a stream.
pub(super) fn streams(limit: Duration) -> (Handler, Streams) {
    let (opener, orders) = mpsc::channel(1);
    // One message stream: a peer that opens more of them gains nothing.
    let (messages, inbound_messages) = mpsc::channel(1);
    let (requests, inbound_requests) = mpsc::channel(REQUESTS_IN_FLIGHT_MAX);
    let streams =
        Streams { opener: Opener(opener), messages: inbound_messages, requests: inbound_requests };
    (Handler { orders, messages, requests, limit }, streams)
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Infallible;
    type ToBehaviour = Infallible;
    type InboundProtocol = SelectUpgrade<Ready, Ready>;
    type OutboundProtocol = Ready;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = oneshot::Sender<Stream>;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        let both = SelectUpgrade::new(ReadyUpgrade::new(MESSAGES), ReadyUpgrade::new(REQUESTS));
        SubstreamProtocol::new(both, ()).with_timeout(self.limit)
    }

    /// A quiet connection is as good as a busy one: its line decides when it ends.
    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Ready, Self::OutboundOpenInfo, Infallible>> {
        let Poll::Ready(Some(order)) = self.orders.poll_recv(context) else {
            return Poll::Pending;
        };
        let protocol = SubstreamProtocol::new(ReadyUpgrade::new(order.protocol), order.opened)
            .with_timeout(self.limit);
        Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol })
    }

    fn on_behaviour_event(&mut self, event: Infallible) {
        match event {}
    }

    /// Hands streams over. A failed negotiation drops its order, which tells whoever waits; a
    /// stream that has no place, or nobody to take it, is reset by being dropped.
    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Self::InboundProtocol, Ready, (), Self::OutboundOpenInfo>,
    ) {
        let kept = match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
                protocol, ..
            }) => match protocol {
                Either::Left(stream) => self.messages.try_send(stream).is_ok(),
                Either::Right(stream) => self.requests.try_send(stream).is_ok(),
            },
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
                protocol: stream,
                info: opened,
            }) => opened.send(stream).is_ok(),
            _ => true,
        };
        if !kept {
            tracing::debug!("dropped a stream that nobody had room for");
        }
    }
}
