//! `did.deactivate`: the holder ends a DID, for good.

use super::holder::Change;
use super::key_revoke::retire_all;
use crate::did::DidId;
use crate::record::{Content, ControlCommitment, Controllers, End, EndCause};
use crate::rejection::{Refusal, Rejection};
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::TransactionError;
use hefu_primitives::{BoundedVec, Timestamp};
use serde::{Deserialize, Serialize};

/// Nothing: the DID ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DidDeactivate;

impl Change for DidDeactivate {
    const GOES_ON: bool = false;

    fn check(&self) -> Result<(), TransactionError> {
        Ok(())
    }

    fn change<R: StateReader>(
        &self,
        _: DidId,
        content: &mut Content,
        step: &mut Step<'_, R>,
    ) -> Result<(), Refusal> {
        Ok(end(content, step.now(), EndCause::Deactivated)?)
    }
}

/// Leaves of a version what a tombstone shows: that it ended, and which keys it used up.
pub(crate) fn end(content: &mut Content, at: Timestamp, cause: EndCause) -> Result<(), Rejection> {
    retire_all(content, at)?;
    content.services = BoundedVec::default();
    content.also_known_as = BoundedVec::default();
    content.controllers = Controllers::default();
    content.control = ControlCommitment::default();
    content.recovery = None;
    content.end = Some(End { at, cause });
    Ok(())
}
