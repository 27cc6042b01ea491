//! What the ledger is certain to refuse, told before it is signed. A wallet signs one operation at a
//! time, and keeps one that is refused until it expires: a node's word for a refusal is no proof.

use crate::explain::advice;
use crate::out::Failure;
use hefu_client::Exit;
use hefu_keys::wallet::Change;
use hefu_ledger::limits::{FORMER_KEYS_MAX, METHODS_MAX};
use hefu_ledger::record::Content;
use hefu_ledger::rejection::Rejection;
use hefu_primitives::Timestamp;

/// Refuses a change that can never apply to what is proven of the DID. `now` is no earlier than the
/// newest block.
pub(crate) fn check(change: &Change, content: &Content, now: Timestamp) -> Result<(), Failure> {
    let Some(rejection) = rejection(change, content, now) else { return Ok(()) };
    let code = rejection.code();
    let next = advice(code).unwrap_or_default().to_owned();
    let what = format!("nothing is signed, since it would be refused: {rejection}");
    Err(Failure { exit: Exit::Rejected, code, what, next })
}

fn rejection(change: &Change, content: &Content, now: Timestamp) -> Option<Rejection> {
    match change {
        Change::Revoke { key, compromised_since, .. } => {
            let later = compromised_since.filter(|since| *since > now);
            let later = later.map(|since| Rejection::CompromisedLater { since });
            let unknown = content.method(key).is_none();
            later.or(unknown.then_some(Rejection::KeyUnknown(*key)))
        }
        Change::Register { .. } => too_many(content),
        _ => None,
    }
}

/// Whether there is no room for another key.
fn too_many(content: &Content) -> Option<Rejection> {
    let keys = content.methods.len().saturating_add(1);
    let ever = keys.saturating_add(content.former_keys.len());
    let limits = [
        ("keys that one DID has ever had", FORMER_KEYS_MAX, ever),
        ("keys of one document", METHODS_MAX, keys),
    ];
    let beyond = limits.into_iter().find(|(_, max, got)| got > max);
    beyond.map(|(what, max, got)| Rejection::TooMany { what, max, got })
}
