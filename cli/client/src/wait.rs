//! Waiting until a transaction is final. It is final when its bundle says so, and not when a node
//! does.

use crate::client::{Client, Fetched};
use crate::error::ClientError;
use crate::limits::{PAUSE_MAX, PAUSE_MIN, WAIT_MAX};
use crate::unproved::quoted;
use hefu_api::{TransactionState, TransactionStatus};
use hefu_ledger::bundle::{Carried, Fact, ProvenCheckpoint, ProvenTransaction, Query, WrongAnswer};
use hefu_ledger::did::DidId;
use hefu_ledger::transaction::Body;
use hefu_ledger::{Transaction, TransactionId};
use std::thread;
use std::time::Instant;

/// A transaction of which it is verified that the chain holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Final {
    /// The transaction, its block, and what it did.
    pub transaction: Box<ProvenTransaction>,
    /// The checkpoint under which that holds.
    pub checkpoint: ProvenCheckpoint,
    /// The bundle that proves it.
    pub bundle: Vec<u8>,
}

impl Final {
    /// Of a batch, which entries were applied; none for anything else.
    pub fn applied(&self) -> Option<Vec<(DidId, bool)>> {
        match &self.transaction.carried {
            Carried::Whole { body: Body::Batch(entries), effects } => {
                let numbered = entries.iter().enumerate();
                Some(numbered.map(|(at, entry)| (entry.did, effects.is_applied(at))).collect())
            }
            Carried::Entry(entry) => Some(vec![(entry.entry.did, entry.is_applied())]),
            Carried::Whole { .. } => None,
        }
    }
}

impl Client {
    /// Hands in a transaction and waits until it is final, verified.
    pub fn submit_and_wait(
        &self,
        transaction: &Transaction,
        deadline: Instant,
    ) -> Result<Final, ClientError> {
        let id = transaction.envelope.id();
        let wait = deadline.saturating_duration_since(Instant::now()).min(WAIT_MAX);
        match self.submit_within(transaction, deadline, wait) {
            // Its fate may be known to somebody all the same.
            Ok(_) | Err(ClientError::OutcomeUnknown { .. }) => self.wait_final(&id, deadline),
            Err(error) => Err(error),
        }
    }

    /// Waits until a transaction is final, verified. After the deadline nobody knows: it may still
    /// become final until it expires.
    pub fn wait_final(&self, id: &TransactionId, deadline: Instant) -> Result<Final, ClientError> {
        let mut pause = PAUSE_MIN;
        loop {
            let why = match self.look(id) {
                Ok(Look::Final(found)) => return Ok(*found),
                Err(error) if !is_worth_waiting(&error) => return Err(error),
                Ok(Look::Pending(why)) => why,
                Err(error) => format!("the last answer was: {error}"),
            };
            if Instant::now() + pause >= deadline {
                return Err(self.undecided(id, why));
            }
            // The node that was asked may be down, so the next question goes to another.
            thread::sleep(pause);
            pause = pause.saturating_mul(2).min(PAUSE_MAX);
        }
    }

    /// How the transaction is now.
    fn look(&self, id: &TransactionId) -> Result<Look, ClientError> {
        let fate = self.fate(id)?;
        match fate.status {
            TransactionState::Final => self.proved(id).map(|found| Look::Final(Box::new(found))),
            TransactionState::Pending => Ok(Look::Pending(left_out(&fate))),
            TransactionState::Refused | TransactionState::Expired => Err(ended(id, fate)),
        }
    }

    fn proved(&self, id: &TransactionId) -> Result<Final, ClientError> {
        let Fetched { proven, bytes, url } =
            self.fetch(&Query::Transaction { id: *id, of: None })?;
        let checkpoint = proven.checkpoint().clone();
        match proven.into_fact() {
            Fact::Transaction(transaction) => Ok(Final { transaction, checkpoint, bundle: bytes }),
            _ => Err(ClientError::OtherAnswer { url, error: WrongAnswer::OtherFact }),
        }
    }

    /// What to say when the time is over: whether it is the network that waits.
    fn undecided(&self, id: &TransactionId, why: String) -> ClientError {
        match self.stuck() {
            Some(why) => ClientError::NoQuorum { id: Some(*id), why },
            None => ClientError::OutcomeUnknown { id: *id, why },
        }
    }
}

/// How a transaction is.
enum Look {
    Final(Box<Final>),
    /// It waits, and this is why, as a node says.
    Pending(String),
}

/// Why a transaction waits.
fn left_out(fate: &TransactionStatus) -> String {
    match (&fate.reason, &fate.code) {
        (Some(reason), Some(code)) => {
            format!(
                "it is still pending, and does not apply yet: {} [{}]",
                quoted(reason),
                quoted(code)
            )
        }
        _ => "it is still pending".to_owned(),
    }
}

/// Whether another answer may come later: nobody is reached, or the node that was asked has not
/// heard of the transaction yet.
fn is_worth_waiting(error: &ClientError) -> bool {
    match error {
        ClientError::Unreachable(_) | ClientError::Old { .. } | ClientError::Foreign { .. } => true,
        ClientError::Node { status, .. } => matches!(status, 404 | 429 | 500..),
        _ => false,
    }
}

/// The transaction will not become final, as a node says: it did not apply, or its time is over.
fn ended(id: &TransactionId, fate: TransactionStatus) -> ClientError {
    let expired = fate.status == TransactionState::Expired;
    let (code, reason) = if expired {
        ("rejected.expired", "its time is over, and it is not in the chain; make it anew")
    } else {
        ("rejected", "it does not apply")
    };
    let code = fate.code.map_or_else(|| code.to_owned(), |code| quoted(&code));
    let reason = fate.reason.map_or_else(|| reason.to_owned(), |reason| quoted(&reason));
    ClientError::Refused { id: *id, code, reason }
}
