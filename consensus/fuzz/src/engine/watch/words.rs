//! What a validator has said of one view.

use super::{Check, is_last, must};
use hefu_primitives::{Digest, ProposalStatement, Subject, Vote};

/// At most one block notarized, one finalized, one proposed, and not both nullified and finalized.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Words {
    notarized: Option<Digest>,
    nullified: bool,
    finalized: Option<Digest>,
    proposed: Option<ProposalStatement>,
}

/// Fills a place once.
fn only<T: PartialEq + Copy>(place: &mut Option<T>, value: T) -> bool {
    *place.get_or_insert(value) == value
}

impl Words {
    pub(crate) fn vote(&mut self, vote: &Vote) -> Check {
        let fits = match vote.subject {
            Subject::Notarize(digest) => only(&mut self.notarized, digest),
            Subject::Nullify => {
                self.nullified = true;
                self.finalized.is_none()
            }
            Subject::Finalize(digest) => only(&mut self.finalized, digest) && !self.nullified,
        };
        must(fits || is_last(vote.view), || {
            format!("says {:?} in view {} besides {self:?}", vote.subject, vote.view)
        })
    }

    pub(crate) fn proposal(&mut self, statement: ProposalStatement) -> Check {
        let fits = only(&mut self.proposed, statement);
        must(fits || is_last(statement.view), || format!("proposes {statement:?} besides {self:?}"))
    }

    /// Whether the view is over for its voter: it notarizes and proposes nothing any more.
    pub(crate) fn is_nullified(&self) -> bool {
        self.nullified
    }
}
