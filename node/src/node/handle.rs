//! What others do with a running node: submit, ask, read.

use super::Picture;
use crate::application::Shared;
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::mempool::{Refusal, Source, Status};
use crate::net::Network;
use crate::pipeline::{Inlet, Stopped};
use hefu_api::Receipt;
use hefu_consensus::Halt;
use hefu_ledger::genesis::{Genesis, SignedGenesis};
use hefu_ledger::store::rocks::RocksStore;
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::{Header, PublicKey, SecretKey, Timestamp};
use std::fmt;
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::watch;

/// A handle to a running node. It may outlive the node, and says so when it does.
#[derive(Clone)]
pub struct Handle {
    pub(super) inlet: Inlet<Ledger>,
    pub(super) genesis: Arc<SignedGenesis>,
    pub(super) key: SecretKey,
    pub(super) clock: Clock,
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("key", &self.key.public_key()).finish_non_exhaustive()
    }
}

/// Why a transaction is not taken up.
#[derive(Debug, Error)]
pub enum SubmitError {
    /// It is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The node stops.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Handle {
    /// Submits a transaction. It is pending when this returns well.
    pub async fn submit(
        &self,
        transaction: Transaction,
        source: Source,
    ) -> Result<TransactionId, SubmitError> {
        Ok(self.inlet.submit(transaction, source).await??)
    }

    /// What the pool of pending transactions knows of one. Whether it is final is the store's to
    /// say.
    pub async fn fate(&self, id: TransactionId) -> Result<Status, Stopped> {
        self.inlet.fate(id).await
    }

    /// How it stands now.
    pub async fn picture(&self) -> Result<Picture, Stopped> {
        self.inlet.picture().await
    }

    /// What is stored, to be read. Nothing is written while the lock is held.
    pub fn store(&self) -> &Shared<RocksStore> {
        self.inlet.store()
    }

    /// The network.
    pub fn network(&self) -> &Network {
        self.inlet.network()
    }

    /// The last block that was written; changes with each.
    pub fn head(&self) -> watch::Receiver<Header> {
        self.inlet.head()
    }

    /// Why it signs nothing any more, if so.
    pub fn halted(&self) -> Option<Halt> {
        self.inlet.halted()
    }

    /// The network's genesis.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis.genesis
    }

    /// The genesis with its founders' signatures, as it is given to others.
    pub fn signed_genesis(&self) -> &Arc<SignedGenesis> {
        &self.genesis
    }

    /// Its signed word that a transaction was pending here at a time.
    pub fn sign_receipt(&self, id: &TransactionId, received: Timestamp) -> Receipt {
        Receipt::sign(&self.genesis.genesis.hash(), *id, received, &self.key)
    }

    /// The clock that people set.
    pub const fn clock(&self) -> Clock {
        self.clock
    }

    /// The node's public key.
    pub fn key(&self) -> PublicKey {
        self.key.public_key()
    }
}
