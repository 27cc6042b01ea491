//! From the validators of the genesis to those of a checkpoint.

use super::policy::{Policy, PolicyError};
use crate::genesis::Genesis;
use hefu_primitives::{
    Checkpoint, CheckpointError, Committee, Digest, Epoch, GenesisHash, Hash, Header, Height,
    ValidatorSet, Verifier, Verify,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// What a verifier has from elsewhere: which network it means, and who voted first in it. Both follow
/// from the genesis file, whose hash commits to the validators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The network.
    pub genesis: GenesisHash,
    /// The validators of epoch 0.
    pub validators: ValidatorSet,
}

impl From<&Genesis> for Origin {
    fn from(genesis: &Genesis) -> Self {
        Self { genesis: genesis.hash(), validators: genesis.validators.clone() }
    }
}

/// The end of an epoch, and who votes in the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochEnd {
    /// The boundary block, as final.
    pub boundary: Checkpoint,
    /// The validators whose hash it names as the next ones.
    pub next: ValidatorSet,
}

/// One of the final headers of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The boundary block of this epoch.
    Boundary(Epoch),
    /// The checkpoint.
    Checkpoint,
    /// The older checkpoint of a consistency claim.
    Older,
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boundary(epoch) => write!(f, "the boundary block of epoch {epoch}"),
            Self::Checkpoint => f.write_str("the checkpoint"),
            Self::Older => f.write_str("the older checkpoint"),
        }
    }
}

/// Why a header of a bundle is not a final one of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChainError {
    /// The bundle is about another network.
    #[error("a bundle of network {got}, where {expected} is meant")]
    OtherNetwork {
        /// The verifier's network.
        expected: GenesisHash,
        /// The bundle's.
        got: GenesisHash,
    },
    /// A header is another network's.
    #[error("{which} is of network {got}, where {expected} is meant")]
    Genesis {
        /// Which header.
        which: Which,
        /// The verifier's network.
        expected: GenesisHash,
        /// The header's.
        got: GenesisHash,
    },
    /// A header is of an epoch that does not follow.
    #[error("{which} is of epoch {got}, where epoch {expected} comes next")]
    Epoch {
        /// Which header.
        which: Which,
        /// The epoch whose turn it is, or the last that is known.
        expected: Epoch,
        /// The header's.
        got: Epoch,
    },
    /// A header names other validators than those of its epoch.
    #[error("{which} names the validators {got}, where its epoch has {expected}")]
    Validators {
        /// Which header.
        which: Which,
        /// The hash of the epoch's set.
        expected: Hash,
        /// The header's.
        got: Hash,
    },
    /// A block that changes no validators is said to end its epoch.
    #[error("the block said to end epoch {0} changes no validators")]
    NotBoundary(Epoch),
    /// A set is not the one that the boundary block names.
    #[error(
        "the validators after epoch {epoch} hash to {got}, where its last block names {expected}"
    )]
    NextValidators {
        /// The epoch that ends.
        epoch: Epoch,
        /// What the boundary block names.
        expected: Hash,
        /// The hash of the set.
        got: Hash,
    },
    /// A header does not come after the boundary block below it.
    #[error("{which} is block {got}, where the epoch began above block {above}")]
    Height {
        /// Which header.
        which: Which,
        /// The height of the boundary block below.
        above: Height,
        /// The header's.
        got: Height,
    },
    /// A header is not final.
    #[error("{which}: {error}")]
    NotFinal {
        /// Which header.
        which: Which,
        /// Why.
        error: CheckpointError,
    },
}

impl ChainError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherNetwork { .. } => "bundle.other_network",
            Self::Genesis { .. } => "bundle.header_genesis",
            Self::Epoch { .. } => "bundle.header_epoch",
            Self::Validators { .. } => "bundle.header_validators",
            Self::NotBoundary(_) => "bundle.not_boundary",
            Self::NextValidators { .. } => "bundle.next_validators",
            Self::Height { .. } => "bundle.header_height",
            Self::NotFinal { .. } => "bundle.not_final",
        }
    }
}

/// An epoch whose validators are known, and the block from which it starts.
struct Known {
    committee: Committee,
    starts_above: Option<Height>,
}

/// The epochs that are known, from the first on.
pub(super) struct Epochs {
    known: Vec<Known>,
    policy: Policy,
}

/// A header that is final, with what names it.
pub(super) struct FinalHeader {
    pub(super) header: Header,
    pub(super) digest: Digest,
}

impl Epochs {
    /// The epochs that follow from the origin by these ends.
    pub(super) fn follow<V: Verifier>(
        origin: &Origin,
        ends: &[EpochEnd],
        policy: &Policy,
        verifier: &V,
    ) -> Result<Self, super::BundleError> {
        let committee = Committee {
            genesis: origin.genesis,
            epoch: Epoch::ZERO,
            validators: origin.validators.clone(),
        };
        let known = vec![Known { committee, starts_above: None }];
        let mut epochs = Self { known, policy: *policy };
        for end in ends {
            epochs.add(end, verifier)?;
        }
        Ok(epochs)
    }

    /// The newest epoch that is known.
    pub(super) fn newest(&self) -> Epoch {
        self.known.last().map_or(Epoch::ZERO, |known| known.committee.epoch)
    }

    /// The hash of the validators of an epoch that is known.
    pub(super) fn validators(&self, epoch: Epoch) -> Option<Hash> {
        let known = self.known.iter().find(|known| known.committee.epoch == epoch);
        known.map(|known| known.committee.validators.hash())
    }

    fn add<V: Verifier>(&mut self, end: &EpochEnd, verifier: &V) -> Result<(), super::BundleError> {
        let epoch = self.newest();
        let which = Which::Boundary(epoch);
        let boundary = self.check(which, epoch, &end.boundary, verifier)?;
        check_next(&boundary.header, &end.next)?;
        let committee = Committee {
            genesis: boundary.header.genesis,
            epoch: epoch.next(),
            validators: end.next.clone(),
        };
        self.known.push(Known { committee, starts_above: Some(boundary.header.height) });
        Ok(())
    }

    /// The header of `checkpoint`, if it is a final one of `epoch`.
    pub(super) fn check<V: Verifier>(
        &self,
        which: Which,
        epoch: Epoch,
        checkpoint: &Checkpoint,
        verifier: &V,
    ) -> Result<FinalHeader, super::BundleError> {
        let header = &checkpoint.header;
        let known = self.known.iter().find(|known| known.committee.epoch == epoch);
        let wrong_epoch = ChainError::Epoch { which, expected: self.newest(), got: header.epoch };
        let known = known.ok_or(wrong_epoch)?;
        known.check(which, header)?;
        let outcome = checkpoint.verify(&known.committee, verifier);
        outcome.map_err(|error| ChainError::NotFinal { which, error })?;
        let digest = header.digest();
        self.check_known(header.height, digest)?;
        Ok(FinalHeader { header: header.clone(), digest })
    }

    /// Refuses a final header that contradicts the last one that the verifier accepted.
    pub(super) fn check_known(&self, height: Height, digest: Digest) -> Result<(), PolicyError> {
        self.policy.check_fork(height, digest)
    }
}

impl Known {
    fn check(&self, which: Which, header: &Header) -> Result<(), ChainError> {
        let Committee { genesis, epoch, validators } = &self.committee;
        if header.genesis != *genesis {
            return Err(ChainError::Genesis { which, expected: *genesis, got: header.genesis });
        }
        if header.epoch != *epoch {
            return Err(ChainError::Epoch { which, expected: *epoch, got: header.epoch });
        }
        let expected = validators.hash();
        if header.validators != expected {
            return Err(ChainError::Validators { which, expected, got: header.validators });
        }
        match self.starts_above {
            Some(above) if header.height <= above => {
                Err(ChainError::Height { which, above, got: header.height })
            }
            _ => Ok(()),
        }
    }
}

/// Refuses a set that the boundary block does not name.
fn check_next(boundary: &Header, next: &ValidatorSet) -> Result<(), ChainError> {
    let epoch = boundary.epoch;
    if !boundary.is_boundary() {
        return Err(ChainError::NotBoundary(epoch));
    }
    let (expected, got) = (boundary.next_validators, next.hash());
    if got == expected {
        return Ok(());
    }
    Err(ChainError::NextValidators { epoch, expected, got })
}
