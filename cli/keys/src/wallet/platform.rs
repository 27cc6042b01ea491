//! Places: what a DID of a wallet is for.

use hefu_primitives::GenesisHash;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Characters of a platform's name: those of the longest host name.
const PLATFORM_CHARS_MAX: usize = 253;

/// What a wallet calls a platform, such as `bank.example`. Keys follow from it, so it is lower case:
/// nobody remembers after years which letters were large.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Platform(String);

/// Why a text is not the name of a platform.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not a platform's name: 1 to {PLATFORM_CHARS_MAX} of a-z, 0-9, dots and hyphens, \
     such as bank.example"
)]
pub struct PlatformError(String);

impl PlatformError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        "wallet.platform"
    }
}

/// Where a DID of a wallet stands: its keys follow from the seed and this.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The network.
    pub genesis: GenesisHash,
    /// The platform.
    pub platform: Platform,
    /// How many DIDs there were for this platform before it.
    pub index: u32,
}

impl Platform {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Platform {
    type Err = PlatformError;

    fn from_str(text: &str) -> Result<Self, PlatformError> {
        let fits = (1..=PLATFORM_CHARS_MAX).contains(&text.len());
        let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
        if fits && text.chars().all(part) {
            return Ok(Self(text.to_owned()));
        }
        Err(PlatformError(text.chars().take(PLATFORM_CHARS_MAX).collect()))
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Platform {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platforms_name_has_one_spelling() {
        for good in ["bank.example", "a", "xn--fiq228c.example", &"a".repeat(253)] {
            assert!(good.parse::<Platform>().is_ok(), "{good}");
        }
        for wrong in ["", "Bank.example", "bank example", "bank/login", "銀行", &"a".repeat(254)]
        {
            assert_eq!(wrong.parse::<Platform>().unwrap_err().code(), "wallet.platform", "{wrong}");
        }
    }
}
