//! A header with the finalization that makes it irrevocable.

use crate::certificate::{Certificate, CertificateError};
use crate::committee::Committee;
use crate::hash::Digest;
use crate::header::Header;
use crate::keys::Verifier;
use crate::verified::Verify;
use crate::vote::{Kind, Subject};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A final block's header, and the proof that it is final.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The header.
    pub header: Header,
    /// A finalization of its digest.
    pub finalization: Certificate,
}

/// Why a checkpoint is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// Its certificate is a notarization or a nullification.
    #[error("a {got} certificate, where a finalization is needed")]
    NotFinal {
        /// What the certificate's votes say.
        got: Kind,
    },
    /// Its certificate finalizes another block than its header's.
    #[error("a finalization of {finalized}, with the header of {header}")]
    OtherBlock {
        /// The block that the certificate names.
        finalized: Digest,
        /// The block that the header names.
        header: Digest,
    },
    /// Its certificate does not hold.
    #[error("the finalization does not hold: {0}")]
    Certificate(#[from] CertificateError),
}

impl Verify for Checkpoint {
    type Error = CheckpointError;

    fn verify<V: Verifier>(
        &self,
        committee: &Committee,
        verifier: &V,
    ) -> Result<(), CheckpointError> {
        let Subject::Finalize(finalized) = self.finalization.subject else {
            return Err(CheckpointError::NotFinal { got: self.finalization.subject.kind() });
        };
        let header = self.header.digest();
        if finalized != header {
            return Err(CheckpointError::OtherBlock { finalized, header });
        }
        Ok(self.finalization.verify(committee, verifier)?)
    }
}

#[cfg(test)]
mod tests;
