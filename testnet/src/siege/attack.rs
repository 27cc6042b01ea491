//! Strangers with bad manners, from many addresses. Each comes again after a while when it is thrown out.

use crate::office::chance;
use crate::state::State;
use crate::wait::until;
use anyhow::{Result, ensure};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until, timeout};

/// Addresses from which strangers come, 127.0.1.1 and up. Their number is prime, so that each comes to every
/// door. Honest clients come from others.
const SOURCES: u32 = 97;

/// How long who waits or dawdles stays away after having been thrown out.
const REST: Duration = Duration::from_secs(5);

/// How long who shouts stays away.
const SHOUT_REST: Duration = Duration::from_millis(100);

/// So many strangers shout: rubbish at the peers' port, bodies without end at the API.
const SHOUTERS: u32 = 16;

/// How many come at once, so that not all of them meet a full queue.
const CROWD: u32 = 250;

/// The pause between two crowds.
const CROWD_PAUSE: Duration = Duration::from_millis(100);

/// The pause between two lines of a head.
const DAWDLE: Duration = Duration::from_secs(1);

/// How long somebody may take to connect, or stay without anything coming to pass.
const STAY_MAX: Duration = Duration::from_mins(1);

/// Bytes that are sent at a time by who shouts.
const SHOUT_BYTES: usize = 64 * 1024;

/// How long it may take until everybody has been there.
const ARRIVAL_LIMIT: Duration = Duration::from_mins(2);

/// What a stranger does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Says nothing.
    Idle,
    /// Sends a line of a request's head a second, and never the last.
    Slow,
    /// Sends random bytes.
    Garbage,
    /// Sends a body without end.
    Oversize,
}

/// What strangers have done.
#[derive(Debug, Default)]
struct Counts {
    /// Of those who come once and stay.
    arrived: AtomicU64,
    opened: AtomicU64,
    open: AtomicU64,
    most: AtomicU64,
    sent_bytes: AtomicU64,
}

/// An attack, which ends when this is dropped.
pub(super) struct Attack {
    strangers: JoinSet<()>,
    counts: Arc<Counts>,
    connections: u32,
}

/// Somebody with bad manners.
#[derive(Clone)]
struct Stranger {
    manner: Manner,
    source: Ipv4Addr,
    target: SocketAddr,
    counts: Arc<Counts>,
}

impl Attack {
    /// Sets so many connections on the nodes, and some who shout.
    pub(super) fn begin(state: &State, connections: u32) -> Self {
        let (counts, mut strangers) = (Arc::new(Counts::default()), JoinSet::new());
        let doors: Vec<_> = state.nodes.iter().map(|node| (node.http, node.peers)).collect();
        let crowd = (0..connections).map(holder).chain((0..SHOUTERS).map(shouter));
        for ((number, manner), (http, peers)) in (0_u32..).zip(crowd).zip(doors.iter().cycle()) {
            let at_peers =
                manner == Manner::Garbage || (manner == Manner::Idle && number.is_multiple_of(8));
            let stranger = Stranger {
                manner,
                source: source(number),
                target: if at_peers { *peers } else { *http },
                counts: Arc::clone(&counts),
            };
            strangers.spawn(stranger.come(CROWD_PAUSE.saturating_mul(number / CROWD)));
        }
        Self { strangers, counts, connections }
    }

    /// Returns when everybody who stays has been at a door.
    pub(super) async fn until_everybody_came(&self) -> Result<()> {
        let all = u64::from(self.connections);
        let look = async || {
            let arrived = self.counts.arrived.load(Ordering::Relaxed);
            ensure!(arrived >= all, "{arrived} of {all} have come");
            Ok(())
        };
        until(ARRIVAL_LIMIT, "besieged", look).await
    }

    /// Ends it. What it was, in a sentence.
    pub(super) async fn end(mut self) -> String {
        self.strangers.shutdown().await;
        let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let Counts { opened, most, sent_bytes, .. } = &*self.counts;
        format!(
            "strangers from {SOURCES} addresses opened {} connections, {} of them at once, and sent {} \
             MiB of rubbish",
            count(opened),
            count(most),
            count(sent_bytes) / (1024 * 1024)
        )
    }
}

/// What the so-manieth does of those who stay.
const fn holder(number: u32) -> Manner {
    if number % 4 == 3 { Manner::Slow } else { Manner::Idle }
}

const fn shouter(number: u32) -> Manner {
    if number.is_multiple_of(2) { Manner::Garbage } else { Manner::Oversize }
}

fn source(number: u32) -> Ipv4Addr {
    let last = u8::try_from(number % SOURCES).unwrap_or(0);
    Ipv4Addr::new(127, 0, 1, last.saturating_add(1))
}

impl Stranger {
    /// Comes after a while, and again and again.
    async fn come(self, after: Duration) {
        let mut next = Instant::now() + after;
        let mut has_come = false;
        loop {
            sleep_until(next).await;
            if let Ok(Ok(stream)) = timeout(STAY_MAX, self.connect()).await {
                if !has_come && matches!(self.manner, Manner::Idle | Manner::Slow) {
                    self.counts.arrived.fetch_add(1, Ordering::Relaxed);
                }
                has_come = true;
                self.counts.enter();
                // However it ends: it is the node's to throw it out.
                let _ended = timeout(STAY_MAX, self.stay(stream)).await;
                self.counts.open.fetch_sub(1, Ordering::Relaxed);
            }
            next = Instant::now() + self.rest();
        }
    }

    const fn rest(&self) -> Duration {
        match self.manner {
            Manner::Idle | Manner::Slow => REST,
            Manner::Garbage | Manner::Oversize => SHOUT_REST,
        }
    }

    async fn connect(&self) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((self.source, 0).into())?;
        socket.connect(self.target).await
    }

    async fn stay(&self, mut stream: TcpStream) -> io::Result<()> {
        match self.manner {
            Manner::Idle => hear_out(&mut stream).await,
            Manner::Slow => dawdle(&mut stream).await,
            Manner::Garbage => {
                self.shout(&mut stream, &noise()).await?;
                hear_out(&mut stream).await
            }
            Manner::Oversize => {
                stream.write_all(BODY_HEAD.as_bytes()).await?;
                let chunk = [b"10000\r\n", &noise()[..], b"\r\n"].concat();
                loop {
                    self.shout(&mut stream, &chunk).await?;
                }
            }
        }
    }

    async fn shout(&self, stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
        stream.write_all(bytes).await?;
        let sent = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.counts.sent_bytes.fetch_add(sent, Ordering::Relaxed);
        Ok(())
    }
}

impl Counts {
    fn enter(&self) {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(open, Ordering::Relaxed);
    }
}

const HEAD: &str = "GET /v1/status HTTP/1.1\r\nhost: a\r\n";
/// The chunks that follow have `SHOUT_BYTES` each.
const BODY_HEAD: &str = "POST /v1/transactions HTTP/1.1\r\nhost: a\r\n\
    content-type: application/octet-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// Reads until the other side hangs up.
async fn hear_out(stream: &mut TcpStream) -> io::Result<()> {
    let mut heard = [0; 1_024];
    while stream.read(&mut heard).await? > 0 {}
    Ok(())
}

async fn dawdle(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(HEAD.as_bytes()).await?;
    let (mut reader, mut writer) = stream.split();
    let mut pauses = interval(DAWDLE);
    let mut heard = [0; 1_024];
    loop {
        tokio::select! {
            read = reader.read(&mut heard) => {
                if read? == 0 {
                    return Ok(());
                }
            }
            _ = pauses.tick() => writer.write_all(b"x: y\r\n").await?,
        }
    }
}

/// Bytes that mean nothing.
fn noise() -> Vec<u8> {
    let seed = chance().unwrap_or_default();
    seed.iter().copied().cycle().take(SHOUT_BYTES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn strangers_come_from_many_addresses_that_no_honest_client_has() {
        let sources: BTreeSet<_> = (0..10_000).map(source).collect();
        assert_eq!(sources.len(), 97);
        assert!(sources.iter().all(Ipv4Addr::is_loopback));
        assert!(!sources.contains(&Ipv4Addr::LOCALHOST));
    }

    #[test]
    fn a_quarter_dawdles() {
        let slow = (0..400).filter(|number| holder(*number) == Manner::Slow).count();
        assert_eq!(slow, 100);
    }

    #[test]
    fn a_chunk_is_as_long_as_it_says() {
        assert_eq!(format!("{SHOUT_BYTES:x}"), "10000");
        assert_eq!(noise().len(), SHOUT_BYTES);
    }
}
