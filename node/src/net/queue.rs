//! What waits to be sent to one peer, bounded in messages and in bytes.
//!
//! When it is full the newest message is refused and counted. The older ones are not worth less:
//! they are votes and certificates of views that the peer needs first, and what it misses is said
//! again (R10) or asked for.

use super::limits::{QUEUE_BYTES_MAX, QUEUE_MESSAGES_MAX};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::mpsc;

pub(super) fn queue() -> (QueueIn, QueueOut) {
    let (sender, receiver) = mpsc::channel(QUEUE_MESSAGES_MAX);
    let bytes = Arc::new(AtomicUsize::new(0));
    (QueueIn { sender, bytes: Arc::clone(&bytes) }, QueueOut { receiver, bytes })
}

/// The end that messages are put in at.
#[derive(Clone, Debug)]
pub(super) struct QueueIn {
    sender: mpsc::Sender<Arc<[u8]>>,
    bytes: Arc<AtomicUsize>,
}

/// The end that they come out of, in order.
#[derive(Debug)]
pub(super) struct QueueOut {
    receiver: mpsc::Receiver<Arc<[u8]>>,
    bytes: Arc<AtomicUsize>,
}

impl QueueIn {
    /// Whether there was room.
    pub(super) fn put(&self, message: Arc<[u8]>) -> bool {
        let length = message.len();
        // Counted before it is put in, so that two at once cannot both take the last room.
        let waiting = self.bytes.fetch_add(length, Ordering::Relaxed);
        let fits = waiting.saturating_add(length) <= QUEUE_BYTES_MAX;
        if fits && self.sender.try_send(message).is_ok() {
            return true;
        }
        self.bytes.fetch_sub(length, Ordering::Relaxed);
        false
    }
}

impl QueueOut {
    /// The next message; none when nobody can put any more in.
    pub(super) async fn take(&mut self) -> Option<Arc<[u8]>> {
        let message = self.receiver.recv().await?;
        Some(self.taken(message))
    }

    /// The next message if there is one now.
    pub(super) fn try_take(&mut self) -> Option<Arc<[u8]>> {
        let message = self.receiver.try_recv().ok()?;
        Some(self.taken(message))
    }

    fn taken(&self, message: Arc<[u8]>) -> Arc<[u8]> {
        self.bytes.fetch_sub(message.len(), Ordering::Relaxed);
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_message_is_refused_when_there_are_too_many() {
        let (sender, mut receiver) = queue();
        for number in 0..QUEUE_MESSAGES_MAX {
            assert!(sender.put(number.to_le_bytes().into()));
        }
        assert!(!sender.put([0].into()));
        assert_eq!(receiver.try_take().unwrap()[..], 0_usize.to_le_bytes());
        assert!(sender.put([0].into()));
    }

    #[test]
    fn the_newest_message_is_refused_when_there_are_too_many_bytes() {
        let (sender, mut receiver) = queue();
        let half: Arc<[u8]> = vec![0; QUEUE_BYTES_MAX / 2].into();
        assert!(sender.put(Arc::clone(&half)) && sender.put(Arc::clone(&half)));
        assert!(!sender.put([0].into()), "a refused message leaves no bytes behind");
        assert!(!sender.put([0].into()));
        assert!(receiver.try_take().is_some());
        assert!(sender.put(half));
    }
}
