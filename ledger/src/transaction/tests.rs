//! The worked examples of docs/wire-and-storage.md, computed here and compared with what it says.

use super::*;
use crate::author::{self, Terms, Unsigned};
use crate::enrolment::GenesisOperation;
use crate::operation::control_rotate::ControlRotate;
use crate::operation::holder::{ControlReveal, Held, commit_to};
use crate::organisation::OrganisationId;
use crate::record::{Class, Controllers, MethodKey, Relationships, VerificationMethod};
use crate::state::StateKey;
use crate::tree::{self, MemoryTree};
use data_encoding::HEXLOWER;
use hefu_primitives::codec::CodecError;
use hefu_primitives::{Ed25519, SecretKey};
use std::collections::BTreeMap;
use std::sync::Arc;

const DOCUMENT: &str = include_str!("../../../docs/wire-and-storage.md");

fn genesis() -> GenesisHash {
    GenesisHash::new(Hash::from_bytes([0x11; 32]))
}

fn secret(byte: u8) -> SecretKey {
    SecretKey::from_seed(&[byte; 32])
}

fn public(byte: u8) -> KeyBytes {
    KeyBytes::from(&secret(byte).public_key())
}

fn operation() -> GenesisOperation {
    let login = VerificationMethod {
        key: MethodKey::Ed25519(public(1)),
        relationships: Relationships::AUTHENTICATION,
        from: None,
        until: None,
    };
    GenesisOperation {
        class: Class::Person,
        registrar: OrganisationId::new(7),
        methods: BoundedVec::new(vec![login]).unwrap(),
        control: commit_to(&[public(2)], 1),
        controllers: Controllers::default(),
        recovery: None,
        nonce: [0x22; 32],
    }
}

fn rotation() -> Transaction {
    let did = operation().did(&genesis());
    let terms = Terms {
        genesis: genesis(),
        subject: Subject::Did(did),
        ordering: Ordering::Holder { sequence: 1, previous: *did.hash() },
        expires: Timestamp::new(1_800_000_000_000),
    };
    let control = ControlReveal {
        keys: BoundedVec::new(vec![public(2)]).unwrap(),
        next: commit_to(&[public(3)], 1),
    };
    let held = Held { control, controllers: BoundedVec::default(), change: ControlRotate };
    let (signers, salt) = (vec![SignerRef::Control(0)], Salt::from_bytes([0x33; 32]));
    Unsigned::new(&terms, signers, Payload::ControlRotate(held), salt).unwrap().sign(&[&secret(2)])
}

/// Refuses a document that does not show `bytes` after `name`, in lines of a table.
fn shown(name: &str, bytes: &[u8]) {
    let line = format!("| {name} | `{}` |", HEXLOWER.encode(bytes));
    assert!(DOCUMENT.contains(&line), "docs/wire-and-storage.md should say\n{line}");
}

#[test]
fn the_example_of_an_identifier_is_true() {
    shown("login key", public(1).as_bytes());
    shown("hash of the control key", public(2).control_hash().as_bytes());
    shown("genesis operation", &codec::encode(&operation()));
    let did = operation().did(&genesis());
    shown("identifier", did.hash().as_bytes());
    assert!(DOCUMENT.contains(&format!("did:hefu:test:{did}")), "{did}");
}

#[test]
fn the_example_of_a_transaction_is_true() {
    let transaction = rotation();
    let Body::Single(payload) = &transaction.body else { panic!("a rotation is no batch") };
    let Sealed::Open { value, .. } = payload.as_ref() else { panic!("nothing is erased") };
    shown("payload", &codec::encode(value));
    shown("payload hash", payload.hash().as_bytes());
    shown("envelope", &codec::encode(&transaction.envelope));
    let id = transaction.envelope.id();
    shown("transaction id", id.hash().as_bytes());
    shown("signed bytes", &signing_bytes(&genesis(), &id, &SignerRef::Control(0)));
    shown("signature", transaction.signatures[0].as_bytes());
    let checked = CheckedTransaction::new(Arc::new(transaction), &genesis(), &Ed25519);
    assert_eq!(checked.unwrap().id(), id);
}

#[test]
fn the_example_of_a_state_proof_is_true() {
    let names = [StateKey::Rules, StateKey::Parameters, StateKey::Protocol];
    let values = names.map(|name| (name.tree_key(), Some(Hash::from_bytes([0x44; 32]))));
    let mut tree = MemoryTree::default();
    let change = tree::update(&tree, BTreeMap::from(values)).unwrap();
    tree.apply(&change);
    for (name, label) in names.iter().zip(["rules", "parameters", "protocol"]) {
        shown(&format!("key of {label}"), name.tree_key().as_bytes());
        let leaf = tree::Leaf::new(name.tree_key(), Hash::from_bytes([0x44; 32]));
        shown(&format!("leaf of {label}"), leaf.hash().as_bytes());
    }
    shown("state root", change.root.as_bytes());
    let proof = tree::prove(&tree, &names[0].tree_key()).unwrap();
    shown("proof of rules", &codec::encode(&proof));
}

#[test]
fn one_operation_is_no_longer_than_its_limit() {
    let bytes = codec::encode(&rotation());
    assert_eq!(Transaction::from_bytes(&bytes), Ok(rotation()));
    let longer = [bytes, vec![0; TRANSACTION_BYTES_MAX]].concat();
    assert!(matches!(Transaction::from_bytes(&longer), Err(CodecError::Malformed(_))));
    let longest = vec![0; BATCH_BYTES_MAX + 1];
    assert!(matches!(Transaction::from_bytes(&longest), Err(CodecError::TooLong { .. })));
}

#[test]
fn a_request_is_made_for_one_network() {
    let request = author::request(&genesis(), operation(), &[&secret(1)], Vec::new());
    let other = GenesisHash::new(Hash::from_bytes([0x12; 32]));
    assert_ne!(request.operation.did(&genesis()), request.operation.did(&other));
}
