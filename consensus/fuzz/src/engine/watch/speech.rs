//! What a validator signs: nothing that contradicts what it has said in any of its lives, and
//! nothing that leaves before it, and what it rests on, is durable.

use super::words::Words;
use super::{Check, is_last, must};
use crate::genuine::Signed;
use crate::people::{Mock, People};
use hefu_consensus::{Message, Proposal, Record, To};
use hefu_primitives::{Certificate, Digest, Subject, ValidatorIndex, View, Vote};
use std::collections::{BTreeMap, BTreeSet};

/// A statement of our own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Statement {
    Vote(View, Subject),
    Proposal(View, Digest),
}

/// Who listens to one validator.
pub(crate) struct Speech {
    people: &'static People,
    me: Option<u8>,
    /// What has left, ever.
    sent: BTreeMap<View, Words>,
    /// What has left, or has been durable, ever.
    known: BTreeSet<(View, Subject)>,
    /// Signatures of ours that we did not make.
    forged: BTreeSet<(View, Subject)>,
    forged_views: BTreeSet<View>,
    life: Life,
}

/// What ends with a life.
#[derive(Default)]
struct Life {
    decided: BTreeMap<View, Words>,
    /// The numbers of records; 0 for those of an earlier life.
    acts: BTreeMap<Statement, u64>,
    blocks: BTreeMap<Digest, u64>,
    notarizations: BTreeMap<(View, Digest), u64>,
    last: u64,
    durable: u64,
    held: Vec<(u64, Message)>,
    /// Where the others have said that they are.
    heard: BTreeMap<u8, View>,
    view: View,
    /// R14: from where on it may sign, once it has heard enough.
    signs_from: Option<View>,
    has_holes: bool,
}

impl Speech {
    pub(crate) fn new(people: &'static People, me: Option<u8>) -> Self {
        Self {
            people,
            me,
            sent: BTreeMap::new(),
            known: BTreeSet::new(),
            forged: BTreeSet::new(),
            forged_views: BTreeSet::new(),
            life: Life::default(),
        }
    }

    pub(crate) fn born(&mut self, records: &[Record], has_holes: bool, view: View) -> Check {
        self.life = Life { has_holes, ..Life::default() };
        self.entered(view);
        records.iter().try_for_each(|record| {
            if let Record::Act(vote) = record {
                self.known.insert((vote.view, vote.subject));
            }
            self.remember(0, record)
        })
    }

    fn is_mine(&self, signer: ValidatorIndex) -> bool {
        self.me == Some(signer.get())
    }

    fn leads(&self, view: View) -> bool {
        self.me == Some(self.people.leader(view))
    }

    /// The newest view of which anything has left.
    pub(crate) fn newest_view(&self) -> View {
        self.sent.last_key_value().map_or(View::ZERO, |(view, _)| *view)
    }

    /// Somebody shows a signature of ours that may be none.
    pub(crate) fn shown(&mut self, view: View, subject: Subject) {
        if !self.known.contains(&(view, subject)) {
            self.forged.insert((view, subject));
            self.forged_views.insert(view);
        }
    }

    /// Somebody shows a proposal of ours that may be none.
    pub(crate) fn shown_proposal(&mut self, view: View) {
        self.forged_views.insert(view);
    }

    /// Whether somebody else may have signed for us in this view.
    pub(crate) fn is_impersonated(&self, view: View) -> bool {
        self.forged_views.contains(&view)
    }

    /// A validator says that it is in `view`.
    pub(crate) fn heard(&mut self, from: u8, view: View) {
        if self.me != Some(from) && from < self.people.len() {
            self.life.heard.insert(from, view);
            self.entered(self.life.view);
        }
    }

    /// The engine is in `view`; it may sign once a quorum with it is there or below.
    pub(crate) fn entered(&mut self, view: View) {
        let life = &mut self.life;
        life.view = view;
        let reached = life.heard.values().filter(|theirs| **theirs <= view).count();
        if reached + 1 >= usize::from(self.people.quorum()) {
            life.signs_from.get_or_insert(view);
        }
    }

    fn may_sign(&self, view: View) -> bool {
        self.life.signs_from.is_some_and(|first| view >= first)
    }

    /// A record is given out, while the engine is in `view`.
    pub(crate) fn persisted(
        &mut self,
        number: u64,
        record: &Record,
        view: View,
        goes_on: bool,
    ) -> Check {
        let last = std::mem::replace(&mut self.life.last, number);
        must(number == last + 1, || format!("record {number} follows {last}"))?;
        match record {
            Record::Act(vote) => self.acts(vote, view, goes_on)?,
            Record::Proposal(proposal) if self.leads(proposal.signed.statement.view) => {
                self.proposes(proposal, goes_on)?;
            }
            Record::Proposal(proposal) => {
                must(proposal.holds(self.people, &Mock), || "keeps a bad proposal".to_owned())?;
            }
            Record::Certificate(certificate) => {
                let holds = certificate.holds(self.people, &Mock);
                must(holds, || format!("keeps a bad certificate {certificate:?}"))?;
            }
            Record::ForeignSignature(view) => {
                let shown = self.forged_views.contains(view) || is_last(*view);
                must(shown, || format!("takes its own signature in {view} for foreign"))?;
            }
        }
        self.remember(number, record)
    }

    fn acts(&self, vote: &Vote, view: View, goes_on: bool) -> Check {
        let words = self.life.decided.get(&vote.view).copied().unwrap_or_default();
        let right = self.is_mine(vote.signer) && vote.holds(self.people, &Mock);
        must(right, || format!("signs {vote:?}, which is not its own"))?;
        must(self.may_sign(vote.view), || format!("signs {vote:?} before it has heard enough"))?;
        must(goes_on, || format!("signs {vote:?} after the epoch has ended"))?;
        match vote.subject {
            _ if is_last(vote.view) => Ok(()),
            Subject::Notarize(_) => {
                let open = vote.view == view && !words.is_nullified();
                must(open, || format!("notarizes in view {} from {view}: {words:?}", vote.view))
            }
            Subject::Nullify => must(vote.view == view, || format!("nullifies {}", vote.view)),
            Subject::Finalize(_) => Ok(()),
        }
    }

    fn proposes(&self, proposal: &Proposal, goes_on: bool) -> Check {
        let statement = proposal.signed.statement;
        let words = self.life.decided.get(&statement.view).copied().unwrap_or_default();
        let open = !words.is_nullified() || is_last(statement.view);
        let may = self.may_sign(statement.view) && goes_on && open;
        must(may, || format!("may not propose {statement:?}"))?;
        let again = statement.parent_digest == statement.digest;
        let above = statement.parent_digest == proposal.header.parent;
        let right = proposal.holds(self.people, &Mock) && (above || again);
        must(right, || format!("proposes what does not fit: {proposal:?}"))
    }

    fn remember(&mut self, number: u64, record: &Record) -> Check {
        let life = &mut self.life;
        match record {
            Record::Act(vote) => {
                life.acts.insert(Statement::Vote(vote.view, vote.subject), number);
                life.decided.entry(vote.view).or_default().vote(vote)
            }
            Record::Proposal(proposal) => {
                let statement = proposal.signed.statement;
                life.blocks.entry(statement.digest).or_insert(number);
                let own = self.me == Some(self.people.leader(statement.view));
                if own {
                    let key = Statement::Proposal(statement.view, statement.digest);
                    life.acts.insert(key, number);
                    life.decided.entry(statement.view).or_default().proposal(statement)?;
                }
                Ok(())
            }
            Record::Certificate(certificate) => {
                if let Subject::Notarize(digest) = certificate.subject {
                    life.notarizations.entry((certificate.view, digest)).or_insert(number);
                }
                Ok(())
            }
            Record::ForeignSignature(_) => Ok(()),
        }
    }

    /// A message is given out, to leave when record `after` is durable.
    pub(crate) fn said(&mut self, to: To, message: &Message, after: u64) -> Check {
        must(self.me.is_some(), || format!("a follower says {message:?}"))?;
        must(after <= self.life.last, || format!("waits for record {after}, which is none"))?;
        if let To::One(peer) = to {
            let other = !self.is_mine(peer) && peer.get() < self.people.len();
            must(other, || format!("speaks to {peer}"))?;
        }
        let from = ValidatorIndex::new(self.me.unwrap_or_default());
        let holds = message.clone().verify(from, &self.people.committee, &Mock).is_ok();
        must(holds, || format!("says what nobody accepts: {message:?}"))?;
        self.own(message).try_for_each(|statement| self.waits_for(statement, after))?;
        if after <= self.life.durable {
            return self.leaves(message);
        }
        self.life.held.push((after, message.clone()));
        Ok(())
    }

    /// What we sign in a message.
    fn own(&self, message: &Message) -> impl Iterator<Item = Statement> + use<> {
        let statement = match message {
            Message::Vote(vote) | Message::Notarized { finalize: vote, .. } => {
                self.is_mine(vote.signer).then_some(Statement::Vote(vote.view, vote.subject))
            }
            Message::Proposal(proposal) => {
                let statement = proposal.signed.statement;
                let key = Statement::Proposal(statement.view, statement.digest);
                self.leads(statement.view).then_some(key)
            }
            Message::Certificate(_) | Message::Status(_) => None,
        };
        statement.into_iter()
    }

    /// R7: its own record, and the record of what it rests on, come before.
    fn waits_for(&self, statement: Statement, after: u64) -> Check {
        let life = &self.life;
        let number = life.acts.get(&statement);
        let before = |number: Option<&u64>| number.is_some_and(|number| *number <= after);
        must(before(number), || format!("leaves after {after}, recorded at {number:?}"))?;
        let rests = match statement {
            Statement::Vote(_, Subject::Notarize(digest)) => before(life.blocks.get(&digest)),
            Statement::Vote(view, Subject::Finalize(digest)) => {
                before(life.notarizations.get(&(view, digest)))
            }
            _ => true,
        };
        must(rests || life.has_holes, || format!("rests on what {after} does not cover"))
    }

    /// Records up to this one are durable: what waited for them leaves.
    pub(crate) fn durable(&mut self, number: u64) -> Check {
        let life = &mut self.life;
        life.durable = life.durable.max(number.min(life.last));
        for (statement, number) in &life.acts {
            if let Statement::Vote(view, subject) = statement
                && *number <= life.durable
            {
                self.known.insert((*view, *subject));
            }
        }
        let durable = life.durable;
        let (free, held) = std::mem::take(&mut life.held).into_iter().partition(|h| h.0 <= durable);
        life.held = held;
        let free: Vec<(u64, Message)> = free;
        free.iter().try_for_each(|(_, message)| self.leaves(message))
    }

    /// The number of the last record that has been given out, and of the last durable one.
    pub(crate) fn numbers(&self) -> (u64, u64) {
        (self.life.last, self.life.durable)
    }

    fn leaves(&mut self, message: &Message) -> Check {
        self.shows(message)?;
        match message {
            Message::Vote(vote) | Message::Notarized { finalize: vote, .. }
                if self.is_mine(vote.signer) =>
            {
                self.sent.entry(vote.view).or_default().vote(vote)
            }
            Message::Proposal(proposal) if self.leads(proposal.signed.statement.view) => {
                let statement = proposal.signed.statement;
                self.sent.entry(statement.view).or_default().proposal(statement)
            }
            _ => Ok(()),
        }
    }

    /// R7: a certificate with our signature in it is as good as our vote.
    fn shows(&self, message: &Message) -> Check {
        match message {
            Message::Certificate(certificate) | Message::Notarized { certificate, .. } => {
                self.is_covered(certificate)
            }
            Message::Proposal(proposal) => {
                let attached = &proposal.justification;
                let certificates = attached.parent.iter().chain(&attached.gap);
                certificates.into_iter().try_for_each(|c| self.is_covered(c))?;
                attached.finalized.iter().try_for_each(|c| self.is_covered(&c.finalization))
            }
            Message::Vote(_) | Message::Status(_) => Ok(()),
        }
    }

    fn is_covered(&self, certificate: &Certificate) -> Check {
        let me = self.me.map(ValidatorIndex::new);
        let statement = (certificate.view, certificate.subject);
        let covered = !me.is_some_and(|me| certificate.signers.contains(me))
            || self.known.contains(&statement)
            || self.forged.contains(&statement);
        must(covered, || format!("shows a vote that is not durable: {certificate:?}"))
    }
}
