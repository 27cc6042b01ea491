//! The bytes of a wallet's file under every flipped bit and every cut.

use super::*;

/// Cheap enough for thousands of tries.
const SOFT: Hardness = Hardness { memory_kib: 8, passes: 1, lanes: 1 };

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn sealed() -> Vec<u8> {
    let key = Key::derive(&phrase("open sesame"), SOFT, [3; 16]).unwrap();
    key.seal([4; 24], b"what is kept").unwrap()
}

fn opened(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let opened = open(bytes, &phrase("open sesame"));
    opened.map(|(_, plain)| plain.to_vec()).map_err(|error| error.code())
}

/// The same content with the hash at its end that anybody can make.
fn checked(content: &[u8]) -> Vec<u8> {
    [content, &blake3::derive_key(CHECK, content)].concat()
}

#[test]
fn what_is_sealed_is_opened_again() {
    assert_eq!(opened(&sealed()), Ok(b"what is kept".to_vec()));
}

/// The form of the file is promised: a wallet of today opens in every later version.
#[test]
fn the_bytes_are_pinned() {
    let shown = data_encoding::HEXLOWER.encode(&sealed());
    assert_eq!(shown + "\n", include_str!("golden.txt"));
}

#[test]
fn another_passphrase_is_told_from_damage() {
    let error = open(&sealed(), &phrase("open barley")).unwrap_err();
    assert_eq!(error, SealError::Passphrase);
}

#[test]
fn every_flipped_bit_is_damage() {
    let bytes = sealed();
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << bit;
            let code = opened(&flipped).unwrap_err();
            let magic = ["wallet.not_a_wallet", "wallet.version"];
            assert!(code == "wallet.damaged" || place < 16 && magic.contains(&code), "{place}");
        }
    }
}

#[test]
fn every_cut_and_every_byte_more_is_refused() {
    let bytes = sealed();
    for length in 0..bytes.len() {
        let expected = match length {
            0..13 => "wallet.not_a_wallet",
            13..16 => "wallet.version",
            _ => "wallet.damaged",
        };
        assert_eq!(opened(&bytes[..length]), Err(expected));
    }
    assert_eq!(opened(&[&bytes[..], &[0]].concat()), Err("wallet.damaged"));
}

#[test]
fn whoever_makes_the_hash_anew_cannot_alter_a_bit() {
    let bytes = sealed();
    let content = &bytes[..bytes.len() - CHECK_BYTES];
    for place in 16..content.len() {
        let mut altered = content.to_vec();
        altered[place] ^= 1;
        let code = opened(&checked(&altered)).unwrap_err();
        assert!(["wallet.passphrase", "wallet.hardness"].contains(&code), "{place}: {code}");
    }
    for length in 16..content.len() {
        assert!(opened(&checked(&content[..length])).is_err());
    }
}

#[test]
fn what_a_file_may_ask_for_is_bounded_before_it_is_given() {
    let bytes = sealed();
    let content = &bytes[..bytes.len() - CHECK_BYTES];
    let asking = |memory_kib: u32, passes: u32, lanes: u32| {
        let numbers = [memory_kib, passes, lanes].map(u32::to_le_bytes).concat();
        opened(&checked(&[&content[..16], &numbers, &content[28..]].concat()))
    };
    assert_eq!(asking(8, 1, 1), Ok(b"what is kept".to_vec()));
    assert_eq!(asking(16, 1, 1), Err("wallet.passphrase"));
    for (memory_kib, passes, lanes) in [
        (MEMORY_KIB_MAX + 1, 1, 1),
        (8, PASSES_MAX + 1, 1),
        (8 * (LANES_MAX + 1), 1, LANES_MAX + 1),
        (u32::MAX, u32::MAX, u32::MAX),
        (7, 1, 1),
        (8, 0, 1),
        (8, 1, 0),
    ] {
        assert_eq!(asking(memory_kib, passes, lanes), Err("wallet.hardness"));
    }
    assert!(Hardness { memory_kib: MEMORY_KIB_MAX, passes: 1, lanes: 1 }.parameters().is_ok());
}

#[test]
fn other_files_and_later_versions_are_told_apart() {
    assert_eq!(opened(b"-----BEGIN PRIVATE KEY-----"), Err("wallet.not_a_wallet"));
    assert_eq!(opened(b"hefu wallet v2\0\0 and so on"), Err("wallet.version"));
    assert_eq!(opened(b""), Err("wallet.not_a_wallet"));
}

#[test]
fn a_key_is_never_printed() {
    let key = Key::derive(&phrase("open sesame"), SOFT, [3; 16]).unwrap();
    assert_eq!(format!("{key:?}"), "Key(…)");
}
