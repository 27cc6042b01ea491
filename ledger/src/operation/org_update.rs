//! `org.update`: an organisation gets another name, other keys, roles or standing.
//!
//! Names and keys are the organisation's own affair. Roles and standing are the network's.

use super::authority;
use super::org_admit::{check_keys, subject};
use crate::key::KeyBytes;
use crate::limits::ORGANISATION_KEYS_MAX;
use crate::organisation::{Organisation, Roles, Standing};
use crate::rejection::{Refusal, Rejection};
use crate::rule::Action;
use crate::state::{StateKey, StateReader, StateValue};
use crate::step::Step;
use crate::text::Title;
use crate::transaction::{CheckedTransaction, Envelope, TransactionError};
use hefu_primitives::BoundedVec;
use serde::{Deserialize, Serialize};

/// What is to hold instead; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgUpdate {
    /// Its name for people.
    pub name: Option<Title>,
    /// All its keys, sorted. Each proves that it has it, also if it was there before.
    pub keys: Option<BoundedVec<KeyBytes, ORGANISATION_KEYS_MAX>>,
    /// What it may do.
    pub roles: Option<Roles>,
    /// Whether it may act.
    pub standing: Option<Standing>,
}

impl OrgUpdate {
    pub(crate) fn check(&self, envelope: &Envelope) -> Result<(), TransactionError> {
        if *self == Self::default() {
            return Err(TransactionError::Malformed("an update changes something"));
        }
        if self.roles.is_some_and(Roles::is_malformed) {
            return Err(TransactionError::Malformed("an organisation has one role at least"));
        }
        if let Some(keys) = &self.keys {
            check_keys(keys)?;
        }
        let new_keys = self.keys.as_ref().map_or(0, |keys| keys.len());
        authority::check_signers(envelope, new_keys)
    }

    /// Whether it changes only what is the organisation's own affair.
    const fn is_own_affair(&self) -> bool {
        self.roles.is_none() && self.standing.is_none()
    }
}

/// Executes it.
pub(crate) fn apply<R: StateReader>(
    update: &OrgUpdate,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let id = subject(transaction)?;
    let organisation = step.organisation(id)?;
    let signers = authority::entitle(transaction, step)?;
    let own = update.is_own_affair() && signers.iter().any(|(signer, _)| *signer == id);
    if !own && !step.rules()?.update_organisation.is_satisfied(&signers) {
        return Err(Rejection::Unauthorised(Action::UpdateOrganisation).into());
    }
    if organisation.standing == Standing::Left {
        return Err(Rejection::OrganisationKey(id).into());
    }
    let updated = updated(organisation, update);
    step.put(StateKey::Organisation(id), StateValue::Organisation(updated));
    Ok(())
}

fn updated(before: Organisation, update: &OrgUpdate) -> Organisation {
    Organisation {
        name: update.name.clone().unwrap_or(before.name),
        keys: update.keys.clone().unwrap_or(before.keys),
        roles: update.roles.unwrap_or(before.roles),
        standing: update.standing.unwrap_or(before.standing),
        admitted: before.admitted,
    }
}
