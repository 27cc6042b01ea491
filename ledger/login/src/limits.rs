//! Every limit of a login, with its reason.

/// How long a challenge may be answered, in milliseconds. A person finds a telephone and confirms; an
/// answer that is overheard is worth nothing soon after.
pub const CHALLENGE_SPAN_MAX_MS: u64 = 120_000;

/// How far ahead of the verifier's clock a challenge may have been made, in milliseconds: by so much do
/// the clocks of a platform's machines differ.
pub const CLOCK_SKEW_MAX_MS: u64 = 5_000;

/// Characters of a domain: the longest host name, and a port.
pub const DOMAIN_CHARS_MAX: usize = 253 + 6;

/// Characters between two dots of a domain.
pub const DOMAIN_LABEL_CHARS_MAX: usize = 63;

/// Bytes of a stapled bundle. That of a DID takes some kilobytes, and a little more for each change of
/// the validators since the genesis.
pub const STAPLED_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of an encoded answer: the bundle, and far less than this besides.
pub const ANSWER_BYTES_MAX: usize = STAPLED_BYTES_MAX + 4 * 1024;

/// Bytes of a challenge in JSON.
pub const CHALLENGE_JSON_BYTES_MAX: usize = 4 * 1024;

/// Bytes of an answer in JSON, where a byte of the bundle is two digits.
pub const ANSWER_JSON_BYTES_MAX: usize = 2 * STAPLED_BYTES_MAX + 8 * 1024;
