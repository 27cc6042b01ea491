//! Why a transaction that is well made does not apply to the state that it meets.

use crate::ReadError;
use crate::did::DidId;
use crate::document::show_datetime as date;
use crate::key::KeyBytes;
use crate::organisation::OrganisationId;
use crate::record::Status;
use crate::rule::Action;
use hefu_primitives::{Hash, Timestamp};
use thiserror::Error;

/// Why a transaction does not apply. It may apply to another state. Each says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// Its time is over.
    #[error("it expired at {}, and block time is {}; make it anew", date(*expired), date(*now))]
    Expired {
        /// Its expiry.
        expired: Timestamp,
        /// The block's time.
        now: Timestamp,
    },
    /// It would be valid for too long.
    #[error("it expires at {}, where {} is the latest that is allowed", date(*expires), date(*latest))]
    ExpiresTooLate {
        /// Its expiry.
        expires: Timestamp,
        /// The latest that is allowed now.
        latest: Timestamp,
    },
    /// It was executed before.
    #[error("it was executed before")]
    Replayed,
    /// Too many operations of one organisation expire in one minute.
    #[error(
        "organisation {0} has too many operations that expire in that minute; choose another expiry"
    )]
    TooManyPending(OrganisationId),
    /// The DID is there already.
    #[error("the DID {0} is enrolled already")]
    DidExists(DidId),
    /// There is no such DID.
    #[error("there is no DID {0}; enrol it first")]
    DidUnknown(DidId),
    /// The DID has ended.
    #[error("the DID has ended: {0:?}; enrol a new one")]
    DidEnded(Status),
    /// Another holder operation came first, or one is missing.
    #[error("holder sequence {got}, where {expected} is next")]
    Sequence {
        /// The next one.
        expected: u32,
        /// The one that was given.
        got: u32,
    },
    /// It follows another operation than the last.
    #[error("it follows {got}, but the last holder operation is {expected}")]
    Previous {
        /// The last holder operation.
        expected: Hash,
        /// The one that was given.
        got: Hash,
    },
    /// The control keys are not those that the last operation committed to.
    #[error(
        "{got} control keys that the last holder operation committed to, where {needed} are needed"
    )]
    Control {
        /// How many must sign.
        needed: usize,
        /// How many of those that signed were committed to.
        got: usize,
    },
    /// Too few controllers agree.
    #[error("{got} controllers agree, where {needed} are needed")]
    Controllers {
        /// How many must.
        needed: usize,
        /// How many do.
        got: usize,
    },
    /// A controller cannot agree: it is unknown, has ended, or did not sign with a key that acts
    /// for it.
    #[error("the controller {0} does not agree with a key under capabilityInvocation")]
    Controller(DidId),
    /// A signature key is registered already, here or elsewhere, now or before.
    #[error("the key {0} was registered before; keys are never used twice")]
    KeyTaken(KeyBytes),
    /// The document has no such key.
    #[error("the document has no key {0}")]
    KeyUnknown(KeyBytes),
    /// The document would have too many keys, or would have had too many.
    #[error("{what}: {got}, where at most {max} are allowed")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        max: usize,
        /// How many there would be.
        got: usize,
    },
    /// Something that only organisations and public subjects may have.
    #[error("a person's document has no services and no other names")]
    NotForPersons,
    /// A time that must have passed lies ahead.
    #[error("a key cannot have been compromised at {}, after the block's time", date(*since))]
    CompromisedLater {
        /// Since when it is said to be.
        since: Timestamp,
    },
    /// There is no such organisation.
    #[error("there is no organisation {0}")]
    OrganisationUnknown(OrganisationId),
    /// An organisation may not act, or not with that key.
    #[error("organisation {0} may not act with that key now")]
    OrganisationKey(OrganisationId),
    /// The organisation has that number already.
    #[error("organisation {0} exists already; choose another number")]
    OrganisationExists(OrganisationId),
    /// An organisation's number is out of range.
    #[error("organisation {0} is beyond the last number that a network has")]
    OrganisationNumber(OrganisationId),
    /// The signatures do not satisfy the rule.
    #[error("the signatures do not satisfy this network's rule for {0:?}")]
    Unauthorised(Action),
    /// One organisation alone asks for what takes two.
    #[error("this needs the signatures of two distinct organisations")]
    SecondOrganisation,
    /// Every organisation that signs has reached its cap.
    #[error(
        "organisation {by} has reached its cap; another must agree, or it must wait until {}",
        date(*until)
    )]
    CapReached {
        /// The first that signs.
        by: OrganisationId,
        /// When its acts are counted anew.
        until: Timestamp,
    },
    /// Somebody else than the registrar that the holder named attests.
    #[error("the holder named organisation {named} as registrar, and {got} attests")]
    OtherRegistrar {
        /// Whom the genesis operation names.
        named: OrganisationId,
        /// Who signs.
        got: OrganisationId,
    },
    /// The organisation is no registrar.
    #[error("organisation {0} is no registrar in good standing with that key")]
    NotRegistrar(OrganisationId),
    /// A suspension that is over before it begins or before the one that stands, or that is longer
    /// than allowed.
    #[error(
        "a suspension until {}, where it must end after {} and by {}",
        date(*until), date(*after), date(*latest)
    )]
    SuspensionSpan {
        /// When it would lapse.
        until: Timestamp,
        /// The block's time, or when the suspension lapses that stands now.
        after: Timestamp,
        /// The latest that is allowed now.
        latest: Timestamp,
    },
    /// The same organisation suspends the DID again, too soon.
    #[error("organisation {by} suspended it last; until {} another must ask for it", date(*until))]
    SuspendedBefore {
        /// Who suspended it last.
        by: OrganisationId,
        /// From when on that organisation may again.
        until: Timestamp,
    },
    /// There is no suspension to lift.
    #[error("the DID is not suspended")]
    NotSuspended,
    /// The anchor is there already.
    #[error("that digest is anchored already by organisation {0}")]
    AnchorExists(OrganisationId),
    /// No entry of a batch applies.
    #[error("no entry of the batch applies: every DID exists already, or has a key that is taken")]
    NothingApplies,
}

impl Rejection {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "rejected.expired",
            Self::ExpiresTooLate { .. } => "rejected.expires_too_late",
            Self::Replayed => "rejected.replayed",
            Self::TooManyPending(_) => "rejected.too_many_pending",
            Self::DidExists(_) => "rejected.did_exists",
            Self::DidUnknown(_) => "rejected.did_unknown",
            Self::DidEnded(_) => "rejected.did_ended",
            Self::Sequence { .. } => "rejected.sequence",
            Self::Previous { .. } => "rejected.previous",
            Self::Control { .. } => "rejected.control",
            Self::Controllers { .. } => "rejected.controllers",
            Self::Controller(_) => "rejected.controller",
            Self::KeyTaken(_) => "rejected.key_taken",
            Self::KeyUnknown(_) => "rejected.key_unknown",
            Self::TooMany { .. } => "rejected.too_many",
            Self::NotForPersons => "rejected.not_for_persons",
            Self::CompromisedLater { .. } => "rejected.compromised_later",
            Self::OrganisationUnknown(_) => "rejected.organisation_unknown",
            Self::OrganisationKey(_) => "rejected.organisation_key",
            Self::OrganisationExists(_) => "rejected.organisation_exists",
            Self::OrganisationNumber(_) => "rejected.organisation_number",
            Self::Unauthorised(_) => "rejected.unauthorised",
            Self::SecondOrganisation => "rejected.second_organisation",
            Self::CapReached { .. } => "rejected.cap_reached",
            Self::OtherRegistrar { .. } => "rejected.other_registrar",
            Self::NotRegistrar(_) => "rejected.not_registrar",
            Self::SuspensionSpan { .. } => "rejected.suspension_span",
            Self::SuspendedBefore { .. } => "rejected.suspended_before",
            Self::NotSuspended => "rejected.not_suspended",
            Self::AnchorExists(_) => "rejected.anchor_exists",
            Self::NothingApplies => "rejected.nothing_applies",
        }
    }
}

/// Why a transaction was not executed: it does not apply, or nobody can tell.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It does not apply.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The state cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}
