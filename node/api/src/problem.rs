//! Why a request was not fulfilled, as the answer says it (RFC 9457).

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a request was not fulfilled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank`: what happened is told by `code`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What happened: one of the API's own codes, or that of a ledger's, a mempool's or a bundle's error.
    /// Stable, for programs.
    pub code: String,
    /// A sentence for people, which says what would be right.
    pub detail: String,
    /// After how many milliseconds the same request may do, if it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, status {})", self.detail, self.code, self.status)
    }
}

/// The codes that are the API's own.
pub mod codes {
    /// Nothing is at this path.
    pub const PATH_UNKNOWN: &str = "api.path_unknown";
    /// There is something at this path, for other methods.
    pub const METHOD: &str = "api.method";
    /// A parameter in the path is malformed.
    pub const PARAMETER: &str = "api.parameter";
    /// The query has an unknown, repeated or malformed parameter.
    pub const QUERY: &str = "api.query";
    /// What is asked for is not there.
    pub const NOT_FOUND: &str = "api.not_found";
    /// The answer cannot be had in any of the forms that the request accepts.
    pub const NOT_ACCEPTABLE: &str = "api.not_acceptable";
    /// The body's media type is none that is read here.
    pub const MEDIA_TYPE: &str = "api.media_type";
    /// The body is longer than what is read here.
    pub const BODY_TOO_LARGE: &str = "api.body_too_large";
    /// The body broke off, or took too long.
    pub const BODY_INCOMPLETE: &str = "api.body_incomplete";
    /// The body's bytes are no transaction.
    pub const BODY_MALFORMED: &str = "api.body_malformed";
    /// The node does as much of this at a time as it can.
    pub const BUSY: &str = "api.busy";
    /// The client has as many connections as it may have, or the node as many as it can serve.
    pub const CONNECTIONS: &str = "api.connections";
    /// The node takes no transactions, since it will sign nothing any more.
    pub const HALTED: &str = "api.halted";
    /// The node stops.
    pub const STOPPING: &str = "api.stopping";
    /// The node has failed to read what it keeps.
    pub const INTERNAL: &str = "api.internal";

    /// All of them.
    pub const ALL: [&str; 15] = [
        PATH_UNKNOWN,
        METHOD,
        PARAMETER,
        QUERY,
        NOT_FOUND,
        NOT_ACCEPTABLE,
        MEDIA_TYPE,
        BODY_TOO_LARGE,
        BODY_INCOMPLETE,
        BODY_MALFORMED,
        BUSY,
        CONNECTIONS,
        HALTED,
        STOPPING,
        INTERNAL,
    ];
}
