//! The verdicts of `keys` on published signatures: those of Wycheproof, and the twelve of
//! ed25519-speccheck about which libraries disagree.
//!
//! The files lie in the folder that the environment names as `HEFU_VECTORS`.

use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The text of a file of vectors; without the folder, says so and gives nothing.
#[expect(
    clippy::disallowed_methods,
    reason = "only the environment knows where the vectors lie, and no verdict depends on it"
)]
fn vectors(file: &str) -> Option<String> {
    let Ok(folder) = std::env::var("HEFU_VECTORS") else {
        println!("{file} was skipped, because HEFU_VECTORS does not name the folder of vectors.");
        return None;
    };
    let path = std::path::Path::new(&folder).join(file);
    let text = std::fs::read_to_string(&path);
    Some(text.unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display())))
}

fn unhex(hex: &str) -> Vec<u8> {
    HEXLOWER.decode(hex.as_bytes()).unwrap()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wycheproof {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    public_key: Key,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
struct Key {
    pk: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    tc_id: u32,
    flags: Vec<String>,
    msg: String,
    sig: String,
    result: String,
}

/// How often a group's cases, valid or invalid, met each verdict.
#[derive(Default)]
struct Tally {
    valid_accepted: u32,
    valid_refused: u32,
    invalid_accepted: u32,
    invalid_refused: u32,
}

/// Whether a key, a message and a signature, as they arrive, are accepted.
fn accepts(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = key.try_into().ok().map(PublicKey::from_bytes);
    let signature = signature.try_into().map(Signature::from_bytes);
    match (key, signature) {
        (Some(Ok(key)), Ok(signature)) => Ed25519.verify(&key, message, &signature),
        _ => false,
    }
}

#[test]
fn wycheproof_verdicts() {
    let Some(text) = vectors("wycheproof-ed25519.json") else {
        return;
    };
    let file: Wycheproof = serde_json::from_str(&text).unwrap();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut wrong = Vec::new();
    for group in &file.test_groups {
        let key = unhex(&group.public_key.pk);
        for case in &group.tests {
            let accepted = accepts(&key, &unhex(&case.msg), &unhex(&case.sig));
            let valid = case.result == "valid";
            let tally = tallies.entry(case.flags.join(" ")).or_default();
            match (valid, accepted) {
                (true, true) => tally.valid_accepted += 1,
                (true, false) => tally.valid_refused += 1,
                (false, true) => tally.invalid_accepted += 1,
                (false, false) => tally.invalid_refused += 1,
            }
            if valid != accepted {
                wrong.push(case.tc_id);
            }
        }
    }
    println!("Wycheproof               valid: accepted refused   invalid: accepted refused");
    for (flags, t) in &tallies {
        println!(
            "{flags:<23} {:>16} {:>7} {:>19} {:>7}",
            t.valid_accepted, t.valid_refused, t.invalid_accepted, t.invalid_refused
        );
    }
    assert_eq!(wrong, [0; 0], "cases with another verdict than expected");
    let sum = |part: fn(&Tally) -> u32| tallies.values().map(part).sum::<u32>();
    let (valid, invalid) = (sum(|t| t.valid_accepted), sum(|t| t.invalid_refused));
    println!("151 cases: {valid} valid ones accepted, {invalid} invalid ones refused");
    assert_eq!((file.number_of_tests, valid, invalid), (151, 88, 63));
}

#[derive(Deserialize)]
struct EdgeCase {
    message: String,
    pub_key: String,
    signature: String,
}

/// What is expected of an edge case: of its key; libsodium's verdict on the whole, which the
/// signature rule must share; and why.
struct Expected {
    key: Option<KeyError>,
    libsodium: bool,
    why: &'static str,
}

const fn expect(key: Option<KeyError>, libsodium: bool, why: &'static str) -> Expected {
    Expected { key, libsodium, why }
}

use KeyError::{MixedOrder, NotCanonical, SmallOrder};

/// In the order of the file. libsodium's verdicts are those of its `crypto_sign_verify_detached`.
const EXPECTED: [Expected; 12] = [
    expect(Some(SmallOrder), false, "A and R of small order"),
    expect(Some(SmallOrder), false, "A of small order, R of mixed order"),
    expect(Some(MixedOrder), false, "A of mixed order, R of small order"),
    expect(Some(MixedOrder), true, "A and R of mixed order, both equations hold"),
    expect(Some(MixedOrder), false, "A and R of mixed order, holds with the cofactor only"),
    expect(Some(MixedOrder), false, "A of mixed order, holds with the cofactor only"),
    expect(None, false, "S is not reduced"),
    expect(None, false, "S is not reduced, and far above the order"),
    expect(Some(MixedOrder), false, "R of small order and not canonical, reduced before hashing"),
    expect(Some(MixedOrder), false, "R of small order and not canonical, hashed as it is"),
    expect(Some(NotCanonical), false, "A of small order and not canonical, reduced before hashing"),
    expect(Some(NotCanonical), false, "A of small order and not canonical, hashed as it is"),
];

#[test]
fn edge_case_verdicts() {
    let Some(text) = vectors("ed25519-edge-cases.json") else {
        return;
    };
    let cases: Vec<EdgeCase> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), EXPECTED.len());
    println!("edge case  key           strict   libsodium  why");
    let mut wrong = Vec::new();
    for (number, (case, expected)) in cases.iter().zip(&EXPECTED).enumerate() {
        let encoding = unhex(&case.pub_key).try_into().unwrap();
        let signature = Signature::from_bytes(unhex(&case.signature).try_into().unwrap());
        let key = PublicKey::from_bytes(&encoding).err();
        // The signature rule on its own, past the refusal of the key.
        let unchecked = PublicKey(VerifyingKey::from_bytes(&encoding).unwrap());
        let strict = Ed25519.verify(&unchecked, &unhex(&case.message), &signature);
        let word = |accepted| if accepted { "accepts" } else { "refuses" };
        println!(
            "{number:>9}  {:<12}  {}  {:<9}  {}",
            key.map_or("accepted".to_owned(), |error| format!("{error:?}")),
            word(strict),
            word(expected.libsodium),
            expected.why
        );
        if (key, strict) != (expected.key, expected.libsodium) {
            wrong.push(number);
        }
    }
    assert_eq!(wrong, [0; 0], "cases with another verdict than expected");
}
