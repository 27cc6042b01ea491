//! The bytes that a holder signs, pinned (docs/wire-and-storage.md, "What is signed").

use super::scene::domain;
use data_encoding::HEXLOWER;
use hefu_ledger::DidId;
use hefu_login::{Challenge, ChallengeVersion, signed_bytes};
use hefu_primitives::{GenesisHash, Hash, SecretKey, Signer, Timestamp};

fn challenge() -> Challenge {
    Challenge {
        network: GenesisHash::new(Hash::from_bytes([0x11; 32])),
        version: ChallengeVersion::V1,
        platform: DidId::new(Hash::from_bytes([0x22; 32])),
        domain: domain("bank.example"),
        nonce: [0x33; 32],
        issued: Timestamp::new(1_800_000_000_000),
        expires: Timestamp::new(1_800_000_060_000),
        purpose: "Log in".parse().unwrap(),
    }
}

#[test]
fn signed_bytes_and_signature_are_pinned() {
    let did = DidId::new(Hash::from_bytes([0x44; 32]));
    let bytes = signed_bytes(&challenge(), &did);
    let signature = SecretKey::from_seed(&[1; 32]).sign(&bytes);
    let shown = format!("{}\n{}\n", HEXLOWER.encode(&bytes), HEXLOWER.encode(signature.as_bytes()));
    assert_eq!(shown, include_str!("golden.txt"));
    let document = include_str!("../../../docs/wire-and-storage.md");
    for value in shown.lines() {
        assert!(document.contains(&format!("`{value}`")), "the document does not say {value}");
    }
}

#[test]
fn every_field_of_a_challenge_is_signed() {
    let did = DidId::new(Hash::from_bytes([0x44; 32]));
    let signed = signed_bytes(&challenge(), &did);
    let changes: [fn(&mut Challenge); 7] = [
        |c| c.network = GenesisHash::default(),
        |c| c.platform = DidId::default(),
        |c| c.domain = domain("bank.example:1"),
        |c| c.nonce[0] ^= 1,
        |c| c.issued = Timestamp::ZERO,
        |c| c.expires = Timestamp::MAX,
        |c| c.purpose = "Pay".parse().unwrap(),
    ];
    for change in changes {
        let mut other = challenge();
        change(&mut other);
        assert_ne!(signed_bytes(&other, &did), signed);
    }
    assert_ne!(signed_bytes(&challenge(), &DidId::default()), signed);
    assert!(signed.starts_with(b"hefu login v1\0\0\0"));
    assert_eq!(signed[16..48], [0x11; 32], "the genesis hash comes first");
}
