//! Whether a transaction is one, as far as a naive reader can tell without checking signatures.

use hefu_ledger::did::DidId;
use hefu_ledger::enrolment::Enrolment;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::holder::{ControlReveal, ControllerKey};
use hefu_ledger::operation::org_update::OrgUpdate;
use hefu_ledger::organisation::Roles;
use hefu_ledger::record::{
    ControlCommitment, Controllers, KeyRevocationReason, MethodKey, Relationships,
    VerificationMethod,
};
use hefu_ledger::transaction::{Body, Ordering, Sealed, SignerRef, Subject, Transaction};
use hefu_primitives::GenesisHash;
use std::collections::BTreeSet;

/// The payload of a transaction that is no batch and was not erased.
pub(crate) fn payload(transaction: &Transaction) -> Option<&Payload> {
    match &transaction.body {
        Body::Single(sealed) => match sealed.as_ref() {
            Sealed::Open { value, .. } => Some(value),
            Sealed::Erased(_) => None,
        },
        Body::Batch(_) => None,
    }
}

/// The entries of a batch; an erased one has no enrolment.
pub(crate) fn entries(
    transaction: &Transaction,
) -> impl Iterator<Item = (DidId, Option<&Enrolment>)> {
    let entries = match &transaction.body {
        Body::Batch(entries) => &entries[..],
        Body::Single(_) => &[],
    };
    entries.iter().map(|entry| match &entry.enrolment {
        Sealed::Open { value, .. } => (entry.did, Some(value)),
        Sealed::Erased(_) => (entry.did, None),
    })
}

/// What a holder operation reveals, who agrees to it, and how many new keys it brings.
pub(crate) fn held(payload: &Payload) -> Option<(&ControlReveal, &[ControllerKey], usize)> {
    match payload {
        Payload::KeyRegister(held) => {
            let new = held.change.methods.iter().filter(|method| is_signature_key(method)).count();
            Some((&held.control, &held.controllers, new))
        }
        Payload::KeyRevoke(held) => Some((&held.control, &held.controllers, 0)),
        Payload::DidUpdate(held) => Some((&held.control, &held.controllers, 0)),
        Payload::ControlRotate(held) => Some((&held.control, &held.controllers, 0)),
        Payload::DidDeactivate(held) => Some((&held.control, &held.controllers, 0)),
        _ => None,
    }
}

pub(crate) fn is_signature_key(method: &VerificationMethod) -> bool {
    matches!(method.key, MethodKey::Ed25519(_))
}

/// Whether it is well made for this network.
pub(crate) fn is_well_made(transaction: &Transaction, genesis: &GenesisHash) -> bool {
    let envelope = &transaction.envelope;
    let form = match &transaction.body {
        Body::Single(_) => {
            payload(transaction).is_some_and(|payload| single(transaction, payload, genesis))
        }
        Body::Batch(_) => batch(transaction, genesis),
    };
    let signers: BTreeSet<_> = envelope.signers.iter().collect();
    envelope.genesis == *genesis
        && signers.len() == envelope.signers.len()
        && envelope.signers.len() == transaction.signatures.len()
        && form
}

fn organisations(transaction: &Transaction) -> usize {
    let is_one = |signer: &&SignerRef| matches!(signer, SignerRef::Organisation { .. });
    transaction.envelope.signers.iter().filter(is_one).count()
}

fn batch(transaction: &Transaction, genesis: &GenesisHash) -> bool {
    let envelope = &transaction.envelope;
    let good = |(did, enrolment): (DidId, Option<&Enrolment>)| {
        enrolment.is_some_and(|enrolment| is_request(&did, enrolment, genesis))
    };
    matches!(envelope.subject, Subject::Organisation(_))
        && envelope.ordering == Ordering::Creation
        && envelope.signers.len() == 1
        && organisations(transaction) == 1
        && entries(transaction).count() > 0
        && entries(transaction).all(good)
}

fn single(transaction: &Transaction, payload: &Payload, genesis: &GenesisHash) -> bool {
    let envelope = &transaction.envelope;
    let did = match envelope.subject {
        Subject::Did(did) => Some(did),
        Subject::Organisation(_) => None,
    };
    let by_authority = matches!(envelope.ordering, Ordering::Authority { .. });
    let alone = organisations(transaction) == envelope.signers.len();
    let authority = by_authority && organisations(transaction) > 0;
    match payload {
        Payload::DidCreate(enrolment) => {
            envelope.ordering == Ordering::Creation
                && envelope.signers.len() == 1
                && alone
                && did.is_some_and(|did| is_request(&did, enrolment, genesis))
        }
        Payload::DidSuspend(_) | Payload::DidReinstate(_) | Payload::DidRevoke(_) => {
            did.is_some() && authority && alone
        }
        Payload::AnchorPut(_) => did.is_none() && authority && alone,
        Payload::OrgAdmit(admit) => {
            let whole = admit.roles != Roles::default() && is_key_list(&admit.keys);
            did.is_none() && authority && whole && proves(transaction, admit.keys.len())
        }
        Payload::OrgUpdate(update) => {
            let keys = update.keys.as_deref().unwrap_or_default();
            let whole = update.keys.is_none() || is_key_list(keys);
            let something = *update != OrgUpdate::default();
            did.is_none() && authority && whole && something && proves(transaction, keys.len())
        }
        _ => did.is_some() && is_held(transaction, payload),
    }
}

/// Whether each of so many new keys signs, and besides them only organisations.
fn proves(transaction: &Transaction, keys: usize) -> bool {
    let signers = &transaction.envelope.signers;
    let new = (0..).take(keys).map(SignerRef::Possession);
    signers.len() == organisations(transaction) + keys
        && new.into_iter().all(|one| signers.contains(&one))
}

fn is_held(transaction: &Transaction, payload: &Payload) -> bool {
    let Some((control, agreeing, new)) = held(payload) else { return false };
    let signers = &transaction.envelope.signers;
    let expected: Vec<_> = (0..)
        .map(SignerRef::Control)
        .take(control.keys.len())
        .chain((0..).map(SignerRef::Controller).take(agreeing.len()))
        .chain((0..).map(SignerRef::Possession).take(new))
        .collect();
    let reused = control.keys.iter().any(|key| control.next.keys.contains(&key.control_hash()));
    let next = match payload {
        Payload::DidDeactivate(_) => control.next == ControlCommitment::default(),
        _ => is_commitment(&control.next),
    };
    matches!(transaction.envelope.ordering, Ordering::Holder { .. })
        && signers.len() == expected.len()
        && expected.iter().all(|one| signers.contains(one))
        && is_sorted(&control.keys)
        && is_sorted(agreeing)
        && next
        && !reused
        && is_change(payload)
}

fn is_change(payload: &Payload) -> bool {
    match payload {
        Payload::KeyRegister(held) => {
            !held.change.methods.is_empty() && are_methods(&held.change.methods)
        }
        Payload::KeyRevoke(held) => {
            let change = &held.change;
            let compromised = change.reason == KeyRevocationReason::Compromised;
            is_key_list(&change.keys)
                && change.reason != KeyRevocationReason::Ended
                && (change.compromised_since.is_none() || compromised)
        }
        Payload::DidUpdate(held) => {
            let change = &held.change;
            let services = change.services.as_deref().unwrap_or_default();
            let names: Vec<_> = services.iter().map(|service| &service.name).collect();
            is_sorted(&names)
                && is_sorted(change.also_known_as.as_deref().unwrap_or_default())
                && change.controllers.as_ref().is_none_or(are_controllers)
                && (change.services.is_some()
                    || change.also_known_as.is_some()
                    || change.controllers.is_some())
        }
        _ => true,
    }
}

fn is_request(did: &DidId, enrolment: &Enrolment, genesis: &GenesisHash) -> bool {
    let request = &enrolment.request;
    let operation = &request.operation;
    let keys = operation.methods.iter().filter(|method| is_signature_key(method)).count();
    operation.did(genesis) == *did
        && !operation.methods.is_empty()
        && are_methods(&operation.methods)
        && is_commitment(&operation.control)
        && are_controllers(&operation.controllers)
        && request.possession.len() == keys
        && request.consents.len() == operation.controllers.dids.len()
}

fn are_methods(methods: &[VerificationMethod]) -> bool {
    let keys: Vec<_> = methods.iter().map(|method| method.key).collect();
    let suits = |method: &VerificationMethod| {
        let agreement = method.relationships.contain(Relationships::KEY_AGREEMENT);
        agreement != is_signature_key(method)
    };
    let ends = |method: &VerificationMethod| match (method.from, method.until) {
        (Some(from), Some(until)) => from < until,
        _ => true,
    };
    is_sorted(&keys) && methods.iter().all(|method| suits(method) && ends(method))
}

fn is_commitment(commitment: &ControlCommitment) -> bool {
    let threshold = usize::from(commitment.threshold);
    (1..=commitment.keys.len()).contains(&threshold) && is_sorted(&commitment.keys)
}

fn are_controllers(controllers: &Controllers) -> bool {
    let (threshold, count) = (usize::from(controllers.threshold), controllers.dids.len());
    let reachable = if count == 0 { threshold == 0 } else { (1..=count).contains(&threshold) };
    reachable && is_sorted(&controllers.dids)
}

fn is_key_list(keys: &[KeyBytes]) -> bool {
    !keys.is_empty() && is_sorted(keys)
}

fn is_sorted<T: Ord + Clone>(elements: &[T]) -> bool {
    let set: BTreeSet<_> = elements.iter().cloned().collect();
    set.into_iter().eq(elements.iter().cloned())
}
