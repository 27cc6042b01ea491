//! Those without a listed key get no further than Noise, and those without a key less far.

use super::*;
use crate::net::limits::HANDSHAKES_PER_SOURCE_MAX;
use futures::future::{BoxFuture, poll_fn};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, FutureExt};
use libp2p::core::Endpoint;
use libp2p::core::UpgradeInfo;
use libp2p::core::transport::{DialOpts, ListenerId, PortUse, TransportEvent};
use libp2p::core::upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade};
use std::io::ErrorKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Noise, and then a look at what the other end says first, before a multiplexer is agreed on.
#[derive(Clone)]
struct Probe {
    noise: noise::Config,
    said: mpsc::Sender<Vec<u8>>,
}

type Probed<T> = (PeerId, noise::Output<T>);

impl Probe {
    async fn look<T: AsyncRead + AsyncWrite + Unpin>(
        self,
        (peer, mut stream): Probed<T>,
    ) -> Result<Probed<T>, noise::Error> {
        // The header that begins the negotiation of a multiplexer, and the offer of one.
        let offer = b"\x13/multistream/1.0.0\n\x0d/yamux/1.0.0\n";
        let mut bytes = vec![0; 64];
        let said = async {
            AsyncWriteExt::write_all(&mut stream, offer).await?;
            AsyncWriteExt::flush(&mut stream).await?;
            AsyncReadExt::read(&mut stream, &mut bytes).await
        };
        let said = said.await.unwrap_or(0);
        bytes.truncate(said);
        self.said.send(bytes).await.unwrap();
        Ok((peer, stream))
    }
}

impl UpgradeInfo for Probe {
    type Info = &'static str;
    type InfoIter = std::iter::Once<&'static str>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.noise.protocol_info()
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> InboundConnectionUpgrade<T> for Probe {
    type Output = Probed<T>;
    type Error = noise::Error;
    type Future = BoxFuture<'static, Result<Probed<T>, noise::Error>>;

    fn upgrade_inbound(self, socket: T, info: Self::Info) -> Self::Future {
        async move {
            let passed = self.noise.clone().upgrade_inbound(socket, info).await?;
            self.look(passed).await
        }
        .boxed()
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> OutboundConnectionUpgrade<T> for Probe {
    type Output = Probed<T>;
    type Error = noise::Error;
    type Future = BoxFuture<'static, Result<Probed<T>, noise::Error>>;

    fn upgrade_outbound(self, socket: T, info: Self::Info) -> Self::Future {
        async move {
            let passed = self.noise.clone().upgrade_outbound(socket, info).await?;
            self.look(passed).await
        }
        .boxed()
    }
}

fn probe(seed: u8) -> (Boxed<(PeerId, StreamMuxerBox)>, mpsc::Receiver<Vec<u8>>) {
    let (sender, said) = mpsc::channel(8);
    let noise = noise::Config::new(Identity::from_seed(&[seed; 32]).keypair()).unwrap();
    let transport = tcp::tokio::Transport::default()
        .upgrade(Version::V1)
        .authenticate(Probe { noise, said: sender })
        .multiplex(yamux::Config::default())
        .boxed();
    (transport, said)
}

/// What the node says to the probe that dials it, after Noise.
async fn said_when_dialled(seed: u8, node: &Node) -> Vec<u8> {
    let (mut transport, mut said) = probe(seed);
    let options = DialOpts { role: Endpoint::Dialer, port_use: PortUse::New };
    let dial = transport.dial(multiaddr(node.known.address.unwrap()), options).unwrap();
    tokio::spawn(dial);
    within(said.recv()).await.unwrap()
}

#[tokio::test]
async fn a_stranger_is_dropped_before_a_multiplexer_is_negotiated() {
    let mut node = Node::start(NetConfig { known: vec![silent(2)], ..config(1) }).await;
    let listed = said_when_dialled(2, &node).await;
    assert!(listed.starts_with(b"\x13/multistream/1.0.0\n"), "the probe sees a negotiation");
    let strange = said_when_dialled(3, &node).await;
    assert_eq!(strange, b"", "nothing at all is said to a stranger");
    assert_eq!(node.network.strangers_refused(), 1);
    node.network.shut_down().await;
    while let Some(event) = within(node.events.recv()).await {
        assert!(!matches!(event, NetEvent::Reachable(peer) if peer == key(3)));
    }
}

#[tokio::test]
async fn a_stranger_at_a_known_address_is_dropped_before_a_multiplexer_is_negotiated() {
    for (listed, answering) in [(3, 3), (2, 3)] {
        let (mut transport, mut said) = probe(answering);
        let anywhere = multiaddr(SocketAddr::from(([127, 0, 0, 1], 0)));
        transport.listen_on(ListenerId::next(), anywhere).unwrap();
        let TransportEvent::NewAddress { listen_addr, .. } = next(&mut transport).await else {
            panic!("the probe listens")
        };
        let port = listen_addr.to_string().rsplit('/').next().unwrap().parse().unwrap();
        let address = Some(SocketAddr::from(([127, 0, 0, 1], port)));
        let known = vec![Known { address, ..silent(listed) }];
        let dials = Dials::All;
        let node = Node::start(NetConfig { known, dials, ..config(1) }).await;
        let TransportEvent::Incoming { upgrade, .. } = next(&mut transport).await else {
            panic!("the node dials")
        };
        tokio::spawn(upgrade);
        let negotiates = within(said.recv()).await.unwrap().starts_with(b"\x13/multistream/1.0.0");
        assert_eq!(negotiates, listed == answering);
        let refused = u64::from(listed != answering);
        assert_eq!(node.network.strangers_refused(), refused);
    }
}

async fn next<T: Transport + Unpin>(
    transport: &mut T,
) -> TransportEvent<T::ListenerUpgrade, T::Error> {
    within(poll_fn(|context| std::pin::Pin::new(&mut *transport).poll(context))).await
}

async fn end_of(stream: &mut TcpStream) {
    let mut bytes = Vec::new();
    match within(stream.read_to_end(&mut bytes)).await {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
}

#[tokio::test]
async fn who_says_nothing_is_closed_after_the_limit() {
    let times = Times { handshake: Duration::from_millis(200), ..times() };
    let node = Node::start(NetConfig { times, ..config(1) }).await;
    let mut stream = TcpStream::connect(node.known.address.unwrap()).await.unwrap();
    end_of(&mut stream).await;
}

#[tokio::test]
async fn who_says_nonsense_is_closed_and_harms_nobody() {
    let times = Times { handshake: Duration::from_secs(1), ..times() };
    let first = Node::start(NetConfig { times, ..config(1) }).await;
    let mut nodes = [first, Node::start(config(2)).await];
    introduce(&nodes);
    meet(&mut nodes).await;
    for nonsense in
        [&[0xff; 4096][..], b"GET / HTTP/1.1\r\n\r\n", b"\x13/multistream/1.0.0\n\xff\xff\xff\xff"]
    {
        let mut stream = TcpStream::connect(nodes[0].known.address.unwrap()).await.unwrap();
        // It may be closed before all of it is written.
        let _ = stream.write_all(nonsense).await;
        end_of(&mut stream).await;
    }
    assert_eq!(nodes[0].network.send(&nodes[1].key(), [1].into()), Sent::Queued);
}

#[tokio::test]
async fn a_source_that_takes_every_place_is_turned_away_at_once() {
    let node = Node::start(config(1)).await;
    let mut waiting = Vec::new();
    for _ in 0..=HANDSHAKES_PER_SOURCE_MAX {
        waiting.push(TcpStream::connect(node.known.address.unwrap()).await.unwrap());
    }
    // The others have the limit of a handshake, which has not passed.
    end_of(waiting.last_mut().unwrap()).await;
    let mut byte = [0];
    let first = waiting[0].try_read(&mut byte);
    assert_eq!(first.unwrap_err().kind(), ErrorKind::WouldBlock);
}
