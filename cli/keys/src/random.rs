//! Chance: bytes from the operating system.

use thiserror::Error;
use zeroize::Zeroizing;

/// The operating system gives no random bytes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct RandomError(String);

impl RandomError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        "keys.random"
    }
}

/// So many bytes that nobody can guess.
pub(crate) fn bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, RandomError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut()).map_err(|error| RandomError(error.to_string()))?;
    Ok(bytes)
}
