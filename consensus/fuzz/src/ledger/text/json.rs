//! JSON from outside: what is read is written in one form, which is read again as the same.

use hefu_ledger::Transaction;
use hefu_ledger::enrolment::EnrolmentRequest;
use hefu_ledger::genesis::SignedGenesis;
use hefu_ledger::json::{self, Json, JsonError};
use hefu_ledger::limits::TRANSACTION_BYTES_MAX;
use hefu_primitives::{Ed25519, codec};
use std::fmt::Debug;

/// A transaction; what it stands for has an encoding.
pub(super) fn transaction(text: &str) -> bool {
    let read = reread(text, json::parse_transaction);
    if let Some(transaction) = &read {
        let again = codec::decode::<Transaction>(&codec::encode(transaction), usize::MAX);
        assert_eq!(again.as_ref(), Ok(transaction));
    }
    read.is_some()
}

/// What a holder hands to a registrar.
pub(super) fn request(text: &str) -> bool {
    let parse = |text: &str| json::parse::<EnrolmentRequest>(text, TRANSACTION_BYTES_MAX);
    reread(text, parse).is_some()
}

/// A genesis file; whatever it says can be checked.
pub(super) fn genesis(text: &str) -> bool {
    let read = reread(text, SignedGenesis::from_file);
    if let Some(signed) = &read {
        let verdict = signed.verify(&Ed25519);
        let complete = signed.check(&Ed25519).is_ok() && signed.missing().is_empty();
        assert_eq!(verdict.is_ok(), complete, "{signed:?}");
    }
    read.is_some()
}

fn reread<T: Json + Debug + PartialEq>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, JsonError>,
) -> Option<T> {
    match parse(text) {
        Ok(value) => {
            let written = json::to_text(&value);
            assert_eq!(parse(&written).as_ref(), Ok(&value), "{written}");
            Some(value)
        }
        Err(error) => {
            assert!(error.code().starts_with("json."), "{error}");
            None
        }
    }
}
