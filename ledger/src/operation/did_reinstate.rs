//! `did.reinstate`: organisations lift a suspension.

use super::authority;
use super::subject_did;
use crate::record::{Content, Status, Suspension};
use crate::rejection::{Refusal, Rejection};
use crate::rule::Action;
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::CheckedTransaction;
use hefu_primitives::Hash;
use serde::{Deserialize, Serialize};

/// The end of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DidReinstate {
    /// A salted commitment to why.
    pub detail: Hash,
}

/// Executes it.
pub(crate) fn apply<R: StateReader>(
    _: &DidReinstate,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let (id, salt) = subject_did(transaction)?;
    let record = step.living(&id)?;
    authority::authorise(Action::Reinstate, transaction, step)?;
    let now = step.now();
    let lifted = match record.content.suspension {
        Some(suspension) if record.content.status(now) == Status::Suspended => {
            Suspension { until: now, ..suspension }
        }
        _ => return Err(Rejection::NotSuspended.into()),
    };
    let content = Content { suspension: Some(lifted), ..record.content };
    step.write_version(id, record.log, content, salt);
    Ok(())
}
