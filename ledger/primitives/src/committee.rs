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

#[cfg(test)]
mod tests {
    use crate::testing::{Members, digest};
    use crate::{Ed25519, Epoch, SignedProposal, ValidatorIndex, Verify, View};
    use std::collections::BTreeSet;

    #[test]
    fn a_member_has_a_key_and_nobody_else_has() {
        let Members { committee, keys } = Members::new(4);
        for (place, key) in (0..).zip(&keys) {
            let index = ValidatorIndex::new(place);
            assert_eq!(committee.key(index), Some(&key.public_key()));
        }
        assert_eq!(committee.key(ValidatorIndex::new(4)), None);
    }

    #[test]
    fn r2_the_turn_begins_where_the_epoch_says() {
        let mut members = Members::new(4);
        let mut leaders = BTreeSet::new();
        for epoch in 0..4 {
            members.committee.epoch = Epoch::new(epoch);
            let proposal: SignedProposal = members.proposal(1, digest(1));
            assert_eq!(proposal.verify(&members.committee, &Ed25519), Ok(()));
            leaders.insert(members.committee.leader(View::new(1)));
        }
        assert_eq!(leaders.len(), 4);
    }
}
