//! Requests and their answers, each pair on a stream of its own.
//!
//! The asker keeps its half of the stream open until it has the answer. That the half ends sooner
//! tells the answerer that nobody waits any more.

use super::NetEvent;
use super::frame::{self, FrameError};
use super::inbox::Inbox;
use super::limits::{FRAME_BYTES_MAX, REQUEST_BYTES_MAX, REQUESTS_IN_FLIGHT_MAX, Times};
use super::roster::Outlet;
use super::streams::REQUESTS;
use futures::{AsyncReadExt, AsyncWriteExt};
use hefu_primitives::PublicKey;
use libp2p::Stream;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RequestError {
    /// There is no connection with the peer, or it is not known.
    #[error("the peer cannot be reached")]
    Unreachable,
    /// As many requests to the peer as may be wait for their answers already.
    #[error("{max} requests wait for answers of this peer already")]
    TooManyInFlight {
        /// The limit.
        max: usize,
    },
    /// The request is longer than any may be.
    #[error("a request of {got_bytes} bytes, where at most {max_bytes} are allowed")]
    TooLong {
        /// The limit.
        max_bytes: usize,
        /// The length of the request.
        got_bytes: usize,
    },
    /// The answer did not come in time.
    #[error("no answer within {after:?}")]
    TimedOut {
        /// The time that the asker gave.
        after: Duration,
    },
    /// The peer ended the stream without an answer, or the connection broke.
    #[error("the peer gave no answer")]
    Unanswered,
}

/// Asks over `outlet` and waits for the answer. To stop waiting is to drop this.
pub(super) async fn ask(
    outlet: Outlet,
    request: &[u8],
    limit: Duration,
) -> Result<Vec<u8>, RequestError> {
    let (max_bytes, got_bytes) = (REQUEST_BYTES_MAX, request.len());
    if got_bytes > max_bytes {
        return Err(RequestError::TooLong { max_bytes, got_bytes });
    }
    let too_many = RequestError::TooManyInFlight { max: REQUESTS_IN_FLIGHT_MAX };
    let _place = outlet.in_flight.try_acquire().map_err(|_| too_many)?;
    let answer = timeout(limit, exchange(&outlet, request, limit)).await;
    answer.map_err(|_| RequestError::TimedOut { after: limit })?
}

async fn exchange(
    outlet: &Outlet,
    request: &[u8],
    limit: Duration,
) -> Result<Vec<u8>, RequestError> {
    let mut stream = outlet.opener.open(REQUESTS).await.ok_or(RequestError::Unanswered)?;
    let answer = async {
        frame::write(&mut stream, request, REQUEST_BYTES_MAX).await?;
        stream.flush().await?;
        frame::read(&mut stream, FRAME_BYTES_MAX, limit).await
    };
    answer.await.map_err(|error: FrameError| match error {
        FrameError::Silent(after) => RequestError::TimedOut { after },
        FrameError::TooLong { .. } | FrameError::Io(_) => RequestError::Unanswered,
    })
}

/// Answers the requests of one peer, a few at a time, until its connection is gone. Further ones
/// wait in the order of their coming, and when too many do, are reset.
pub(super) async fn serve(
    from: PublicKey,
    mut requests: mpsc::Receiver<Stream>,
    inbox: &Arc<Inbox>,
    times: Times,
) {
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            stream = requests.recv(), if running.len() < REQUESTS_IN_FLIGHT_MAX => {
                let Some(stream) = stream else { return };
                running.spawn(answer(from, stream, Arc::clone(inbox), times));
            }
            Some(_) = running.join_next(), if !running.is_empty() => {}
        }
    }
}

async fn answer(from: PublicKey, mut stream: Stream, inbox: Arc<Inbox>, times: Times) {
    let answered = timeout(times.answer, async {
        let bytes = frame::read(&mut stream, REQUEST_BYTES_MAX, times.silence).await?;
        let Some(answer) = decide(from, bytes, &mut stream, &inbox).await else { return Ok(()) };
        frame::write(&mut stream, &answer, FRAME_BYTES_MAX).await?;
        stream.close().await.map_err(FrameError::from)
    });
    match answered.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(peer = %from, %error, "could not answer a request"),
        Err(_) => tracing::debug!(peer = %from, "could not answer a request in time"),
    }
}

/// The node's answer; none if it gives none or nobody waits for it any more.
async fn decide(
    from: PublicKey,
    bytes: Vec<u8>,
    stream: &mut Stream,
    inbox: &Inbox,
) -> Option<Vec<u8>> {
    let (answer, decided) = oneshot::channel();
    inbox.put(NetEvent::Request { from, bytes, answer }).await.ok()?;
    let mut more = [0];
    tokio::select! {
        answer = decided => answer.ok(),
        // The end of the stream, an error, or a byte that has no business here.
        _ = stream.read(&mut more) => None,
    }
}
