//! The way of one peer's events to the reader.
//!
//! All peers share one channel of few places, whose waiters are served in the order of their
//! coming (as tokio documents). Each peer holds one message at most and waits with it in one
//! place of that order, so a peer that floods is served once a round like the others, and meanwhile
//! its stream is not read. What it sent then waits in its own windows, and at last on its side.

use super::NetEvent;
use tokio::sync::{Mutex, mpsc};

/// Where a line puts its events.
#[derive(Debug)]
pub(super) struct Inbox {
    events: mpsc::Sender<NetEvent>,
    /// Requests of one peer come in at once; they take turns, so that many are no advantage.
    turn: Mutex<()>,
}

/// Nobody reads events any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Abandoned;

impl Inbox {
    pub(super) fn new(events: mpsc::Sender<NetEvent>) -> Self {
        Self { events, turn: Mutex::new(()) }
    }

    /// Waits for this peer's turn, and puts the event.
    pub(super) async fn put(&self, event: NetEvent) -> Result<(), Abandoned> {
        let _turn = self.turn.lock().await;
        self.events.send(event).await.map_err(|_| Abandoned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Identity;
    use std::sync::Arc;

    fn message(number: u8) -> NetEvent {
        NetEvent::Message { from: Identity::from_seed(&[1; 32]).key(), bytes: vec![number] }
    }

    #[tokio::test]
    async fn many_waiting_events_of_one_peer_are_no_advantage() {
        let (sender, mut events) = mpsc::channel(1);
        let flooder = Arc::new(Inbox::new(sender.clone()));
        let quiet = Inbox::new(sender);
        flooder.put(message(0)).await.unwrap();
        for number in 1..=100 {
            let flooder = Arc::clone(&flooder);
            tokio::spawn(async move { flooder.put(message(number)).await });
        }
        tokio::task::yield_now().await;
        let waiting = tokio::spawn(async move { quiet.put(message(200)).await });
        tokio::task::yield_now().await;
        let mut before = 0;
        loop {
            match events.recv().await.unwrap() {
                NetEvent::Message { bytes, .. } if bytes == [200] => break,
                _ => before += 1,
            }
        }
        assert!(before <= 3, "{before} events of the flooder came first");
        waiting.await.unwrap().unwrap();
    }
}
