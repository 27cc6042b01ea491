//! Which values are rightly signed, found out without the code under test: statements are laid
//! out byte by byte, quorums and leaders counted afresh, and every signature made again.
//!
//! Both schemes give one signature for one statement, so a value holds if and only if it carries
//! the signatures that its members give.

use crate::people::{People, Scheme, incarnation};
use hefu_consensus::{Proposal, Status};
use hefu_primitives::{
    Bitmap, Certificate, Checkpoint, Evidence, Kind, ProposalStatement, Signature, SignedProposal,
    Subject, Verify, Vote,
};

/// What can be signed.
pub(crate) trait Signed: Verify {
    /// Whether members of the committee signed it as it stands.
    fn holds(&self, people: &People, scheme: &impl Scheme) -> bool;
}

/// What stands around a vote's view and subject in the bytes that are signed.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) genesis: [u8; 32],
    pub(crate) epoch: u64,
    pub(crate) incarnation: [u8; 16],
}

impl Frame {
    /// What the member at `place` signs under.
    pub(crate) fn of(people: &People, place: u8) -> Self {
        Self {
            genesis: *people.committee.genesis.hash().as_bytes(),
            epoch: people.committee.epoch.get(),
            incarnation: incarnation(place),
        }
    }

    /// The bytes of a vote.
    pub(crate) fn vote_bytes(&self, view: u64, subject: &Subject) -> Vec<u8> {
        let kind = match subject.kind() {
            Kind::Notarize => 0,
            Kind::Nullify => 1,
            Kind::Finalize => 2,
        };
        let digest = subject.digest();
        let named = digest.as_ref().map_or(&[][..], |digest| digest.hash().as_bytes());
        [
            b"hefu vote v1\0\0\0\0",
            &self.genesis[..],
            &self.epoch.to_le_bytes(),
            &self.incarnation,
            &view.to_le_bytes(),
            &[kind],
            named,
        ]
        .concat()
    }

    fn proposal_bytes(&self, statement: &ProposalStatement) -> Vec<u8> {
        [
            b"hefu proposal v1",
            &self.genesis[..],
            &self.incarnation,
            &statement.epoch.get().to_le_bytes(),
            &statement.view.get().to_le_bytes(),
            statement.digest.hash().as_bytes(),
            &statement.parent_view.get().to_le_bytes(),
            statement.parent_digest.hash().as_bytes(),
        ]
        .concat()
    }
}

fn is_signed(
    people: &People,
    scheme: &impl Scheme,
    place: u8,
    bytes: &[u8],
    signature: &Signature,
) -> bool {
    place < people.len() && scheme.sign(people, place, bytes) == *signature
}

impl Signed for Vote {
    fn holds(&self, people: &People, scheme: &impl Scheme) -> bool {
        let place = self.signer.get();
        let bytes = Frame::of(people, place).vote_bytes(self.view.get(), &self.subject);
        self.epoch == people.committee.epoch
            && is_signed(people, scheme, place, &bytes, &self.signature)
    }
}

/// The places of the bits that are set.
fn places(bitmap: &Bitmap) -> Vec<usize> {
    let bytes = bitmap.as_bytes();
    (0..bytes.len() * 8).filter(|at| bytes[at / 8] >> (at % 8) & 1 == 1).collect()
}

impl Signed for Certificate {
    fn holds(&self, people: &People, scheme: &impl Scheme) -> bool {
        let size = usize::from(people.len());
        let signers = places(&self.signers);
        let right = self.genesis == people.committee.genesis
            && self.epoch == people.committee.epoch
            && self.signers.as_bytes().len() == size.div_ceil(8)
            && signers.iter().all(|place| *place < size)
            && signers.len() >= usize::from(people.quorum())
            && signers.len() == self.signatures.len();
        right
            && signers.iter().zip(&self.signatures).all(|(place, signature)| {
                let place = u8::try_from(*place).unwrap_or(u8::MAX);
                let bytes = Frame::of(people, place).vote_bytes(self.view.get(), &self.subject);
                is_signed(people, scheme, place, &bytes, signature)
            })
    }
}

impl Signed for Checkpoint {
    fn holds(&self, people: &People, scheme: &impl Scheme) -> bool {
        let names = self.finalization.subject == Subject::Finalize(self.header.digest());
        names && self.finalization.holds(people, scheme)
    }
}

impl Signed for SignedProposal {
    fn holds(&self, people: &People, scheme: &impl Scheme) -> bool {
        let place = people.leader(self.statement.view);
        let bytes = Frame::of(people, place).proposal_bytes(&self.statement);
        self.statement.epoch == people.committee.epoch
            && is_signed(people, scheme, place, &bytes, &self.signature)
    }
}

impl Signed for Evidence {
    fn holds(&self, people: &People, scheme: &impl Scheme) -> bool {
        match self {
            Self::Votes(a, b) => {
                a < b && a.view == b.view && a.signer == b.signer && contradict(a, b) && {
                    a.holds(people, scheme) && b.holds(people, scheme)
                }
            }
            Self::Proposals(a, b) => {
                a < b && a.statement.view == b.statement.view && a.statement != b.statement && {
                    a.holds(people, scheme) && b.holds(people, scheme)
                }
            }
        }
    }
}

/// No correct validator names two blocks with votes of one kind, or nullifies what it finalizes.
fn contradict(a: &Vote, b: &Vote) -> bool {
    match (a.subject.kind(), b.subject.kind()) {
        (Kind::Nullify, Kind::Finalize) | (Kind::Finalize, Kind::Nullify) => true,
        (one, other) => one == other && a.subject != b.subject,
    }
}

/// Whether the leader signed the proposal, whatever hangs on it.
pub(crate) fn is_proposed(proposal: &Proposal, people: &People, scheme: &impl Scheme) -> bool {
    proposal.signed.statement.digest == proposal.header.digest()
        && proposal.signed.holds(people, scheme)
}

impl Signed for Proposal {
    fn holds(&self, people: &People, scheme: &impl Scheme) -> bool {
        let attached = &self.justification;
        let mut certificates = attached.parent.iter().chain(&attached.gap);
        is_proposed(self, people, scheme)
            && certificates.all(|certificate| certificate.holds(people, scheme))
            && attached.finalized.iter().all(|checkpoint| checkpoint.holds(people, scheme))
    }
}

impl Signed for Status {
    fn holds(&self, people: &People, scheme: &impl Scheme) -> bool {
        self.epoch == people.committee.epoch
            && self.yours.iter().all(|vote| vote.holds(people, scheme))
            && self.yours_proposed.iter().all(|proposal| proposal.holds(people, scheme))
    }
}
