//! The bounded queue between the driver and the thread that writes.

use super::error::Refused;
use super::limits::{QUEUE_BYTES, QUEUE_REQUESTS};
use super::writer::Request;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// How much waits.
#[derive(Default)]
struct Load {
    requests: AtomicUsize,
    bytes: AtomicUsize,
}

/// Where requests go in.
pub(super) struct Sender {
    channel: mpsc::SyncSender<Request>,
    load: Arc<Load>,
}

/// Where they come out.
pub(super) struct Receiver {
    channel: mpsc::Receiver<Request>,
    load: Arc<Load>,
}

/// An empty queue.
pub(super) fn queue() -> (Sender, Receiver) {
    let (sender, receiver) = mpsc::sync_channel(QUEUE_REQUESTS);
    let load = Arc::new(Load::default());
    let sender = Sender { channel: sender, load: Arc::clone(&load) };
    (sender, Receiver { channel: receiver, load })
}

fn body_bytes(request: &Request) -> usize {
    match request {
        Request::Append(appends) => {
            appends.iter().filter_map(|append| append.body.as_ref()).map(|body| body.len()).sum()
        }
        Request::Floor(_) | Request::Recall | Request::Certificates(_) => 0,
    }
}

impl Sender {
    /// Puts a request in, without waiting.
    pub(super) fn send(&self, request: Request) -> Result<(), Refused> {
        let new = body_bytes(&request);
        // Counted before it can come out, so that the counts never fall below zero.
        let requests = self.load.requests.fetch_add(1, Ordering::Relaxed);
        let bytes = self.load.bytes.fetch_add(new, Ordering::Relaxed);
        let sent = if bytes + new > QUEUE_BYTES {
            Err(Refused::Backlog { requests, bytes })
        } else {
            self.channel.try_send(request).map_err(|error| match error {
                mpsc::TrySendError::Full(_) => Refused::Backlog { requests, bytes },
                mpsc::TrySendError::Disconnected(_) => Refused::Stopped,
            })
        };
        if sent.is_err() {
            self.load.remove(new);
        }
        sent
    }

    /// Whether the queue is at most half full.
    pub(super) fn has_room(&self) -> bool {
        self.load.requests.load(Ordering::Relaxed) <= QUEUE_REQUESTS / 2
            && self.load.bytes.load(Ordering::Relaxed) <= QUEUE_BYTES / 2
    }
}

impl Receiver {
    /// The next request; waits for one. None if there can be no more.
    pub(super) fn next(&self) -> Option<Request> {
        self.channel.recv().ok().inspect(|request| self.load.remove(body_bytes(request)))
    }

    /// The next request, if one comes before so much time has passed.
    pub(super) fn next_within(&self, limit: Duration) -> Option<Request> {
        let next = self.channel.recv_timeout(limit).ok();
        next.inspect(|request| self.load.remove(body_bytes(request)))
    }

    /// The next request, if one waits.
    pub(super) fn try_next(&self) -> Option<Request> {
        self.channel.try_recv().ok().inspect(|request| self.load.remove(body_bytes(request)))
    }
}

impl Load {
    fn remove(&self, bytes: usize) {
        self.requests.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}
