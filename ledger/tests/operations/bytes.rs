//! Bytes that are not, or no longer, a transaction.

use super::stage::{APPLIED, person, stage, verdict};
use hefu_fixtures::{Change, LOGIN, MEMBER, OTHER_MEMBER, Sandbox, Wallet};
use hefu_ledger::Transaction;
use hefu_ledger::limits::{BATCH_BYTES_MAX, TRANSACTION_BYTES_MAX};
use hefu_ledger::rule::Rules;
use hefu_primitives::codec;

fn decode(bytes: &[u8]) -> Option<Transaction> {
    codec::decode(bytes, BATCH_BYTES_MAX).ok()
}

/// One transaction of each form that applies to the sandbox.
fn samples(s: &mut Sandbox) -> Vec<Transaction> {
    let (mut wallet, newcomers) = (person(s), Wallet::people(&mut s.world, 3));
    let key = s.world.seeds.key();
    let world = &mut s.world;
    vec![
        world.create(&newcomers[0]),
        world.batch(&newcomers[1..]),
        world.revoke(&[MEMBER, OTHER_MEMBER], wallet.did),
        wallet.make(world, Change::Register(vec![(key, LOGIN)])),
    ]
}

#[test]
fn what_is_altered_anywhere_does_not_apply() {
    let mut s = stage();
    for sample in samples(&mut s) {
        let bytes = codec::encode(&sample);
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            // Signatures are checked only if nothing else is found wrong.
            let accepted = decode(&altered).is_some_and(|altered| s.check(altered).is_ok());
            assert!(!accepted, "bit {bit} of {:?}", sample.envelope.kind);
        }
        assert_eq!(verdict(&mut s.clone(), decode(&bytes).unwrap()), APPLIED);
    }
}

#[test]
fn what_is_cut_or_has_something_after_it_is_no_transaction() {
    let mut s = stage();
    for sample in samples(&mut s) {
        let mut bytes = codec::encode(&sample);
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]), None, "{end} bytes");
        }
        bytes.push(0);
        assert_eq!(decode(&bytes), None);
    }
}

#[test]
fn what_is_too_long_is_not_read() {
    let mut s = stage();
    let sample = &samples(&mut s)[0];
    let bytes = codec::encode(sample);
    assert!(codec::decode::<Transaction>(&bytes, bytes.len()).is_ok());
    assert!(codec::decode::<Transaction>(&bytes, bytes.len() - 1).is_err());
    assert!(bytes.len() < TRANSACTION_BYTES_MAX);
}

#[test]
fn lists_that_lie_about_their_length_allocate_nothing() {
    // The number of signers stands behind version, genesis hash, kind, subject and ordering.
    let mut s = stage();
    let bytes = codec::encode(&samples(&mut s)[0]);
    let place = 1 + 32 + 1 + (1 + 32) + 1;
    assert_eq!(bytes[place], 1, "one signer");
    for length in [[0xff, 0xff, 0xff, 0xff, 0x07], [0x80, 0x80, 0x80, 0x80, 0x01]] {
        let lie = [&bytes[..place], &length, &bytes[place + 1..]].concat();
        assert_eq!(decode(&lie), None);
    }
}

#[test]
fn rules_nested_for_ever_are_refused() {
    // `All` of one, ten thousand times.
    let deep = [1, 1].repeat(10_000);
    assert!(codec::decode::<Rules>(&deep, deep.len()).is_err());
}

#[test]
fn random_bytes_are_no_transaction() {
    let mut s = stage();
    for _ in 0..20_000 {
        let bytes: [u8; 300] = s.world.seeds.bytes();
        assert_eq!(decode(&bytes), None);
    }
}
