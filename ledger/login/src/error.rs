//! Why a login is refused.

use crate::domain::Domain;
use crate::limits::CHALLENGE_SPAN_MAX_MS;
use crate::nonces::NonceError;
use hefu_ledger::DidId;
use hefu_ledger::bundle::{BundleError, PolicyError, WrongAnswer};
use hefu_ledger::document::show_datetime as date;
use hefu_primitives::{GenesisHash, Timestamp};
use thiserror::Error;

/// Why a login is refused. Times are in milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoginError {
    /// The challenge is another network's.
    #[error("the challenge is for network {got}, where {expected} is meant")]
    OtherNetwork {
        /// The network that is meant.
        expected: GenesisHash,
        /// The challenge's.
        got: GenesisHash,
    },
    /// The challenge is of another domain: somebody passes it on.
    #[error("the challenge is of {got}, where {expected} is meant")]
    OtherDomain {
        /// The domain that is meant.
        expected: Domain,
        /// The challenge's.
        got: Domain,
    },
    /// The challenge is another platform's.
    #[error("the challenge is of platform {got}, where {expected} is meant")]
    OtherPlatform {
        /// The platform that is meant.
        expected: DidId,
        /// The challenge's.
        got: DidId,
    },
    /// The answer is to another challenge of the same platform.
    #[error("the answer is to another challenge")]
    OtherChallenge,
    /// The challenge would be open for no time or too long.
    #[error(
        "the challenge is open for {span_ms} ms, where 1 to {CHALLENGE_SPAN_MAX_MS} are allowed"
    )]
    Span {
        /// How long, in milliseconds.
        span_ms: u64,
    },
    /// The challenge was made later than now.
    #[error("the challenge was made at {}, and it is {}", date(*issued), date(*now))]
    NotYet {
        /// When it was made.
        issued: Timestamp,
        /// The verifier's clock.
        now: Timestamp,
    },
    /// It is too late to answer.
    #[error("the challenge expired at {}, and it is {}", date(*expires), date(*now))]
    Expired {
        /// When it ceased to be open.
        expires: Timestamp,
        /// The verifier's clock.
        now: Timestamp,
    },
    /// The signature is not one of the key under the challenge and the DID.
    #[error("the signature does not hold")]
    BadSignature,
    /// The checkpoint is too old to tell what holds now.
    #[error("the stapled proof is too old: {0}; get a new bundle from a node and answer again")]
    StaleCheckpoint(PolicyError),
    /// The bundle does not hold.
    #[error("the stapled bundle: {0}")]
    Bundle(BundleError),
    /// The bundle is about something else than the record of the DID.
    #[error("the stapled bundle: {0}")]
    OtherFact(WrongAnswer),
    /// There is no such DID.
    #[error("the ledger has no DID {0}")]
    UnknownDid(DidId),
    /// The DID is suspended.
    #[error("the DID is suspended until {}", date(*until))]
    Suspended {
        /// When the suspension lapses.
        until: Timestamp,
    },
    /// The DID was ended by authority.
    #[error("the DID was revoked")]
    Revoked,
    /// The DID was ended by its holder.
    #[error("the DID was deactivated")]
    Deactivated,
    /// The DID does not have the key, or has it no more.
    #[error("the key is not one of the DID's keys")]
    KeyNotOfDid,
    /// The key is for something else than logging in.
    #[error("the key is not one for authentication")]
    KeyNotForAuthentication,
    /// The key is in the document at another time.
    #[error("the key is not in force now")]
    KeyNotValidNow,
    /// The nonce cannot be spent.
    #[error(transparent)]
    Nonce(#[from] NonceError),
}

impl LoginError {
    /// The stable code, for programs. What is wrong with a bundle has the bundle's own code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherNetwork { .. } => "login.other_network",
            Self::OtherDomain { .. } => "login.other_domain",
            Self::OtherPlatform { .. } => "login.other_platform",
            Self::OtherChallenge => "login.other_challenge",
            Self::Span { .. } => "login.span",
            Self::NotYet { .. } => "login.not_yet",
            Self::Expired { .. } => "login.expired",
            Self::BadSignature => "login.bad_signature",
            Self::StaleCheckpoint(_) => "login.stale_checkpoint",
            Self::Bundle(error) => error.code(),
            Self::OtherFact(error) => error.code(),
            Self::UnknownDid(_) => "login.unknown_did",
            Self::Suspended { .. } => "login.suspended",
            Self::Revoked => "login.revoked",
            Self::Deactivated => "login.deactivated",
            Self::KeyNotOfDid => "login.key_not_of_did",
            Self::KeyNotForAuthentication => "login.key_not_for_authentication",
            Self::KeyNotValidNow => "login.key_not_valid_now",
            Self::Nonce(error) => error.code(),
        }
    }
}

impl From<BundleError> for LoginError {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Policy(old @ (PolicyError::Stale { .. } | PolicyError::Behind { .. })) => {
                Self::StaleCheckpoint(old)
            }
            other => Self::Bundle(other),
        }
    }
}
