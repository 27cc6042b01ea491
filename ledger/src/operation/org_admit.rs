//! `org.admit`: a new organisation joins the network.

use super::authority;
use super::holder::is_strictly_sorted;
use crate::key::KeyBytes;
use crate::limits::{ORGANISATION_KEYS_MAX, ORGANISATIONS_MAX};
use crate::organisation::{Organisation, OrganisationId, Roles, Standing};
use crate::record::Relationships;
use crate::rejection::{Refusal, Rejection};
use crate::rule::Action;
use crate::state::{self, StateKey, StateReader, StateValue};
use crate::step::Step;
use crate::text::Title;
use crate::transaction::{CheckedTransaction, Envelope, Subject, TransactionError};
use hefu_primitives::BoundedVec;
use serde::{Deserialize, Serialize};

/// A new organisation. Its number is the transaction's subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgAdmit {
    /// Its name for people.
    pub name: Title,
    /// What it may do.
    pub roles: Roles,
    /// Its keys, sorted. Each proves that it has it, as a key for `capabilityInvocation`.
    pub keys: BoundedVec<KeyBytes, ORGANISATION_KEYS_MAX>,
}

impl OrgAdmit {
    pub(crate) fn check(&self, envelope: &Envelope) -> Result<(), TransactionError> {
        if self.roles.is_malformed() {
            return Err(TransactionError::Malformed("an organisation has one role at least"));
        }
        check_keys(&self.keys)?;
        authority::check_signers(envelope, self.keys.len())
    }
}

/// Refuses keys that are none, or not sorted.
pub(crate) fn check_keys(keys: &[KeyBytes]) -> Result<(), TransactionError> {
    if keys.is_empty() || !is_strictly_sorted(keys) {
        let wrong = "an organisation has one key at least; keys are sorted, each once";
        return Err(TransactionError::Malformed(wrong));
    }
    Ok(())
}

/// What the key of an organisation is for.
pub(crate) const ORGANISATION_KEY: Relationships = Relationships::CAPABILITY_INVOCATION;

/// Executes it.
pub(crate) fn apply<R: StateReader>(
    admit: &OrgAdmit,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let id = subject(transaction)?;
    if usize::from(id.get()) >= ORGANISATIONS_MAX {
        return Err(Rejection::OrganisationNumber(id).into());
    }
    authority::authorise(Action::Admit, transaction, step)?;
    if state::organisation(step, id)?.is_some() {
        return Err(Rejection::OrganisationExists(id).into());
    }
    let organisation = Organisation {
        name: admit.name.clone(),
        roles: admit.roles,
        keys: admit.keys.clone(),
        standing: Standing::Good,
        admitted: step.now(),
    };
    step.put(StateKey::Organisation(id), StateValue::Organisation(organisation));
    Ok(())
}

/// The organisation that a transaction is about.
pub(crate) fn subject(transaction: &CheckedTransaction) -> Result<OrganisationId, Rejection> {
    match transaction.envelope().subject {
        Subject::Organisation(id) => Ok(id),
        Subject::Did(id) => Err(Rejection::DidUnknown(id)),
    }
}
