//! Tests of `keys`: which encodings are keys, and which signatures are valid.

mod vectors;

use super::*;
use crate::codec::{self, CodecError};
use crate::testing::{arbitrary, cases, secret};
use data_encoding::HEXLOWER;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    let bytes = HEXLOWER.decode(hex.as_bytes()).unwrap();
    bytes.try_into().unwrap()
}

/// The points of order 1, 2, 4 and 8, each in its canonical encoding.
const SMALL_ORDER: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

/// Every other encoding of a point of small order: y + p, or the sign of x = 0 set.
const SMALL_ORDER_NOT_CANONICAL: [&str; 6] = [
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

#[test]
fn points_of_small_order_are_no_keys() {
    for hex in SMALL_ORDER {
        let got = PublicKey::from_bytes(&bytes(hex));
        assert_eq!(got, Err(KeyError::SmallOrder), "{hex}");
    }
    for hex in SMALL_ORDER_NOT_CANONICAL {
        let got = PublicKey::from_bytes(&bytes(hex));
        assert_eq!(got, Err(KeyError::NotCanonical), "{hex}");
    }
}

#[test]
fn the_list_of_points_of_small_order_is_a_group_of_eight() {
    let points: Vec<_> = SMALL_ORDER
        .iter()
        .map(|hex| VerifyingKey::from_bytes(&bytes(hex)).unwrap().to_edwards())
        .collect();
    let sums: BTreeSet<_> = points
        .iter()
        .flat_map(|a| points.iter().map(move |b| (a + b).compress().to_bytes()))
        .collect();
    assert_eq!(sums, SMALL_ORDER.map(bytes).into());
}

#[test]
fn a_key_plus_a_point_of_small_order_is_no_key() {
    let identity = bytes(SMALL_ORDER[0]);
    for seed in 1..=5 {
        let key = secret(seed).0.verifying_key().to_edwards();
        for torsion in SMALL_ORDER.map(bytes) {
            let point = VerifyingKey::from_bytes(&torsion).unwrap().to_edwards();
            let sum = (key + point).compress().to_bytes();
            let expected = if torsion == identity {
                Ok(secret(seed).public_key())
            } else {
                Err(KeyError::MixedOrder)
            };
            assert_eq!(PublicKey::from_bytes(&sum), expected, "key {seed}");
        }
    }
}

#[test]
fn a_coordinate_that_is_not_reduced_is_no_key() {
    // y + p fits 255 bits for y = 0…18 alone; 0 and 1 have small order and stand above.
    let on_the_curve = [3, 4, 5, 6, 9, 10, 14, 15, 16, 18];
    for y in 2..=18 {
        for sign in [0, 0x80] {
            let mut encoding = [0xff; 32];
            encoding[0] = 0xed + y;
            encoding[31] = 0x7f | sign;
            let expected = if on_the_curve.contains(&y) {
                KeyError::NotCanonical
            } else {
                KeyError::NotAPoint
            };
            assert_eq!(PublicKey::from_bytes(&encoding), Err(expected), "y = {y}");
        }
    }
}

#[test]
fn what_is_not_on_the_curve_is_no_key() {
    for y in [2, 7, 8, 11, 12, 13, 17, 20, 22] {
        let mut encoding = [0; 32];
        encoding[0] = y;
        let got = PublicKey::from_bytes(&encoding);
        assert_eq!(got, Err(KeyError::NotAPoint), "y = {y}");
    }
}

#[test]
fn a_key_that_is_refused_does_not_decode() {
    let cases = [
        ("02".to_owned() + &"0".repeat(62), KeyError::NotAPoint),
        (SMALL_ORDER_NOT_CANONICAL[0].to_owned(), KeyError::NotCanonical),
        (SMALL_ORDER[7].to_owned(), KeyError::SmallOrder),
    ];
    for (hex, error) in cases {
        let encoding: [u8; 32] = bytes(&hex);
        let got = codec::decode::<PublicKey>(&encoding, PUBLIC_KEY_BYTES);
        assert_eq!(got, Err(CodecError::Malformed(error.to_string())));
    }
}

#[test]
fn signing_gives_the_answers_of_rfc_8032() {
    // RFC 8032, 7.1, tests 1 and 2.
    let cases = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            &[][..],
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
             5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            &[0x72][..],
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ];
    for (seed, key, message, signature) in cases {
        let secret = SecretKey::from_seed(&bytes(seed));
        assert_eq!(secret.public_key().as_bytes(), &bytes(key));
        let signed = secret.sign(message);
        assert_eq!(signed.as_bytes(), &bytes(signature));
        assert!(Ed25519.verify(&secret.public_key(), message, &signed));
    }
}

/// A signature under the key of seed 1 over "hefu", with a twist that some library accepts.
fn is_valid(signature: &str) -> bool {
    let signature = Signature::from_bytes(bytes(signature));
    Ed25519.verify(&secret(1).public_key(), b"hefu", &signature)
}

#[test]
fn a_commitment_of_small_order_is_refused() {
    // R = 0 and S = H(R ‖ A ‖ M) · a. The equation holds to the byte, so that a verifier which
    // does not look at the order of R accepts it; libsodium refuses it.
    assert!(!is_valid(
        "0100000000000000000000000000000000000000000000000000000000000000\
         c1ae44552e2fc203b5b476fb233f86a623c6d86e0960650b756e4c38db34010b"
    ));
}

#[test]
fn a_commitment_of_mixed_order_is_refused() {
    // R = r · B + a point of order 8. The equation holds after multiplication by the cofactor, so
    // that a verifier which multiplies accepts it; libsodium refuses it.
    assert!(!is_valid(
        "028d5a0102f489f2b92e387ee2297321a98309e1617ce6281788827f9dbab886\
         034477c4315c0f614ccafe5725bd129f00f3f98c4ae1ab8db50cbc3499dc8303"
    ));
}

#[test]
fn a_scalar_that_is_not_reduced_is_refused() {
    // The order of the group, little-endian.
    const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    let mut signature = *secret(1).sign(b"hefu").as_bytes();
    assert!(is_valid(&HEXLOWER.encode(&signature)));
    let mut carry = 0;
    for (byte, add) in signature[32..].iter_mut().zip(bytes::<32>(ORDER)) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    assert!(!is_valid(&HEXLOWER.encode(&signature)));
}

#[test]
fn a_secret_key_is_not_printed() {
    assert_eq!(format!("{:?}", secret(7)), "SecretKey(…)");
}

#[test]
fn keys_are_ordered_and_printed_by_their_bytes() {
    let (a, b) = (secret(1).public_key(), secret(2).public_key());
    assert_eq!(a.cmp(&b), a.as_bytes().cmp(b.as_bytes()));
    assert_eq!(a.to_string(), HEXLOWER.encode(a.as_bytes()));
    assert!(a.to_string().starts_with(&format!("{a:?}")));
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn every_seed_gives_a_key_that_signs(seed: [u8; 32], message: Vec<u8>, other: Vec<u8>) {
        let secret = SecretKey::from_seed(&seed);
        let key = secret.public_key();
        prop_assert_eq!(PublicKey::from_bytes(key.as_bytes()), Ok(key));
        let signature = secret.sign(&message);
        prop_assert!(Ed25519.verify(&key, &message, &signature));
        prop_assert_eq!(Ed25519.verify(&key, &other, &signature), message == other);
    }

    #[test]
    fn an_arbitrary_signature_is_refused(
        key in arbitrary::public_key(),
        message: Vec<u8>,
        signature in arbitrary::signature(),
    ) {
        prop_assert!(!Ed25519.verify(&key, &message, &signature));
    }

    #[test]
    fn bytes_are_one_key_or_none(encoding: [u8; 32]) {
        if let Ok(key) = PublicKey::from_bytes(&encoding) {
            prop_assert_eq!(key.as_bytes(), &encoding);
        }
    }
}
