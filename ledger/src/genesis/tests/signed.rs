//! Founders' signatures, and joining files.

use super::{founded, network, signed};
use crate::genesis::{FounderSignature, FoundersError, JoinError, SignedGenesis, founding_bytes};
use crate::organisation::{OrganisationId, Role, Roles};
use hefu_primitives::{BoundedVec, Ed25519, GenesisHash, Hash, SecretKey};

type Change = fn(&mut SignedGenesis);

const SECOND: OrganisationId = OrganisationId::new(2);

#[test]
fn what_a_founder_signs_is_pinned() {
    let genesis = GenesisHash::new(Hash::from_bytes([0x11; 32]));
    let expected = [b"hefu founders v1", &[0x11; 32][..], &[2, 1]].concat();
    assert_eq!(founding_bytes(&genesis, OrganisationId::new(258)), expected);
}

#[test]
fn all_founding_members_sign() {
    let all = signed(&[3, 1, 0, 2]);
    assert_eq!(all.verify(&Ed25519), Ok(all.genesis.hash()));
    let three = signed(&[0, 2, 3]);
    assert_eq!(three.check(&Ed25519), Ok(()));
    assert_eq!(three.verify(&Ed25519), Err(FoundersError::Missing(vec![SECOND])));
    assert_eq!(signed(&[]).missing().len(), 4);
}

#[test]
fn who_is_no_member_may_sign_and_need_not() {
    let (mut genesis, keys) = founded();
    let mut founders = genesis.organisations.to_vec();
    founders[3].roles = Roles::of([Role::Auditor]);
    genesis.organisations = BoundedVec::new(founders).unwrap();
    let hash = genesis.hash();
    let sign = |(id, key): &(OrganisationId, SecretKey)| FounderSignature::new(&hash, *id, key);
    let members = SignedGenesis::new(genesis.clone(), keys.iter().take(3).map(sign));
    assert_eq!(members.verify(&Ed25519), Ok(hash));
    let everybody = SignedGenesis::new(genesis, keys.iter().map(sign));
    assert_eq!(everybody.verify(&Ed25519), Ok(hash));
}

#[test]
fn a_development_network_needs_no_signature_and_bears_no_wrong_one() {
    let development = network(1);
    let hash = development.genesis.hash();
    let none = SignedGenesis::new(development.genesis.clone(), []);
    assert_eq!(none.verify(&Ed25519), Ok(hash));
    let (id, key) = &development.organisations[0];
    let foreign = FounderSignature::new(&signed(&[]).genesis.hash(), *id, key);
    let wrong = SignedGenesis::new(development.genesis, [foreign]);
    assert_eq!(wrong.verify(&Ed25519), Err(FoundersError::Signature(*id)));
}

#[test]
fn nobody_signs_for_another() {
    let (genesis, keys) = founded();
    let hash = genesis.hash();
    let refused = |one| SignedGenesis::new(genesis.clone(), [one]).check(&Ed25519).unwrap_err();
    let borrowed = FounderSignature::new(&hash, SECOND, &keys[0].1);
    assert_eq!(refused(borrowed), FoundersError::NotFounder(SECOND));
    let stranger = OrganisationId::new(9);
    let unknown = FounderSignature::new(&hash, stranger, &keys[0].1);
    assert_eq!(refused(unknown), FoundersError::NotFounder(stranger));
    let own = FounderSignature::new(&hash, SECOND, &keys[1].1);
    let first = FounderSignature::new(&hash, keys[0].0, &keys[1].1);
    let moved = FounderSignature { signature: first.signature, ..own };
    assert_eq!(refused(moved), FoundersError::Signature(SECOND));
}

#[test]
fn signatures_stand_in_order() {
    let mut swapped = signed(&[0, 1]);
    let reversed: Vec<_> = swapped.signatures.iter().rev().copied().collect();
    swapped.signatures = BoundedVec::new(reversed).unwrap();
    assert_eq!(swapped.check(&Ed25519), Err(FoundersError::Order));
}

#[test]
fn files_join_whatever_their_order() {
    let parts = [signed(&[1]), signed(&[]), signed(&[2, 0]), signed(&[0, 3])];
    let joined = SignedGenesis::join(&parts, &Ed25519).unwrap();
    assert_eq!(joined, signed(&[0, 1, 2, 3]));
    let backwards: Vec<_> = parts.into_iter().rev().collect();
    assert_eq!(SignedGenesis::join(&backwards, &Ed25519), Ok(joined));
}

#[test]
fn joined_files_may_still_miss_somebody() {
    let joined = SignedGenesis::join(&[signed(&[0]), signed(&[3, 2])], &Ed25519).unwrap();
    assert_eq!(joined.missing(), [SECOND]);
}

#[test]
fn the_choice_between_two_keys_of_one_founder_does_not_depend_on_the_order() {
    let (mut genesis, keys) = founded();
    let other = SecretKey::from_seed(&[9; 32]);
    let mut founders = genesis.organisations.to_vec();
    let mut both = vec![founders[0].keys[0], (&other.public_key()).into()];
    both.sort_unstable();
    founders[0].keys = BoundedVec::new(both).unwrap();
    genesis.organisations = BoundedVec::new(founders).unwrap();
    let hash = genesis.hash();
    let part = |key: &SecretKey| {
        let signature = FounderSignature::new(&hash, keys[0].0, key);
        SignedGenesis::new(genesis.clone(), [signature])
    };
    let parts = vec![part(&keys[0].1), part(&other)];
    let joined = SignedGenesis::join(&parts, &Ed25519).unwrap();
    let backwards: Vec<_> = parts.into_iter().rev().collect();
    assert_eq!(SignedGenesis::join(&backwards, &Ed25519).as_ref(), Ok(&joined));
    assert_eq!(joined.signatures.len(), 1);
}

#[test]
fn files_of_another_genesis_are_told_apart_by_field() {
    let first = signed(&[0]);
    let differing: [(&str, Change); 9] = [
        ("protocol_version", |file| file.genesis.protocol_version = 2),
        ("network", |file| file.genesis.network = "other".parse().unwrap()),
        ("development", |file| file.genesis.development = true),
        ("start", |file| file.genesis.start = file.genesis.start.saturating_add(1)),
        ("validators", |file| file.genesis.validators = network(5).genesis.validators),
        ("organisations", |file| file.genesis.organisations = BoundedVec::default()),
        ("rules", |file| file.genesis.rules.admit = file.genesis.rules.suspend.clone()),
        ("parameters", |file| file.genesis.parameters.retention_ms += 1),
        ("agreement", |file| file.genesis.agreement.delta_ms += 1),
    ];
    for (field, change) in differing {
        let mut second = first.clone();
        change(&mut second);
        let joined = SignedGenesis::join(&[first.clone(), second], &Ed25519);
        assert_eq!(joined, Err(JoinError::Differs { at: 1, field }));
    }
}

#[test]
fn a_wrong_file_is_named() {
    let mut wrong = signed(&[1]);
    let (id, key) = (wrong.signatures[0].organisation, wrong.signatures[0].key);
    let signature = signed(&[0]).signatures[0].signature;
    wrong.signatures =
        BoundedVec::first_of([FounderSignature { organisation: id, key, signature }]);
    let error = FoundersError::Signature(id);
    let joined = SignedGenesis::join(&[signed(&[0]), wrong], &Ed25519);
    assert_eq!(joined, Err(JoinError::Part { at: 1, error }));
    assert_eq!(SignedGenesis::join(&[], &Ed25519), Err(JoinError::Nothing));
}
