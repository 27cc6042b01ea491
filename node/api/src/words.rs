//! Words for values: the same as in transactions.

use hefu_ledger::json::{Json, Value};
use hefu_ledger::record::Status;

/// The word for a value whose JSON form is one; empty if it is none.
pub(crate) fn word(value: &impl Json) -> String {
    match value.write() {
        Value::Text(word) => word,
        _ => String::new(),
    }
}

/// The words for a set; none for bits that mean nothing, which no record has.
pub(crate) fn words(set: &impl Json) -> Vec<String> {
    let Value::List(words) = set.write() else { return Vec::new() };
    let texts = words.into_iter().filter_map(|word| match word {
        Value::Text(word) => Some(word),
        _ => None,
    });
    texts.collect()
}

/// The word for what a DID is.
pub(crate) fn status(status: Status) -> String {
    let word = match status {
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Deactivated => "deactivated",
        Status::Revoked => "revoked",
    };
    word.to_owned()
}
