//! `did.create_batch`: a registrar attests up to a thousand enrolments with one signature.
//!
//! An entry is skipped if its DID exists, a key of it is taken, a controller no longer agrees, or
//! the registrar's cap is reached; whatever else is wrong with one entry is wrong with the batch.
//! The outcome says which entries were applied, and stands in the transaction's effects.
//!
//! A DID that exists and a key that is taken stay so, and then the batch has nothing to do a second
//! time. A cap or a controller may be otherwise later, so a batch in which an entry was skipped for
//! one of these is remembered until it expires: one identifier stands for one execution.

use super::authority::{self, ENROLMENTS};
use super::did_create::{check_applies, check_registrar, enrol, registrar};
use super::org_admit::subject;
use crate::ReadError;
use crate::did::DidId;
use crate::key::KeyHash;
use crate::organisation::OrganisationId;
use crate::parameters::Parameters;
use crate::rejection::{Refusal, Rejection};
use crate::state::{StateKey, StateReader, StateValue};
use crate::step::Step;
use crate::transaction::{BatchEntry, CheckedTransaction, Sealed};
use std::collections::BTreeSet;

/// What becomes of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Applied,
    /// It is skipped, and would be again.
    Skipped,
    /// It is skipped, and might apply another time.
    Deferred,
}

/// Executes it.
pub(crate) fn apply<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let (registrar, parameters) = begin(transaction, step)?;
    let mut usage = authority::usage(registrar, &parameters, step)?;
    let cap = (ENROLMENTS.cap)(&parameters);
    step.read_ahead(&keys(transaction.entries()))?;
    let mut deferred = false;
    for entry in transaction.entries() {
        let fate = if usage.enrolments < cap {
            apply_entry(entry, registrar, step)?
        } else {
            Fate::Deferred
        };
        let applied = fate == Fate::Applied;
        deferred |= fate == Fate::Deferred;
        usage.enrolments = usage.enrolments.saturating_add(u32::from(applied));
        step.outcome.push(applied);
    }
    if !step.outcome.contains(&true) {
        let spent = usage.enrolments >= cap;
        let reached = spent.then(|| authority::cap_reached(registrar, &parameters, step));
        return Err(reached.unwrap_or(Rejection::NothingApplies).into());
    }
    step.put(StateKey::Usage(registrar), StateValue::Usage(usage));
    if deferred { authority::remember(transaction, registrar, step) } else { Ok(()) }
}

/// The signature keys of all entries that are not erased.
fn keys(entries: &[BatchEntry]) -> Vec<KeyHash> {
    let open = entries.iter().filter_map(|entry| match &entry.enrolment {
        Sealed::Open { value, .. } => Some(value),
        Sealed::Erased(_) => None,
    });
    open.flat_map(|enrolment| enrolment.signature_keys().map(|(key, _)| key.hash())).collect()
}

/// The registrar, entitled to attest each entry, and the network's parameters.
fn begin<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &Step<'_, R>,
) -> Result<(OrganisationId, Parameters), Refusal> {
    let registrar = registrar(transaction, step)?;
    if subject(transaction)? != registrar {
        return Err(Rejection::NotRegistrar(subject(transaction)?).into());
    }
    transaction.entries().iter().try_for_each(|entry| check_named(entry, registrar))?;
    authority::check_first_time(transaction, step)?;
    Ok((registrar, step.parameters()?))
}

/// Refuses an entry that names another registrar, also one that would be skipped: whether a batch
/// is well made does not depend on what was enrolled before.
fn check_named(entry: &BatchEntry, registrar: OrganisationId) -> Result<(), Rejection> {
    match &entry.enrolment {
        Sealed::Open { value, .. } => check_registrar(value, registrar),
        // In a replay, its payload may be gone by now.
        Sealed::Erased(_) => Ok(()),
    }
}

/// Applies an entry, or tells that it is to be skipped.
fn apply_entry<R: StateReader>(
    entry: &BatchEntry,
    registrar: OrganisationId,
    step: &mut Step<'_, R>,
) -> Result<Fate, Refusal> {
    let Sealed::Open { salt, value } = &entry.enrolment else {
        return Err(Rejection::NothingApplies.into());
    };
    match check_applies(entry.did, value, step) {
        Ok(()) => enrol(entry.did, value, salt, registrar, step).map(|()| Fate::Applied),
        Err(Refusal::Rejected(Rejection::Controller(_))) => Ok(Fate::Deferred),
        Err(Refusal::Rejected(_)) => Ok(Fate::Skipped),
        Err(unreadable) => Err(unreadable),
    }
}

/// What of a batch was executed, as its effects say.
pub(crate) struct Executed<F> {
    /// Whether the entry at a place was applied.
    pub(crate) applied: F,
    /// Whether the batch is remembered.
    pub(crate) remembered: bool,
}

/// Executes, for a replay, the entries that are left of a batch and were applied, and all that it
/// did to shared records. The DIDs of applied entries of which that cannot be told are given back.
pub(crate) fn apply_remains<R: StateReader, F: Fn(usize) -> bool>(
    transaction: &CheckedTransaction,
    executed: &Executed<F>,
    step: &mut Step<'_, R>,
) -> Result<BTreeSet<StateKey>, Refusal> {
    let (registrar, parameters) = begin(transaction, step)?;
    let mut usage = authority::usage(registrar, &parameters, step)?;
    let mut opaque = BTreeSet::new();
    let entries = transaction.entries().iter().enumerate();
    for (_, entry) in entries.filter(|(place, _)| (executed.applied)(*place)) {
        usage.enrolments = usage.enrolments.saturating_add(1);
        opaque.extend(apply_remaining(entry, registrar, step)?.map(StateKey::Did));
    }
    if usage.enrolments > (ENROLMENTS.cap)(&parameters) {
        return Err(authority::cap_reached(registrar, &parameters, step).into());
    }
    step.put(StateKey::Usage(registrar), StateValue::Usage(usage));
    if executed.remembered {
        authority::remember(transaction, registrar, step)?;
    }
    Ok(opaque)
}

/// Applies an entry that is known to apply; or gives its DID back if it is gone, or rests on a
/// record that is.
fn apply_remaining<R: StateReader>(
    entry: &BatchEntry,
    registrar: OrganisationId,
    step: &mut Step<'_, R>,
) -> Result<Option<DidId>, Refusal> {
    let Sealed::Open { salt, value } = &entry.enrolment else { return Ok(Some(entry.did)) };
    let applies = check_applies(entry.did, value, step);
    match applies.and_then(|()| enrol(entry.did, value, salt, registrar, step)) {
        Ok(()) => Ok(None),
        Err(Refusal::Unreadable(ReadError::Erased(_))) => Ok(Some(entry.did)),
        Err(refusal) => Err(refusal),
    }
}
