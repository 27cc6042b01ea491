//! What others say to the engine, rightly signed whatever it is.

use super::super::act::{Place, Says, Shown, Signers, Yours};
use super::super::pool;
use super::super::watch::Check;
use super::Life;
use crate::people::{Mock, People};
use hefu_consensus::limits::GAP_INLINE_MAX;
use hefu_consensus::{Input, Justification, Message, Proposal, Status};
use hefu_primitives::{
    BoundedVec, Certificate, Checkpoint, Header, Height, ProposalStatement, Subject,
    ValidatorIndex, View,
};
use std::sync::Arc;

impl Life {
    /// The members, in this epoch or the next.
    pub(crate) fn members(&self, next_epoch: bool) -> &'static People {
        if next_epoch { People::of_next_epoch(self.people.len()) } else { self.people }
    }

    pub(crate) fn vote(&mut self, from: u8, at: Place, says: Says, next_epoch: bool) -> Check {
        let (from, view) = (from % self.people.len(), self.view(at));
        let subject = pool::subject(&mut self.pool, says);
        if self.me == Some(from) && !next_epoch {
            self.watch.speech.shown(view, subject);
        }
        let people = self.members(next_epoch);
        let vote = people.vote(&Mock, from, view, subject);
        self.receive(from, Message::Vote(vote), people)
    }

    pub(crate) fn certificate(
        &mut self,
        at: Place,
        says: Says,
        signers: Signers,
        next_epoch: bool,
    ) -> Check {
        let (view, subject) = (self.view(at), pool::subject(&mut self.pool, says));
        let certificate = self.certify(view, subject, signers, next_epoch);
        self.receive(0, Message::Certificate(certificate), self.members(next_epoch))
    }

    /// A certificate without us, unless it cannot be or is not to be.
    fn certify(
        &mut self,
        view: View,
        subject: Subject,
        signers: Signers,
        next_epoch: bool,
    ) -> Arc<Certificate> {
        let people = self.members(next_epoch);
        let (named, others): (Vec<u8>, Vec<u8>) = (0..people.len())
            .filter(|place| self.me != Some(*place))
            .partition(|place| signers.members >> (place % 8) & 1 == 1);
        let lacking = usize::from(people.quorum()).saturating_sub(named.len());
        let mut chosen: Vec<u8> =
            named.into_iter().chain(others.into_iter().take(lacking)).collect();
        if let Some(me) = self.me
            && (signers.with_us || chosen.len() < usize::from(people.quorum()))
        {
            chosen.push(me);
            if !next_epoch {
                self.watch.speech.shown(view, subject);
            }
        }
        Arc::new(people.certificate(&Mock, &chosen, view, subject))
    }

    pub(crate) fn proposal(
        &mut self,
        at: Place,
        parent: Place,
        header: Header,
        shown: Shown,
        next_epoch: bool,
    ) -> Check {
        let (people, view, parent_view) =
            (self.members(next_epoch), self.view(at), self.view(parent));
        let mut statement = statement(people, view, parent_view, &header);
        if let Some(pick) = shown.other_parent {
            statement.parent_digest = self.pool.digest(pick);
        }
        if self.me == Some(self.people.leader(view)) && !next_epoch {
            self.watch.speech.shown_proposal(view);
        }
        let signed = people.proposal(&Mock, statement);
        let justification = self.justify(&statement, shown, next_epoch);
        let proposal = Proposal { signed, header, justification };
        let message = Message::Proposal(Arc::new(proposal));
        self.receive(people.leader(view), message, people)
    }

    fn justify(
        &mut self,
        statement: &ProposalStatement,
        shown: Shown,
        next_epoch: bool,
    ) -> Justification {
        let signers = Signers { members: 0, with_us: false };
        let parent = Subject::Notarize(statement.parent_digest);
        let parent =
            shown.parent.then(|| self.certify(statement.parent_view, parent, signers, next_epoch));
        let views = pool::gap(statement.parent_view, statement.view, GAP_INLINE_MAX as u64);
        let gap: Vec<_> = views
            .filter(|_| shown.gap)
            .map(|view| self.certify(view, Subject::Nullify, signers, next_epoch))
            .collect();
        let finalized = shown.finalized.map(|(at, pick)| {
            let (header, view) = (self.pool.header(pick), self.view(at));
            let subject = Subject::Finalize(header.digest());
            let finalization = self.certify(view, subject, signers, next_epoch);
            Arc::new(Checkpoint { header, finalization: finalization.as_ref().clone() })
        });
        Justification { parent, gap: BoundedVec::first_of(gap), finalized }
    }

    pub(crate) fn make_status(
        &mut self,
        at: Place,
        height: u8,
        yours: Yours,
        awaiting: bool,
        people: &People,
    ) -> Status {
        let vote = yours.vote.zip(self.me).map(|((at, says), me)| {
            let (view, subject) = (self.view(at), pool::subject(&mut self.pool, says));
            self.watch.speech.shown(view, subject);
            people.vote(&Mock, me, view, subject)
        });
        let proposal = yours.proposal.map(|(at, pick)| {
            let (view, header) = (self.view(at), self.pool.header(pick));
            self.watch.speech.shown_proposal(view);
            people.proposal(&Mock, statement(people, view, View::ZERO, &header))
        });
        Status {
            epoch: people.committee.epoch,
            view: self.view(at),
            final_height: Height::new(self.pool.root().height.get() + u64::from(height)),
            yours: vote,
            yours_proposed: proposal,
            awaiting,
        }
    }

    pub(crate) fn greet(&mut self) -> Check {
        let nothing = Yours { vote: None, proposal: None };
        let people = self.people;
        (0..people.len())
            .filter(|from| self.me != Some(*from))
            .collect::<Vec<_>>()
            .into_iter()
            .try_for_each(|from| {
                let status = self.make_status(Place::Near(0), 0, nothing, false, people);
                self.receive(from, Message::Status(status), people)
            })
    }

    /// A message arrives from `from` and is verified, part by part, as a driver does it.
    pub(crate) fn receive(&mut self, from: u8, message: Message, people: &People) -> Check {
        let from = ValidatorIndex::new(from);
        message.parts().into_iter().try_for_each(|part| {
            let wanted = self.engine.wants(&part);
            let inputs = part.verify(from, &people.committee, &Mock);
            let inputs = inputs.map_err(|error| format!("a sound message is refused: {error}"))?;
            inputs.into_iter().try_for_each(|input| self.arrive(wanted, input))
        })
    }

    fn arrive(&mut self, wanted: bool, input: Input) -> Check {
        match &input {
            Input::Status { from, status } if status.epoch == self.people.committee.epoch => {
                self.watch.speech.heard(from.get(), status.view);
            }
            Input::Vote(vote) => self.watch.bounds.voted(vote, self.engine.view()),
            Input::Proposal(proposal) => {
                self.watch.blocks.handed(proposal.signed.statement.digest);
            }
            _ => {}
        }
        self.feed_if(wanted, input)
    }
}

fn statement(people: &People, view: View, parent_view: View, header: &Header) -> ProposalStatement {
    ProposalStatement {
        epoch: people.committee.epoch,
        view,
        digest: header.digest(),
        parent_view,
        parent_digest: header.parent,
    }
}
