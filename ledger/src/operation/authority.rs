//! What every authority operation shares: whose signatures count, and how it is kept from being
//! executed twice.

use super::holder::{check_exactly, places};
use crate::limits::{REPLAY_BUCKET_MS, REPLAY_PER_ORGANISATION_MAX};
use crate::organisation::{OrganisationId, Roles, Standing};
use crate::parameters::Parameters;
use crate::rejection::{Refusal, Rejection};
use crate::rule::Action;
use crate::state::{self, StateKey, StateReader, StateValue, Usage};
use crate::step::Step;
use crate::transaction::{CheckedTransaction, Envelope, SignerRef, TransactionError};
use hefu_primitives::{BoundedVec, Timestamp};

/// The organisations that sign, in the order of their numbers, each once.
pub(crate) type Signers = Vec<(OrganisationId, Roles)>;

/// Refuses signers that are not organisations or, after them, new keys.
pub(crate) fn check_signers(envelope: &Envelope, new_keys: usize) -> Result<(), TransactionError> {
    let organisations = envelope.signers.iter().filter(|signer| is_organisation(signer));
    let new = places(new_keys).map(SignerRef::Possession);
    let expected: Vec<_> = organisations.copied().chain(new).collect();
    if expected.len() == new_keys {
        return Err(TransactionError::SignerMissing("an organisation"));
    }
    check_exactly(envelope, &expected, "every new key")
}

pub(crate) const fn is_organisation(signer: &SignerRef) -> bool {
    matches!(signer, SignerRef::Organisation { .. })
}

/// Refuses an operation whose time is over, or that would be valid for longer than this network
/// remembers.
pub(crate) fn check_expiry(
    transaction: &CheckedTransaction,
    now: Timestamp,
    parameters: &Parameters,
) -> Result<(), Rejection> {
    let expires = transaction.envelope().expires;
    let latest = now.saturating_add(parameters.authority_window_ms);
    if expires > latest {
        return Err(Rejection::ExpiresTooLate { expires, latest });
    }
    Ok(())
}

/// The organisations that sign `transaction`, all of them entitled to.
pub(crate) fn signers<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &Step<'_, R>,
) -> Result<Signers, Refusal> {
    let mut found = Signers::new();
    for signer in &transaction.envelope().signers {
        let SignerRef::Organisation { organisation: id, key } = signer else { continue };
        let organisation = step.organisation(*id)?;
        if organisation.standing != Standing::Good || !organisation.keys.contains(key) {
            return Err(Rejection::OrganisationKey(*id).into());
        }
        // Signers are sorted, so two keys of one organisation stand side by side and count once.
        if found.last().is_none_or(|(last, _)| last != id) {
            found.push((*id, organisation.roles));
        }
    }
    Ok(found)
}

/// Refuses an operation that is not signed as the rule for `action` says, or was executed before.
/// Remembers it otherwise. The organisations that sign are returned.
pub(crate) fn authorise<R: StateReader>(
    action: Action,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<Signers, Refusal> {
    let signers = entitle(transaction, step)?;
    if !step.rules()?.rule(action).is_satisfied(&signers) {
        return Err(Rejection::Unauthorised(action).into());
    }
    Ok(signers)
}

/// The organisations that sign, with the operation remembered so that it is not executed again.
pub(crate) fn entitle<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<Signers, Refusal> {
    check_expiry(transaction, step.now(), &step.parameters()?)?;
    let signers = signers(transaction, step)?;
    let Some((first, _)) = signers.first() else {
        return Err(Rejection::SecondOrganisation.into());
    };
    remember(transaction, *first, step)?;
    Ok(signers)
}

/// The minute in which a time lies.
pub(crate) const fn minute(time: Timestamp) -> u64 {
    time.get() / REPLAY_BUCKET_MS
}

/// Refuses what is remembered as executed.
pub(crate) fn check_first_time<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &Step<'_, R>,
) -> Result<(), Refusal> {
    let minute = minute(transaction.envelope().expires);
    let pending = state::pending(step, minute)?.unwrap_or_default();
    match pending.binary_search_by(|(id, _)| id.cmp(&transaction.id())) {
        Ok(_) => Err(Rejection::Replayed.into()),
        Err(_) => Ok(()),
    }
}

/// Remembers an operation until it expires, so that it is not executed again; `by` is the
/// organisation that counts it.
pub(crate) fn remember<R: StateReader>(
    transaction: &CheckedTransaction,
    by: OrganisationId,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let minute = minute(transaction.envelope().expires);
    let pending = state::pending(step, minute)?.unwrap_or_default();
    let Err(place) = pending.binary_search_by(|(id, _)| id.cmp(&transaction.id())) else {
        return Err(Rejection::Replayed.into());
    };
    if pending.iter().filter(|(_, counted)| *counted == by).count() >= REPLAY_PER_ORGANISATION_MAX {
        return Err(Rejection::TooManyPending(by).into());
    }
    let mut pending = pending.to_vec();
    pending.insert(place, (transaction.id(), by));
    let pending = BoundedVec::first_of(pending);
    step.put(StateKey::Pending(minute), StateValue::Pending(pending));
    Ok(())
}

/// Something that is counted against a cap: reads the count, the cap, and adds to the count.
pub(crate) struct Counted {
    pub(crate) cap: fn(&Parameters) -> u32,
    pub(crate) count: fn(&mut Usage) -> &mut u32,
}

/// Suspensions.
pub(crate) const SUSPENSIONS: Counted =
    Counted { cap: |p| p.caps.suspensions, count: |usage| &mut usage.suspensions };
/// Revocations of DIDs.
pub(crate) const REVOCATIONS: Counted =
    Counted { cap: |p| p.caps.revocations, count: |usage| &mut usage.revocations };
/// Enrolments.
pub(crate) const ENROLMENTS: Counted =
    Counted { cap: |p| p.caps.enrolments, count: |usage| &mut usage.enrolments };

/// Counts one act of every signer, and refuses it when all of them have reached their caps: beyond
/// its cap, an organisation needs another that has not.
pub(crate) fn count<R: StateReader>(
    counted: &Counted,
    signers: &[(OrganisationId, Roles)],
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let parameters = step.parameters()?;
    let mut free = false;
    for (id, _) in signers {
        let mut usage = usage(*id, &parameters, step)?;
        let so_far = (counted.count)(&mut usage);
        free |= *so_far < (counted.cap)(&parameters);
        *so_far = so_far.saturating_add(1);
        step.put(StateKey::Usage(*id), StateValue::Usage(usage));
    }
    match signers.first() {
        Some((first, _)) if !free => Err(cap_reached(*first, &parameters, step).into()),
        _ => Ok(()),
    }
}

/// That an organisation has reached its cap, and when its acts are counted anew.
pub(crate) fn cap_reached<R: StateReader>(
    by: OrganisationId,
    parameters: &Parameters,
    step: &Step<'_, R>,
) -> Rejection {
    let span_ms = parameters.cap_window_ms;
    let next = step.now().get().checked_div(span_ms).unwrap_or_default().saturating_add(1);
    Rejection::CapReached { by, until: Timestamp::new(next.saturating_mul(span_ms)) }
}

/// What an organisation has done in the span in which the block lies.
pub(crate) fn usage<R: StateReader>(
    id: OrganisationId,
    parameters: &Parameters,
    step: &Step<'_, R>,
) -> Result<Usage, Refusal> {
    let span = step.now().get().checked_div(parameters.cap_window_ms).unwrap_or_default();
    let kept = state::usage(step, id)?.filter(|usage| usage.span == span);
    Ok(kept.unwrap_or(Usage { span, ..Usage::default() }))
}
