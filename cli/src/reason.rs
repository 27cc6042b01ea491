//! Why organisations act, as the ledger keeps it: a coarse class, and a commitment to the detail.

use crate::chance;
use anyhow::Result;
use clap::ValueEnum;
use hefu_ledger::record::ReasonClass;
use hefu_primitives::{Hash, Purpose};

/// Why, coarsely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reason {
    /// Keys are in other hands
    Compromise,
    /// The enrolment rests on false papers
    Fraud,
    /// The enrolment was a mistake
    Mistake,
    /// The subject has died or no longer exists
    Ceased,
    /// A court or a law asks for it
    Legal,
    /// None of these
    Other,
}

impl From<Reason> for ReasonClass {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Compromise => Self::Compromise,
            Reason::Fraud => Self::Fraud,
            Reason::Mistake => Self::Mistake,
            Reason::Ceased => Self::Ceased,
            Reason::Legal => Self::Legal,
            Reason::Other => Self::Other,
        }
    }
}

/// A commitment to a detail, and its opening: 32 random bytes, followed by the text, hash to it.
pub(crate) fn commit(detail: &str) -> Result<(Hash, Hash)> {
    let opening: [u8; 32] = chance::bytes()?;
    let bytes = [&opening, detail.as_bytes()].concat();
    Ok((Hash::of(Purpose::Reason, &bytes), Hash::from_bytes(opening)))
}
