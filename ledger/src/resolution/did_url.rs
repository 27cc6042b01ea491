//! DID URLs (DID 1.1, 3.2): a DID, and which part or version of its document is meant.

use crate::limits::DID_URL_CHARS_MAX;
use iri_string::types::UriStr;
use percent_encoding::percent_decode_str;
use thiserror::Error;

/// A DID URL in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidUrl {
    /// The DID, of whatever method.
    pub did: String,
    /// The path as it stands, `/` included; empty if there is none.
    pub path: String,
    /// The parameters of the query with their values, in order, each name once, percent-encoding
    /// undone.
    pub parameters: Vec<(String, String)>,
    /// The fragment, percent-encoding undone.
    pub fragment: Option<String>,
    /// The fragment as it stands.
    pub raw_fragment: Option<String>,
}

/// Why a text is no DID URL.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DidUrlError {
    /// It is longer than this resolver reads.
    #[error("{got} characters, where at most {DID_URL_CHARS_MAX} are read")]
    TooLong {
        /// Its length in bytes.
        got: usize,
    },
    /// It breaks the grammar of URIs (RFC 3986): a character that does not belong there, or a
    /// `%` without two hexadecimal digits.
    #[error("it breaks the grammar of URIs")]
    NotUri,
    /// What stands before the path is no DID.
    #[error("it does not begin with a DID: {0}")]
    Did(String),
    /// A percent-encoded part is not UTF-8.
    #[error("a percent-encoded part is not UTF-8")]
    NotUtf8,
    /// The query is not a list of names and values.
    #[error("the query has a parameter without a name")]
    Nameless,
    /// A parameter stands there twice, so it is unclear which value is meant.
    #[error("the parameter {0:?} stands there twice")]
    Twice(String),
}

impl DidUrl {
    /// The parts of a DID URL.
    pub fn parse(text: &str) -> Result<Self, DidUrlError> {
        if text.len() > DID_URL_CHARS_MAX {
            return Err(DidUrlError::TooLong { got: text.len() });
        }
        let uri = UriStr::new(text).map_err(|_| DidUrlError::NotUri)?;
        let hierarchy = text.split(['?', '#']).next().unwrap_or_default();
        let end = hierarchy.find('/').unwrap_or(hierarchy.len());
        let (did, path) = hierarchy.split_at_checked(end).unwrap_or((hierarchy, ""));
        check_did(did).map_err(DidUrlError::Did)?;
        Ok(Self {
            did: did.to_owned(),
            path: path.to_owned(),
            parameters: uri.query_str().map_or(Ok(Vec::new()), parameters)?,
            fragment: uri.fragment_str().map(decode).transpose()?,
            raw_fragment: uri.fragment_str().map(str::to_owned),
        })
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Undoes percent-encoding, which the grammar has found to be well formed.
fn decode(text: &str) -> Result<String, DidUrlError> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| DidUrlError::NotUtf8)?;
    Ok(decoded.into_owned())
}

fn parameters(query: &str) -> Result<Vec<(String, String)>, DidUrlError> {
    let mut parameters: Vec<(String, String)> = Vec::new();
    for piece in query.split('&') {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        if name.is_empty() {
            return Err(DidUrlError::Nameless);
        }
        if parameters.iter().any(|(known, _)| *known == name) {
            return Err(DidUrlError::Twice(name));
        }
        parameters.push((name, value));
    }
    Ok(parameters)
}

/// Refuses what is no DID of any method (DID 1.1, 3.1).
pub(super) fn check_did(text: &str) -> Result<(), String> {
    if text.len() > DID_URL_CHARS_MAX {
        return Err(DidUrlError::TooLong { got: text.len() }.to_string());
    }
    let parts = text.strip_prefix("did:").and_then(|rest| rest.split_once(':'));
    let Some((method, id)) = parts else {
        return Err("a DID is did:, a method, a colon and an identifier".to_owned());
    };
    let of_method = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if method.is_empty() || !method.chars().all(of_method) {
        return Err("a method's name is lower-case letters and digits".to_owned());
    }
    if id.is_empty() || id.ends_with(':') || !has_identifier_characters(id) {
        return Err("an identifier is letters, digits and . - _ : or percent-encoded".to_owned());
    }
    Ok(())
}

fn has_identifier_characters(id: &str) -> bool {
    let mut pieces = id.split('%');
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    let is_hexadecimal = |digits: &str| digits.chars().all(|c| c.is_ascii_hexdigit());
    pieces.next().is_some_and(|first| first.chars().all(plain))
        && pieces
            .all(|piece| piece.get(..2).is_some_and(is_hexadecimal) && piece.chars().all(plain))
}

/// The method of a DID that [`check_did`] has passed.
pub(super) fn method_of(did: &str) -> &str {
    did.split(':').nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests;
