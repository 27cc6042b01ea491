//! A line: what happens on one connection with a known peer, from the greeting to its end.

use super::frame::{self, FrameError};
use super::greeting::Greeting;
use super::inbox::{Abandoned, Inbox};
use super::limits::{
    FRAME_BYTES_MAX, FRAME_STEP_BYTES, GREETING_BYTES_MAX, REQUESTS_IN_FLIGHT_MAX, Times,
};
use super::queue::{QueueOut, queue};
use super::requests;
use super::roster::{Outlet, Peer};
use super::streams::{MESSAGES, Streams};
use super::{Known, NetEvent, Refusal};
use futures::{AsyncReadExt, AsyncWriteExt};
use hefu_primitives::{Height, PublicKey};
use libp2p::Stream;
use std::convert::Infallible;
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

/// A connection and what is needed to use it.
pub(super) struct Line {
    pub(super) known: Known,
    pub(super) peer: Arc<Peer>,
    pub(super) streams: Streams,
    pub(super) greeting: Greeting,
    pub(super) events: mpsc::Sender<NetEvent>,
    pub(super) times: Times,
}

/// Why a line has ended.
#[derive(Debug, Error)]
enum End {
    #[error("the connection was closed")]
    Closed,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the peer did not greet in time")]
    NoGreeting,
    #[error("nobody reads what it says")]
    Abandoned,
}

impl From<Abandoned> for End {
    fn from(_: Abandoned) -> Self {
        Self::Abandoned
    }
}

/// The two message streams of a peer that was greeted.
struct Greeted {
    outbound: Stream,
    inbound: Stream,
    height: Height,
}

/// Greets and then carries messages and requests until the connection ends or the peer breaks a
/// rule. Tells whether the greeting succeeded.
pub(super) async fn run(mut line: Line) -> bool {
    let inbox = Arc::new(Inbox::new(line.events.clone()));
    let Known { key, name, .. } = line.known.clone();
    let greeted = match greet(&mut line, &inbox).await {
        Ok(greeted) => greeted,
        Err(end) => {
            tracing::info!(peer = %key, name, %end, "no line with a peer");
            return false;
        }
    };
    tracing::info!(peer = %key, name, height = %greeted.height, "reached a peer");
    let peer = Arc::clone(&line.peer);
    let end = carry(line, greeted, &inbox).await;
    peer.set_outlet(None);
    tracing::info!(peer = %key, name, %end, "lost a peer");
    if let End::Frame(FrameError::TooLong { max_bytes, got_bytes }) = end {
        refuse(&inbox, key, &name, Refusal::Frame { max_bytes, got_bytes }).await;
    }
    // If nobody reads events, nobody misses this one.
    let _ = inbox.put(NetEvent::Unreachable(key)).await;
    true
}

async fn refuse(inbox: &Inbox, peer: PublicKey, name: &str, why: Refusal) {
    tracing::warn!(%peer, name, %why, "refused a peer");
    // If nobody reads events, nobody misses this one.
    let _ = inbox.put(NetEvent::Refused { peer, why }).await;
}

async fn greet(line: &mut Line, inbox: &Inbox) -> Result<Greeted, End> {
    let limit = line.times.handshake;
    let exchanged = timeout(limit, exchange(&mut line.streams, line.greeting, line.times));
    let (mut outbound, mut inbound, bytes) = exchanged.await.map_err(|_| End::NoGreeting)??;
    match Greeting::judge(&bytes, &line.greeting.hello) {
        Ok(theirs) => Ok(Greeted { outbound, inbound, height: theirs.height }),
        Err(why) => {
            refuse(inbox, line.known.key, &line.known.name, why).await;
            // Either end closes its stream only after it has judged, and the connection only after
            // the other's stream has closed: so both learn what differs.
            let _ = timeout(limit, part(&mut outbound, &mut inbound)).await;
            Err(why.into())
        }
    }
}

async fn exchange(
    streams: &mut Streams,
    ours: Greeting,
    times: Times,
) -> Result<(Stream, Stream, Vec<u8>), End> {
    let mut outbound = streams.opener.open(MESSAGES).await.ok_or(End::Closed)?;
    frame::write(&mut outbound, &ours.encode(), GREETING_BYTES_MAX).await?;
    outbound.flush().await.map_err(FrameError::from)?;
    let mut inbound = streams.messages.recv().await.ok_or(End::Closed)?;
    let theirs = frame::read(&mut inbound, GREETING_BYTES_MAX, times.handshake).await?;
    Ok((outbound, inbound, theirs))
}

/// Closes our stream and waits for the end of theirs; whatever goes wrong, it has ended.
async fn part(outbound: &mut Stream, inbound: &mut Stream) {
    let closed = outbound.close().await;
    let mut rest = [0; 256];
    while closed.is_ok() && inbound.read(&mut rest).await.is_ok_and(|count| count > 0) {}
}

async fn carry(line: Line, greeted: Greeted, inbox: &Arc<Inbox>) -> End {
    let Line { known: Known { key, .. }, peer, streams, times, .. } = line;
    let (sender, receiver) = queue();
    peer.set_outlet(Some(Outlet {
        queue: sender,
        opener: streams.opener,
        in_flight: Arc::new(Semaphore::new(REQUESTS_IN_FLIGHT_MAX)),
        height: greeted.height,
    }));
    if inbox.put(NetEvent::Reachable(key)).await.is_err() {
        return End::Abandoned;
    }
    let ended = tokio::select! {
        ended = listen(key, greeted.inbound, inbox, times) => ended,
        ended = speak(greeted.outbound, receiver, times) => ended,
        () = requests::serve(key, streams.requests, inbox, times) => Err(End::Closed),
    };
    match ended {
        Ok(never) => match never {},
        Err(end) => end,
    }
}

/// Puts what the peer says into the inbox, and reads on when it has been put.
async fn listen(
    from: PublicKey,
    mut inbound: Stream,
    inbox: &Inbox,
    times: Times,
) -> Result<Infallible, End> {
    loop {
        let bytes = frame::read(&mut inbound, FRAME_BYTES_MAX, times.silence).await?;
        if !bytes.is_empty() {
            inbox.put(NetEvent::Message { from, bytes }).await?;
        }
    }
}

/// Says what is in the queue, and an empty frame when there is nothing to say for a while.
async fn speak(mut outbound: Stream, mut queue: QueueOut, times: Times) -> Result<Infallible, End> {
    loop {
        let mut next = match timeout(times.keep_alive, queue.take()).await {
            Ok(message) => Some(message.ok_or(End::Closed)?),
            Err(_) => Some(Arc::default()),
        };
        let mut unflushed = 0_usize;
        while let Some(message) = next.take() {
            frame::write(&mut outbound, &message, FRAME_BYTES_MAX).await?;
            unflushed = unflushed.saturating_add(message.len());
            next = if unflushed < FRAME_STEP_BYTES { queue.try_take() } else { None };
        }
        outbound.flush().await.map_err(FrameError::from)?;
    }
}
