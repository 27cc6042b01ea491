//! What can be asked of the ledger. Every answer is verified.

use crate::client::Client;
use crate::error::ClientError;
use hefu_ledger::TransactionId;
use hefu_ledger::bundle::{
    At, Fact, History, Holding, Operations, Past, ProvenCheckpoint, ProvenTransaction, Query,
    WrongAnswer,
};
use hefu_ledger::did::DidId;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::{Organisation, OrganisationId};
use hefu_ledger::parameters::Parameters;
use hefu_ledger::record::DidRecord;
use hefu_ledger::rule::Rules;
use hefu_ledger::state::{StateKey, StateValue, Validators};

/// Something that holds under a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved<T> {
    /// What holds.
    pub value: T,
    /// The checkpoint.
    pub checkpoint: ProvenCheckpoint,
}

/// Whose a signature key is, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    /// The DID.
    pub did: DidId,
    /// Its record.
    pub record: Box<DidRecord>,
    /// How it has the key.
    pub holding: Holding,
}

impl<T> Proved<T> {
    /// The same about what `f` makes of it.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Proved<U> {
        Proved { value: f(self.value), checkpoint: self.checkpoint }
    }
}

impl Client {
    /// The record of a DID; none if there never was such a DID.
    pub fn record(&self, did: &DidId) -> Result<Proved<Option<Box<DidRecord>>>, ClientError> {
        self.ask(&Query::Record(StateKey::Did(*did)), |fact| match fact {
            Fact::Did { record, .. } => Some(Some(record)),
            Fact::Absent { .. } => Some(None),
            _ => None,
        })
    }

    /// All that ever happened to a DID; none if there never was such a DID.
    pub fn history(
        &self,
        did: &DidId,
        operations: Operations,
    ) -> Result<Proved<Option<History>>, ClientError> {
        self.ask(&Query::History { did: *did, operations }, |fact| match fact {
            Fact::History(history) => Some(Some(history)),
            Fact::Absent { .. } => Some(None),
            _ => None,
        })
    }

    /// What a DID was at an earlier time; none if there never was such a DID.
    pub fn past(&self, did: &DidId, at: At) -> Result<Proved<Option<Box<Past>>>, ClientError> {
        let query = Query::Past { did: *did, at, operations: Operations::Named };
        self.ask(&query, |fact| match fact {
            Fact::Past(past) => Some(Some(past)),
            Fact::Absent { .. } => Some(None),
            _ => None,
        })
    }

    /// Which DID has a signature key, or had it. That nobody has it cannot be proved, and is
    /// [`ClientError::NotFound`].
    pub fn key_holder(&self, key: &KeyBytes) -> Result<Proved<KeyHolder>, ClientError> {
        self.ask(&Query::KeyHolder(*key), |fact| match fact {
            Fact::KeyHolder { did, record, holding, .. } => {
                Some(KeyHolder { did, record, holding })
            }
            _ => None,
        })
    }

    /// A transaction of the chain. That the chain does not hold it cannot be proved, and is
    /// [`ClientError::NotFound`].
    pub fn transaction(
        &self,
        id: &TransactionId,
        of: Option<DidId>,
    ) -> Result<Proved<Box<ProvenTransaction>>, ClientError> {
        self.ask(&Query::Transaction { id: *id, of }, |fact| match fact {
            Fact::Transaction(proven) => Some(proven),
            _ => None,
        })
    }

    /// An organisation; none if no organisation has the number.
    pub fn organisation(
        &self,
        id: OrganisationId,
    ) -> Result<Proved<Option<Organisation>>, ClientError> {
        self.shared(StateKey::Organisation(id), |value| match value {
            StateValue::Organisation(organisation) => Some(organisation),
            _ => None,
        })
    }

    /// The authority rules.
    pub fn rules(&self) -> Result<Proved<Rules>, ClientError> {
        self.always_there(StateKey::Rules, |value| match value {
            StateValue::Rules(rules) => Some(rules),
            _ => None,
        })
    }

    /// The parameters.
    pub fn parameters(&self) -> Result<Proved<Parameters>, ClientError> {
        self.always_there(StateKey::Parameters, |value| match value {
            StateValue::Parameters(parameters) => Some(parameters),
            _ => None,
        })
    }

    /// Who votes, in this epoch and the next.
    pub fn validators(&self) -> Result<Proved<Validators>, ClientError> {
        self.always_there(StateKey::Validators, |value| match value {
            StateValue::Validators(validators) => Some(validators),
            _ => None,
        })
    }

    /// The newest checkpoint of the first node that answers.
    pub fn checkpoint(&self) -> Result<ProvenCheckpoint, ClientError> {
        // Any record will do: it stands under the node's newest checkpoint. This one is small.
        let query = Query::Record(StateKey::Protocol);
        Ok(self.fetch(&query)?.proven.checkpoint().clone())
    }

    fn always_there<T>(
        &self,
        key: StateKey,
        take: impl FnOnce(StateValue) -> Option<T>,
    ) -> Result<Proved<T>, ClientError> {
        let Proved { value, checkpoint } = self.shared(key, take)?;
        let missing = || ClientError::NotFound(format!("the state has no {key:?}"));
        Ok(Proved { value: value.ok_or_else(missing)?, checkpoint })
    }

    fn shared<T>(
        &self,
        key: StateKey,
        take: impl FnOnce(StateValue) -> Option<T>,
    ) -> Result<Proved<Option<T>>, ClientError> {
        self.ask(&Query::Record(key), |fact| match fact {
            Fact::Shared { value, .. } => take(value.as_ref().clone()).map(Some),
            Fact::Absent { .. } => Some(None),
            _ => None,
        })
    }

    /// What `take` finds in the verified answer to a question.
    fn ask<T>(
        &self,
        query: &Query,
        take: impl FnOnce(Fact) -> Option<T>,
    ) -> Result<Proved<T>, ClientError> {
        let fetched = self.fetch(query).map_err(by_name)?;
        let checkpoint = fetched.proven.checkpoint().clone();
        let other =
            || ClientError::OtherAnswer { url: fetched.url.clone(), error: WrongAnswer::OtherFact };
        let value = take(fetched.proven.into_fact()).ok_or_else(other)?;
        Ok(Proved { value, checkpoint })
    }
}

/// A node that does not find something is believed only as far as that goes.
fn by_name(error: ClientError) -> ClientError {
    match error {
        ClientError::Node { status: 404, detail, url, .. } => {
            ClientError::NotFound(format!("{detail} (as {url} says, unproved)"))
        }
        other => other,
    }
}
