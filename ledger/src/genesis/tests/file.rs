//! The genesis file.

use super::{founded, network, signed};
use crate::genesis::SignedGenesis;
use crate::json::{Fault, JsonError};
use crate::key::KeyBytes;
use crate::limits::{GENESIS_BYTES_MAX, ORGANISATION_KEYS_MAX, ORGANISATIONS_MAX};
use crate::organisation::{OrganisationId, Role, Roles};
use crate::rule::AuthRule;
use hefu_primitives::BoundedVec;
use hefu_primitives::limits::VALIDATORS_MAX;

/// A file that must always be read as the network of this hash, and written the same.
const GOLDEN: &str = include_str!("golden.json");
const GOLDEN_HASH: &str = "e0180108c510d7d788f7714f2ebb6bcf6db48a4ddf2bcd6653343fa4deae61d7";

fn error(text: &str) -> (String, Fault) {
    let JsonError { path, fault } = SignedGenesis::from_file(text).unwrap_err();
    (path, fault)
}

#[test]
fn the_golden_file_names_its_network_for_ever() {
    let file = SignedGenesis::from_file(GOLDEN).unwrap();
    assert_eq!(file.genesis.hash().to_string(), GOLDEN_HASH);
    assert_eq!(file, SignedGenesis::new(network(2).genesis, []));
    assert_eq!(file.to_file(), GOLDEN);
}

#[test]
fn a_file_reads_back_with_its_signatures() {
    let file = signed(&[0, 1, 3]);
    assert_eq!(SignedGenesis::from_file(&file.to_file()), Ok(file));
}

#[test]
fn neither_order_nor_indentation_matter() {
    let file = signed(&[2]);
    let text = file.to_file();
    let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
    let other = tree.to_string();
    assert_ne!(other, text);
    assert_eq!(SignedGenesis::from_file(&other), Ok(file));
}

#[test]
fn nested_rules_read_back() {
    let (mut genesis, _) = founded();
    let one = AuthRule::Signatures { count: 1, role: Role::Auditor };
    let list = |rules: &[&AuthRule]| BoundedVec::first_of(rules.iter().copied().cloned());
    let any = AuthRule::Any(list(&[&one, &genesis.rules.admit]));
    genesis.rules.admit = AuthRule::All(list(&[&any, &AuthRule::All(list(&[&any])), &one]));
    let file = SignedGenesis::new(genesis, []);
    assert_eq!(SignedGenesis::from_file(&file.to_file()), Ok(file));
}

#[test]
fn a_wrong_file_is_told_where() {
    for (from, to, path, code) in [
        ("\"start\": \"2026-11-22", "\"start\": \"2026-11-32", "genesis.start", "json.wrong"),
        ("\"start\": \"2026", "\"begin\": \"2026", "genesis.begin", "json.unknown"),
        (
            "\"caps\": {",
            "\"caps\": { \"suspensions\": 1,",
            "genesis.parameters.caps.suspensions",
            "json.repeated",
        ),
        (
            "\"role\": \"registrar\"",
            "\"role\": \"king\"",
            "genesis.rules.suspend.role",
            "json.word",
        ),
        ("\"all\": [", "\"some\": [", "genesis.rules.reinstate", "json.form"),
        ("\"count\": 1,", "", "genesis.rules.suspend.count", "json.missing"),
        ("\"count\": 1,", "\"count\": 256,", "genesis.rules.suspend.count", "json.kind"),
        ("\"development\": true", "\"development\": 1", "genesis.development", "json.kind"),
        ("\"network\": \"golden\"", "\"network\": \"Golden\"", "genesis.network", "json.wrong"),
        (
            "\"signatures\": []",
            "\"signatures\": [{}]",
            "signatures[0].organisation",
            "json.missing",
        ),
        (
            "\"member\",",
            "\"member\", \"member\",",
            "genesis.organisations[0].roles[1]",
            "json.repeated",
        ),
    ] {
        let text = GOLDEN.replacen(from, to, 1);
        assert_ne!(text, GOLDEN, "{from}");
        let error = SignedGenesis::from_file(&text).unwrap_err();
        assert_eq!((error.path.as_str(), error.code()), (path, code), "{error}");
    }
}

#[test]
fn validators_stand_once() {
    let file: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
    let one = file["genesis"]["validators"][0].clone();
    let mut twice = file;
    twice["genesis"]["validators"][1] = one;
    let (path, fault) = error(&twice.to_string());
    assert_eq!(path, "genesis.validators");
    assert_eq!(fault, Fault::Wrong("the key of validator 0 stands twice".to_owned()));
}

#[test]
fn a_longer_file_is_not_read() {
    let long = format!("{GOLDEN}{}", " ".repeat(GENESIS_BYTES_MAX));
    let (max_bytes, got_bytes) = (GENESIS_BYTES_MAX, long.len());
    assert_eq!(error(&long), (String::new(), Fault::TooLong { max_bytes, got_bytes }));
}

#[test]
fn the_largest_genesis_fits_into_a_file() {
    let mut file = signed(&[0]);
    let signature = file.signatures[0];
    let mut founder = file.genesis.organisations[0].clone();
    founder.name = "\"".repeat(128).parse().unwrap();
    founder.roles = Roles::of(Role::NAMED.map(|(role, _)| role));
    let keys = [KeyBytes::from_bytes([0xff; 32]); ORGANISATION_KEYS_MAX];
    founder.keys = BoundedVec::first_of(keys);
    founder.id = OrganisationId::new(1_000);
    let full = vec![founder; ORGANISATIONS_MAX];
    file.genesis.organisations = BoundedVec::first_of(full);
    file.genesis.validators = network(u8::try_from(VALIDATORS_MAX).unwrap()).genesis.validators;
    file.signatures = BoundedVec::first_of(vec![signature; ORGANISATIONS_MAX]);
    let text = file.to_file();
    println!("{} bytes", text.len());
    assert_eq!(SignedGenesis::from_file(&text), Ok(file));
}
