//! What becomes of a transaction that a proposer has left out.

use hefu_ledger::rejection::Rejection;

/// What becomes of a transaction that does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It never will: it is dropped, and turned away as long as this is remembered.
    Never,
    /// It may one day, but holds room until then that its signers need: it is dropped, and may be
    /// submitted again.
    Again,
    /// It may soon: it rests and is tried again, until its time is over.
    Later,
}

impl Fate {
    /// The one table. Time, counts and other people's operations move on; a DID's history at one
    /// sequence, keys once used and names once taken do not.
    pub fn of(rejection: &Rejection) -> Self {
        match rejection {
            // Block time only grows.
            Rejection::Expired { .. }
            // Executed is executed, and it expires before that is forgotten.
            | Rejection::Replayed
            // That minute's identifiers are forgotten when it has expired itself.
            | Rejection::TooManyPending(_)
            // Names, keys and digests are taken for ever.
            | Rejection::DidExists(_)
            | Rejection::KeyTaken(_)
            | Rejection::OrganisationExists(_)
            | Rejection::AnchorExists(_)
            | Rejection::DidEnded(_)
            // No other record has this sequence after that operation, so none differs in its
            // control keys, its document or its class.
            | Rejection::Previous { .. }
            | Rejection::Control { .. }
            | Rejection::KeyUnknown(_)
            | Rejection::TooMany { .. }
            | Rejection::NotForPersons
            // Its bytes alone decide.
            | Rejection::OrganisationNumber(_)
            | Rejection::OtherRegistrar { .. } => Self::Never,
            Rejection::Sequence { expected, got } if got < expected => Self::Never,

            // An organisation that was suspended or has lost a key must not find its share held by
            // what was signed before, perhaps by a thief.
            Rejection::OrganisationKey(_)
            | Rejection::NotRegistrar(_)
            // Rules, roles and suspensions change by other people's decisions, which take days.
            | Rejection::Unauthorised(_)
            | Rejection::SecondOrganisation
            | Rejection::NotSuspended => Self::Again,
            // A suspension that ends too soon is later still too soon, unless another is lifted.
            Rejection::SuspensionSpan { until, latest, .. } if until <= latest => Self::Again,

            // The operation before is on its way.
            Rejection::Sequence { .. }
            // So may be the enrolment or the admission on which it rests, or a controller's key.
            | Rejection::DidUnknown(_)
            | Rejection::OrganisationUnknown(_)
            | Rejection::Controller(_)
            // Controllers that have ended need not agree.
            | Rejection::Controllers { .. }
            // Caps are counted anew in each span, for a batch too.
            | Rejection::CapReached(_)
            | Rejection::NothingApplies
            // Block time reaches these.
            | Rejection::ExpiresTooLate { .. }
            | Rejection::CompromisedLater
            | Rejection::SuspensionSpan { .. }
            | Rejection::SuspendedBefore { .. } => Self::Later,
        }
    }
}
