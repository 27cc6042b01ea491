//! Delivering transactions to a network in which validators may be down: what one does not take or
//! answer goes to the next, until it is final. To submit again does no harm.

use crate::api::{Api, Fate, encode};
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use hefu_api::Outcome;
use hefu_ledger::{Transaction, TransactionId};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long a validator may take to get a transaction final before another one is asked. Longer than
/// the network takes with one validator down.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it is tried.
const LIMIT: Duration = Duration::from_mins(1);

/// The pause after a validator that was not reached.
const PAUSE: Duration = Duration::from_millis(100);

/// Somebody who delivers to several validators in turn.
#[derive(Debug)]
pub(crate) struct Courier {
    api: Api,
    validators: Vec<SocketAddr>,
    next: AtomicUsize,
}

/// A transaction that was delivered.
#[derive(Clone, Debug)]
pub(crate) struct Delivered {
    /// Where it stands.
    pub(crate) outcome: Outcome,
    /// How long it took from the first attempt on.
    pub(crate) took: Duration,
}

impl Courier {
    /// A courier to these validators.
    pub(crate) fn new(api: Api, validators: Vec<SocketAddr>) -> Self {
        Self { api, validators, next: AtomicUsize::new(0) }
    }

    /// Delivers a transaction, and returns when it is final.
    pub(crate) async fn deliver(&self, transaction: &Transaction) -> Result<Delivered> {
        let (id, bytes) = (transaction.envelope.id(), encode(transaction));
        let start = Instant::now();
        loop {
            let attempt = self.attempt(&id, bytes.clone()).await;
            let outcome = attempt.with_context(|| format!("transaction {id} is refused"))?;
            if let Some(outcome) = outcome {
                return Ok(Delivered { outcome, took: start.elapsed() });
            }
            if start.elapsed() >= LIMIT {
                bail!("transaction {id} is not final after {LIMIT:?}");
            }
        }
    }

    /// One attempt at the next validator. What is not final yet is nothing.
    async fn attempt(&self, id: &TransactionId, bytes: Bytes) -> Result<Option<Outcome>> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.validators.len().max(1);
        let node = *self.validators.get(turn).context("there is no validator")?;
        match self.api.submit(node, bytes, PATIENCE).await {
            Ok(Fate::Final(outcome)) => return Ok(Some(outcome)),
            Ok(Fate::Pending) => {}
            Ok(Fate::Later(after, _)) => sleep_until(Instant::now() + after).await,
            // It may be final already, submitted to a validator that was killed before it said so.
            Ok(Fate::Refused(problem)) => {
                let known = self.api.transaction(node, id).await?;
                match known.and_then(|status| status.outcome()) {
                    Some(outcome) => return Ok(Some(outcome)),
                    None => bail!("{problem}"),
                }
            }
            Err(_unreached) => sleep_until(Instant::now() + PAUSE).await,
        }
        Ok(None)
    }
}
