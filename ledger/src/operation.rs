//! What can happen on the ledger. Each operation has a file of its own: what it carries, what must
//! hold before, who may do it, what it changes.

use serde::{Deserialize, Serialize};
use std::fmt;

pub mod anchor_put;
pub mod authority;
pub mod control_rotate;
pub mod did_create;
pub mod did_create_batch;
pub mod did_deactivate;
pub mod did_reinstate;
pub mod did_revoke;
pub mod did_suspend;
pub mod did_update;
pub mod holder;
pub mod key_register;
pub mod key_revoke;
pub mod org_admit;
pub mod org_update;
pub(crate) mod remains;

use crate::did::DidId;
use crate::enrolment::Enrolment;
use crate::key::KeyBytes;
use crate::record::Relationships;
use crate::rejection::{Refusal, Rejection};
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::{CheckedTransaction, Envelope, Salt, TransactionError};
use holder::{Change, ControlReveal, Held};

/// What an operation does. Later ones are appended, so that the encodings of these never move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OperationKind {
    /// `did.create`
    DidCreate,
    /// `did.create_batch`
    DidCreateBatch,
    /// `key.register`
    KeyRegister,
    /// `key.revoke`
    KeyRevoke,
    /// `did.update`
    DidUpdate,
    /// `control.rotate`
    ControlRotate,
    /// `did.deactivate`
    DidDeactivate,
    /// `did.suspend`
    DidSuspend,
    /// `did.reinstate`
    DidReinstate,
    /// `did.revoke`
    DidRevoke,
    /// `org.admit`
    OrgAdmit,
    /// `org.update`
    OrgUpdate,
    /// `anchor.put`
    AnchorPut,
}

/// What an operation carries. The entries of a batch stand in the body by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payload {
    /// Of `did.create`.
    DidCreate(Enrolment),
    /// Of `key.register`.
    KeyRegister(Held<key_register::KeyRegister>),
    /// Of `key.revoke`.
    KeyRevoke(Held<key_revoke::KeyRevoke>),
    /// Of `did.update`.
    DidUpdate(Held<did_update::DidUpdate>),
    /// Of `control.rotate`.
    ControlRotate(Held<control_rotate::ControlRotate>),
    /// Of `did.deactivate`.
    DidDeactivate(Held<did_deactivate::DidDeactivate>),
    /// Of `did.suspend`.
    DidSuspend(did_suspend::DidSuspend),
    /// Of `did.reinstate`.
    DidReinstate(did_reinstate::DidReinstate),
    /// Of `did.revoke`.
    DidRevoke(did_revoke::DidRevoke),
    /// Of `org.admit`.
    OrgAdmit(org_admit::OrgAdmit),
    /// Of `org.update`.
    OrgUpdate(org_update::OrgUpdate),
    /// Of `anchor.put`.
    AnchorPut(anchor_put::AnchorPut),
}

/// Who orders an operation, and so how it is kept from being executed twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// It makes DIDs.
    Creation,
    /// The holder.
    Holder,
    /// Organisations.
    Authority,
}

impl OperationKind {
    /// Every kind with its name and family.
    pub const NAMED: [(Self, &'static str, Family); 13] = [
        (Self::DidCreate, "did.create", Family::Creation),
        (Self::DidCreateBatch, "did.create_batch", Family::Creation),
        (Self::KeyRegister, "key.register", Family::Holder),
        (Self::KeyRevoke, "key.revoke", Family::Holder),
        (Self::DidUpdate, "did.update", Family::Holder),
        (Self::ControlRotate, "control.rotate", Family::Holder),
        (Self::DidDeactivate, "did.deactivate", Family::Holder),
        (Self::DidSuspend, "did.suspend", Family::Authority),
        (Self::DidReinstate, "did.reinstate", Family::Authority),
        (Self::DidRevoke, "did.revoke", Family::Authority),
        (Self::OrgAdmit, "org.admit", Family::Authority),
        (Self::OrgUpdate, "org.update", Family::Authority),
        (Self::AnchorPut, "anchor.put", Family::Authority),
    ];

    /// The name, such as `did.create`.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// Who orders it.
    pub fn family(self) -> Family {
        Self::NAMED.iter().find(|row| row.0 == self).map_or(Family::Authority, |row| row.2)
    }

    /// Whether its subject is a DID, and else an organisation.
    pub const fn is_about_did(self) -> bool {
        !matches!(self, Self::DidCreateBatch | Self::OrgAdmit | Self::OrgUpdate | Self::AnchorPut)
    }
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Payload {
    /// The operation that carries it.
    pub const fn kind(&self) -> OperationKind {
        match self {
            Self::DidCreate(_) => OperationKind::DidCreate,
            Self::KeyRegister(_) => OperationKind::KeyRegister,
            Self::KeyRevoke(_) => OperationKind::KeyRevoke,
            Self::DidUpdate(_) => OperationKind::DidUpdate,
            Self::ControlRotate(_) => OperationKind::ControlRotate,
            Self::DidDeactivate(_) => OperationKind::DidDeactivate,
            Self::DidSuspend(_) => OperationKind::DidSuspend,
            Self::DidReinstate(_) => OperationKind::DidReinstate,
            Self::DidRevoke(_) => OperationKind::DidRevoke,
            Self::OrgAdmit(_) => OperationKind::OrgAdmit,
            Self::OrgUpdate(_) => OperationKind::OrgUpdate,
            Self::AnchorPut(_) => OperationKind::AnchorPut,
        }
    }
}

impl Payload {
    /// Refuses what no state would allow.
    pub(crate) fn check(&self, envelope: &Envelope) -> Result<(), TransactionError> {
        match self {
            Self::DidCreate(enrolment) => {
                did_create::check_registrar_alone(envelope)?;
                enrolment.check()
            }
            Self::KeyRegister(held) => held.check(envelope),
            Self::KeyRevoke(held) => held.check(envelope),
            Self::DidUpdate(held) => held.check(envelope),
            Self::ControlRotate(held) => held.check(envelope),
            Self::DidDeactivate(held) => held.check(envelope),
            Self::DidSuspend(_)
            | Self::DidReinstate(_)
            | Self::DidRevoke(_)
            | Self::AnchorPut(_) => authority::check_signers(envelope, 0),
            Self::OrgAdmit(admit) => admit.check(envelope),
            Self::OrgUpdate(update) => update.check(envelope),
        }
    }

    /// The control keys that a holder operation reveals.
    pub const fn control(&self) -> Option<&ControlReveal> {
        match self {
            Self::KeyRegister(held) => Some(&held.control),
            Self::KeyRevoke(held) => Some(&held.control),
            Self::DidUpdate(held) => Some(&held.control),
            Self::ControlRotate(held) => Some(&held.control),
            Self::DidDeactivate(held) => Some(&held.control),
            _ => None,
        }
    }

    /// The key with which the controller at a place agrees.
    pub fn controller(&self, place: u8) -> Option<KeyBytes> {
        match self {
            Self::KeyRegister(held) => held.controller(place),
            Self::KeyRevoke(held) => held.controller(place),
            Self::DidUpdate(held) => held.controller(place),
            Self::ControlRotate(held) => held.controller(place),
            Self::DidDeactivate(held) => held.controller(place),
            _ => None,
        }
    }

    /// The new key at a place, with what it is for. It signs for itself.
    pub fn new_key(&self, place: u8) -> Option<(KeyBytes, Relationships)> {
        let of_organisation = |keys: &[KeyBytes]| {
            let key = keys.get(usize::from(place)).copied();
            key.map(|key| (key, org_admit::ORGANISATION_KEY))
        };
        match self {
            Self::KeyRegister(held) => held.change.new_keys().get(usize::from(place)).copied(),
            Self::OrgAdmit(admit) => of_organisation(&admit.keys),
            Self::OrgUpdate(update) => of_organisation(update.keys.as_deref()?),
            _ => None,
        }
    }
}

/// The DID that a transaction is about, and the salt of its payload. Whatever carries the payload of
/// such an operation has both, or its check would have refused it.
pub(crate) fn subject_did(transaction: &CheckedTransaction) -> Result<(DidId, &Salt), Rejection> {
    transaction.did().zip(transaction.salt()).ok_or(Rejection::NothingApplies)
}

/// Executes what a checked transaction carries, on top of `step`.
pub(crate) fn apply<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let Some(payload) = transaction.payload() else {
        return did_create_batch::apply(transaction, step);
    };
    match payload {
        Payload::DidCreate(enrolment) => did_create::apply(enrolment, transaction, step),
        Payload::KeyRegister(held) => holder::apply(held, transaction, step),
        Payload::KeyRevoke(held) => holder::apply(held, transaction, step),
        Payload::DidUpdate(held) => holder::apply(held, transaction, step),
        Payload::ControlRotate(held) => holder::apply(held, transaction, step),
        Payload::DidDeactivate(held) => holder::apply(held, transaction, step),
        Payload::DidSuspend(suspend) => did_suspend::apply(suspend, transaction, step),
        Payload::DidReinstate(reinstate) => did_reinstate::apply(reinstate, transaction, step),
        Payload::DidRevoke(revoke) => did_revoke::apply(revoke, transaction, step),
        Payload::OrgAdmit(admit) => org_admit::apply(admit, transaction, step),
        Payload::OrgUpdate(update) => org_update::apply(update, transaction, step),
        Payload::AnchorPut(anchor) => anchor_put::apply(anchor, transaction, step),
    }
}
