//! What a request asks for: parameters of its path and of its query, read strictly. Whoever asks
//! with a parameter that means nothing is told so, rather than given something else.

use super::refused::Refused;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use hefu_api::codes;
use percent_encoding::percent_decode_str;
use std::fmt::Display;
use std::str::FromStr;

/// The parameter of a path with one.
#[derive(Clone, Debug)]
pub(super) struct Param<T>(pub(super) T);

impl<S, T> FromRequestParts<S> for Param<T>
where
    S: Send + Sync,
    T: FromStr<Err: Display>,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let wrong = |what: String| Refused::new(StatusCode::BAD_REQUEST, codes::PARAMETER, what);
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let parameters = parameters.map_err(|error| wrong(error.body_text()))?;
        let (name, text) = parameters.iter().next().unwrap_or_default();
        let parsed = text.parse().map_err(|error| wrong(format!("{name}: {error}")));
        parsed.map(Self)
    }
}

/// The parameters of a query, percent-encoding undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query(pub(super) Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

impl Query {
    fn parse(text: &str) -> Result<Self, Refused> {
        let pieces = text.split('&').filter(|piece| !piece.is_empty());
        let pairs = pieces.map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            Ok((decode(name)?, decode(value)?))
        });
        pairs.collect::<Result<_, _>>().map(Self)
    }

    /// Refuses names that are not among these, and names that stand twice.
    pub(super) fn only(self, known: &[&str]) -> Result<Self, Refused> {
        for (at, (name, _)) in self.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let name: String = name.chars().take(64).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(Refused::query(format!(
                    "{name:?} means nothing here; known are: {known}"
                )));
            }
            if self.0.iter().take(at).any(|(before, _)| before == name) {
                return Err(Refused::query(format!("{name} stands there twice")));
            }
        }
        Ok(self)
    }

    /// The text of a parameter, if it is there.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|pair| pair.0 == name).map(|pair| pair.1.as_str())
    }

    /// A parameter, if it is there.
    pub(super) fn get<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, Refused> {
        let parsed = self.text(name).map(str::parse).transpose();
        parsed.map_err(|error| Refused::query(format!("{name}: {error}")))
    }

    /// How many elements a page is to have.
    pub(super) fn limit(&self) -> Result<usize, Refused> {
        use super::limits::{PAGE_DEFAULT, PAGE_MAX};
        let limit = self.get("limit")?.unwrap_or(PAGE_DEFAULT);
        if (1..=PAGE_MAX).contains(&limit) {
            return Ok(limit);
        }
        Err(Refused::query(format!("limit is a number from 1 to {PAGE_MAX}")))
    }
}

fn decode(text: &str) -> Result<String, Refused> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| Refused::query("the query is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Query {
        Query::parse(text).unwrap()
    }

    #[test]
    fn a_query_is_read_strictly() {
        let query = parsed("after=a%20b&limit=7");
        assert_eq!(query.text("after"), Some("a b"));
        assert_eq!(query.limit(), Ok(7));
        assert!(query.clone().only(&["after", "limit"]).is_ok());
        assert_eq!(query.only(&["limit"]).unwrap_err().code, codes::QUERY);
        assert!(parsed("limit=7&limit=7").only(&["limit"]).is_err());
        assert!(Query::parse("after=%ff").is_err());
    }

    #[test]
    fn a_page_is_bounded() {
        use super::super::limits::{PAGE_DEFAULT, PAGE_MAX};
        assert_eq!(parsed("").limit(), Ok(PAGE_DEFAULT));
        assert_eq!(parsed(&format!("limit={PAGE_MAX}")).limit(), Ok(PAGE_MAX));
        for wrong in ["0", "501", "-1", "x", ""] {
            assert!(parsed(&format!("limit={wrong}")).limit().is_err(), "{wrong}");
        }
    }
}
