//! Transactions that not everybody has signed yet. The place of a signature that is missing holds
//! zeros, which no key's signature is.

use hefu_ledger::Transaction;
use hefu_ledger::author::Unsigned;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::transaction::{Body, Sealed, SignerRef};
use hefu_primitives::{BoundedVec, SecretKey, Signature};

/// What stands for a signature that is missing.
const MISSING: Signature = Signature::from_bytes([0; 64]);

/// The transaction with the signatures of those keys that sign it.
pub(crate) fn sign(unsigned: Unsigned, keys: &[SecretKey]) -> Transaction {
    let empty = BoundedVec::first_of(unsigned.envelope.signers.iter().map(|_| MISSING));
    complete(unsigned.with_signatures(empty), keys).0
}

/// The transaction with the signatures of those keys besides, and how many these were.
pub(crate) fn complete(transaction: Transaction, keys: &[SecretKey]) -> (Transaction, usize) {
    let Transaction { envelope, signatures, body } = transaction;
    let unsigned = Unsigned { envelope, body };
    let mut added = 0;
    let pairs = unsigned.envelope.signers.iter().zip(&signatures);
    let signed: Vec<_> = pairs
        .map(|(who, there)| {
            let key = keys.iter().find(|key| is_of(&unsigned.body, who, key));
            match key.filter(|_| *there == MISSING) {
                Some(key) => {
                    added += 1;
                    unsigned.signature(who, key)
                }
                None => *there,
            }
        })
        .collect();
    (unsigned.with_signatures(BoundedVec::first_of(signed)), added)
}

/// Whether this key is the one with which somebody is to sign.
fn is_of(body: &Body, who: &SignerRef, key: &SecretKey) -> bool {
    signing_key(body, who) == Some(KeyBytes::from(&key.public_key()))
}

/// The key with which somebody is to sign, as far as the transaction says.
fn signing_key(body: &Body, who: &SignerRef) -> Option<KeyBytes> {
    let payload: &Payload = match body {
        Body::Single(sealed) => match sealed.as_ref() {
            Sealed::Open { value, .. } => value,
            Sealed::Erased(_) => return None,
        },
        Body::Batch(_) => return organisation_key(who),
    };
    match who {
        SignerRef::Possession(place) => payload.new_key(*place).map(|(key, _)| key),
        SignerRef::Controller(place) => payload.controller(*place),
        SignerRef::Control(place) => payload.control()?.key(*place),
        SignerRef::Organisation { .. } => organisation_key(who),
    }
}

const fn organisation_key(who: &SignerRef) -> Option<KeyBytes> {
    match who {
        SignerRef::Organisation { key, .. } => Some(*key),
        _ => None,
    }
}

/// Who has yet to sign, in words.
pub(crate) fn missing(transaction: &Transaction) -> Vec<String> {
    let pairs = transaction.envelope.signers.iter().zip(&transaction.signatures);
    let open = pairs.filter(|(_, signature)| **signature == MISSING);
    open.map(|(who, _)| in_words(&transaction.body, who)).collect()
}

fn in_words(body: &Body, who: &SignerRef) -> String {
    let key = signing_key(body, who).map_or(String::new(), |key| format!(" with key {key}"));
    match who {
        SignerRef::Organisation { organisation, .. } => format!("organisation {organisation}{key}"),
        SignerRef::Possession(_) => format!("whoever has the new key{key}"),
        SignerRef::Controller(_) => format!("a controller{key}"),
        SignerRef::Control(_) => format!("the holder{key}"),
    }
}

/// The organisations that have yet to sign.
pub(crate) fn missing_organisations(
    transaction: &Transaction,
) -> Vec<hefu_ledger::organisation::OrganisationId> {
    let pairs = transaction.envelope.signers.iter().zip(&transaction.signatures);
    let open = pairs.filter(|(_, signature)| **signature == MISSING);
    open.filter_map(|(who, _)| match who {
        SignerRef::Organisation { organisation, .. } => Some(*organisation),
        _ => None,
    })
    .collect()
}
