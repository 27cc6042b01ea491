//! What becomes of a transaction that a proposer has left out.

use hefu_ledger::rejection::Rejection;
use hefu_primitives::Timestamp;

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
            | Rejection::NotSuspended
            // Entries that exist or have a key that is taken never apply; one whose controller is
            // on its way may, when it is submitted again.
            | Rejection::NothingApplies => Self::Again,
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
            | Rejection::CapReached { .. }
            // Block time reaches these, perhaps in time ([`opens`]).
            | Rejection::ExpiresTooLate { .. }
            | Rejection::CompromisedLater { .. }
            | Rejection::SuspensionSpan { .. }
            | Rejection::SuspendedBefore { .. } => Self::Later,
        }
    }

    /// What becomes of a transaction that is dropped at `end` and was left out now: whoever waits for
    /// what cannot come before that is told so at once.
    pub fn by(rejection: &Rejection, now: Timestamp, end: Timestamp) -> Self {
        match (Self::of(rejection), opens(rejection, now)) {
            (Self::Later, Some(opens)) if opens >= end => Self::Again,
            (fate, _) => fate,
        }
    }
}

/// From when on block time lets a transaction apply, where that is what it was left out for.
fn opens(rejection: &Rejection, now: Timestamp) -> Option<Timestamp> {
    // As far ahead as the latest that is allowed must come on.
    let until = |wanted: Timestamp, latest: Timestamp| now.saturating_add(wanted.since(latest));
    match *rejection {
        Rejection::CapReached { until, .. } | Rejection::SuspendedBefore { until, .. } => {
            Some(until)
        }
        Rejection::CompromisedLater { since } => Some(since),
        Rejection::ExpiresTooLate { expires, latest } => Some(until(expires, latest)),
        Rejection::SuspensionSpan { until: end, latest, .. } => Some(until(end, latest)),
        _ => None,
    }
}
