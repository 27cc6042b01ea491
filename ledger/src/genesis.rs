//! The genesis: what a network begins with, and what its name stands for.

use crate::did::NetworkName;
use crate::execute::Commitments;
use crate::key::KeyBytes;
use crate::limits::{ORGANISATION_KEYS_MAX, ORGANISATIONS_MAX};
use crate::merkle::List;
use crate::organisation::{Organisation, OrganisationId, Roles, Standing};
use crate::parameters::Parameters;
use crate::rule::Rules;
use crate::state::{Protocol, StateEntry, StateKey, StateValue, Validators};
use crate::text::Title;
use hefu_primitives::hash::Purpose;
use hefu_primitives::{
    BoundedVec, Digest, Epoch, GenesisHash, Hash, Header, Height, Timestamp, ValidatorSet, codec,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

mod check;
mod development;
mod error;
mod file;
mod signed;

pub use development::{Development, DevelopmentError, development};
pub use error::{FoundersError, GenesisError, JoinError};
pub use signed::{FounderSignature, SignedGenesis, founding_bytes};

/// The version of the rules of execution that this program knows.
pub const PROTOCOL_VERSION: u32 = 1;

/// All that validators must agree on before the first block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// The version of the rules by which the first blocks are executed.
    pub protocol_version: u32,
    /// The network's name, which stands in its DIDs.
    pub network: NetworkName,
    /// Whether it is for trying out: few validators, well-known keys.
    pub development: bool,
    /// When it begins; the time of the genesis block.
    pub start: Timestamp,
    /// The validators of the first epoch.
    pub validators: ValidatorSet,
    /// The founding organisations, sorted by number.
    pub organisations: BoundedVec<Founder, ORGANISATIONS_MAX>,
    /// The authority rules.
    pub rules: Rules,
    /// The parameters.
    pub parameters: Parameters,
    /// How the validators agree.
    pub agreement: Agreement,
}

/// An organisation that is there from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Founder {
    /// Its number.
    pub id: OrganisationId,
    /// Its name for people.
    pub name: Title,
    /// What it may do.
    pub roles: Roles,
    /// Its keys, sorted.
    pub keys: BoundedVec<KeyBytes, ORGANISATION_KEYS_MAX>,
}

/// Numbers of the agreement protocol that all validators share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The delay of a message that is assumed at first, in milliseconds.
    pub delta_ms: u64,
}

impl Genesis {
    /// What names the network.
    pub fn hash(&self) -> GenesisHash {
        GenesisHash::new(Hash::of(Purpose::Genesis, &codec::encode(self)))
    }

    /// The records of the first state.
    pub fn records(&self) -> BTreeMap<StateKey, StateEntry> {
        let validators = Validators {
            epoch: Epoch::ZERO,
            current: self.validators.clone(),
            next: self.validators.clone(),
        };
        let protocol = Protocol { version: self.protocol_version, next: None };
        let shared = [
            (StateKey::Rules, StateValue::Rules(self.rules.clone())),
            (StateKey::Parameters, StateValue::Parameters(self.parameters)),
            (StateKey::Validators, StateValue::Validators(validators)),
            (StateKey::Protocol, StateValue::Protocol(protocol)),
        ];
        let founders = self.organisations.iter().map(|founder| {
            let organisation = StateValue::Organisation(founder.organisation(self.start));
            (StateKey::Organisation(founder.id), organisation)
        });
        let all = shared.into_iter().chain(founders);
        all.map(|(key, value)| (key, StateEntry::new(Arc::new(value)))).collect()
    }

    /// The header of the genesis block, whose state has this root.
    pub fn header(&self, state_root: Hash) -> Header {
        let commitments = self.commitments(state_root);
        Header {
            protocol_version: self.protocol_version,
            genesis: self.hash(),
            epoch: commitments.epoch,
            height: Height::ZERO,
            parent: Digest::default(),
            time: self.start,
            transaction_root: commitments.transaction_root,
            state_root,
            history_root: List::History.empty_root(),
            validators: commitments.validators,
            next_validators: commitments.next_validators,
        }
    }

    fn commitments(&self, state_root: Hash) -> Commitments {
        Commitments {
            protocol_version: self.protocol_version,
            epoch: Epoch::ZERO,
            transaction_root: List::Transactions.empty_root(),
            state_root,
            validators: self.validators.hash(),
            next_validators: self.validators.hash(),
        }
    }
}

impl Founder {
    fn organisation(&self, admitted: Timestamp) -> Organisation {
        Organisation {
            name: self.name.clone(),
            roles: self.roles,
            keys: self.keys.clone(),
            standing: Standing::Good,
            admitted,
        }
    }
}

#[cfg(test)]
mod tests;
