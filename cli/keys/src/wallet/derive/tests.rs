//! Derivation: pinned values, and that nothing is derived twice.

use super::*;
use hefu_primitives::{GenesisHash, Hash};
use std::collections::BTreeSet;

fn place(genesis: u8, platform: &str, index: u32) -> Place {
    let genesis = GenesisHash::new(Hash::from_bytes([genesis; 32]));
    Place { genesis, platform: platform.parse().unwrap(), index }
}

fn keys(seed: u8, place: &Place) -> AccountKeys {
    AccountKeys::derive(&Seed::from_bytes([seed; 32]), place)
}

/// Whoever has written 24 words down must get these keys from them for ever (docs/wallet.md).
#[test]
fn keys_nonces_and_salts_are_pinned() {
    let keys = keys(1, &place(0x11, "bank.example", 0));
    let shown = [
        keys.login(0).public_key().to_string(),
        keys.login(1).public_key().to_string(),
        keys.control(0).public_key().to_string(),
        keys.control(1).public_key().to_string(),
        Hash::from_bytes(keys.nonce()).to_string(),
        Hash::from_bytes(*derive(SALT, &keys.0, b"operation")).to_string(),
    ];
    let expected = include_str!("golden.txt");
    assert_eq!(shown.join("\n") + "\n", expected);
}

#[test]
fn each_seed_network_platform_index_purpose_and_number_has_a_key_of_its_own() {
    let mut seen = BTreeSet::new();
    let places = [
        place(1, "bank.example", 0),
        place(2, "bank.example", 0),
        place(1, "bank.exampl", 0),
        place(1, "bank.example", 1),
    ];
    for seed in [1, 2] {
        for keys in places.iter().map(|place| keys(seed, place)) {
            for number in [0, 1, 256] {
                seen.insert(keys.login(number).to_seed());
                seen.insert(keys.control(number).to_seed());
            }
            seen.insert(keys.nonce());
            seen.insert(*derive(SALT, &keys.0, &[]));
            seen.insert(*derive(SALT, &keys.0, b"x"));
        }
    }
    assert_eq!(seen.len(), 2 * 4 * (3 * 2 + 3));
}

#[test]
fn a_secret_is_never_printed() {
    assert_eq!(format!("{:?}", keys(1, &place(1, "a", 0))), "AccountKeys(…)");
}
