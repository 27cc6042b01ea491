//! What engines say to each other.

use crate::limits::GAP_INLINE_MAX;
use crate::port::Input;
use hefu_primitives::{
    BoundedVec, Certificate, CertificateError, Checkpoint, CheckpointError, Committee, Digest,
    Epoch, Header, Height, SignedProposal, ValidatorIndex, Verified, Verifier, Verify, View, Vote,
    VoteError,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use thiserror::Error;

/// A leader's proposal with its block's header and its justification (R2). The body travels
/// beside it and is the driver's business.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Proposal {
    /// What the leader signed.
    pub signed: SignedProposal,
    /// The header whose digest is signed.
    pub header: Header,
    /// The attachments. They are not signed: each of them proves itself.
    pub justification: Justification,
}

/// What shows that a proposal extends the right parent. A relay can take from it but not forge
/// it, so what is missing from it is asked for and never held against the leader (R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Justification {
    /// The notarization or finalization of the parent; none for the block the epoch starts from.
    pub parent: Option<Arc<Certificate>>,
    /// The newest nullifications of the views between the parent's and the proposal's.
    pub gap: BoundedVec<Arc<Certificate>, GAP_INLINE_MAX>,
    /// The highest final block of this epoch that the leader knows.
    pub finalized: Option<Arc<Checkpoint>>,
}

/// What a validator tells another about itself, every few seconds and after a start (R10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Status {
    /// The sender's epoch.
    pub epoch: Epoch,
    /// The view that it is in.
    pub view: View,
    /// The height of its last final block.
    pub final_height: Height,
    /// The receiver's newest vote that the sender holds. It shows a receiver that was restored
    /// from an old copy what it has signed since (R14).
    pub yours: Option<Vote>,
    /// The receiver's newest proposal that the sender holds, for the same reason.
    pub yours_proposed: Option<SignedProposal>,
    /// Whether the sender waits for such statuses before it signs (R14), and so for an answer.
    pub awaiting: bool,
}

/// A message between engines of one epoch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Message {
    /// From the leader of a view.
    Proposal(Arc<Proposal>),
    /// From a validator.
    Vote(Vote),
    /// From anyone: it proves itself.
    Certificate(Arc<Certificate>),
    /// A notarization together with the sender's finalize vote for it: the two leave at the same
    /// moment in every good view, and one message is cheaper than two.
    Notarized {
        /// The notarization.
        certificate: Arc<Certificate>,
        /// The sender's vote.
        finalize: Vote,
    },
    /// From a validator about itself.
    Status(Status),
}

/// Why a proposal is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProposalError {
    /// Its signature does not hold.
    #[error("the proposal does not hold: {0}")]
    Signature(VoteError),
    /// Its header is not the one that is signed.
    #[error("the header of {got} with a proposal of {expected}")]
    OtherHeader {
        /// The digest that the leader signed.
        expected: Digest,
        /// The digest of the header.
        got: Digest,
    },
    /// A certificate in its justification does not hold.
    #[error("an attached certificate does not hold: {0}")]
    Attachment(CertificateError),
    /// The checkpoint in its justification does not hold.
    #[error("the attached checkpoint does not hold: {0}")]
    Finalized(CheckpointError),
}

/// Why a message is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MessageError {
    /// A proposal does not hold.
    #[error(transparent)]
    Proposal(#[from] ProposalError),
    /// A vote does not hold.
    #[error(transparent)]
    Vote(#[from] VoteError),
    /// A certificate does not hold.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl Proposal {
    fn verify_statement<V: Verifier>(
        &self,
        committee: &Committee,
        verifier: &V,
    ) -> Result<(), ProposalError> {
        let (expected, got) = (self.signed.statement.digest, self.header.digest());
        if expected != got {
            return Err(ProposalError::OtherHeader { expected, got });
        }
        self.signed.verify(committee, verifier).map_err(ProposalError::Signature)
    }

    /// The proposal without its attachments. A relay that spoils one of them cannot spoil the
    /// proposal (R5): what is missing is asked for.
    #[must_use]
    pub fn without_attachments(&self) -> Self {
        let justification = Justification::default();
        Self { signed: self.signed, header: self.header.clone(), justification }
    }
}

impl Verify for Proposal {
    type Error = ProposalError;

    fn verify<V: Verifier>(
        &self,
        committee: &Committee,
        verifier: &V,
    ) -> Result<(), ProposalError> {
        self.verify_statement(committee, verifier)?;
        for certificate in self.justification.parent.iter().chain(&self.justification.gap) {
            certificate.verify(committee, verifier).map_err(ProposalError::Attachment)?;
        }
        if let Some(checkpoint) = &self.justification.finalized {
            checkpoint.verify(committee, verifier).map_err(ProposalError::Finalized)?;
        }
        Ok(())
    }
}

impl Verify for Status {
    type Error = VoteError;

    fn verify<V: Verifier>(&self, committee: &Committee, verifier: &V) -> Result<(), VoteError> {
        if self.epoch != committee.epoch {
            return Err(VoteError::Epoch { expected: committee.epoch, got: self.epoch });
        }
        self.yours.map_or(Ok(()), |vote| vote.verify(committee, verifier))?;
        self.yours_proposed.map_or(Ok(()), |proposal| proposal.verify(committee, verifier))
    }
}

impl Message {
    /// The message as messages that are wanted or not each by itself.
    pub fn parts(self) -> Vec<Self> {
        match self {
            Self::Notarized { certificate, finalize } => {
                vec![Self::Certificate(certificate), Self::Vote(finalize)]
            }
            Self::Proposal(_) | Self::Vote(_) | Self::Certificate(_) | Self::Status(_) => {
                vec![self]
            }
        }
    }

    /// The inputs that the message from `from` gives an engine of `committee`, in order, once all
    /// of its signatures hold. A proposal with an attachment that does not hold loses them all.
    pub fn verify<V: Verifier>(
        self,
        from: ValidatorIndex,
        committee: &Committee,
        verifier: &V,
    ) -> Result<Vec<Input>, MessageError> {
        match self {
            Self::Proposal(proposal) => {
                Ok(vec![Input::Proposal(verify_proposal(proposal, committee, verifier)?)])
            }
            Self::Vote(vote) => Ok(vec![Input::Vote(Verified::new(vote, committee, verifier)?)]),
            Self::Certificate(certificate) => {
                Ok(vec![Input::Certificate(Verified::new(certificate, committee, verifier)?)])
            }
            Self::Notarized { certificate, finalize } => Ok(vec![
                Input::Certificate(Verified::new(certificate, committee, verifier)?),
                Input::Vote(Verified::new(finalize, committee, verifier)?),
            ]),
            Self::Status(status) => {
                let status = Verified::new(status, committee, verifier)?;
                Ok(vec![Input::Status { from, status }])
            }
        }
    }
}

fn verify_proposal<V: Verifier>(
    proposal: Arc<Proposal>,
    committee: &Committee,
    verifier: &V,
) -> Result<Verified<Arc<Proposal>>, ProposalError> {
    let kept = Arc::clone(&proposal);
    Verified::new(proposal, committee, verifier).or_else(|error| match error {
        ProposalError::Signature(_) | ProposalError::OtherHeader { .. } => Err(error),
        ProposalError::Attachment(_) | ProposalError::Finalized(_) => {
            Verified::new(Arc::new(kept.without_attachments()), committee, verifier)
        }
    })
}
