//! Why what is stored cannot be read. None of these is the fault of a transaction.

use thiserror::Error;

/// A failing or damaged store. Whoever meets one stops: to go on would be to guess.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The storage engine, or the operating system below it, reports a failure.
    #[error("the store cannot be read: {0}")]
    Failed(String),
    /// What is stored contradicts itself.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// What is asked for was dropped, and only its hash is left.
    #[error("{0} was erased; only its hash is kept")]
    Erased(String),
}
