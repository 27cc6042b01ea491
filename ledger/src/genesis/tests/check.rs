//! Each way in which a genesis is none.

use super::{founded, list, network};
use crate::genesis::{Founder, Genesis, GenesisError};
use crate::key::KeyBytes;
use crate::limits::SIGNERS_MAX;
use crate::organisation::{OrganisationId, Role, Roles};
use crate::parameters::ParametersError;
use crate::rule::{Action, AuthRule, RuleError};
use hefu_primitives::{KeyError, SecretKey, Timestamp, ValidatorSet};

const FIRST: OrganisationId = OrganisationId::new(1);
const SECOND: OrganisationId = OrganisationId::new(2);

/// What is wrong with a founded network after this change.
fn refused(change: impl FnOnce(&mut Genesis)) -> GenesisError {
    let (mut genesis, _) = founded();
    assert_eq!(genesis.check(), Ok(()));
    change(&mut genesis);
    genesis.check().unwrap_err()
}

/// The same after a change of the organisations alone.
fn refused_founders(change: impl FnOnce(&mut Vec<Founder>)) -> GenesisError {
    refused(|genesis| {
        let mut founders = genesis.organisations.to_vec();
        change(&mut founders);
        genesis.organisations = list(founders);
    })
}

fn validators(genesis: &Genesis, count: usize) -> ValidatorSet {
    let members = genesis.validators.iter().map(|(_, member)| *member);
    ValidatorSet::new(members.take(count).collect()).unwrap()
}

fn several(count: u8, role: Role) -> AuthRule {
    AuthRule::Signatures { count, role }
}

#[test]
fn another_protocol_version_is_refused() {
    let error = refused(|genesis| genesis.protocol_version = 2);
    assert_eq!(error, GenesisError::ProtocolVersion { got: 2 });
}

#[test]
fn a_network_starts_before_the_year_10000() {
    let late = Timestamp::new(253_402_300_800_000);
    assert_eq!(refused(|genesis| genesis.start = late), GenesisError::Start(late));
}

#[test]
fn delta_suits_a_network() {
    for got in [0, 9, 5_001, u64::MAX] {
        let error = refused(|genesis| genesis.agreement.delta_ms = got);
        assert_eq!(error, GenesisError::Delta { got });
    }
}

#[test]
fn four_validators_are_needed_outside_development() {
    let error = refused(|genesis| genesis.validators = validators(genesis, 3));
    assert_eq!(error, GenesisError::FewValidators { got: 3 });
    assert_eq!(network(1).genesis.check(), Ok(()));
}

#[test]
fn organisations_are_sorted_and_numbered() {
    let error = refused_founders(|founders| founders.swap(0, 1));
    assert_eq!(error, GenesisError::OrganisationOrder);
    let error = refused_founders(|founders| founders[1].id = FIRST);
    assert_eq!(error, GenesisError::OrganisationOrder);
    let beyond = OrganisationId::new(1_024);
    let error = refused_founders(|founders| founders[3].id = beyond);
    assert_eq!(error, GenesisError::OrganisationNumber(beyond));
}

#[test]
fn roles_mean_something() {
    for wrong in [0, 64] {
        let error = refused_founders(|founders| founders[0].roles = Roles::from_bits(wrong));
        assert_eq!(error, GenesisError::Roles(FIRST));
    }
}

#[test]
fn an_organisation_has_sorted_keys() {
    let error = refused_founders(|founders| founders[0].keys = list(vec![]));
    assert_eq!(error, GenesisError::KeyOrder(FIRST));
    let error = refused_founders(|founders| {
        let key = founders[0].keys[0];
        founders[0].keys = list(vec![key, key]);
    });
    assert_eq!(error, GenesisError::KeyOrder(FIRST));
}

#[test]
fn weak_keys_are_refused() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let key = KeyBytes::from_bytes(neutral);
    let error = refused_founders(|founders| founders[0].keys = list(vec![key]));
    assert_eq!(error, GenesisError::Key { organisation: FIRST, error: KeyError::SmallOrder });
}

#[test]
fn a_key_has_one_owner() {
    let error = refused_founders(|founders| founders[1].keys = founders[0].keys.clone());
    assert_eq!(error, GenesisError::SharedKey { first: FIRST, second: SECOND });
    let validator = KeyBytes::from(&network(4).validators[2].public_key());
    let error = refused_founders(|founders| founders[1].keys = list(vec![validator]));
    assert_eq!(error, GenesisError::ValidatorKey(SECOND));
}

#[test]
fn somebody_enrols_and_somebody_governs() {
    for role in [Role::Member, Role::Registrar] {
        let others = Role::NAMED.map(|(one, _)| one).into_iter().filter(|one| *one != role);
        let others = Roles::of(others);
        let error = refused_founders(|founders| founders.iter_mut().for_each(|f| f.roles = others));
        assert_eq!(error, GenesisError::Nobody(role));
    }
}

#[test]
fn an_empty_rule_is_refused_in_development_too() {
    let mut genesis = network(1).genesis;
    genesis.rules.anchor = several(0, Role::Member);
    let empty = GenesisError::Rule { action: Action::Anchor, error: RuleError::Empty };
    assert_eq!(genesis.check(), Err(empty));
}

#[test]
fn the_founders_can_satisfy_every_rule() {
    for (action, name) in Action::NAMED {
        let error = refused(|genesis| {
            let rules = &mut genesis.rules;
            let rule = match action {
                Action::Suspend => &mut rules.suspend,
                Action::SuspendLegal => &mut rules.suspend_legal,
                Action::Reinstate => &mut rules.reinstate,
                Action::Revoke => &mut rules.revoke,
                Action::Admit => &mut rules.admit,
                Action::UpdateOrganisation => &mut rules.update_organisation,
                Action::Anchor => &mut rules.anchor,
            };
            *rule = several(5, Role::Member);
        });
        assert_eq!(error, GenesisError::Unsatisfiable(action), "{name}");
        assert!(error.to_string().starts_with(&format!("the rule {name} asks")), "{error}");
    }
    let mut genesis = network(4).genesis;
    genesis.rules.suspend = several(5, Role::Member);
    assert_eq!(genesis.check(), Ok(()), "in development, organisations come and go");
}

#[test]
fn revocation_takes_two_organisations() {
    let error = refused(|genesis| {
        let mut only = genesis.organisations[0].clone();
        only.roles = Roles::of(Role::NAMED.map(|(role, _)| role));
        genesis.organisations = list(vec![only]);
        let one = several(1, Role::Member);
        let rules = &mut genesis.rules;
        (rules.suspend_legal, rules.reinstate) = (one.clone(), one.clone());
        (rules.admit, rules.update_organisation) = (one.clone(), one.clone());
        rules.revoke = one;
    });
    assert_eq!(error, GenesisError::Unsatisfiable(Action::Revoke));
}

#[test]
fn a_rule_asks_for_no_more_signers_than_a_transaction_has() {
    let more = u8::try_from(SIGNERS_MAX + 1).unwrap();
    let with = |rule: AuthRule| {
        move |genesis: &mut Genesis| {
            let founder = |number: u16| Founder {
                id: OrganisationId::new(number),
                keys: list(vec![key(number)]),
                ..genesis.organisations[0].clone()
            };
            genesis.organisations = list((1..=40).map(founder).collect());
            genesis.rules.anchor = rule;
            genesis.rules.suspend_legal = several(1, Role::Member);
        }
    };
    let (few, many) = (several(1, Role::Member), several(more, Role::Member));
    let all = AuthRule::All(list(vec![few.clone(), many.clone()]));
    assert_eq!(refused(with(all)), GenesisError::Unsatisfiable(Action::Anchor));
    let (mut genesis, _) = founded();
    with(AuthRule::Any(list(vec![few.clone(), many])))(&mut genesis);
    assert_eq!(genesis.check(), Ok(()));
    genesis.rules.admit = several(more - 2, Role::Member);
    assert_eq!(genesis.check(), Ok(()));
    genesis.rules.admit = several(more - 1, Role::Member);
    let error = genesis.check().unwrap_err();
    assert_eq!(error, GenesisError::Unsatisfiable(Action::Admit), "who joins signs too");
}

fn key(number: u16) -> KeyBytes {
    let mut seed = [7; 32];
    seed[..2].copy_from_slice(&number.to_le_bytes());
    KeyBytes::from(&SecretKey::from_seed(&seed).public_key())
}

#[test]
fn parameters_are_checked() {
    let error = refused(|genesis| genesis.parameters.retention_ms = 0);
    let span = ParametersError::Span { name: "retention_ms", got: 0 };
    assert_eq!(error, GenesisError::Parameters(span));
}
