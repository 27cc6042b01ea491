//! The bytes of the format. A change here is a change of the format, and needs its next version.

use super::samples::{append, binding, block, floor, foreign, proposal};
use super::{Keep, Log, Memory, open};
use crate::acts::binding::HEADER_BYTES;
use crate::acts::error::ActsError;
use crate::acts::frame::{FrameKey, Kind};
use crate::acts::limits::{PAYLOAD_BYTES_MAX, RECORD_BYTES_MAX};
use hefu_consensus::Record;
use hefu_consensus::limits::GAP_INLINE_MAX;
use hefu_consensus::message::{Justification, Proposal};
use hefu_primitives::limits::{BITMAP_BYTES_MAX, BODY_BYTES_MAX, VALIDATORS_MAX};
use hefu_primitives::{
    Bitmap, BoundedVec, Certificate, Checkpoint, Epoch, Incarnation, SecretKey, Signature, codec,
};
use std::sync::Arc;

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn the_header_of_a_segment() {
    let header = binding().header(0x0102);
    assert_eq!(
        hexadecimal(&header),
        concat!(
            "6865667561637473",
            "01000000",
            "c2e8afe6ad5cdd4e1ef5461925c468262d24d483d87bc2f481e9f751feb005fd",
            "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
            "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
            "0201000000000000",
            "8d20a8314b36b38e1c7efaca77c7fdec",
        )
    );
}

#[test]
fn a_frame() {
    let key = FrameKey::of(&binding().header(1));
    let mut bytes = Vec::new();
    key.encode(116, (Kind::Record, 99), &[b"he", b"fu"], &mut bytes);
    assert_eq!(
        hexadecimal(&bytes),
        concat!(
            "0400000000000000",
            "01",
            "6300000000000000",
            "288e6931449304a9",
            "68656675",
            "0c7e8099451be02ce8d5c0281c6f77a8",
        )
    );
}

#[test]
fn a_segment_with_one_entry_of_each_kind() {
    let memory = super::created();
    let (mut log, _) = open(&memory).unwrap();
    log.append(&append(1, 1, foreign(2)));
    log.append(&append(1, 2, proposal(3, 4)));
    log.set_floor(floor(1, 2, Some(2)));
    log.commit().unwrap();
    log.mark().unwrap();
    let hash = blake3::hash(&memory.content());
    assert_eq!(
        hash.to_hex().as_str(),
        "907e58682b5f6505409b5407106758eb8f89c74cec3c8e255aed65f3f338d374"
    );
}

/// The longest of all proposals, so that no record that an engine gives out is refused later.
fn longest() -> Record {
    let Record::Proposal(short) = proposal(1, 1) else { unreachable!() };
    let bytes = (0..BITMAP_BYTES_MAX).map(|_| u8::MAX);
    let certificate = Certificate {
        signers: Bitmap::from_bytes(BoundedVec::first_of(bytes)),
        signatures: BoundedVec::first_of(
            (0..VALIDATORS_MAX).map(|_| Signature::from_bytes([9; 64])),
        ),
        ..(**short.justification.parent.as_ref().unwrap()).clone()
    };
    let shared = Arc::new(certificate.clone());
    let checkpoint = Checkpoint { header: short.header.clone(), finalization: certificate };
    let justification = Justification {
        parent: Some(Arc::clone(&shared)),
        gap: BoundedVec::first_of((0..GAP_INLINE_MAX).map(|_| Arc::clone(&shared))),
        finalized: Some(Arc::new(checkpoint)),
    };
    Record::Proposal(Arc::new(Proposal { justification, ..(*short).clone() }))
}

#[test]
fn the_longest_proposal_with_the_longest_body_fits_a_frame() {
    let encoded = codec::encode(&(Epoch::MAX, longest())).len();
    assert!(encoded <= RECORD_BYTES_MAX, "{encoded} bytes");
    assert!((8 + encoded + BODY_BYTES_MAX as usize) as u64 <= PAYLOAD_BYTES_MAX);
    let memory = super::created();
    let (mut log, _) = open(&memory).unwrap();
    let mut full = append(1, 1, longest());
    full.body = Some(vec![3; BODY_BYTES_MAX as usize].into());
    log.append(&full);
    log.commit().unwrap();
    let (_, after) = open(&memory.crash(&Keep::nothing())).unwrap();
    assert_eq!(after.bodies.get(&block(1).0), full.body.as_ref());
}

#[test]
fn a_log_of_somebody_else_is_refused_by_name() {
    let mut others = [binding(); 3];
    others[0].genesis = hefu_primitives::GenesisHash::default();
    others[1].validator = SecretKey::from_seed(&[2; 32]).public_key();
    others[2].incarnation = Incarnation::from_bytes([0xb6; 16]);
    let refusals = others.map(|other| {
        let error = Log::open(Box::new(super::created()), other, 0).err().unwrap();
        (error.to_string(), error)
    });
    let [(_, network), (validator, _), (incarnation, _)] = &refusals;
    assert!(matches!(network, ActsError::OtherNetwork { expected, got, .. }
        if *expected == others[0].genesis && *got == binding().genesis));
    let named = format!("of validator {}, not of {}", binding().validator, others[1].validator);
    assert!(validator.contains(&named), "{validator}");
    let named = format!("of incarnation {}, not of {}", "a5".repeat(16), "b6".repeat(16));
    assert!(incarnation.contains(&named), "{incarnation}");
}

#[test]
fn a_file_that_is_no_segment_is_refused() {
    let name = |number| format!("acts-{number:020}");
    let content = super::created().content();
    let opened = |number: u64, bytes: Vec<u8>| open(&Memory::with(&name(number), bytes)).err();
    assert!(opened(1, content.clone()).is_none());
    let renamed = opened(2, content.clone());
    assert!(matches!(renamed, Some(ActsError::Damaged { offset: 0, .. })), "{renamed:?}");
    let mut foreign = content.clone();
    foreign[0] = b'H';
    assert!(matches!(opened(1, foreign), Some(ActsError::NotALog { .. })));
    let mut newer = content.clone();
    newer[8] = 2;
    assert!(matches!(opened(1, newer), Some(ActsError::Format { got: 2, .. })));
    let cut = opened(1, content[..HEADER_BYTES - 1].to_vec());
    assert!(matches!(cut, Some(ActsError::Damaged { offset: 115, .. })), "{cut:?}");
}
