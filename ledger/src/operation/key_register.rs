//! `key.register`: adds keys to a document.

use super::holder::{Change, is_strictly_sorted};
use crate::did::DidId;
use crate::key::KeyBytes;
use crate::limits::{FORMER_KEYS_MAX, METHODS_MAX};
use crate::record::{Content, MethodKey, Relationships, VerificationMethod};
use crate::rejection::{Refusal, Rejection};
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::TransactionError;
use hefu_primitives::BoundedVec;
use serde::{Deserialize, Serialize};

/// Keys that are to stand in the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRegister {
    /// The keys with what they are for, sorted.
    pub methods: BoundedVec<VerificationMethod, METHODS_MAX>,
}

impl Change for KeyRegister {
    fn check(&self) -> Result<(), TransactionError> {
        if self.methods.is_empty() {
            return Err(TransactionError::Malformed("at least one key is registered"));
        }
        check_methods(&self.methods)
    }

    fn new_keys(&self) -> Vec<(KeyBytes, Relationships)> {
        let keys = self.methods.iter();
        keys.filter_map(|method| Some((*method.key.signature_key()?, method.relationships)))
            .collect()
    }

    fn change<R: StateReader>(
        &self,
        id: DidId,
        content: &mut Content,
        step: &mut Step<'_, R>,
    ) -> Result<(), Refusal> {
        for method in &self.methods {
            if content.method(method.key.bytes()).is_some() {
                return Err(Rejection::KeyTaken(*method.key.bytes()).into());
            }
        }
        content.methods = with_methods(content, &self.methods)?;
        claim_all(id, &self.methods, step)
    }
}

/// The record's methods together with `more`, if they are not too many.
fn with_methods(
    content: &Content,
    more: &[VerificationMethod],
) -> Result<BoundedVec<VerificationMethod, METHODS_MAX>, Rejection> {
    let mut methods = [&content.methods, more].concat();
    methods.sort_unstable();
    let ever = methods.len().saturating_add(content.former_keys.len());
    if ever > FORMER_KEYS_MAX {
        let what = "keys that one DID has ever had";
        return Err(Rejection::TooMany { what, max: FORMER_KEYS_MAX, got: ever });
    }
    let what = "keys of one document";
    BoundedVec::new(methods).map_err(|error| Rejection::TooMany {
        what,
        max: error.max,
        got: error.got,
    })
}

/// Registers every signature key among `methods` for `id`.
fn claim_all<R: StateReader>(
    id: DidId,
    methods: &[VerificationMethod],
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let keys = methods.iter().filter_map(|method| method.key.signature_key());
    keys.into_iter().try_for_each(|key| step.claim(key, id))
}

/// Refuses methods that no document would show.
pub(crate) fn check_methods(methods: &[VerificationMethod]) -> Result<(), TransactionError> {
    let keys: Vec<&MethodKey> = methods.iter().map(|method| &method.key).collect();
    if !is_strictly_sorted(&keys) {
        return Err(TransactionError::Malformed("keys are sorted, each once"));
    }
    methods.iter().try_for_each(check_method)
}

fn check_method(method: &VerificationMethod) -> Result<(), TransactionError> {
    let relationships = method.relationships;
    if relationships.is_malformed() || !relationships.suit(&method.key) {
        let wrong =
            "Ed25519 keys sign, X25519 keys are for keyAgreement, each for one purpose at least";
        return Err(TransactionError::Malformed(wrong));
    }
    if let (Some(from), Some(until)) = (method.from, method.until)
        && from >= until
    {
        return Err(TransactionError::Malformed("a key's validity ends after it begins"));
    }
    match method.key.signature_key() {
        Some(_) => Ok(()),
        None => check_agreement_key(method.key.bytes()),
    }
}

/// The X25519 keys with which a shared secret is zero whatever the other side does (RFC 7748, 6.1).
fn check_agreement_key(key: &KeyBytes) -> Result<(), TransactionError> {
    if key.as_bytes().iter().all(|byte| *byte == 0) {
        return Err(TransactionError::Malformed("an X25519 key is not zero"));
    }
    Ok(())
}
