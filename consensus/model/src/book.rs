//! The committee with its keys, and the translation between items and messages.

use crate::item::{Ballot, Block, Item, Offer, Proof, Says, Signers, Statement};
use crate::keys::{MockKey, MockVerifier};
use crate::setup::Setup;
use crate::table::Table;
use hefu_consensus::{Justification, Message, Proposal};
use hefu_primitives::{
    BoundedVec, Certificate, Checkpoint, Committee, Epoch, GenesisHash, Incarnation,
    ProposalStatement, SecretKey, SignedProposal, Subject, Validator, ValidatorIndex, ValidatorSet,
    Verify, View, Vote,
};
use std::sync::Arc;

/// All that does not change while the model runs.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) committee: Arc<Committee>,
    pub(crate) keys: Vec<MockKey>,
    pub(crate) table: Table,
    pub(crate) quorum: usize,
}

impl Book {
    pub(crate) fn new(setup: &Setup) -> Self {
        let members = (1..=setup.members).map(|seed| Validator {
            key: SecretKey::from_seed(&[seed; 32]).public_key(),
            incarnation: Incarnation::from_bytes([seed; 16]),
        });
        let validators = ValidatorSet::new(members.collect()).expect("seeds give different keys");
        let keys = validators.iter().map(|(_, member)| MockKey(member.key)).collect();
        let committee =
            Committee { genesis: GenesisHash::default(), epoch: Epoch::ZERO, validators };
        Self {
            quorum: committee.validators.quorum(),
            table: Table::new(setup, &committee),
            keys,
            committee: Arc::new(committee),
        }
    }

    /// Who leads a view.
    pub(crate) fn leader(&self, view: u8) -> u8 {
        self.committee.leader(View::new(view.into())).get()
    }

    fn subject(&self, says: Says) -> Subject {
        match says {
            Says::Notarize(block) => Subject::Notarize(self.table.get(block).digest),
            Says::Nullify => Subject::Nullify,
            Says::Finalize(block) => Subject::Finalize(self.table.get(block).digest),
        }
    }

    pub(crate) fn says(&self, subject: &Subject) -> Option<Says> {
        match subject {
            Subject::Notarize(digest) => self.table.find(digest).map(Says::Notarize),
            Subject::Nullify => Some(Says::Nullify),
            Subject::Finalize(digest) => self.table.find(digest).map(Says::Finalize),
        }
    }

    pub(crate) fn vote(&self, ballot: Ballot) -> Vote {
        Vote::sign(
            &self.committee,
            ValidatorIndex::new(ballot.signer),
            View::new(ballot.view.into()),
            self.subject(ballot.says),
            &self.keys[usize::from(ballot.signer)],
        )
        .expect("the signer is a member")
    }

    pub(crate) fn certificate(&self, proof: Proof) -> Arc<Certificate> {
        let votes: Vec<_> = proof.ballots().map(|ballot| self.vote(ballot)).collect();
        let certificate = Certificate::assemble(&self.committee, &votes);
        Arc::new(certificate.expect("one vote each, and all say the same"))
    }

    fn checkpoint(&self, proof: Proof) -> Option<Arc<Checkpoint>> {
        let Says::Finalize(block) = proof.says else {
            return None;
        };
        Some(Arc::new(Checkpoint {
            header: self.table.get(block).header.clone(),
            finalization: (*self.certificate(proof)).clone(),
        }))
    }

    fn statement(&self, statement: Statement) -> ProposalStatement {
        ProposalStatement {
            epoch: self.committee.epoch,
            view: View::new(statement.view.into()),
            digest: self.table.get(statement.block).digest,
            parent_view: View::new(statement.parent_view.into()),
            parent_digest: self.table.get(statement.parent).digest,
        }
    }

    /// The statement with its leader's signature.
    pub(crate) fn signed(&self, statement: Statement) -> SignedProposal {
        let key = &self.keys[usize::from(self.leader(statement.view))];
        let signed = SignedProposal::sign(&self.committee, self.statement(statement), key);
        signed.expect("every view has a leader")
    }

    pub(crate) fn proposal(&self, offer: &Offer) -> Arc<Proposal> {
        let gap = offer.gap.iter().map(|proof| self.certificate(*proof));
        Arc::new(Proposal {
            signed: self.signed(offer.statement),
            header: self.header_of(offer.statement.block).clone(),
            justification: Justification {
                parent: offer.justified.map(|proof| self.certificate(proof)),
                gap: BoundedVec::first_of(gap),
                finalized: offer.finalized.and_then(|proof| self.checkpoint(proof)),
            },
        })
    }

    pub(crate) fn message(&self, item: &Item) -> Message {
        match item {
            Item::Proposal(offer) => Message::Proposal(self.proposal(offer)),
            Item::Vote(ballot) => Message::Vote(self.vote(*ballot)),
            Item::Certificate(proof) => Message::Certificate(self.certificate(*proof)),
        }
    }

    /// Whether all of a message's signatures hold: what every receiver checks before its engine
    /// sees anything.
    pub(crate) fn holds<T: Verify>(&self, value: &T) -> bool {
        value.verify(&self.committee, &MockVerifier).is_ok()
    }

    pub(crate) fn ballot(&self, vote: &Vote) -> Option<Ballot> {
        Some(Ballot {
            signer: vote.signer.get(),
            view: u8::try_from(vote.view.get()).ok()?,
            says: self.says(&vote.subject)?,
        })
    }

    pub(crate) fn proof(&self, certificate: &Certificate) -> Option<Proof> {
        Some(Proof {
            view: u8::try_from(certificate.view.get()).ok()?,
            says: self.says(&certificate.subject)?,
            signers: certificate.signers.iter().map(ValidatorIndex::get).collect(),
        })
    }

    pub(crate) fn stated(&self, signed: &SignedProposal) -> Option<Statement> {
        let statement = &signed.statement;
        Some(Statement {
            view: u8::try_from(statement.view.get()).ok()?,
            block: self.table.find(&statement.digest)?,
            parent: self.table.find(&statement.parent_digest)?,
            parent_view: u8::try_from(statement.parent_view.get()).ok()?,
        })
    }

    pub(crate) fn offer(&self, proposal: &Proposal) -> Option<Offer> {
        let Justification { parent, gap, finalized } = &proposal.justification;
        Some(Offer {
            statement: self.stated(&proposal.signed)?,
            justified: parent.as_deref().and_then(|c| self.proof(c)),
            gap: gap.iter().filter_map(|c| self.proof(c)).collect(),
            finalized: finalized.as_ref().and_then(|c| self.proof(&c.finalization)),
        })
    }

    /// The items of a message; none of a status, for which the model has other means. `None` if
    /// something in it does not hold or names a block that cannot exist.
    pub(crate) fn items(&self, message: &Message) -> Option<Vec<Item>> {
        match message {
            Message::Proposal(proposal) => self.proposal_items(proposal),
            Message::Vote(vote) => self.vote_items(vote),
            Message::Certificate(certificate) => self.certificate_items(certificate),
            Message::Notarized { certificate, finalize } => {
                let mut items = self.certificate_items(certificate)?;
                items.extend(self.vote_items(finalize)?);
                Some(items)
            }
            Message::Status(_) => Some(Vec::new()),
        }
    }

    fn proposal_items(&self, proposal: &Proposal) -> Option<Vec<Item>> {
        let offer = self.offer(proposal).filter(|_| self.holds(proposal))?;
        Some(vec![Item::Proposal(Arc::new(offer))])
    }

    fn vote_items(&self, vote: &Vote) -> Option<Vec<Item>> {
        let ballot = self.ballot(vote).filter(|_| self.holds(vote))?;
        Some(vec![Item::Vote(ballot)])
    }

    fn certificate_items(&self, certificate: &Certificate) -> Option<Vec<Item>> {
        let proof = self.proof(certificate).filter(|_| self.holds(certificate))?;
        Some(vec![Item::Certificate(proof)])
    }

    /// Who is shown by these validators' votes to stand behind this, and whether it is a quorum.
    pub(crate) fn is_quorum(&self, signers: Signers) -> bool {
        signers.len() >= self.quorum
    }

    pub(crate) fn header_of(&self, block: Block) -> &hefu_primitives::Header {
        &self.table.get(block).header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_messages_and_back() {
        let book = Book::new(&Setup::traitor());
        let signers: Signers = [0, 1, 3].into_iter().collect();
        let proof = |view, says| Proof { view, says, signers };
        let offer = Offer {
            statement: Statement {
                view: 3,
                block: Block(4),
                parent: book.table.get(Block(4)).parent,
                parent_view: 1,
            },
            justified: Some(proof(1, Says::Notarize(Block(1)))),
            gap: vec![proof(2, Says::Nullify)],
            finalized: Some(proof(1, Says::Finalize(Block(1)))),
        };
        let items = [
            Item::Proposal(Arc::new(offer)),
            Item::Vote(Ballot { signer: 2, view: 3, says: Says::Nullify }),
            Item::Certificate(proof(2, Says::Finalize(Block(2)))),
        ];
        for item in items {
            assert_eq!(book.items(&book.message(&item)), Some(vec![item]));
        }
    }
}
