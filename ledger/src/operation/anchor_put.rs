//! `anchor.put`: an organisation puts a digest on the ledger, which shows when it was known.

use super::authority;
use super::org_admit::subject;
use crate::rejection::{Refusal, Rejection};
use crate::rule::Action;
use crate::state::{self, Anchor, StateKey, StateReader, StateValue};
use crate::step::Step;
use crate::text::Label;
use crate::transaction::CheckedTransaction;
use hefu_primitives::Hash;
use serde::{Deserialize, Serialize};

/// A digest of something outside the ledger. Who puts it is the transaction's subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnchorPut {
    /// The digest, of whatever its owner says.
    pub digest: Hash,
    /// What it is, in a word.
    pub label: Label,
}

/// Executes it.
pub(crate) fn apply<R: StateReader>(
    put: &AnchorPut,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let id = subject(transaction)?;
    let signers = authority::authorise(Action::Anchor, transaction, step)?;
    if signers.iter().all(|(signer, _)| *signer != id) {
        return Err(Rejection::Unauthorised(Action::Anchor).into());
    }
    if state::anchor(step, id, put.digest)?.is_some() {
        return Err(Rejection::AnchorExists(id).into());
    }
    let anchor = Anchor { label: put.label.clone(), time: step.now() };
    step.put(StateKey::Anchor(id, put.digest), StateValue::Anchor(anchor));
    Ok(())
}
