//! Networks for trying out, whose keys everybody knows.
//!
//! Every secret key of a development network follows from its name, so anybody can vote and sign
//! in it. That is what it is for: a test or a demonstration needs no ceremony. Its genesis says
//! so, and a node outside development refuses it.

use super::{Agreement, Founder, Genesis, PROTOCOL_VERSION};
use crate::did::NetworkName;
use crate::key::KeyBytes;
use crate::limits::DELTA_MS_DEVELOPMENT;
use crate::organisation::{OrganisationId, Role, Roles};
use crate::parameters::Parameters;
use crate::rule::{AuthRule, Rules};
use crate::text::TextError;
use hefu_primitives::{
    BoundedVec, Hash, Incarnation, Purpose, SecretKey, Timestamp, Validator, ValidatorSet,
    ValidatorSetError, codec,
};
use thiserror::Error;

/// A development network with everybody's keys.
#[derive(Clone, Debug)]
pub struct Development {
    /// The genesis.
    pub genesis: Genesis,
    /// The validators' keys, in the order of the set.
    pub validators: Vec<SecretKey>,
    /// One key of each organisation, in the order of their numbers.
    pub organisations: Vec<(OrganisationId, SecretKey)>,
}

/// Why there is no such development network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DevelopmentError {
    /// It would have no validator, or too many.
    #[error(transparent)]
    Validators(#[from] ValidatorSetError),
    /// An organisation would have a name that is none.
    #[error(transparent)]
    Name(#[from] TextError),
}

/// Who is there, and what they may do: each role at least once, two registrars and four members,
/// so that whatever takes two can be tried.
const ORGANISATIONS: [(&str, &[Role]); 4] = [
    ("Development registrar 1", &[Role::Member, Role::Registrar]),
    ("Development registrar 2", &[Role::Member, Role::Registrar, Role::Opener]),
    ("Development platform", &[Role::Member, Role::Platform, Role::Issuer]),
    ("Development auditor", &[Role::Member, Role::Auditor, Role::Opener]),
];

/// The development network of this name, with 1 to 100 validators.
pub fn development(
    network: NetworkName,
    validators: u8,
    start: Timestamp,
) -> Result<Development, DevelopmentError> {
    let members = members(&network, validators);
    let organisations = organisations(&network);
    let genesis = Genesis {
        protocol_version: PROTOCOL_VERSION,
        development: true,
        start,
        validators: ValidatorSet::new(members.iter().map(|(member, _)| *member).collect())?,
        organisations: BoundedVec::first_of(founders(&organisations)?),
        rules: rules(),
        parameters: Parameters::default(),
        agreement: Agreement { delta_ms: DELTA_MS_DEVELOPMENT },
        network,
    };
    let validators = members.into_iter().map(|(_, key)| key).collect();
    Ok(Development { genesis, validators, organisations })
}

/// The hash from which a secret key or an incarnation is taken.
fn seed(network: &NetworkName, what: &str, number: u16) -> Hash {
    Hash::of(Purpose::DevelopmentKey, &codec::encode(&(network, what, number)))
}

fn secret(network: &NetworkName, what: &str, number: u16) -> SecretKey {
    SecretKey::from_seed(seed(network, what, number).as_bytes())
}

fn members(network: &NetworkName, count: u8) -> Vec<(Validator, SecretKey)> {
    let member = |number: u16| {
        let secret = secret(network, "validator", number);
        let life = seed(network, "incarnation", number);
        let incarnation =
            Incarnation::from_bytes(life.as_bytes().first_chunk().copied().unwrap_or_default());
        (Validator { key: secret.public_key(), incarnation }, secret)
    };
    let mut members: Vec<_> = (1..=u16::from(count)).map(member).collect();
    members.sort_unstable_by_key(|(member, _)| *member);
    members
}

fn organisations(network: &NetworkName) -> Vec<(OrganisationId, SecretKey)> {
    let numbers = (1_u16..).zip(&ORGANISATIONS).map(|(number, _)| number);
    numbers
        .map(|number| (OrganisationId::new(number), secret(network, "organisation", number)))
        .collect()
}

fn founders(organisations: &[(OrganisationId, SecretKey)]) -> Result<Vec<Founder>, TextError> {
    let described = organisations.iter().zip(&ORGANISATIONS);
    let founder = described.map(|((id, key), (name, roles))| {
        let keys = BoundedVec::first_of([KeyBytes::from(&key.public_key())]);
        let roles = Roles::of(roles.iter().copied());
        Ok(Founder { id: *id, name: name.parse()?, roles, keys })
    });
    founder.collect()
}

fn rules() -> Rules {
    let several = |count, role| AuthRule::Signatures { count, role };
    let both = |first, second| AuthRule::All(BoundedVec::first_of([first, second]));
    Rules {
        suspend: several(1, Role::Registrar),
        suspend_legal: several(2, Role::Member),
        reinstate: both(several(1, Role::Registrar), several(2, Role::Member)),
        revoke: both(several(1, Role::Registrar), several(2, Role::Member)),
        admit: several(3, Role::Member),
        update_organisation: several(3, Role::Member),
        anchor: AuthRule::Any(BoundedVec::first_of(Role::NAMED.map(|(role, _)| several(1, role)))),
    }
}
