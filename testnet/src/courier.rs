//! Delivering transactions to a network in which validators may be down: what one does not take or
//! answer goes to the next, until it is final. To submit again does no harm.

use crate::api::{Api, Fate, encode};
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use hefu_api::Outcome;
use hefu_ledger::{Transaction, TransactionId};
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long a validator may take to get a transaction final before another one is asked. Longer than
/// the network takes with one validator down.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it is tried.
const LIMIT: Duration = Duration::from_mins(1);

/// The pause after a validator that was not reached.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a validator that failed is passed over. Then one transaction tries it again.
const REST: Duration = Duration::from_secs(5);

/// Somebody who delivers to several validators in turn.
#[derive(Debug)]
pub(crate) struct Courier {
    api: Api,
    validators: Vec<SocketAddr>,
    turns: Mutex<Turns>,
}

/// Whose turn it is.
#[derive(Debug)]
struct Turns {
    next: usize,
    /// Of each validator, until when it is passed over, if it has failed.
    resting: Vec<Option<Instant>>,
}

impl Turns {
    /// Where to deliver next: to the next that does not rest, or whose rest is over; if all rest, to
    /// the next.
    fn take(&mut self, now: Instant) -> usize {
        let count = self.resting.len().max(1);
        let order = (self.next..).map(|turn| turn % count).take(count);
        let is_free =
            |place: &usize| self.resting.get(*place).is_none_or(|rest| is_over(*rest, now));
        let place = order.clone().find(is_free).or(order.clone().next()).unwrap_or(0);
        self.next = place + 1;
        // Until it is known to be well, one try is enough.
        if let Some(rest @ Some(_)) = self.resting.get_mut(place) {
            *rest = Some(now + REST);
        }
        place
    }

    fn note(&mut self, place: usize, rest: Option<Instant>) {
        if let Some(resting) = self.resting.get_mut(place) {
            *resting = rest;
        }
    }
}

fn is_over(rest: Option<Instant>, now: Instant) -> bool {
    rest.is_none_or(|until| until <= now)
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
        let turns = Turns { next: 0, resting: vec![None; validators.len()] };
        Self { api, validators, turns: Mutex::new(turns) }
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
        let place = self.turns().take(Instant::now());
        let node = *self.validators.get(place).context("there is no validator")?;
        let fate = self.api.submit(node, bytes, PATIENCE).await;
        let failed = matches!(fate, Ok(Fate::Pending) | Err(_));
        self.turns().note(place, failed.then(|| Instant::now() + REST));
        match fate {
            Ok(Fate::Final(outcome)) => Ok(Some(outcome)),
            Ok(Fate::Pending) => Ok(None),
            Ok(Fate::Later(after, _)) => {
                sleep_until(Instant::now() + after).await;
                Ok(None)
            }
            // It may be final already, submitted to a validator that was killed before it said so.
            Ok(Fate::Refused(problem)) => {
                let known = self.api.transaction(node, id).await?;
                let outcome = known.and_then(|status| status.outcome());
                outcome.map(Some).with_context(|| problem.to_string())
            }
            Err(_unreached) => {
                sleep_until(Instant::now() + PAUSE).await;
                Ok(None)
            }
        }
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_failed_is_passed_over_until_one_try_went_well() {
        let now = Instant::now();
        let mut turns = Turns { next: 0, resting: vec![None; 3] };
        assert_eq!([0, 1, 2, 0].map(|_| turns.take(now)), [0, 1, 2, 0]);
        turns.note(1, Some(now + REST));
        assert_eq!([0; 4].map(|_| turns.take(now)), [2, 0, 2, 0]);
        let later = now + REST;
        assert_eq!([0; 4].map(|_| turns.take(later)), [1, 2, 0, 2], "one tries it again");
        turns.note(1, None);
        assert_eq!([0; 3].map(|_| turns.take(later)), [0, 1, 2]);
    }

    #[test]
    fn when_all_have_failed_they_are_tried_in_turn() {
        let now = Instant::now();
        let mut turns = Turns { next: 0, resting: vec![Some(now + REST); 2] };
        assert_eq!([0; 3].map(|_| turns.take(now)), [0, 1, 0]);
    }
}
