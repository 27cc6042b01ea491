//! Chance from the operating system: salts, references, openings.

use anyhow::{Result, anyhow};
use hefu_ledger::transaction::Salt;

/// So many bytes that nobody can guess.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow!("the operating system gives no random bytes: {error}"))?;
    Ok(bytes)
}

/// A salt.
pub(crate) fn salt() -> Result<Salt> {
    bytes().map(Salt::from_bytes)
}
