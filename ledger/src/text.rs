//! Texts of bounded length, and of characters that cannot deceive a reader.

use crate::limits::{LABEL_BYTES_MAX, ORGANISATION_NAME_BYTES_MAX, SERVICE_TEXT_BYTES_MAX};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Why a text is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TextError {
    /// It is empty or too long.
    #[error("{got} bytes, where 1 to {max} are allowed")]
    Length {
        /// The limit in bytes.
        max: usize,
        /// Its length in bytes.
        got: usize,
    },
    /// It has a character that does not belong there.
    #[error("{0:?} does not belong here")]
    Character(char),
    /// It is no absolute URI.
    #[error("not an absolute URI: a scheme and a colon are missing")]
    NoScheme,
}

fn check_length(text: &str, max: usize) -> Result<(), TextError> {
    let got = text.len();
    if got == 0 || got > max {
        return Err(TextError::Length { max, got });
    }
    Ok(())
}

fn check_characters(text: &str, allowed: fn(char) -> bool) -> Result<(), TextError> {
    match text.chars().find(|c| !allowed(*c)) {
        Some(wrong) => Err(TextError::Character(wrong)),
        None => Ok(()),
    }
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                $check(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

text!(
    /// A short name for machines: letters, digits, `-`, `_`, `.`; fit for a fragment of a URL.
    Label,
    check_label
);
text!(
    /// An absolute URI (RFC 3986): a scheme, a colon, and characters that a URI may have.
    Reference,
    check_reference
);
text!(
    /// A name for people, in any script, without characters that control or are invisible.
    Title,
    check_title
);

fn check_label(text: &str) -> Result<(), TextError> {
    check_length(text, LABEL_BYTES_MAX)?;
    check_characters(text, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn check_reference(text: &str) -> Result<(), TextError> {
    check_length(text, SERVICE_TEXT_BYTES_MAX)?;
    check_characters(text, |c| {
        c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
    })?;
    let scheme = text.split_once(':').map(|(scheme, _)| scheme).ok_or(TextError::NoScheme)?;
    let starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    if starts && scheme.chars().all(part) { Ok(()) } else { Err(TextError::NoScheme) }
}

fn check_title(text: &str) -> Result<(), TextError> {
    check_length(text, ORGANISATION_NAME_BYTES_MAX)?;
    check_characters(text, |c| !c.is_control() && !is_invisible(c))
}

/// Characters that change how others are read, or are not seen: marks of direction, joiners,
/// the byte-order mark, separators of lines.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_fits_into_a_fragment() {
        assert!("login-1_a.b".parse::<Label>().is_ok());
        assert_eq!("a b".parse::<Label>(), Err(TextError::Character(' ')));
        assert_eq!("a#b".parse::<Label>(), Err(TextError::Character('#')));
        assert_eq!("".parse::<Label>(), Err(TextError::Length { max: 64, got: 0 }));
        assert_eq!("a".repeat(65).parse::<Label>(), Err(TextError::Length { max: 64, got: 65 }));
    }

    #[test]
    fn a_reference_is_an_absolute_uri() {
        for good in ["https://a.example/x?y=1#z", "did:hefu:ab:c", "urn:uuid:1"] {
            assert!(good.parse::<Reference>().is_ok(), "{good}");
        }
        for wrong in ["/path", "1a:b", ":x", "plain"] {
            assert_eq!(wrong.parse::<Reference>(), Err(TextError::NoScheme), "{wrong}");
        }
        assert_eq!("https://a b".parse::<Reference>(), Err(TextError::Character(' ')));
        assert_eq!("https://a\"".parse::<Reference>(), Err(TextError::Character('"')));
    }

    #[test]
    fn a_title_shows_all_its_characters() {
        assert!("合符 Registrar №1".parse::<Title>().is_ok());
        for wrong in ['\n', '\u{202e}', '\u{200b}', '\u{feff}'] {
            let text = format!("a{wrong}b");
            assert_eq!(text.parse::<Title>(), Err(TextError::Character(wrong)));
        }
    }
}
