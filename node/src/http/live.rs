//! A running node as the HTTP server sees it.

use crate::application::Shared;
use crate::clock::Clock;
use crate::mempool::{Source, Status};
use crate::node::{Handle, Picture, Stopped, SubmitError};
use futures::future::BoxFuture;
use hefu_api::Receipt;
use hefu_consensus::Halt;
use hefu_ledger::genesis::SignedGenesis;
use hefu_ledger::store::rocks::RocksStore;
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::{Header, PublicKey, Timestamp};
use std::sync::Arc;
use tokio::sync::watch;

/// A running node. The one implementation beside [`Handle`] is the tests'.
pub(crate) trait Live: Send + Sync + 'static {
    /// Submits a transaction, which is pending when this ends well.
    fn submit(
        &self,
        transaction: Transaction,
        source: Source,
    ) -> BoxFuture<'_, Result<TransactionId, SubmitError>>;

    /// What the pool knows of a transaction.
    fn fate(&self, id: TransactionId) -> BoxFuture<'_, Result<Status, Stopped>>;

    /// How the node is.
    fn picture(&self) -> BoxFuture<'_, Result<Picture, Stopped>>;

    /// Why it signs nothing any more, if so.
    fn halted(&self) -> Option<Halt>;

    /// What is stored. Nothing is written while it is read.
    fn store(&self) -> &Shared<RocksStore>;

    /// The last stored block; changes with each.
    fn head(&self) -> watch::Receiver<Header>;

    /// The network's genesis, as it is given to others.
    fn genesis(&self) -> &Arc<SignedGenesis>;

    /// The node's key.
    fn key(&self) -> PublicKey;

    /// Its word that it took a transaction up.
    fn sign_receipt(&self, id: &TransactionId, received: Timestamp) -> Receipt;

    /// The clock that people set.
    fn clock(&self) -> Clock;

    /// Connections with peers, and how many were refused because nobody knows their key.
    fn connections(&self) -> (usize, u64);
}

impl Live for Handle {
    fn submit(
        &self,
        transaction: Transaction,
        source: Source,
    ) -> BoxFuture<'_, Result<TransactionId, SubmitError>> {
        Box::pin(Self::submit(self, transaction, source))
    }

    fn fate(&self, id: TransactionId) -> BoxFuture<'_, Result<Status, Stopped>> {
        Box::pin(Self::fate(self, id))
    }

    fn picture(&self) -> BoxFuture<'_, Result<Picture, Stopped>> {
        Box::pin(Self::picture(self))
    }

    fn halted(&self) -> Option<Halt> {
        Self::halted(self)
    }

    fn store(&self) -> &Shared<RocksStore> {
        Self::store(self)
    }

    fn head(&self) -> watch::Receiver<Header> {
        Self::head(self)
    }

    fn genesis(&self) -> &Arc<SignedGenesis> {
        Self::signed_genesis(self)
    }

    fn key(&self) -> PublicKey {
        Self::key(self)
    }

    fn sign_receipt(&self, id: &TransactionId, received: Timestamp) -> Receipt {
        Self::sign_receipt(self, id, received)
    }

    fn clock(&self) -> Clock {
        Self::clock(self)
    }

    fn connections(&self) -> (usize, u64) {
        (self.network().connections(), self.network().strangers_refused())
    }
}
