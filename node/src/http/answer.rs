//! Answers: values as JSON, bytes, and how long anybody may keep them.

use super::app::At;
use super::limits::IMMUTABLE_SECONDS;
use super::refused::Refused;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hefu_api::media::{self, HEIGHT_HEADER};
use hefu_primitives::Height;
use serde::Serialize;
use std::fmt::Display;

/// A value as JSON.
pub(super) fn json<T: Serialize>(at: &At<T>) -> Result<Response, Refused> {
    let body = serde_json::to_vec(&at.value).map_err(|error| Refused::internal(&error))?;
    Ok(bytes(at.height, media::JSON, body))
}

/// Bytes of this media type, read at this height.
pub(super) fn bytes(height: Height, media_type: &'static str, body: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-cache")];
    let mut response = (headers, body).into_response();
    response.headers_mut().insert(HEIGHT_HEADER, HeaderValue::from(height.get()));
    response
}

/// Whether what was asked for can still change.
pub(super) trait Lasting {
    /// Says that it never does. `tag` tells it from everything else at the same path.
    fn immutable(self, tag: impl Display) -> Self;

    /// Says that it is what `tag` names, until it changes.
    fn tagged(self, tag: impl Display) -> Self;
}

impl Lasting for Response {
    fn immutable(self, tag: impl Display) -> Self {
        let keep = format!("public, max-age={IMMUTABLE_SECONDS}, immutable");
        let mut response = self.tagged(tag);
        insert(response.headers_mut(), header::CACHE_CONTROL, &keep);
        response
    }

    fn tagged(mut self, tag: impl Display) -> Self {
        insert(self.headers_mut(), header::ETAG, &format!("\"{tag}\""));
        self
    }
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    // Hexadecimal digits and the like: always a header's value.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Answers 304 to whoever has what it asks for already (RFC 9110, 13.1.2).
pub(super) async fn spare_the_known(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned().filter(|_| reads);
    let response = next.run(request).await;
    let tag = response.headers().get(header::ETAG);
    let same = known.zip(tag).is_some_and(|(known, tag)| names(&known, tag));
    if !same || response.status() != StatusCode::OK {
        return response;
    }
    let (mut head, _) = response.into_parts();
    head.status = StatusCode::NOT_MODIFIED;
    head.headers.remove(header::CONTENT_TYPE);
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::empty())
}

/// Whether a list of tags has this one, or is `*`.
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else { return false };
    let weak = |text: &str| text.strip_prefix("W/").unwrap_or(text).to_owned();
    known.split(',').map(str::trim).any(|one| one == "*" || weak(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list() {
        let tag = HeaderValue::from_static("\"ab\"");
        for (known, found) in [
            ("\"ab\"", true),
            ("W/\"ab\"", true),
            ("\"x\", \"ab\"", true),
            ("*", true),
            ("\"abc\"", false),
            ("ab", false),
            ("", false),
        ] {
            assert_eq!(names(&HeaderValue::from_static(known), &tag), found, "{known}");
        }
    }
}
