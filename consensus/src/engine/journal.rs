//! R7: what is made durable, and before what.
//!
//! Every record gets the next number of one sequence, and every vote or proposal leaves `after`
//! the number that was last when it was made. So nothing leaves before what it rests on: the
//! certificates by which we came here, the proposal and body that we vouch for, the vote itself.
//! Our own vote counts for us, too, only when it is durable: a certificate made with it is as good
//! as having sent it.

use super::index::Learnt;
use super::{Engine, Seen};
use crate::message::Proposal;
use crate::planted::Bug;
use crate::port::{Halt, Output, Record, Sequence};
use hefu_primitives::{Certificate, Signer, Subject, View, Vote};
use std::collections::VecDeque;
use std::sync::Arc;

/// The numbers of records, and our votes that are not durable yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Journal {
    last: Sequence,
    unsynced: VecDeque<(Sequence, Vote)>,
}

impl<S: Signer> Engine<S> {
    pub(crate) fn persist(&mut self, record: Record, out: &mut Vec<Output>) {
        self.journal.last = self.journal.last.next();
        out.push(Output::Persist { sequence: self.journal.last, record });
    }

    pub(crate) fn persist_certificate(
        &mut self,
        certificate: &Arc<Certificate>,
        out: &mut Vec<Output>,
    ) {
        if !self.has(Bug::CertificateNotDurable) {
            self.persist(Record::Certificate(Arc::clone(certificate)), out);
        }
    }

    pub(crate) fn persist_proposal(&mut self, proposal: &Arc<Proposal>, out: &mut Vec<Output>) {
        if !self.has(Bug::ProposalNotDurable) {
            self.persist(Record::Proposal(Arc::clone(proposal)), out);
        }
    }

    /// Signs a vote that the acts allow, and makes it durable. Its message goes `after` it.
    pub(crate) fn cast(
        &mut self,
        view: View,
        subject: Subject,
        out: &mut Vec<Output>,
    ) -> Option<Vote> {
        let me = self.me.as_ref()?;
        let vote = Vote::sign(&self.committee, me.index, view, subject, &me.key)?;
        self.acts.record(vote);
        self.persist(Record::Act(vote), out);
        self.journal.unsynced.push_back((self.journal.last, vote));
        Some(vote)
    }

    /// What must be durable before anything signed now leaves.
    pub(crate) fn after_all(&self) -> Sequence {
        if self.has(Bug::VoteNotDurable) { Sequence::NONE } else { self.journal.last }
    }

    pub(crate) fn on_persisted(&mut self, sequence: Sequence, out: &mut Vec<Output>) {
        // Counting a vote may cast the next one, which is not durable whatever number came.
        let sequence = sequence.min(self.journal.last);
        while let Some((number, vote)) = self.journal.unsynced.front().copied()
            && number <= sequence
        {
            self.journal.unsynced.pop_front();
            if self.is_in_window(vote.view) {
                self.count(vote, out);
            }
        }
    }

    /// Takes in what an earlier run made durable.
    pub(crate) fn recover(&mut self, record: Record) {
        match record {
            Record::Proposal(proposal) => self.recover_proposal(&proposal),
            Record::Act(vote) if self.has(Bug::ActsForgotten) || self.is_settled(vote.view) => {}
            Record::Act(vote) => {
                self.acts.record(vote);
                self.tally.cast(vote);
            }
            Record::Certificate(certificate) => self.recover_certificate(&certificate),
            Record::ForeignSignature(view) => {
                self.halted = Some(Halt::ForeignSignature { epoch: self.committee.epoch, view });
            }
        }
    }

    fn is_settled(&self, view: View) -> bool {
        view <= self.index.final_view()
    }

    fn recover_proposal(&mut self, proposal: &Arc<Proposal>) {
        let statement = &proposal.signed.statement;
        let view = statement.view;
        if self.is_settled(view) {
            return;
        }
        if self.is_me(self.committee.leader(view)) && !self.has(Bug::ActsForgotten) {
            self.acts.record_proposal(proposal.signed);
        }
        self.chain.insert(statement.digest, proposal.header.clone());
        self.seen.insert(view, Seen { first: proposal.signed, accused: false });
        self.proposals.insert(view, Arc::clone(proposal));
    }

    fn recover_certificate(&mut self, certificate: &Arc<Certificate>) {
        if self.index.learn(certificate) == Learnt::Forked {
            self.halted = Some(Halt::Forked { view: certificate.view });
        }
        self.index.trim();
        if let Some(digest) = certificate.subject.digest() {
            self.chain.certify(digest);
        }
        if certificate.view >= self.view {
            self.view = certificate.view.next();
            self.entry = Some(Arc::clone(certificate));
        }
    }
}
