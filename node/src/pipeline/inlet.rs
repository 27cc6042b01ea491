//! What others do with what runs: hand in, ask, read.

use crate::application::{Application, Footprint, Refusal, Shared, Source, Status};
use crate::driver::{Event, Picture};
use crate::net::Network;
use hefu_consensus::Halt;
use hefu_primitives::Header;
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};

/// A handle to a node. It may outlive the node, and says so when it does.
pub struct Inlet<A: Application> {
    pub(super) store: Shared<A::Chain>,
    pub(super) network: Network,
    pub(super) events: mpsc::Sender<Event<A>>,
    pub(super) head: watch::Receiver<Header>,
    pub(super) halted: watch::Receiver<Option<Halt>>,
}

impl<A: Application> Clone for Inlet<A> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            network: self.network.clone(),
            events: self.events.clone(),
            head: self.head.clone(),
            halted: self.halted.clone(),
        }
    }
}

/// The node stops, or has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the node stops")]
pub struct Stopped;

impl<A: Application> Inlet<A> {
    /// Hands in a transaction. It is pending when this returns well.
    pub async fn submit(
        &self,
        transaction: A::Transaction,
        source: Source,
    ) -> Result<Result<A::Id, Refusal<A>>, Stopped> {
        let transaction = Arc::new(transaction);
        self.ask(|answer| Event::Submitted(transaction, source, answer)).await
    }

    /// What the pool of pending transactions knows of one.
    pub async fn fate(&self, id: A::Id) -> Result<Status<A>, Stopped> {
        self.ask(|answer| Event::Fate(id, answer)).await
    }

    /// How it stands now.
    pub async fn picture(&self) -> Result<Picture<Footprint<A>>, Stopped> {
        self.ask(Event::Pictured).await
    }

    async fn ask<T>(
        &self,
        question: impl FnOnce(oneshot::Sender<T>) -> Event<A>,
    ) -> Result<T, Stopped> {
        let (answer, answered) = oneshot::channel();
        self.events.send(question(answer)).await.map_err(|_| Stopped)?;
        answered.await.map_err(|_| Stopped)
    }

    /// What is stored, to be read. Nothing is written while the lock is held.
    pub fn store(&self) -> &Shared<A::Chain> {
        &self.store
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The last block that was written; changes with each.
    pub fn head(&self) -> watch::Receiver<Header> {
        self.head.clone()
    }

    /// Why it signs nothing any more, if so.
    pub fn halted(&self) -> Option<Halt> {
        self.halted.borrow().clone()
    }
}
