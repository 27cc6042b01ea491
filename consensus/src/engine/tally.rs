//! The votes received: one for each validator, view and kind (R8), and the contradictions among
//! them (R9).

use hefu_primitives::{Evidence, Kind, Subject, ValidatorIndex, View, Vote};
use std::collections::{BTreeMap, BTreeSet};

/// Votes of a window of views.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Tally {
    views: BTreeMap<View, ViewVotes>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct ViewVotes {
    cast: BTreeMap<(ValidatorIndex, Kind), Vote>,
    counts: BTreeMap<Subject, usize>,
    voters: BTreeSet<ValidatorIndex>,
    accused: BTreeSet<ValidatorIndex>,
}

/// What a vote adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cast {
    /// It counts; so many say the same now.
    Counted(usize),
    /// Its signer has said this already.
    Repeated,
    /// Its signer has said another thing of the same kind: it does not count.
    Refused,
}

impl Tally {
    /// Adds a vote. The first of its signer, view and kind counts.
    pub(crate) fn cast(&mut self, vote: Vote) -> Cast {
        let votes = self.views.entry(vote.view).or_default();
        match votes.cast.get(&(vote.signer, vote.subject.kind())) {
            Some(first) if first.subject == vote.subject => return Cast::Repeated,
            Some(_) => return Cast::Refused,
            None => {}
        }
        votes.cast.insert((vote.signer, vote.subject.kind()), vote);
        votes.voters.insert(vote.signer);
        Cast::Counted(votes.count(vote.subject))
    }

    /// Counts a vote once more: what planting `VoterCountedTwice` does.
    pub(crate) fn count_again(&mut self, vote: &Vote) -> usize {
        self.views.entry(vote.view).or_default().count(vote.subject)
    }

    /// The first contradiction between `vote` and the votes kept; one an offender and view, so
    /// that nobody can flood us with proofs of his own guilt.
    pub(crate) fn contradiction(&mut self, vote: &Vote) -> Option<Evidence> {
        let votes = self.views.get_mut(&vote.view)?;
        let kept = [Kind::Notarize, Kind::Nullify, Kind::Finalize]
            .into_iter()
            .filter_map(|kind| votes.cast.get(&(vote.signer, kind)));
        let evidence = kept.copied().find_map(|other| Evidence::of_votes(other, *vote))?;
        votes.accused.insert(vote.signer).then_some(evidence)
    }

    /// Whether a vote would add something: it is the first of its signer and kind, or differs.
    pub(crate) fn wants(&self, vote: &Vote) -> bool {
        let votes = self.views.get(&vote.view);
        let kept = votes.and_then(|votes| votes.cast.get(&(vote.signer, vote.subject.kind())));
        kept.is_none_or(|kept| kept.subject != vote.subject)
    }

    /// The votes that say this.
    pub(crate) fn matching(&self, view: View, subject: Subject) -> Vec<Vote> {
        let votes = self.views.get(&view).into_iter().flat_map(|votes| votes.cast.values());
        votes.filter(|vote| vote.subject == subject).copied().collect()
    }

    /// How many validators have voted in this view.
    pub(crate) fn voters(&self, view: View) -> usize {
        self.views.get(&view).map_or(0, |votes| votes.voters.len())
    }

    /// The vote of `signer` in the highest view.
    pub(crate) fn newest_of(&self, signer: ValidatorIndex) -> Option<Vote> {
        self.views.values().rev().find_map(|votes| {
            let kinds = [Kind::Finalize, Kind::Nullify, Kind::Notarize];
            kinds.into_iter().find_map(|kind| votes.cast.get(&(signer, kind)).copied())
        })
    }

    pub(crate) fn forget_below(&mut self, view: View) {
        self.views = self.views.split_off(&view);
    }

    pub(crate) fn len(&self) -> usize {
        self.views.values().map(|votes| votes.cast.len()).sum()
    }
}

impl ViewVotes {
    fn count(&mut self, subject: Subject) -> usize {
        let count = self.counts.entry(subject).or_default();
        *count = count.saturating_add(1);
        *count
    }
}
