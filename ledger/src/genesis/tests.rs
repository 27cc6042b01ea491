//! What a genesis may be, who signs it, and how its file is read.

mod check;
mod file;
mod keys;
mod mutations;
mod signed;

use super::{Development, FounderSignature, Genesis, SignedGenesis, development};
use crate::json::parse_time;
use crate::organisation::OrganisationId;
use hefu_primitives::{BoundedVec, SecretKey};

fn network(validators: u8) -> Development {
    let start = parse_time("2026-11-22T08:00:00Z").unwrap();
    development("golden".parse().unwrap(), validators, start).unwrap()
}

/// A genesis that is not for development, with its organisations' keys.
fn founded() -> (Genesis, Vec<(OrganisationId, SecretKey)>) {
    let network = network(4);
    (Genesis { development: false, ..network.genesis }, network.organisations)
}

/// The same with the signatures of the organisations at these places.
fn signed(places: &[usize]) -> SignedGenesis {
    let (genesis, keys) = founded();
    let hash = genesis.hash();
    let sign = |place: &usize| FounderSignature::new(&hash, keys[*place].0, &keys[*place].1);
    let signatures: Vec<_> = places.iter().map(sign).collect();
    SignedGenesis::new(genesis, signatures)
}

fn list<T, const MAX: usize>(elements: Vec<T>) -> BoundedVec<T, MAX> {
    BoundedVec::new(elements).unwrap()
}
