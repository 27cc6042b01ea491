//! Evidence: two signatures of one validator that no correct validator makes (R9).

use crate::committee::Committee;
use crate::keys::Verifier;
use crate::position::View;
use crate::proposal::SignedProposal;
use crate::validators::ValidatorIndex;
use crate::verified::Verify;
use crate::vote::{Subject, Vote, VoteError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Two statements of one validator that contradict each other, the smaller one first, so that two
/// statements make one piece of evidence. One offence may have many: an offender can sign on, so
/// what counts offences goes by (epoch, view, offender).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Evidence {
    /// Two digests notarized or finalized in one view, or a view both nullified and finalized.
    Votes(Vote, Vote),
    /// Two proposals in one view.
    Proposals(SignedProposal, SignedProposal),
}

/// Why evidence is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EvidenceError {
    /// The two statements are not one validator's, or not about one view.
    #[error("the statements are not one validator's about one view")]
    Unrelated,
    /// A correct validator may make both statements.
    #[error("the statements do not contradict each other")]
    Compatible,
    /// The statements are not in the order that gives evidence its one form.
    #[error("the smaller statement does not come first")]
    Unordered,
    /// A statement is not rightly signed.
    #[error("a statement does not hold: {0}")]
    Statement(#[from] VoteError),
}

/// Whether no correct validator says both about one view.
const fn contradict(first: &Subject, second: &Subject) -> bool {
    matches!(
        (first, second),
        (Subject::Notarize(_), Subject::Notarize(_))
            | (Subject::Finalize(_), Subject::Finalize(_) | Subject::Nullify)
            | (Subject::Nullify, Subject::Finalize(_))
    )
}

impl Evidence {
    /// The evidence that two votes give together, if they contradict each other. Their signatures
    /// are not checked.
    pub fn of_votes(one: Vote, other: Vote) -> Option<Self> {
        let evidence = Self::Votes(one.min(other), one.max(other));
        evidence.check().is_ok().then_some(evidence)
    }

    /// The evidence that two proposals give together, if they contradict each other. Their
    /// signatures are not checked.
    pub fn of_proposals(one: SignedProposal, other: SignedProposal) -> Option<Self> {
        let evidence = Self::Proposals(one.min(other), one.max(other));
        evidence.check().is_ok().then_some(evidence)
    }

    /// The view in which it happened.
    pub const fn view(&self) -> View {
        match self {
            Self::Votes(vote, _) => vote.view,
            Self::Proposals(proposal, _) => proposal.statement.view,
        }
    }

    /// Who did it, as a member of `committee`, which must be the one of its epoch.
    pub fn offender(&self, committee: &Committee) -> ValidatorIndex {
        match self {
            Self::Votes(vote, _) => vote.signer,
            Self::Proposals(proposal, _) => committee.leader(proposal.statement.view),
        }
    }

    fn check(&self) -> Result<(), EvidenceError> {
        let (related, contradictory, ordered) = match self {
            Self::Votes(a, b) => (
                (a.epoch, a.view, a.signer) == (b.epoch, b.view, b.signer),
                a.subject != b.subject && contradict(&a.subject, &b.subject),
                a < b,
            ),
            Self::Proposals(a, b) => (
                (a.statement.epoch, a.statement.view) == (b.statement.epoch, b.statement.view),
                a.statement != b.statement,
                a < b,
            ),
        };
        match (related, contradictory, ordered) {
            (false, _, _) => Err(EvidenceError::Unrelated),
            (_, false, _) => Err(EvidenceError::Compatible),
            (_, _, false) => Err(EvidenceError::Unordered),
            (true, true, true) => Ok(()),
        }
    }
}

impl Verify for Evidence {
    type Error = EvidenceError;

    fn verify<V: Verifier>(
        &self,
        committee: &Committee,
        verifier: &V,
    ) -> Result<(), EvidenceError> {
        self.check()?;
        match self {
            Self::Votes(a, b) => {
                a.verify(committee, verifier)?;
                b.verify(committee, verifier)?;
            }
            Self::Proposals(a, b) => {
                a.verify(committee, verifier)?;
                b.verify(committee, verifier)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
