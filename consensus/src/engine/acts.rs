//! What this validator has signed, so that it never signs the opposite.

use crate::limits::VOTES_PER_ANSWER;
use hefu_primitives::{SignedProposal, Subject, View, Vote};
use std::collections::BTreeMap;

/// Own acts of the views from a floor on. Below the floor nothing may be signed any more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Acts {
    views: BTreeMap<View, ViewActs>,
    floor: View,
    sign_from: View,
    last: Option<Vote>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct ViewActs {
    proposed: Option<SignedProposal>,
    notarized: Option<Vote>,
    nullified: Option<Vote>,
    finalized: Option<Vote>,
}

impl ViewActs {
    fn of(&self, subject: &Subject) -> Option<&Vote> {
        match subject {
            Subject::Notarize(_) => self.notarized.as_ref(),
            Subject::Nullify => self.nullified.as_ref(),
            Subject::Finalize(_) => self.finalized.as_ref(),
        }
    }

    fn votes(&self) -> impl Iterator<Item = Vote> {
        [self.notarized, self.nullified, self.finalized].into_iter().flatten()
    }
}

impl Acts {
    pub(crate) fn above(final_view: View) -> Self {
        Self { floor: final_view.next(), ..Self::default() }
    }

    fn check(&self, view: View, allowed: impl FnOnce(&ViewActs) -> bool) -> bool {
        let open = view >= self.floor.max(self.sign_from);
        open && self.views.get(&view).is_none_or(allowed)
    }

    /// R2: one proposal a view, and none in a view that we have ended.
    pub(crate) fn may_propose(&self, view: View) -> bool {
        self.check(view, |acts| acts.proposed.is_none() && acts.nullified.is_none())
    }

    /// R3: one digest a view, and none in a view that we have nullified.
    pub(crate) fn may_notarize(&self, view: View) -> bool {
        self.check(view, |acts| acts.notarized.is_none() && acts.nullified.is_none())
    }

    /// R5: never after finalize.
    pub(crate) fn may_nullify(&self, view: View) -> bool {
        self.check(view, |acts| acts.finalized.is_none() && acts.nullified.is_none())
    }

    /// R4: never after nullify.
    pub(crate) fn may_finalize(&self, view: View) -> bool {
        self.check(view, |acts| acts.nullified.is_none() && acts.finalized.is_none())
    }

    pub(crate) fn record(&mut self, vote: Vote) {
        let acts = self.views.entry(vote.view).or_default();
        match vote.subject {
            Subject::Notarize(_) => acts.notarized = Some(vote),
            Subject::Nullify => acts.nullified = Some(vote),
            Subject::Finalize(_) => acts.finalized = Some(vote),
        }
        self.last = Some(vote);
    }

    pub(crate) fn record_proposal(&mut self, proposal: SignedProposal) {
        self.views.entry(proposal.statement.view).or_default().proposed = Some(proposal);
    }

    /// R14: whether we would remember a statement about `view`, and do not remember this one.
    pub(crate) fn is_foreign(&self, view: View, subject: &Subject) -> bool {
        let made = |acts: &ViewActs| acts.of(subject).is_some_and(|own| own.subject == *subject);
        view >= self.floor && !self.views.get(&view).is_some_and(made)
    }

    /// R14: the same of a proposal.
    pub(crate) fn is_foreign_proposal(&self, proposal: &SignedProposal) -> bool {
        let view = proposal.statement.view;
        let made =
            |acts: &ViewActs| acts.proposed.is_some_and(|p| p.statement == proposal.statement);
        view >= self.floor && !self.views.get(&view).is_some_and(made)
    }

    /// Our vote about `view` that contradicts or resembles one of this subject.
    pub(crate) fn votes_in(&self, view: View) -> impl Iterator<Item = Vote> {
        self.views.get(&view).into_iter().flat_map(ViewActs::votes)
    }

    /// The newest vote.
    pub(crate) fn last(&self) -> Option<Vote> {
        self.last
    }

    /// The newest view in which anything was signed.
    pub(crate) fn newest_view(&self) -> Option<View> {
        self.views.last_key_value().map(|(view, _)| *view)
    }

    /// The votes from `view` on, the newest ones if there are many.
    pub(crate) fn votes_from(&self, view: View) -> Vec<Vote> {
        let newest = self.views.range(view..).rev().flat_map(|(_, acts)| acts.votes());
        newest.take(VOTES_PER_ANSWER).collect()
    }

    /// Gives up the views below `floor`: nothing is signed in them any more.
    pub(crate) fn raise_floor(&mut self, floor: View) {
        self.floor = self.floor.max(floor);
        self.views = self.views.split_off(&self.floor);
    }

    /// R14: nothing is signed below `view` any more, though what was is remembered.
    pub(crate) fn sign_from(&mut self, view: View) {
        self.sign_from = view;
    }

    pub(crate) fn len(&self) -> usize {
        self.views.len()
    }
}
