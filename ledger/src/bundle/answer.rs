//! Questions, and whether a proven fact answers one.
//!
//! A bundle proves something or it does not. That it proves what was *asked* is another matter: a
//! node could answer with the true record of another DID.

use super::fact::{Fact, Proven};
use super::log::{History, Past, Span, Step};
use super::transaction::{Carried, ProvenTransaction};
use crate::did::DidId;
use crate::key::KeyBytes;
use crate::state::StateKey;
use crate::transaction::{Subject, TransactionId};
use hefu_primitives::{Header, Height, Timestamp};
use thiserror::Error;

/// What a bundle is asked to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// The record of this name, or that there is none.
    Record(StateKey),
    /// Which DID has this signature key, or had it.
    KeyHolder(KeyBytes),
    /// That a transaction is in the chain, and what it did.
    Transaction {
        /// Which.
        id: TransactionId,
        /// Of a batch, the entry of this DID alone.
        of: Option<DidId>,
    },
    /// All that ever happened to a DID, or that it never was.
    History {
        /// Which.
        did: DidId,
        /// How much of each operation.
        operations: Operations,
    },
    /// What a DID was, or that it was not there.
    Past {
        /// Which.
        did: DidId,
        /// When.
        at: At,
        /// How much of the operation that made it so.
        operations: Operations,
    },
    /// That the checkpoint grew out of the final block of this height.
    Consistency {
        /// The height.
        older: Height,
    },
}

/// When.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// After the block of this height.
    Height(Height),
    /// After the last block at or before this time.
    Time(Timestamp),
}

/// How much is shown of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operations {
    /// Their names, as the log has them.
    Named,
    /// Their transactions, with the proof that the chain holds them.
    Proved,
}

/// Why a proven fact does not answer a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WrongAnswer {
    /// It is about something else.
    #[error("the bundle proves something, but not what was asked")]
    OtherFact,
    /// It is about another time.
    #[error("the bundle proves what a DID was, but not at the time that was asked for")]
    OtherTime,
    /// The transactions that were asked for are not in it.
    #[error("the bundle names operations, and their transactions were asked for")]
    Unproved,
}

impl WrongAnswer {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherFact => "bundle.other_fact",
            Self::OtherTime => "bundle.other_time",
            Self::Unproved => "bundle.unproved",
        }
    }
}

impl Proven {
    /// Refuses what does not answer `query`.
    pub fn check_answer(&self, query: &Query) -> Result<(), WrongAnswer> {
        let holds = match (query, &self.fact) {
            (Query::Record(asked), Fact::Did { did, .. }) => *asked == StateKey::Did(*did),
            (Query::Record(asked), Fact::Shared { key, .. } | Fact::Absent { key }) => asked == key,
            (Query::KeyHolder(asked), Fact::KeyHolder { key, .. }) => asked == key,
            (Query::Transaction { id, of }, Fact::Transaction(proven)) => is_of(proven, id, *of),
            (Query::History { did, operations }, Fact::History(history)) => {
                return check_history(history, did, *operations);
            }
            (Query::History { did, .. }, Fact::Absent { key }) => *key == StateKey::Did(*did),
            (Query::Past { did, at, operations }, Fact::Past(past)) => {
                return check_past(past, did, *at, *operations);
            }
            (Query::Past { did, at, .. }, Fact::Absent { key }) if *key == StateKey::Did(*did) => {
                return check_at(*at, &until(&self.checkpoint.header));
            }
            (Query::Consistency { older: asked }, Fact::Consistent { older, .. }) => {
                *asked == older.height
            }
            _ => false,
        };
        if holds { Ok(()) } else { Err(WrongAnswer::OtherFact) }
    }
}

/// Whether it is the transaction of this name, and about `of` if a DID is named.
fn is_of(proven: &ProvenTransaction, id: &TransactionId, of: Option<DidId>) -> bool {
    let about = |did: DidId| match &proven.carried {
        Carried::Entry(entry) => entry.entry.did == did,
        whole @ Carried::Whole { .. } => {
            proven.envelope.subject == Subject::Did(did) || whole.wrote(&did)
        }
    };
    proven.id == *id && of.is_none_or(about)
}

fn check_history(
    history: &History,
    did: &DidId,
    operations: Operations,
) -> Result<(), WrongAnswer> {
    if history.did != *did {
        return Err(WrongAnswer::OtherFact);
    }
    check_proved(&history.steps, operations)
}

fn check_past(past: &Past, did: &DidId, at: At, operations: Operations) -> Result<(), WrongAnswer> {
    if past.did != *did {
        return Err(WrongAnswer::OtherFact);
    }
    check_at(at, &past.span)?;
    check_proved(past.step.as_slice(), operations)
}

fn check_proved(steps: &[Step], operations: Operations) -> Result<(), WrongAnswer> {
    let named_only = steps.iter().any(|step| step.transaction.is_none());
    if operations == Operations::Proved && named_only {
        return Err(WrongAnswer::Unproved);
    }
    Ok(())
}

fn check_at(at: At, span: &Span) -> Result<(), WrongAnswer> {
    let holds = match at {
        At::Height(height) => span.has_height(height),
        At::Time(time) => span.has_time(time),
    };
    if holds { Ok(()) } else { Err(WrongAnswer::OtherTime) }
}

/// The span from the beginning of the chain to a checkpoint.
fn until(checkpoint: &Header) -> Span {
    Span { from: None, until: None, known: super::log::moment(checkpoint.height, checkpoint.time) }
}
