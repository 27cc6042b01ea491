//! Why a genesis, or what its founders have signed, is refused.

use crate::limits::{DELTA_MS_MAX, DELTA_MS_MIN, ORGANISATIONS_MAX, SIGNERS_MAX};
use crate::organisation::{OrganisationId, Role};
use crate::parameters::ParametersError;
use crate::rule::{Action, RuleError};
use hefu_primitives::limits::VALIDATORS_MIN_OUTSIDE_DEVELOPMENT;
use hefu_primitives::{KeyError, Timestamp};
use thiserror::Error;

/// Why a genesis is refused. Each says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GenesisError {
    /// This program does not know its rules.
    #[error("protocol version {got}, where this program knows {}", super::PROTOCOL_VERSION)]
    ProtocolVersion {
        /// The genesis's.
        got: u32,
    },
    /// It begins at a time that RFC 3339 cannot write.
    #[error("it starts {0} ms after 1970 began, where the year 9999 is the last")]
    Start(Timestamp),
    /// Deadlines would be too short for any network, or too long for people.
    #[error("delta_ms is {got}, where {DELTA_MS_MIN} to {DELTA_MS_MAX} are allowed")]
    Delta {
        /// Its value in milliseconds.
        got: u64,
    },
    /// Too few validators to tolerate a fault.
    #[error(
        "{got} validators, where {VALIDATORS_MIN_OUTSIDE_DEVELOPMENT} are needed outside development"
    )]
    FewValidators {
        /// How many there are.
        got: usize,
    },
    /// Organisations stand twice or out of order.
    #[error("organisations stand in the order of their numbers, each once")]
    OrganisationOrder,
    /// A number that no organisation may have.
    #[error("organisation {0} has a number that is not below {ORGANISATIONS_MAX}")]
    OrganisationNumber(OrganisationId),
    /// An organisation without roles, or with bits that mean nothing.
    #[error("organisation {0} needs one role at least, and known ones only")]
    Roles(OrganisationId),
    /// An organisation without keys, or with keys out of order.
    #[error("organisation {0} needs one key at least; keys are sorted, each once")]
    KeyOrder(OrganisationId),
    /// A key that may not sign.
    #[error("a key of organisation {organisation}: {error}")]
    Key {
        /// Whose.
        organisation: OrganisationId,
        /// What is wrong with it.
        error: KeyError,
    },
    /// Two organisations have the same key.
    #[error("organisations {first} and {second} have the same key; each needs its own")]
    SharedKey {
        /// One of them.
        first: OrganisationId,
        /// The other.
        second: OrganisationId,
    },
    /// A validator votes with the key with which an organisation signs.
    #[error("a validator has a key of organisation {0}; it needs one for votes alone")]
    ValidatorKey(OrganisationId),
    /// Nobody has a role without which the network could do nothing.
    #[error("no organisation is a {}", .0.word())]
    Nobody(Role),
    /// A rule is none.
    #[error("the rule {}: {error}", .action.word())]
    Rule {
        /// For which action.
        action: Action,
        /// What is wrong with it.
        error: RuleError,
    },
    /// A rule that the founders cannot satisfy, all of them together.
    #[error(
        "the rule {} asks for more than all founding organisations together, or for more than \
         {SIGNERS_MAX} signers; revoke takes two organisations whatever it says",
        .0.word()
    )]
    Unsatisfiable(Action),
    /// A parameter is out of range.
    #[error("parameters: {0}")]
    Parameters(#[from] ParametersError),
}

impl GenesisError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ProtocolVersion { .. } => "genesis.protocol_version",
            Self::Start(_) => "genesis.start",
            Self::Delta { .. } => "genesis.delta",
            Self::FewValidators { .. } => "genesis.few_validators",
            Self::OrganisationOrder => "genesis.organisation_order",
            Self::OrganisationNumber(_) => "genesis.organisation_number",
            Self::Roles(_) => "genesis.roles",
            Self::KeyOrder(_) => "genesis.key_order",
            Self::Key { .. } => "genesis.key",
            Self::SharedKey { .. } => "genesis.shared_key",
            Self::ValidatorKey(_) => "genesis.validator_key",
            Self::Nobody(_) => "genesis.nobody",
            Self::Rule { .. } => "genesis.rule",
            Self::Unsatisfiable(_) => "genesis.unsatisfiable",
            Self::Parameters(_) => "genesis.parameters",
        }
    }
}

/// Why signatures of founders are refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FoundersError {
    /// What they sign is no genesis.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// Signatures stand twice or out of order.
    #[error("signatures stand in the order of their organisations, each organisation once")]
    Order,
    /// Somebody signed who is no founding organisation, or with a key that is not its own.
    #[error("organisation {0} is no founder with this key")]
    NotFounder(OrganisationId),
    /// A signature does not hold.
    #[error("the signature of organisation {0} does not cover this genesis")]
    Signature(OrganisationId),
    /// Members have not signed.
    #[error("these founding members have not signed: {}", numbers(.0))]
    Missing(Vec<OrganisationId>),
}

impl FoundersError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Genesis(error) => error.code(),
            Self::Order => "founders.order",
            Self::NotFounder(_) => "founders.not_founder",
            Self::Signature(_) => "founders.signature",
            Self::Missing(_) => "founders.missing",
        }
    }
}

/// Why files cannot be joined.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JoinError {
    /// There are none.
    #[error("there is nothing to join")]
    Nothing,
    /// A file has another genesis than the first.
    #[error("file {at} has another genesis than file 0: {field} differs")]
    Differs {
        /// Its place, from zero.
        at: usize,
        /// The first field in which they differ.
        field: &'static str,
    },
    /// A file is wrong by itself.
    #[error("file {at}: {error}")]
    Part {
        /// Its place, from zero.
        at: usize,
        /// What is wrong with it.
        error: FoundersError,
    },
}

impl JoinError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "join.nothing",
            Self::Differs { .. } => "join.differs",
            Self::Part { error, .. } => error.code(),
        }
    }
}

fn numbers(ids: &[OrganisationId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
