//! What an operation does to shared records. It follows from the envelope and the state, so a replay
//! can tell it of an operation whose payload was erased.

use super::{OperationKind, authority, did_create, did_revoke, did_suspend};
use crate::rejection::Refusal;
use crate::rule::Action;
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::CheckedTransaction;

/// Executes it, the record of the DID apart.
pub(crate) fn apply_shared<R: StateReader>(
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    match transaction.envelope().kind {
        OperationKind::DidCreate => {
            did_create::count(did_create::registrar(transaction, step)?, step)
        }
        OperationKind::DidSuspend => did_suspend::authorise_for_some_reason(transaction, step),
        OperationKind::DidReinstate => {
            authority::authorise(Action::Reinstate, transaction, step).map(|_| ())
        }
        OperationKind::DidRevoke => did_revoke::authorise(transaction, step),
        // The holder's touch no shared record, and of the others nothing can be erased.
        OperationKind::KeyRegister
        | OperationKind::KeyRevoke
        | OperationKind::DidUpdate
        | OperationKind::ControlRotate
        | OperationKind::DidDeactivate
        | OperationKind::DidCreateBatch
        | OperationKind::OrgAdmit
        | OperationKind::OrgUpdate
        | OperationKind::AnchorPut => Ok(()),
    }
}
