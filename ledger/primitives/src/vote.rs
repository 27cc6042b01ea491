//! Votes: what a validator says about a view, and the bytes that it signs.

use crate::codec;
use crate::committee::Committee;
use crate::hash::{Digest, GenesisHash};
use crate::keys::{Signature, Signer, Verifier};
use crate::position::{Epoch, View};
use crate::validators::{Incarnation, ValidatorIndex};
use crate::verified::Verify;
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// What a vote, or a certificate made of votes, is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// The block is fit to be the one of this view (R3).
    Notarize(Digest),
    /// The view is to end without a block (R5).
    Nullify,
    /// The block of this view is irrevocable (R4).
    Finalize(Digest),
}

/// A subject without its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Of [`Subject::Notarize`]; its certificate is a notarization.
    Notarize,
    /// Of [`Subject::Nullify`]; its certificate is a nullification.
    Nullify,
    /// Of [`Subject::Finalize`]; its certificate is a finalization.
    Finalize,
}

impl Subject {
    /// The subject without its digest.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Notarize(_) => Kind::Notarize,
            Self::Nullify => Kind::Nullify,
            Self::Finalize(_) => Kind::Finalize,
        }
    }

    /// The block that it names, if it names one.
    pub const fn digest(&self) -> Option<Digest> {
        match self {
            Self::Notarize(digest) | Self::Finalize(digest) => Some(*digest),
            Self::Nullify => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Notarize => "notarize",
            Self::Nullify => "nullify",
            Self::Finalize => "finalize",
        })
    }
}

/// A validator's vote in a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Vote {
    /// The epoch whose validators vote.
    pub epoch: Epoch,
    /// The view that is voted on.
    pub view: View,
    /// What is said of it.
    pub subject: Subject,
    /// Who votes.
    pub signer: ValidatorIndex,
    /// Over [`vote_bytes`].
    pub signature: Signature,
}

/// Why a vote, or a proposal, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VoteError {
    /// It belongs to another epoch.
    #[error("a statement of epoch {got}, where epoch {expected} is meant")]
    Epoch {
        /// The committee's epoch.
        expected: Epoch,
        /// The statement's.
        got: Epoch,
    },
    /// Its signer is not a member.
    #[error("validator {signer} is not one of the {members}")]
    UnknownSigner {
        /// The place that the statement names.
        signer: ValidatorIndex,
        /// How many places there are.
        members: usize,
    },
    /// Its signature does not cover it: altered, or made for another network or incarnation.
    #[error("the signature of validator {signer} does not cover this statement")]
    Signature {
        /// Who is said to have signed.
        signer: ValidatorIndex,
    },
}

const VOTE_DOMAIN: [u8; 16] = *b"hefu vote v1\0\0\0\0";

/// The bytes that a vote's signature covers: domain (16 bytes), genesis hash (32), epoch (8),
/// incarnation (16), view (8), subject (1, and a digest of 32 unless it is a nullify); numbers are
/// little-endian.
pub fn vote_bytes(
    genesis: &GenesisHash,
    epoch: Epoch,
    incarnation: &Incarnation,
    view: View,
    subject: &Subject,
) -> Vec<u8> {
    codec::encode(&(VOTE_DOMAIN, genesis, epoch, incarnation, view, subject))
}

impl Vote {
    /// The vote of the committee's member `signer`, whose key is `key`; `None` if there is no
    /// such member.
    pub fn sign<S: Signer>(
        committee: &Committee,
        signer: ValidatorIndex,
        view: View,
        subject: Subject,
        key: &S,
    ) -> Option<Self> {
        let member = committee.validators.get(signer)?;
        let epoch = committee.epoch;
        let bytes = vote_bytes(&committee.genesis, epoch, &member.incarnation, view, &subject);
        Some(Self { epoch, view, subject, signer, signature: key.sign(&bytes) })
    }

    /// What the vote says, without its signature.
    pub const fn statement(&self) -> (View, Subject) {
        (self.view, self.subject)
    }
}

impl Verify for Vote {
    type Error = VoteError;

    fn verify<V: Verifier>(&self, committee: &Committee, verifier: &V) -> Result<(), VoteError> {
        if self.epoch != committee.epoch {
            return Err(VoteError::Epoch { expected: committee.epoch, got: self.epoch });
        }
        let signer = self.signer;
        let members = committee.validators.len();
        let member =
            committee.validators.get(signer).ok_or(VoteError::UnknownSigner { signer, members })?;
        let bytes = vote_bytes(
            &committee.genesis,
            self.epoch,
            &member.incarnation,
            self.view,
            &self.subject,
        );
        if verifier.verify(&member.key, &bytes, &self.signature) {
            Ok(())
        } else {
            Err(VoteError::Signature { signer })
        }
    }
}

#[cfg(test)]
mod tests;
