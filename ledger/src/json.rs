//! Values as JSON, for people: transactions, requests and genesis files.
//!
//! JSON is never hashed, signed or stored: it is read into a value first, and what counts is the
//! value's canonical bytes. Reading is strict all the same, so that nobody is shown one thing and
//! signs another: every field is known and stands once, at every level; what is absent is left
//! out and never `null`; numbers are whole; nesting and length are bounded.
//!
//! | value | JSON |
//! | --- | --- |
//! | hash, key, signature, salt, nonce | text of lower-case hexadecimal digits, whatever its length |
//! | identifier of a DID | text of 52 characters, without `did:hefu:` and network |
//! | time in a transaction | whole number of milliseconds since 1970-01-01T00:00:00Z |
//! | operation | its name, such as `"did.create"` |
//! | one of several words | the word in lower case |
//! | one of several forms | an object whose only key tells the form |
//! | set of words | list of them; a number if it has bits that mean nothing |
//!
//! Numbers go up to 2⁶⁴ − 1. Programs that read JSON numbers as floating point lose those above
//! 2⁵³; no time before the year 287396 is among them.
//!
//! The types have no JSON form of serde's: their derives belong to the canonical codec alone.

mod convert;
mod enrolment;
mod error;
mod fields;
mod payload;
mod record;
mod set;
mod time;
mod transaction;
mod value;
mod words;

pub use convert::{Field, Json};
pub use error::{Fault, JsonError};
pub use fields::Fields;
pub(crate) use fields::{object, read_at, tagged, variants};
pub(crate) use time::{parse_time, time_text};
pub use value::Value;

use crate::limits::TRANSACTION_JSON_BYTES_MAX;
use crate::transaction::Transaction;

/// The text of a value, indented, with a line break at its end.
pub fn to_text<T: Json>(value: &T) -> String {
    let mut text = serde_json::to_string_pretty(&value.write()).unwrap_or_default();
    text.push('\n');
    text
}

/// The value that a text of at most `max_bytes` stands for.
pub fn parse<T: Json>(text: &str, max_bytes: usize) -> Result<T, JsonError> {
    T::read(&value::parse(text, max_bytes)?)
}

/// The transaction that a text stands for. Nothing of it is checked but its form.
pub fn parse_transaction(text: &str) -> Result<Transaction, JsonError> {
    parse(text, TRANSACTION_JSON_BYTES_MAX)
}

#[cfg(test)]
mod tests;
