//! Key files: what is written, what is read, what is refused.

use super::*;
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::TempDir;

const SESAME: &str = "open sesame";

/// The key whose seed is 32 bytes 07: that of every golden file but one.
fn seven() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

fn sesame() -> Passphrase {
    Passphrase::new(SESAME.to_owned()).unwrap()
}

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.pem");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    (folder, path)
}

/// The public key of what stands in a file, or why it is refused.
fn opened(text: &str, unprotected: Unprotected, phrase: &str) -> Result<String, &'static str> {
    let (_folder, path) = file(text);
    let key = open(&path, unprotected, &mut || Passphrase::new(phrase.to_owned()));
    key.map(|key| key.public_key().to_string()).map_err(|error| error.code())
}

#[test]
fn a_created_key_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let key = generate().unwrap();
    let phrase = sesame();
    let protections = [Protection::Passphrase(&phrase), Protection::None];
    for (place, protection) in protections.into_iter().enumerate() {
        let path = folder.path().join(format!("{place}.pem"));
        create(&path, &key, protection).unwrap();
        let again = open(&path, Unprotected::InDevelopment, &mut || Ok(sesame())).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(create(&path, &key, protection).unwrap_err().code(), "file.exists");
    }
}

#[test]
fn what_is_written_is_what_openssl_has_opened() {
    // openssl pkey -in src/keyfile/golden/ours.pem -passin 'pass:open sesame' -noout -text
    let pem = encrypted(&seven(), &sesame(), &[1; 16], [2; 16]).unwrap();
    assert_eq!(*with_public_key(&seven(), &pem), include_str!("golden/ours.pem"));
}

#[test]
fn what_openssl_has_written_is_opened() {
    let expected = Ok(seven().public_key().to_string());
    for text in [
        include_str!("golden/openssl-scrypt.pem"),
        include_str!("golden/openssl-pbkdf2.pem"),
        include_str!("golden/ours.pem"),
    ] {
        assert_eq!(opened(text, Unprotected::Refused, SESAME), expected);
        assert_eq!(opened(text, Unprotected::Refused, "open barley"), Err("keyfile.locked"));
    }
}

#[test]
fn an_unencrypted_key_is_for_development_alone() {
    let text = include_str!("golden/plain.pem");
    let expected = Ok(seven().public_key().to_string());
    assert_eq!(opened(text, Unprotected::InDevelopment, SESAME), expected);
    assert_eq!(opened(text, Unprotected::Refused, SESAME), Err("keyfile.unencrypted"));
}

#[test]
fn no_passphrase_is_asked_for_where_none_is_needed() {
    let (_folder, path) = file(include_str!("golden/plain.pem"));
    open(&path, Unprotected::InDevelopment, &mut || panic!("it is not encrypted")).unwrap();
    let (_folder, path) = file(include_str!("golden/cheap.pem"));
    let none = open(&path, Unprotected::Refused, &mut || Err(PassphraseError::Empty));
    assert_eq!(none.unwrap_err().code(), "passphrase.empty");
}

#[test]
fn what_is_no_such_key_is_told_apart() {
    let read = |text: &str| opened(text, Unprotected::InDevelopment, SESAME);
    assert_eq!(read("nothing"), Err("keyfile.not_pem"));
    assert_eq!(read(include_str!("golden/x25519.pem")), Err("keyfile.not_ed25519"));
    assert_eq!(read(include_str!("golden/openssl-pbes1.pem")), Err("keyfile.scheme"));
    assert_eq!(read(include_str!("golden/slow.pem")), Err("keyfile.scheme"));
    let other = include_str!("golden/plain.pem").replace("PRIVATE", "PUBLIC");
    assert_eq!(read(&other), Err("keyfile.not_pem"));
    assert_eq!(read(&"x".repeat(KEY_FILE_BYTES_MAX + 1)), Err("file.too_long"));
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let (_folder, path) = file(include_str!("golden/plain.pem"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = open(&path, Unprotected::InDevelopment, &mut || Ok(sesame())).unwrap_err();
    assert_eq!(refused.code(), "file.exposed");
}

#[test]
fn another_public_key_in_the_first_line_is_refused() {
    let other = SecretKey::from_seed(&[8; 32]);
    let text = with_public_key(&other, include_str!("golden/plain.pem"));
    assert_eq!(opened(&text, Unprotected::InDevelopment, SESAME), Err("keyfile.other_key"));
}

#[test]
fn memory_time_and_rounds_are_bounded() {
    let check = |blocks, block_size, parallelization| {
        let salt = pbes2::Salt::new([0; 16]).unwrap();
        let scrypt = pbes2::ScryptParams {
            salt,
            cost_parameter: blocks,
            block_size,
            parallelization,
            key_length: None,
        };
        let encryption = pbes2::EncryptionScheme::Aes256Cbc { iv: [0; 16] };
        let parameters = pbes2::Parameters { kdf: scrypt.into(), encryption };
        check_scheme(&EncryptionScheme::Pbes2(parameters)).is_ok()
    };
    assert!(check(1 << 20, 8, 16), "1 GiB, sixteen passes");
    assert!(!check(1 << 21, 8, 1), "2 GiB");
    assert!(!check(1 << 20, 16, 1), "2 GiB");
    assert!(!check(1 << 10, 8, 17), "seventeen passes");
    assert!(!check(0, 8, 1) && !check(1000, 8, 1), "no power of two");
    assert!(!check(u64::MAX, u16::MAX, 1), "beyond all numbers");
}

proptest! {
    // A flipped bit in a number of iterations can cost a second, so these are few.
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_damaged_file_never_opens_as_another_key(place in 0_usize..100_000, bit in 0_u8..8) {
        let text = with_public_key(&seven(), include_str!("golden/cheap.pem"));
        let mut bytes = text.as_bytes().to_vec();
        let place = place % bytes.len();
        bytes[place] ^= 1 << bit;
        let expected = seven().public_key().to_string();
        if let Ok(damaged) = String::from_utf8(bytes) {
            let key = opened(&damaged, Unprotected::Refused, SESAME);
            prop_assert!(key.is_err() || key == Ok(expected), "{damaged}");
        }
    }

    #[test]
    fn a_file_that_is_cut_short_does_not_open(length in 0_usize..100_000) {
        let text = include_str!("golden/cheap.pem").trim_end();
        let length = length % text.len();
        prop_assert!(opened(&text[..length], Unprotected::Refused, SESAME).is_err());
    }
}
