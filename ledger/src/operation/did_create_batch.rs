//! `did.create_batch`: a registrar attests up to a thousand enrolments with one signature.
//!
//! An entry is skipped if its DID exists, a key of it is taken, a controller no longer agrees, or
//! the registrar's cap is reached; whatever else is wrong with one entry is wrong with the batch.
//! The outcome says which entries were applied, and stands in the transaction's effects.

use super::authority::{self, ENROLMENTS};
use super::did_create::{check_applies, check_registrar, enrol, registrar};
use super::org_admit::subject;
use crate::organisation::OrganisationId;
use crate::rejection::{Refusal, Rejection};
use crate::state::{StateKey, StateReader, StateValue};
use crate::step::Step;
use crate::transaction::{BatchEntry, CheckedTransaction, Sealed};

/// Executes it.
pub(crate) fn apply<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let registrar = registrar(transaction, step)?;
    if subject(transaction)? != registrar {
        return Err(Rejection::NotRegistrar(subject(transaction)?).into());
    }
    transaction.entries().iter().try_for_each(|entry| check_named(entry, registrar))?;
    let parameters = step.parameters()?;
    let mut usage = authority::usage(registrar, &parameters, step)?;
    let cap = (ENROLMENTS.cap)(&parameters);
    for entry in transaction.entries() {
        let applied = usage.enrolments < cap && apply_entry(entry, registrar, step)?;
        usage.enrolments = usage.enrolments.saturating_add(u32::from(applied));
        step.outcome.push(applied);
    }
    if !step.outcome.contains(&true) {
        return Err(Rejection::NothingApplies.into());
    }
    step.put(StateKey::Usage(registrar), StateValue::Usage(usage));
    Ok(())
}

/// Refuses an entry that names another registrar, also one that would be skipped: whether a batch
/// is well made does not depend on what was enrolled before.
fn check_named(entry: &BatchEntry, registrar: OrganisationId) -> Result<(), Rejection> {
    match &entry.enrolment {
        Sealed::Open { value, .. } => check_registrar(value, registrar),
        Sealed::Erased(_) => Err(Rejection::NothingApplies),
    }
}

/// Applies an entry, or tells that it is to be skipped.
fn apply_entry<R: StateReader>(
    entry: &BatchEntry,
    registrar: OrganisationId,
    step: &mut Step<'_, R>,
) -> Result<bool, Refusal> {
    let Sealed::Open { salt, value } = &entry.enrolment else {
        return Err(Rejection::NothingApplies.into());
    };
    match check_applies(entry.did, value, step) {
        Ok(()) => enrol(entry.did, value, salt, registrar, step).map(|()| true),
        Err(Refusal::Rejected(_)) => Ok(false),
        Err(unreadable) => Err(unreadable),
    }
}

/// Executes the entries of a batch that are left of it and were applied, for a replay.
pub(crate) fn apply_remains<R: StateReader>(
    transaction: &CheckedTransaction,
    applied: impl Fn(usize) -> bool,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let registrar = registrar(transaction, step)?;
    let entries = transaction.entries().iter().enumerate().filter(|(place, _)| applied(*place));
    for (_, entry) in entries {
        if let Sealed::Open { salt, value } = &entry.enrolment {
            check_applies(entry.did, value, step)?;
            enrol(entry.did, value, salt, registrar, step)?;
        }
    }
    Ok(())
}
