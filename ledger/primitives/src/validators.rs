//! Validator sets and the arithmetic of quorums.

use crate::bounded::BoundedVec;
use crate::codec;
use crate::hash::{Hash, Purpose};
use crate::keys::PublicKey;
use crate::limits::VALIDATORS_MAX;
use crate::position::{Epoch, View};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use thiserror::Error as ThisError;

/// One life of a consensus key: drawn at random when the key is generated together with its
/// empty acts log, and drawn anew when that log is lost (R14). Signatures cover it, so that what
/// the key signed in an earlier life counts for nothing in a later one.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Incarnation([u8; 16]);

impl Incarnation {
    /// The incarnation with these 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// A member of a validator set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Validator {
    /// Its consensus key.
    pub key: PublicKey,
    /// The life of that key which may vote.
    pub incarnation: Incarnation,
}

/// A validator's place in its set, which is sorted by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ValidatorIndex(u8);

impl ValidatorIndex {
    /// The place that counts `number` from zero.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number, counted from zero.
    pub const fn get(self) -> u8 {
        self.0
    }

    pub(crate) const fn usize(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for ValidatorIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The validators of an epoch: 1 to 100 of them, sorted by key, no key twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ValidatorSet(BoundedVec<Validator, VALIDATORS_MAX>);

/// Why members do not make a validator set, or not one that may follow another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
pub enum ValidatorSetError {
    /// Nobody, or more than a set may hold.
    #[error("{got} validators, where 1 to {VALIDATORS_MAX} are allowed")]
    Size {
        /// How many there were.
        got: usize,
    },
    /// A key stands twice.
    #[error("the key of validator {at} stands twice")]
    RepeatedKey {
        /// The first of its two places, in the order of keys.
        at: usize,
    },
    /// Encoded members that are not sorted by key.
    #[error("validators are not sorted by key")]
    Unsorted,
    /// More members would change at once than the set tolerates faults.
    #[error("{got} members change, where at most {max} may in one epoch")]
    TooManyChanges {
        /// The larger of 1 and f.
        max: usize,
        /// Members added, removed, or given a new incarnation, a replacement counting once.
        got: usize,
    },
}

impl ValidatorSet {
    /// The set of these members, in any order.
    pub fn new(mut members: Vec<Validator>) -> Result<Self, ValidatorSetError> {
        members.sort_unstable();
        Self::from_sorted(members)
    }

    fn from_sorted(members: Vec<Validator>) -> Result<Self, ValidatorSetError> {
        let got = members.len();
        for (at, (first, second)) in members.iter().zip(members.iter().skip(1)).enumerate() {
            match first.key.cmp(&second.key) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => {
                    return Err(ValidatorSetError::RepeatedKey { at });
                }
                std::cmp::Ordering::Greater => return Err(ValidatorSetError::Unsorted),
            }
        }
        match BoundedVec::new(members) {
            Ok(members) if got > 0 => Ok(Self(members)),
            _ => Err(ValidatorSetError::Size { got }),
        }
    }

    /// How many members there are: n.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never: a set has at least one member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many members may be faulty: f = ⌊(n − 1) / 3⌋.
    pub fn faults_max(&self) -> usize {
        faults_max(self.len())
    }

    /// How many matching votes make a certificate: q = n − f. Not 2f + 1, which is smaller
    /// unless n = 3f + 1, and then two quorums need not share a correct member.
    pub fn quorum(&self) -> usize {
        quorum(self.len())
    }

    /// The member at `index`, if there is one.
    pub fn get(&self, index: ValidatorIndex) -> Option<&Validator> {
        self.0.get(index.usize())
    }

    /// The place of the member with this key, if there is one.
    pub fn index_of(&self, key: &PublicKey) -> Option<ValidatorIndex> {
        let place = self.0.binary_search_by(|member| member.key.cmp(key)).ok()?;
        u8::try_from(place).ok().map(ValidatorIndex)
    }

    /// The members with their places, in order.
    pub fn iter(&self) -> impl Iterator<Item = (ValidatorIndex, &Validator)> {
        (0..).map(ValidatorIndex).zip(self.0.iter())
    }

    /// Who may propose in `view` (R2): the members in turn, beginning where the epoch says.
    pub fn leader(&self, epoch: Epoch, view: View) -> ValidatorIndex {
        let turn = u128::from(epoch.get()).saturating_add(u128::from(view.get()));
        let place = turn.checked_rem(self.len() as u128).unwrap_or_default();
        ValidatorIndex(u8::try_from(place).unwrap_or_default())
    }

    /// The hash that headers carry.
    pub fn hash(&self) -> Hash {
        Hash::of(Purpose::ValidatorSet, &codec::encode(self))
    }

    /// Refuses a set that changes too many members at once to follow this one (R12). With at most
    /// max(1, f) new members, the quorums of neighbouring epochs still know each other.
    pub fn check_successor(&self, next: &Self) -> Result<(), ValidatorSetError> {
        let now: BTreeSet<_> = self.0.iter().collect();
        let then: BTreeSet<_> = next.0.iter().collect();
        let got = now.difference(&then).count().max(then.difference(&now).count());
        let max = self.faults_max().max(1);
        if got > max {
            return Err(ValidatorSetError::TooManyChanges { max, got });
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for ValidatorSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = BoundedVec::<Validator, VALIDATORS_MAX>::deserialize(deserializer)?;
        Self::from_sorted(members.to_vec()).map_err(D::Error::custom)
    }
}

/// f of a set of `n` validators.
pub(crate) const fn faults_max(n: usize) -> usize {
    n.saturating_sub(1) / 3
}

/// q of a set of `n` validators.
pub(crate) const fn quorum(n: usize) -> usize {
    n.saturating_sub(faults_max(n))
}

#[cfg(test)]
mod tests;
