//! What fits into a block fits into JSON.

use super::samples::samples;
use crate::did::DidId;
use crate::json::{Json, parse_transaction, to_text};
use crate::key::KeyBytes;
use crate::limits::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, METHODS_MAX, TRANSACTION_JSON_BYTES_MAX};
use crate::record::{MethodKey, Relationships, VerificationMethod};
use crate::transaction::{BatchEntry, Body, Salt, Sealed, Transaction};
use hefu_primitives::{BoundedVec, Hash, Signature, Timestamp, codec};

/// An enrolment with as many words a byte as there can be.
fn entry() -> BatchEntry {
    let method = VerificationMethod {
        key: MethodKey::Ed25519(KeyBytes::from_bytes([0xff; 32])),
        relationships: Relationships::from_bits(31),
        from: Some(Timestamp::MAX),
        until: Some(Timestamp::MAX),
    };
    let mut value = super::arbitrary::one_enrolment();
    value.request.operation.methods = BoundedVec::first_of(vec![method; METHODS_MAX]);
    let signatures = vec![Signature::from_bytes([0xff; 64]); METHODS_MAX];
    value.request.possession = BoundedVec::first_of(signatures);
    let salt = Salt::from_bytes([0xff; 32]);
    BatchEntry { did: DidId::new(Hash::default()), enrolment: Sealed::Open { salt, value } }
}

#[test]
fn the_largest_and_wordiest_batch_reads_back() {
    let mut transaction = Transaction::read(&samples()[0]).unwrap();
    let entries = vec![entry(); BATCH_ENTRIES_MAX];
    transaction.body = Body::Batch(BoundedVec::first_of(entries));
    let (bytes, text) = (codec::encode(&transaction).len(), to_text(&transaction));
    println!("{bytes} bytes, {} in JSON", text.len());
    assert!(bytes > BATCH_BYTES_MAX * 9 / 10 && text.len() < TRANSACTION_JSON_BYTES_MAX);
    assert_eq!(parse_transaction(&text), Ok(transaction));
}
