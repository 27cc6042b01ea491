//! Why a bundle is refused.

use super::chain::ChainError;
use super::consistency::ConsistencyError;
use super::log::LogError;
use super::policy::PolicyError;
use super::record::RecordError;
use super::transaction::TransactionProofError;
use hefu_primitives::codec::CodecError;
use thiserror::Error;

/// Why a bundle is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BundleError {
    /// The bytes are not as they were written: cut short, or altered on the way.
    #[error("the bundle is damaged: its last 32 bytes are not the hash of the others")]
    Damaged,
    /// The bytes are not a bundle.
    #[error("not a bundle: {0}")]
    Encoding(#[from] CodecError),
    /// A header is not a final one of the network.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The checkpoint is not one that the verifier accepts.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The state does not hold what is claimed.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A transaction is not in the chain.
    #[error(transparent)]
    Transaction(#[from] TransactionProofError),
    /// A log is not the complete one.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Two checkpoints are not of one chain.
    #[error(transparent)]
    Consistency(#[from] ConsistencyError),
}

impl BundleError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Damaged => "bundle.damaged",
            Self::Encoding(_) => "bundle.encoding",
            Self::Chain(error) => error.code(),
            Self::Policy(error) => error.code(),
            Self::Record(error) => error.code(),
            Self::Transaction(error) => error.code(),
            Self::Log(error) => error.code(),
            Self::Consistency(error) => error.code(),
        }
    }
}
