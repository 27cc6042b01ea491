//! Whether those who sign may act, as the last final state has it.
//!
//! A checked transaction is signed by the keys that it names itself, and anybody can name keys of
//! their own beside an organisation's number, or control keys beside a DID. Nobody's share or
//! sequence is used before the state has said that the keys are theirs.

use super::lane::Lane;
use super::refusal::Refusal;
use hefu_ledger::CheckedTransaction;
use hefu_ledger::operation::holder::ControlReveal;
use hefu_ledger::organisation::{OrganisationId, Standing};
use hefu_ledger::record::{ControlCommitment, Status};
use hefu_ledger::rejection::Rejection;
use hefu_ledger::state::{self, StateReader};
use hefu_ledger::transaction::{Ordering, SignerRef};
use hefu_primitives::{Hash, Timestamp};

/// A transaction whose signers may act.
#[derive(Clone, Debug)]
pub(super) struct Vouched {
    pub(super) checked: CheckedTransaction,
    pub(super) lane: Lane,
    /// Of a holder operation, where the state stands.
    pub(super) holder: Option<Holder>,
}

/// A DID's holder, as the state knows it.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    /// The next sequence.
    pub(super) next: u32,
    /// The last operation.
    pub(super) last: Hash,
    /// Who may make the next one.
    pub(super) control: ControlCommitment,
}

/// Looks up who signs. A holder may be further on in what is pending, so the control keys are
/// compared by the mempool.
pub(super) fn vouch<R: StateReader>(
    checked: CheckedTransaction,
    reader: &R,
) -> Result<Vouched, Refusal> {
    if let Ordering::Holder { .. } = checked.envelope().ordering {
        let (registrar, holder) = holder(&checked, reader)?;
        return Ok(Vouched { checked, lane: Lane::Holders(registrar), holder: Some(holder) });
    }
    let first = organisations(&checked, reader)?;
    Ok(Vouched { checked, lane: Lane::Organisation(first), holder: None })
}

fn holder<R: StateReader>(
    checked: &CheckedTransaction,
    reader: &R,
) -> Result<(OrganisationId, Holder), Refusal> {
    let did = checked.did().ok_or(Rejection::NothingApplies)?;
    let record = state::did(reader, &did)?.ok_or(Rejection::DidUnknown(did))?;
    let content = record.content;
    if content.end.is_some() {
        let ended: Status = content.status(Timestamp::default());
        return Err(Rejection::DidEnded(ended).into());
    }
    let next = content.sequence.saturating_add(1);
    let (last, control) = (content.last_holder_operation, content.control);
    Ok((content.registrar, Holder { next, last, control }))
}

/// The organisation that signs first, if all that sign may.
fn organisations<R: StateReader>(
    checked: &CheckedTransaction,
    reader: &R,
) -> Result<OrganisationId, Refusal> {
    let mut first = None;
    for signer in &checked.envelope().signers {
        let SignerRef::Organisation { organisation: id, key } = signer else { continue };
        let found = state::organisation(reader, *id)?;
        let organisation = found.ok_or(Rejection::OrganisationUnknown(*id))?;
        if organisation.standing != Standing::Good || !organisation.keys.contains(key) {
            return Err(Rejection::OrganisationKey(*id).into());
        }
        first = first.or(Some(*id));
    }
    Ok(first.ok_or(Rejection::SecondOrganisation)?)
}

/// The organisation whose share a transaction claims to use, before anybody has looked; of a holder
/// operation only the state can tell.
pub(super) fn claimed_lane(signers: &[SignerRef]) -> Option<Lane> {
    match signers.first() {
        Some(SignerRef::Organisation { organisation, .. }) => {
            Some(Lane::Organisation(*organisation))
        }
        _ => None,
    }
}

/// Refuses control keys that are not those to which `committed` commits, as execution does.
pub(super) fn check_control(
    reveal: &ControlReveal,
    committed: &ControlCommitment,
) -> Result<(), Rejection> {
    let needed = usize::from(committed.threshold);
    let known = reveal.keys.iter().filter(|key| committed.keys.contains(&key.control_hash()));
    let got = known.count();
    if got < needed.max(1) || got < reveal.keys.len() {
        return Err(Rejection::Control { needed, got });
    }
    Ok(())
}
