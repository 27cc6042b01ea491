//! What nodes answer, as a client reads it: what is read is written, and read again as the same.

use hefu_api::{
    OrganisationView, Page, Problem, Status, Submitted, TransactionStatus, Validators, Why,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// Any answer in JSON that a client reads. The first line says which.
pub(super) fn answer(text: &str) -> bool {
    let (kind, text) = text.split_once('\n').unwrap_or((text, ""));
    match kind {
        "organisations" => reread::<Page<OrganisationView>>(text),
        "problem" => reread::<Problem>(text),
        "status" => reread::<Status>(text),
        "submitted" => reread::<Submitted>(text),
        "transaction" => reread::<TransactionStatus>(text),
        "validators" => reread::<Validators>(text),
        "why" => reread::<Why>(text),
        _ => false,
    }
}

fn reread<T: Serialize + DeserializeOwned + Debug + PartialEq>(text: &str) -> bool {
    let Ok(value) = serde_json::from_str::<T>(text) else { return false };
    let written = serde_json::to_string(&value).expect("what was read can be written");
    assert_eq!(serde_json::from_str::<T>(&written).ok(), Some(value), "{written}");
    true
}
