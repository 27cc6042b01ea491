//! No byte of a genesis can be changed under its name, nor under a signature.

use super::signed;
use crate::genesis::{FoundersError, Genesis, SignedGenesis};
use crate::limits::GENESIS_BYTES_MAX;
use hefu_primitives::{Ed25519, codec};

#[test]
fn any_changed_byte_changes_the_hash_and_no_signature_carries_over() {
    let original = signed(&[0, 1, 2, 3]);
    let (bytes, hash) = (codec::encode(&original.genesis), original.genesis.hash());
    let (mut read, mut sound) = (0, 0);
    for (at, bit) in (0..bytes.len()).flat_map(|at| [(at, 1), (at, 0x10)]) {
        let mut changed = bytes.clone();
        changed[at] ^= bit;
        let Ok(genesis) = codec::decode::<Genesis>(&changed, GENESIS_BYTES_MAX) else { continue };
        assert_eq!(codec::encode(&genesis), changed, "byte {at} has two forms");
        assert_ne!(genesis.hash(), hash, "byte {at} does not count");
        let error = SignedGenesis { genesis, ..original.clone() }.check(&Ed25519).unwrap_err();
        read += 1;
        sound += usize::from(matches!(error, FoundersError::Signature(_)));
    }
    println!("{} bytes, {read} changes read, {sound} of them sound", bytes.len());
    assert!(read > bytes.len() / 2 && sound > bytes.len() / 4, "{read} {sound}");
}
