//! `control.rotate`: other control keys, and nothing else.
//!
//! Every holder operation commits to new control keys; this one is for who wants only that.

use super::holder::Change;
use crate::did::DidId;
use crate::record::Content;
use crate::rejection::Refusal;
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::TransactionError;
use serde::{Deserialize, Serialize};

/// Nothing but the commitment that every holder operation carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlRotate;

impl Change for ControlRotate {
    fn check(&self) -> Result<(), TransactionError> {
        Ok(())
    }

    fn change<R: StateReader>(
        &self,
        _: DidId,
        _: &mut Content,
        _: &mut Step<'_, R>,
    ) -> Result<(), Refusal> {
        Ok(())
    }
}
