//! `did.revoke`: organisations end a DID, for good. It takes two of them, whatever the rules say.

use super::authority::{self, REVOCATIONS};
use super::did_deactivate::end;
use super::subject_did;
use crate::record::{EndCause, ReasonClass};
use crate::rejection::{Refusal, Rejection};
use crate::rule::Action;
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::CheckedTransaction;
use hefu_primitives::Hash;
use serde::{Deserialize, Serialize};

/// An end by authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DidRevoke {
    /// Why, coarsely.
    pub reason: ReasonClass,
    /// A salted commitment to the detail.
    pub detail: Hash,
}

/// Executes it.
pub(crate) fn apply<R: StateReader>(
    revoke: &DidRevoke,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let (id, salt) = subject_did(transaction)?;
    let mut record = step.living(&id)?;
    authorise(transaction, step)?;
    end(&mut record.content, step.now(), EndCause::Revoked(revoke.reason))?;
    step.write_version(id, record.log, record.content, salt);
    Ok(())
}

/// Refuses a revocation that is not signed as it must be, or beyond the signers' caps.
pub(crate) fn authorise<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let signers = authority::authorise(Action::Revoke, transaction, step)?;
    if signers.len() < 2 {
        return Err(Rejection::SecondOrganisation.into());
    }
    authority::count(&REVOCATIONS, &signers, step)
}
