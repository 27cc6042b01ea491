//! `did.suspend`: organisations stop a DID until a time. Nothing marks the lapse.

use super::authority::{self, SUSPENSIONS, Signers};
use super::subject_did;
use crate::organisation::OrganisationId;
use crate::parameters::Parameters;
use crate::record::{Content, ReasonClass, Suspension};
use crate::rejection::{Refusal, Rejection};
use crate::rule::Action;
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::CheckedTransaction;
use hefu_primitives::{Hash, Timestamp};
use serde::{Deserialize, Serialize};

/// A stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DidSuspend {
    /// When it lapses.
    pub until: Timestamp,
    /// Why, coarsely.
    pub reason: ReasonClass,
    /// A salted commitment to the detail.
    pub detail: Hash,
}

/// Executes it.
pub(crate) fn apply<R: StateReader>(
    suspend: &DidSuspend,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let (id, salt) = subject_did(transaction)?;
    let record = step.living(&id)?;
    let signers = authorise(suspend.reason, transaction, step)?;
    let parameters = step.parameters()?;
    let now = step.now();
    check_span(suspend.until, &record.content, now, &parameters)?;
    let by = asking(&record.content, &signers, now, &parameters)?;
    authority::count(&SUSPENSIONS, &signers, step)?;
    let suspension = Suspension { by, since: now, until: suspend.until, reason: suspend.reason };
    let content = Content { suspension: Some(suspension), ..record.content };
    step.write_version(id, record.log, content, salt);
    Ok(())
}

/// The organisations that sign, entitled to suspend for such a reason. A legal one takes two of them,
/// whatever the rules say.
fn authorise<R: StateReader>(
    reason: ReasonClass,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<Signers, Refusal> {
    if reason != ReasonClass::Legal {
        return authority::authorise(Action::Suspend, transaction, step);
    }
    let signers = authority::authorise(Action::SuspendLegal, transaction, step)?;
    if signers.len() < 2 {
        return Err(Rejection::SecondOrganisation.into());
    }
    Ok(signers)
}

/// Refuses a suspension that is over at once, or too long. One that stands can only be prolonged:
/// to end it earlier is to reinstate, which needs the signatures that the rule for it asks for.
fn check_span(
    until: Timestamp,
    content: &Content,
    now: Timestamp,
    parameters: &Parameters,
) -> Result<(), Rejection> {
    let after = content.suspension.map_or(now, |standing| standing.until.max(now));
    let latest = now.saturating_add(parameters.suspension_max_ms);
    if until <= after || until > latest {
        return Err(Rejection::SuspensionSpan { until, after, latest });
    }
    Ok(())
}

/// The organisation that asks for it: the first signer that is not kept from it by having
/// suspended the DID lately.
fn asking(
    content: &Content,
    signers: &Signers,
    now: Timestamp,
    parameters: &Parameters,
) -> Result<OrganisationId, Rejection> {
    let rest = |last: &Suspension| last.until.saturating_add(parameters.suspension_rest_ms);
    let lately = content.suspension.filter(|last| now < rest(last));
    let barred = |id: &OrganisationId| lately.is_some_and(|last| last.by == *id);
    match (signers.iter().map(|(id, _)| *id).find(|id| !barred(id)), lately) {
        (Some(id), _) => Ok(id),
        (None, Some(last)) => Err(Rejection::SuspendedBefore { by: last.by, until: rest(&last) }),
        (None, None) => Err(Rejection::SecondOrganisation),
    }
}

/// Refuses a suspension that no reason would allow to its signers, or beyond their caps. What the
/// reason was is not known.
pub(crate) fn authorise_for_some_reason<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let signers = authority::entitle(transaction, step)?;
    let rules = step.rules()?;
    let legal = signers.len() >= 2 && rules.suspend_legal.is_satisfied(&signers);
    if !legal && !rules.suspend.is_satisfied(&signers) {
        return Err(Rejection::Unauthorised(Action::Suspend).into());
    }
    authority::count(&SUSPENSIONS, &signers, step)
}
