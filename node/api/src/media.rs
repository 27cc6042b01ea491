//! Media types of requests and answers. Those of DID resolution are
//! [`hefu_ledger::resolution::MediaType`]'s.

/// Values of this crate, and transactions as people write them.
pub const JSON: &str = "application/json";

/// A transaction's canonical bytes.
pub const BYTES: &str = "application/octet-stream";

/// A bundle ([`hefu_ledger::bundle::Bundle::to_bytes`]).
pub const BUNDLE: &str = "application/vnd.hefu.bundle";

/// A [`Problem`](crate::Problem) (RFC 9457).
pub const PROBLEM: &str = "application/problem+json";

/// Values of this crate, one a line.
pub const JSON_LINES: &str = "application/jsonl";

/// Server-sent events.
pub const EVENTS: &str = "text/event-stream";

/// Metrics, as Prometheus prefers them.
pub const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Lines for a person.
pub const TEXT: &str = "text/plain; charset=utf-8";

/// Metrics, as most tools read them.
pub const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The header of an answer that tells the height of the checkpoint at which it was read.
pub const HEIGHT_HEADER: &str = "x-hefu-height";
