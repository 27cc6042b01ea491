//! `did.create`: a registrar attests an enrolment, and the DID begins.

use super::authority::{self, ENROLMENTS};
use super::holder::check_acts_for;
use super::key_register::check_methods;
use super::subject_did;
use crate::did::DidId;
use crate::enrolment::{Enrolment, GenesisOperation};
use crate::log::LogHead;
use crate::organisation::{OrganisationId, Role, Roles};
use crate::record::Content;
use crate::rejection::{Refusal, Rejection};
use crate::state::{self, StateReader};
use crate::step::Step;
use crate::transaction::{CheckedTransaction, Envelope, Salt, SignerRef, TransactionError};
use hefu_primitives::{BoundedVec, Timestamp};

impl Enrolment {
    /// Refuses what no state would allow.
    pub(crate) fn check(&self) -> Result<(), TransactionError> {
        let operation = &self.request.operation;
        if operation.methods.is_empty() {
            return Err(TransactionError::Malformed("a DID begins with one key at least"));
        }
        check_methods(&operation.methods)?;
        operation.control.check()?;
        operation.controllers.check()?;
        if self.signature_keys().count() != self.request.possession.len() {
            return Err(TransactionError::SignerMissing("each Ed25519 key, once,"));
        }
        if operation.controllers.dids.len() != self.request.consents.len() {
            return Err(TransactionError::SignerMissing("each named controller, once,"));
        }
        Ok(())
    }
}

/// Refuses an envelope that anybody but one registrar signs.
pub(crate) fn check_registrar_alone(envelope: &Envelope) -> Result<(), TransactionError> {
    match envelope.signers[..] {
        [SignerRef::Organisation { .. }] => Ok(()),
        _ => Err(TransactionError::SignerMissing("the registrar, and nobody else,")),
    }
}

/// Executes it.
pub(crate) fn apply<R: StateReader>(
    enrolment: &Enrolment,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let (id, salt) = subject_did(transaction)?;
    let registrar = registrar(transaction, step)?;
    check_applies(id, enrolment, step)?;
    enrol(id, enrolment, salt, registrar, step)?;
    count(registrar, step)
}

/// Counts an enrolment against the registrar's cap.
pub(crate) fn count<R: StateReader>(
    registrar: OrganisationId,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    authority::count(&ENROLMENTS, &[(registrar, Roles::default())], step)
}

/// The registrar that attests, entitled to.
pub(crate) fn registrar<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &Step<'_, R>,
) -> Result<OrganisationId, Refusal> {
    authority::check_expiry(transaction, step.now(), &step.parameters()?)?;
    let Some(SignerRef::Organisation { organisation: id, key }) =
        transaction.envelope().signers.first()
    else {
        return Err(Rejection::NothingApplies.into());
    };
    if !step.organisation(*id)?.acts(Role::Registrar, key) {
        return Err(Rejection::NotRegistrar(*id).into());
    }
    Ok(*id)
}

/// Makes a DID that [`check_applies`] has found fit, its cap apart.
pub(crate) fn enrol<R: StateReader>(
    id: DidId,
    enrolment: &Enrolment,
    salt: &Salt,
    registrar: OrganisationId,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    check_registrar(enrolment, registrar)?;
    for (key, _) in enrolment.signature_keys() {
        step.give(key, id);
    }
    let content = first_version(id, enrolment, step.now());
    step.write_version(id, LogHead::default(), content, salt);
    Ok(())
}

/// Refuses an enrolment whose holder named another registrar than the one that attests it.
pub(crate) fn check_registrar(enrolment: &Enrolment, got: OrganisationId) -> Result<(), Rejection> {
    let named = enrolment.request.operation.registrar;
    if named == got { Ok(()) } else { Err(Rejection::OtherRegistrar { named, got }) }
}

/// Refuses a DID that is there, a key that is taken, or a controller that does not agree.
pub(crate) fn check_applies<R: StateReader>(
    id: DidId,
    enrolment: &Enrolment,
    step: &Step<'_, R>,
) -> Result<(), Refusal> {
    if state::did(step, &id)?.is_some() {
        return Err(Rejection::DidExists(id).into());
    }
    for (key, _) in enrolment.signature_keys() {
        if step.key_holder(&key.hash())?.is_some() {
            return Err(Rejection::KeyTaken(*key).into());
        }
    }
    let controllers = &enrolment.request.operation.controllers.dids;
    let consents = controllers.iter().zip(&enrolment.request.consents);
    let now = step.now();
    consents.into_iter().try_for_each(|(did, consent)| check_acts_for(step, did, &consent.key, now))
}

fn first_version(id: DidId, enrolment: &Enrolment, created: Timestamp) -> Content {
    let GenesisOperation { class, registrar, methods, control, controllers, recovery, .. } =
        enrolment.request.operation.clone();
    Content {
        class,
        registrar,
        assurance: enrolment.assurance,
        enrolment: enrolment.commitment,
        created,
        methods,
        former_keys: BoundedVec::default(),
        services: BoundedVec::default(),
        also_known_as: BoundedVec::default(),
        controllers,
        control,
        recovery,
        sequence: 0,
        last_holder_operation: *id.hash(),
        suspension: None,
        end: None,
    }
}
