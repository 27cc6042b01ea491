//! Development networks and their keys.

use super::network;
use crate::genesis::{DevelopmentError, development};
use crate::key::KeyBytes;
use hefu_primitives::{SecretKey, Timestamp, ValidatorSetError};
use std::collections::BTreeSet;

#[test]
fn a_development_network_has_1_to_100_validators() {
    for count in [1, 2, 4, 7, 100] {
        let network = network(count);
        assert_eq!(network.genesis.check(), Ok(()));
        let places = network.genesis.validators.iter().map(|(_, member)| member.key);
        assert!(places.eq(network.validators.iter().map(SecretKey::public_key)), "in order");
        assert_eq!(network.validators.len(), usize::from(count));
    }
    for got in [0, 101] {
        let size = DevelopmentError::Validators(ValidatorSetError::Size { got: got.into() });
        let none = development("few".parse().unwrap(), got, Timestamp::ZERO);
        assert_eq!(none.unwrap_err(), size);
    }
}

#[test]
fn its_keys_are_those_of_its_organisations() {
    let network = network(1);
    let keys = network.organisations.iter();
    let keys: Vec<_> = keys.map(|(id, key)| (*id, KeyBytes::from(&key.public_key()))).collect();
    let founders = network.genesis.organisations.iter();
    assert_eq!(keys, founders.map(|one| (one.id, one.keys[0])).collect::<Vec<_>>());
}

#[test]
fn networks_of_other_names_have_other_keys() {
    let [first, second] = ["one", "two"].map(|name| {
        let network = development(name.parse().unwrap(), 4, Timestamp::ZERO).unwrap();
        let validators = network.validators.iter().map(SecretKey::public_key);
        let organisations = network.organisations.iter().map(|(_, key)| key.public_key());
        validators.chain(organisations).collect::<BTreeSet<_>>()
    });
    assert_eq!((first.len(), first.is_disjoint(&second)), (8, true));
}
