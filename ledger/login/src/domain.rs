//! Domains: where a holder meets a platform, as a browser's address bar shows it.

use crate::limits::{DOMAIN_CHARS_MAX, DOMAIN_LABEL_CHARS_MAX};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A host name, and a port if it is not the usual one, such as `bank.example` or `localhost:8443`.
///
/// Two domains are the same if their texts are, so there is one spelling: lower case, no dot at the
/// end, other scripts in Punycode.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Domain(String);

/// Why a text is not a domain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not a domain: a host name in lower case, without a dot at its end, and perhaps a \
     colon and a port, such as bank.example or localhost:8443"
)]
pub struct DomainError(String);

impl DomainError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        "login.domain"
    }
}

impl Domain {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Domain {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let (host, port) = text.split_once(':').map_or((text, None), |(h, p)| (h, Some(p)));
        let fits = text.len() <= DOMAIN_CHARS_MAX && host.split('.').all(is_label);
        if fits && port.is_none_or(is_port) {
            return Ok(Self(text.to_owned()));
        }
        Err(DomainError(text.chars().take(DOMAIN_CHARS_MAX).collect()))
    }
}

fn is_label(label: &str) -> bool {
    let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let bounded = (1..=DOMAIN_LABEL_CHARS_MAX).contains(&label.len());
    bounded && label.chars().all(part) && !label.starts_with('-') && !label.ends_with('-')
}

fn is_port(port: &str) -> bool {
    // As it is written: `parse` would take "+80" and "080" as well.
    port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Domain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_one_spelling() {
        let long = format!("{}.example:65535", "a".repeat(63));
        for good in ["bank.example", "localhost:8443", "xn--fiq228c.example", "127.0.0.1:1", &long]
        {
            assert_eq!(good.parse::<Domain>().map(|d| d.to_string()), Ok(good.to_owned()));
        }
        let long = format!("{}.example", "a".repeat(64));
        let longer = "a.".repeat(130) + "a";
        for wrong in [
            "",
            "Bank.example",
            "bank.example.",
            ".example",
            "a..b",
            "bank.example/",
            "-a",
            "a-",
            "bank.example:",
            "bank.example:0",
            "bank.example:080",
            "bank.example:65536",
            "bank.example:+80",
            "a:1:2",
            "銀行.example",
            "bank .example",
            "user@bank.example",
            &long,
            &longer,
        ] {
            assert_eq!(wrong.parse::<Domain>().unwrap_err().code(), "login.domain", "{wrong}");
        }
    }
}
