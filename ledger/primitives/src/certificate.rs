//! Certificates: the votes of a quorum in one value that anyone can check.

use crate::bounded::BoundedVec;
use crate::committee::Committee;
use crate::hash::GenesisHash;
use crate::header::Header;
use crate::keys::{Signature, Verifier};
use crate::limits::{BITMAP_BYTES_MAX, VALIDATORS_MAX};
use crate::position::{Epoch, View};
use crate::validators::ValidatorIndex;
use crate::verified::Verify;
use crate::vote::{Subject, Vote, vote_bytes};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Which members signed: bit i of byte ⌊i / 8⌋, the lowest bit first. It has as many bytes as
/// the set needs, and its spare bits are zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bitmap(BoundedVec<u8, BITMAP_BYTES_MAX>);

impl Bitmap {
    /// The bitmap with these bytes, whether or not they fit any set.
    pub const fn from_bytes(bytes: BoundedVec<u8, BITMAP_BYTES_MAX>) -> Self {
        Self(bytes)
    }

    /// The bitmap of these members of a set of `members`. Places beyond the set are left out.
    pub fn of(signers: &BTreeSet<ValidatorIndex>, members: usize) -> Self {
        let byte = |at: usize| {
            (0..8_usize)
                .filter(|bit| at.saturating_mul(8).saturating_add(*bit) < members)
                .filter(|bit| {
                    let place = at.saturating_mul(8).saturating_add(*bit);
                    u8::try_from(place).is_ok_and(|i| signers.contains(&ValidatorIndex::new(i)))
                })
                .fold(0_u8, |byte, bit| byte | (1 << bit))
        };
        Self(BoundedVec::first_of((0..members.div_ceil(8)).map(byte)))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether the member at `index` is in it.
    pub fn contains(&self, index: ValidatorIndex) -> bool {
        self.0.get(index.usize() / 8).is_some_and(|byte| byte & (1 << (index.get() % 8)) != 0)
    }

    /// The members in it, in order.
    pub fn iter(&self) -> impl Iterator<Item = ValidatorIndex> + '_ {
        (0..=u8::MAX).map(ValidatorIndex::new).filter(|index| self.contains(*index))
    }
}

/// The matching votes of at least a quorum: a notarization, nullification or finalization.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Certificate {
    /// The network, named so that a foreign certificate is known as such.
    pub genesis: GenesisHash,
    /// The epoch whose validators voted.
    pub epoch: Epoch,
    /// The view they voted on.
    pub view: View,
    /// What they all said.
    pub subject: Subject,
    /// Who they are.
    pub signers: Bitmap,
    /// Their votes' signatures, in the order of the bitmap.
    pub signatures: BoundedVec<Signature, VALIDATORS_MAX>,
}

/// Why a certificate is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// It belongs to another network.
    #[error("a certificate of network {got}, not of {expected}")]
    Genesis {
        /// The committee's network.
        expected: GenesisHash,
        /// The certificate's.
        got: GenesisHash,
    },
    /// It belongs to another epoch.
    #[error("a certificate of epoch {got}, where epoch {expected} is meant")]
    Epoch {
        /// The committee's epoch.
        expected: Epoch,
        /// The certificate's.
        got: Epoch,
    },
    /// Its bitmap has another length than the set's.
    #[error("a bitmap of {got} bytes, where {expected} are right")]
    BitmapLength {
        /// ⌈n / 8⌉.
        expected: usize,
        /// The certificate's.
        got: usize,
    },
    /// Its bitmap, or a vote for it, names a place beyond the set.
    #[error("validator {signer} is not one of the {members}")]
    UnknownSigner {
        /// That place.
        signer: ValidatorIndex,
        /// How many places there are.
        members: usize,
    },
    /// It has another number of signatures than of signers.
    #[error("{signatures} signatures of {signers} signers")]
    Lengths {
        /// Bits set.
        signers: usize,
        /// Signatures present.
        signatures: usize,
    },
    /// Too few members signed.
    #[error("{got} signers, where {quorum} are needed")]
    NoQuorum {
        /// q of the set.
        quorum: usize,
        /// Bits set.
        got: usize,
    },
    /// One member's vote stands in it more than once.
    #[error("validator {signer} stands in it more than once")]
    RepeatedSigner {
        /// The second place at which it stands, or the member whose vote was offered twice.
        signer: ValidatorIndex,
    },
    /// A signature does not cover what the certificate says.
    #[error("the signature of validator {signer} does not cover this certificate")]
    Signature {
        /// Who is said to have signed.
        signer: ValidatorIndex,
    },
    /// Votes that say different things were put together.
    #[error("the vote of validator {signer} says something else")]
    Mixed {
        /// Whose vote differs from the first.
        signer: ValidatorIndex,
    },
}

impl Certificate {
    /// Whether it finalizes this very block. Its signatures are checked elsewhere.
    pub fn finalizes(&self, header: &Header) -> bool {
        self.subject == Subject::Finalize(header.digest())
            && self.genesis == header.genesis
            && self.epoch == header.epoch
    }

    /// Puts together votes that say the same, each of another member. It does not verify them, nor
    /// count to a quorum: what it gives may still be refused.
    pub fn assemble(committee: &Committee, votes: &[Vote]) -> Result<Self, CertificateError> {
        let (members, quorum) = (committee.validators.len(), committee.validators.quorum());
        let first = votes.first().ok_or(CertificateError::NoQuorum { quorum, got: 0 })?;
        let mut by_signer = BTreeMap::new();
        for vote in votes {
            let signer = vote.signer;
            if (vote.epoch, vote.statement()) != (first.epoch, first.statement()) {
                return Err(CertificateError::Mixed { signer });
            }
            if signer.usize() >= members {
                return Err(CertificateError::UnknownSigner { signer, members });
            }
            if by_signer.insert(signer, vote.signature).is_some() {
                return Err(CertificateError::RepeatedSigner { signer });
            }
        }
        let signers = by_signer.keys().copied().collect();
        Ok(Self {
            genesis: committee.genesis,
            epoch: first.epoch,
            view: first.view,
            subject: first.subject,
            signers: Bitmap::of(&signers, members),
            signatures: BoundedVec::first_of(by_signer.into_values()),
        })
    }

    fn check_place(&self, committee: &Committee) -> Result<(), CertificateError> {
        if self.genesis != committee.genesis {
            let (expected, got) = (committee.genesis, self.genesis);
            return Err(CertificateError::Genesis { expected, got });
        }
        if self.epoch != committee.epoch {
            let (expected, got) = (committee.epoch, self.epoch);
            return Err(CertificateError::Epoch { expected, got });
        }
        Ok(())
    }

    fn check_signers(&self, committee: &Committee) -> Result<(), CertificateError> {
        let members = committee.validators.len();
        let (expected, got) = (members.div_ceil(8), self.signers.as_bytes().len());
        if got != expected {
            return Err(CertificateError::BitmapLength { expected, got });
        }
        if let Some(signer) = self.signers.iter().find(|index| index.usize() >= members) {
            return Err(CertificateError::UnknownSigner { signer, members });
        }
        let (signers, signatures) = (self.signers.iter().count(), self.signatures.len());
        if signers != signatures {
            return Err(CertificateError::Lengths { signers, signatures });
        }
        let quorum = committee.validators.quorum();
        if signers < quorum {
            return Err(CertificateError::NoQuorum { quorum, got: signers });
        }
        Ok(())
    }

    // One signature at two places can verify at one of them only. Naming it a repeated signer
    // tells a forger's trick from a damaged message, and costs no signature check.
    fn check_repeats(&self) -> Result<(), CertificateError> {
        let mut seen = BTreeSet::new();
        match self.signers.iter().zip(&self.signatures).find(|(_, s)| !seen.insert(**s)) {
            Some((signer, _)) => Err(CertificateError::RepeatedSigner { signer }),
            None => Ok(()),
        }
    }
}

impl Verify for Certificate {
    type Error = CertificateError;

    fn verify<V: Verifier>(
        &self,
        committee: &Committee,
        verifier: &V,
    ) -> Result<(), CertificateError> {
        self.check_place(committee)?;
        self.check_signers(committee)?;
        self.check_repeats()?;
        let members = committee.validators.len();
        for (signer, signature) in self.signers.iter().zip(&self.signatures) {
            let member = committee
                .validators
                .get(signer)
                .ok_or(CertificateError::UnknownSigner { signer, members })?;
            let bytes = vote_bytes(
                &self.genesis,
                self.epoch,
                &member.incarnation,
                self.view,
                &self.subject,
            );
            if !verifier.verify(&member.key, &bytes, signature) {
                return Err(CertificateError::Signature { signer });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
