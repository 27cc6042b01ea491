//! The validator set of one epoch of one network: all that a signature is checked against.

use crate::hash::GenesisHash;
use crate::keys::PublicKey;
use crate::position::{Epoch, View};
use crate::validators::{ValidatorIndex, ValidatorSet};
use std::hash::{Hash, Hasher};

/// Who votes in one epoch of one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committee {
    /// The network.
    pub genesis: GenesisHash,
    /// The epoch.
    pub epoch: Epoch,
    /// Its validators.
    pub validators: ValidatorSet,
}

impl Committee {
    /// Who may propose in `view` (R2).
    pub fn leader(&self, view: View) -> ValidatorIndex {
        self.validators.leader(self.epoch, view)
    }

    /// The key of the member at `index`, if there is one.
    pub fn key(&self, index: ValidatorIndex) -> Option<&PublicKey> {
        self.validators.get(index).map(|member| &member.key)
    }
}

// A committee never changes while it is in use: its network and epoch tell it from others.
impl Hash for Committee {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Hash::hash(&self.genesis, state);
        Hash::hash(&self.epoch, state);
    }
}
