//! What a leader signs when it proposes.

use crate::codec;
use crate::committee::Committee;
use crate::hash::Digest;
use crate::keys::{Signature, Signer, Verifier};
use crate::position::{Epoch, View};
use crate::verified::Verify;
use crate::vote::VoteError;
use serde::{Deserialize, Serialize};

/// A leader's proposal, its block and its justification apart (R2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProposalStatement {
    /// The epoch whose validators agree.
    pub epoch: Epoch,
    /// The view that the block is proposed for.
    pub view: View,
    /// The block.
    pub digest: Digest,
    /// The view by whose notarization the parent is justified; 0 for the block that the epoch
    /// starts from.
    pub parent_view: View,
    /// The parent.
    pub parent_digest: Digest,
}

/// A proposal with the signature of its view's leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SignedProposal {
    /// What is proposed.
    pub statement: ProposalStatement,
    /// By the leader of its view, over [`proposal_bytes`].
    pub signature: Signature,
}

const PROPOSAL_DOMAIN: [u8; 16] = *b"hefu proposal v1";

/// The bytes that a proposal's signature covers: domain (16 bytes), genesis hash (32), the
/// leader's incarnation (16), epoch (8), view (8), digest (32), parent's view (8), parent's digest
/// (32); numbers are little-endian. `None` if the committee has no leader for that view, which
/// only a committee of nobody lacks.
pub fn proposal_bytes(committee: &Committee, statement: &ProposalStatement) -> Option<Vec<u8>> {
    let leader = committee.validators.get(committee.leader(statement.view))?;
    Some(codec::encode(&(PROPOSAL_DOMAIN, &committee.genesis, &leader.incarnation, statement)))
}

impl SignedProposal {
    /// The proposal, signed with the leader's key.
    pub fn sign<S: Signer>(
        committee: &Committee,
        statement: ProposalStatement,
        key: &S,
    ) -> Option<Self> {
        let signature = key.sign(&proposal_bytes(committee, &statement)?);
        Some(Self { statement, signature })
    }
}

impl Verify for SignedProposal {
    type Error = VoteError;

    fn verify<V: Verifier>(&self, committee: &Committee, verifier: &V) -> Result<(), VoteError> {
        let got = self.statement.epoch;
        if got != committee.epoch {
            return Err(VoteError::Epoch { expected: committee.epoch, got });
        }
        let signer = committee.leader(self.statement.view);
        let members = committee.validators.len();
        let unknown = VoteError::UnknownSigner { signer, members };
        let key = committee.key(signer).ok_or(unknown)?;
        let bytes = proposal_bytes(committee, &self.statement).ok_or(unknown)?;
        if verifier.verify(key, &bytes, &self.signature) {
            Ok(())
        } else {
            Err(VoteError::Signature { signer })
        }
    }
}

#[cfg(test)]
mod tests;
