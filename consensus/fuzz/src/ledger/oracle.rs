//! Who has signed what, found out without the code under test: statements are laid out byte by
//! byte, and every signature of a transaction that was accepted is checked again.

use hefu_ledger::enrolment::Enrolment;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::record::Relationships;
use hefu_ledger::transaction::{Body, Sealed, SignerRef};
use hefu_ledger::{DidId, Transaction};
use hefu_primitives::{Ed25519, GenesisHash, Hash, Signature, Verifier, codec};

const POSSESSION: &[u8] = b"hefu possess v1\0";

/// Checks that a transaction that was accepted is signed by everybody whom it names.
///
/// # Panics
/// If it is not.
pub(crate) fn check_genuine(transaction: &Transaction, genesis: &GenesisHash) {
    let envelope = &transaction.envelope;
    assert_eq!(envelope.genesis, *genesis, "{envelope:?} is of this network");
    assert_eq!(envelope.payload_hash, transaction.body.hash(), "{envelope:?} has this body");
    let signers = &envelope.signers;
    assert!(!signers.is_empty(), "{envelope:?} is signed");
    assert_eq!(signers.len(), transaction.signatures.len(), "{envelope:?}");
    assert!(signers.windows(2).all(|pair| pair[0] < pair[1]), "{envelope:?} is in order");
    for (signer, signature) in signers.iter().zip(&transaction.signatures) {
        assert!(has_signed(transaction, signer, signature), "{signer:?} of {envelope:?}");
    }
    enrolments(transaction).for_each(|(did, enrolment)| check_enrolment(genesis, did, enrolment));
}

fn payload(transaction: &Transaction) -> Option<&Payload> {
    match &transaction.body {
        Body::Single(sealed) => match sealed.as_ref() {
            Sealed::Open { value, .. } => Some(value),
            Sealed::Erased(_) => None,
        },
        Body::Batch(_) => None,
    }
}

fn has_signed(transaction: &Transaction, signer: &SignerRef, signature: &Signature) -> bool {
    let genesis = transaction.envelope.genesis;
    let id = *transaction.envelope.id().hash();
    let payload = payload(transaction);
    let (key, role) = match signer {
        SignerRef::Organisation { organisation, key } => {
            let role = [&[0], &organisation.get().to_le_bytes()[..], key.as_bytes()].concat();
            (Some(*key), role)
        }
        SignerRef::Control(place) => {
            let reveal = payload.and_then(Payload::control);
            (reveal.and_then(|reveal| reveal.key(*place)), vec![1, *place])
        }
        SignerRef::Controller(place) => {
            (payload.and_then(|payload| payload.controller(*place)), vec![2, *place])
        }
        SignerRef::Possession(place) => {
            let new = payload.and_then(|payload| payload.new_key(*place));
            return new.is_some_and(|(key, use_)| possesses(&genesis, &id, &key, use_, signature));
        }
    };
    let parts = [b"hefu transact v1", &genesis.hash().as_bytes()[..], id.as_bytes(), &role];
    key.is_some_and(|key| signs(&key, &parts.concat(), signature))
}

fn signs(key: &KeyBytes, message: &[u8], signature: &Signature) -> bool {
    key.check().is_ok_and(|key| Ed25519.verify(&key, message, signature))
}

fn possesses(
    genesis: &GenesisHash,
    operation: &Hash,
    key: &KeyBytes,
    relationships: Relationships,
    signature: &Signature,
) -> bool {
    let relationships = codec::encode(&relationships);
    let network = genesis.hash().as_bytes();
    let parts = [POSSESSION, network, operation.as_bytes(), key.as_bytes(), &relationships];
    signs(key, &parts.concat(), signature)
}

/// The enrolments of a transaction, each with the DID that it is said to make.
fn enrolments(transaction: &Transaction) -> impl Iterator<Item = (DidId, &Enrolment)> {
    let entries = match &transaction.body {
        Body::Batch(entries) => &entries[..],
        Body::Single(_) => &[],
    };
    let single = match (payload(transaction), transaction.envelope.subject) {
        (Some(Payload::DidCreate(enrolment)), hefu_ledger::transaction::Subject::Did(did)) => {
            Some((did, enrolment))
        }
        _ => None,
    };
    let entries = entries.iter().filter_map(|entry| match &entry.enrolment {
        Sealed::Open { value, .. } => Some((entry.did, value)),
        Sealed::Erased(_) => None,
    });
    single.into_iter().chain(entries)
}

fn check_enrolment(genesis: &GenesisHash, did: DidId, enrolment: &Enrolment) {
    let request = &enrolment.request;
    assert_eq!(request.operation.did(genesis), did, "what {did} is made from");
    let methods = request.operation.methods.iter();
    let keys: Vec<_> = methods
        .filter_map(|method| Some((method.key.signature_key()?, method.relationships)))
        .collect();
    assert_eq!(keys.len(), request.possession.len(), "each key of {did} signs");
    for ((key, use_), signature) in keys.into_iter().zip(&request.possession) {
        assert!(possesses(genesis, did.hash(), key, use_, signature), "{key} of {did}");
    }
    let controllers = &request.operation.controllers.dids;
    assert_eq!(controllers.len(), request.consents.len(), "each controller of {did} signs");
    for (controller, consent) in controllers.iter().zip(&request.consents) {
        let (network, names) = (genesis.hash().as_bytes(), [did.hash(), controller.hash()]);
        let names = names.map(Hash::as_bytes);
        let message = [b"hefu consent v1\0", &network[..], names[0], names[1]].concat();
        assert!(signs(&consent.key, &message, &consent.signature), "{controller} of {did}");
    }
}
