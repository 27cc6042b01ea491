//! `key.revoke`: takes keys out of a document, for good.

use super::holder::{Change, is_strictly_sorted};
use crate::did::DidId;
use crate::key::KeyBytes;
use crate::limits::METHODS_MAX;
use crate::record::{Content, FormerKey, KeyRevocationReason, VerificationMethod};
use crate::rejection::{Refusal, Rejection};
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::TransactionError;
use hefu_primitives::{BoundedVec, Timestamp};
use serde::{Deserialize, Serialize};

/// Keys that are to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRevoke {
    /// The keys, sorted.
    pub keys: BoundedVec<KeyBytes, METHODS_MAX>,
    /// Why.
    pub reason: KeyRevocationReason,
    /// Since when the holder believes them to be in other hands; only if that is the reason.
    pub compromised_since: Option<Timestamp>,
}

impl Change for KeyRevoke {
    fn check(&self) -> Result<(), TransactionError> {
        if self.keys.is_empty() || !is_strictly_sorted(&self.keys) {
            return Err(TransactionError::Malformed("one key or more, sorted, each once"));
        }
        if self.reason == KeyRevocationReason::Ended {
            return Err(TransactionError::Malformed("keys end with their DID by themselves"));
        }
        if self.compromised_since.is_some() && self.reason != KeyRevocationReason::Compromised {
            return Err(TransactionError::Malformed("only compromised keys were compromised"));
        }
        Ok(())
    }

    fn change<R: StateReader>(
        &self,
        _: DidId,
        content: &mut Content,
        step: &mut Step<'_, R>,
    ) -> Result<(), Refusal> {
        let now = step.now();
        if let Some(since) = self.compromised_since.filter(|since| *since > now) {
            return Err(Rejection::CompromisedLater { since }.into());
        }
        for key in &self.keys {
            retire(content, key, now, self.reason, self.compromised_since)?;
        }
        Ok(())
    }
}

/// Moves a key from the methods to the former keys.
fn retire(
    content: &mut Content,
    key: &KeyBytes,
    now: Timestamp,
    reason: KeyRevocationReason,
    compromised_since: Option<Timestamp>,
) -> Result<(), Rejection> {
    let method = *content.method(key).ok_or(Rejection::KeyUnknown(*key))?;
    let staying = content.methods.iter().filter(|other| **other != method).copied();
    content.methods = BoundedVec::first_of(staying);
    if let Some(key) = method.key.signature_key() {
        let former = FormerKey { key: key.hash(), revoked: now, reason, compromised_since };
        content.former_keys = BoundedVec::first_of(former_with(content, former));
    }
    Ok(())
}

fn former_with(content: &Content, former: FormerKey) -> impl Iterator<Item = FormerKey> {
    content.former_keys.iter().copied().chain([former]).collect::<Vec<_>>().into_iter()
}

/// Retires every key of a DID that ends.
pub(crate) fn retire_all(content: &mut Content, now: Timestamp) -> Result<(), Rejection> {
    let methods: Vec<VerificationMethod> = content.methods.to_vec();
    methods.iter().try_for_each(|method| {
        retire(content, method.key.bytes(), now, KeyRevocationReason::Ended, None)
    })
}
