//! What the properties are about: what the signatures on the wire could be made into, and what
//! validators have delivered. It counts by itself and asks no engine.

use crate::book::Book;
use crate::fault::{Fault, Faults, Sight, Sights};
use crate::item::{Block, Says};
use crate::node::Node;
use crate::seen::Seen;
use std::sync::Arc;

/// The signatures on the wire, and whose help they may count on.
pub(crate) struct Court<'a> {
    pub(crate) book: &'a Book,
    pub(crate) traitor: Option<u8>,
    pub(crate) seen: &'a Seen,
}

impl Court<'_> {
    /// Whether a certificate of this can be put together.
    pub(crate) fn can_be_shown(&self, view: u8, says: Says) -> bool {
        let mut supporters = self.seen.supporters(view, says);
        self.traitor.into_iter().for_each(|traitor| supporters.insert(traitor));
        self.book.is_quorum(supporters)
    }

    fn judge_view(&self, view: u8, faults: &mut Faults, sights: &mut Sights) {
        let all = self.seen.in_view(view);
        let shown = |says: &Says| self.can_be_shown(view, *says);
        let notarized = all.notarize.iter().map(Says::Notarize).filter(shown).count();
        let finalized = all.finalize.iter().map(Says::Finalize).any(|says| shown(&says));
        let nullified = all.nullify && shown(&Says::Nullify);
        faults.insert_if(notarized > 1, Fault::TwoNotarizations);
        faults.insert_if(finalized && nullified, Fault::FinalNullified);
        sights.insert_if(notarized > 0 && nullified, Sight::BothInOneView);
    }

    fn judge_validator(&self, signer: u8, view: u8, faults: &mut Faults) {
        let cell = self.seen.cell(signer, view);
        faults.insert_if(cell.notarize.len() > 1, Fault::NotarizedTwice);
        let finalizes = cell.finalize.len();
        faults.insert_if(
            finalizes > 1 || finalizes > 0 && cell.nullify,
            Fault::FinalizedAndNullified,
        );
        for block in cell.notarize.iter() {
            let entry = self.book.table.get(block);
            faults.insert_if(!entry.version.is_fit(), Fault::Unfit);
            faults.insert_if(self.book.table.is_boundary(entry.parent), Fault::BoundaryExtended);
            faults.insert_if(!self.is_justified(view, block), Fault::Unjustified);
        }
    }

    /// Whether `block` may stand in `view`: on its parent, or on itself where it ends the epoch.
    fn is_justified(&self, view: u8, block: Block) -> bool {
        let table = &self.book.table;
        let again = table.is_boundary(block) && table.get(block).view != view;
        let parent = if again { block } else { table.get(block).parent };
        (0..view).any(|from| {
            let stands = if from == 0 {
                parent == Block::GENESIS
            } else {
                self.can_be_shown(from, Says::Notarize(parent))
            };
            stands && (from + 1..view).all(|gap| self.can_be_shown(gap, Says::Nullify))
        })
    }

    /// What the signatures on the wire show, in views up to `views`.
    pub(crate) fn judge(&self, views: u8, nodes: &[Arc<Node>]) -> (Faults, Sights) {
        let (mut faults, mut sights) = (Faults::default(), Sights::default());
        for view in 1..=views {
            self.judge_view(view, &mut faults, &mut sights);
            for node in nodes {
                self.judge_validator(node.place, view, &mut faults);
            }
        }
        let nullified = self.can_be_shown(1, Says::Nullify);
        let second = nodes.iter().any(|node| node.is_final(2));
        sights.insert_if(nullified && second, Sight::FinalAfterNullified);
        (faults, sights)
    }
}

/// What the validators have delivered, and what has happened inside of them.
pub(crate) fn judge_nodes(nodes: &[Arc<Node>]) -> (Faults, Sights) {
    let (mut faults, mut sights) = (Faults::default(), Sights::default());
    let correct = |place| nodes.iter().any(|node| node.place == place);
    for node in nodes {
        faults.merge(node.faults);
        faults.insert_if(node.accused.iter().any(correct), Fault::Slandered);
        sights.insert_if(node.accused.len() > 0, Sight::Evidence);
        sights.insert_if(node.is_final(1), Sight::FinalInViewOne);
        sights.insert_if(node.delivered_after_crash, Sight::FinalAfterCrash);
        sights.insert_if(node.delivered_fetched, Sight::Fetched);
        sights.insert_if(node.reproposed, Sight::Reproposed);
        for other in nodes {
            let differ = node.told.iter().zip(&other.told).any(|(a, b)| a != b);
            faults.insert_if(differ, Fault::Disagreement);
        }
    }
    (faults, sights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{Ballot, Item};
    use crate::setup::Setup;

    const A: Block = Block(1);
    const B: Block = Block(2);

    /// The faults that these votes show, where validator 1 is the traitor.
    fn faults(votes: &[(u8, u8, Says)]) -> Faults {
        let setup = Setup::traitor();
        let (book, mut seen) = (Book::new(&setup), Seen::new(4, 3));
        for (signer, view, says) in votes.iter().copied() {
            seen.add_item(&Item::Vote(Ballot { signer, view, says }));
        }
        let nodes = [0, 2, 3].map(|place| Arc::new(Node::new(&setup, &book, place)));
        let court = Court { book: &book, traitor: Some(1), seen: &seen };
        court.judge(setup.views, &nodes).0
    }

    fn only(expected: &[Fault]) -> Faults {
        let mut faults = Faults::default();
        for fault in expected {
            faults.insert(*fault);
        }
        faults
    }

    #[test]
    fn votes_that_agree_are_no_fault() {
        let votes = [(0, 1, Says::Notarize(A)), (2, 1, Says::Notarize(A)), (3, 1, Says::Nullify)];
        assert_eq!(faults(&votes), only(&[]));
    }

    #[test]
    fn r3_two_notarizations_are_seen() {
        let votes = [(0, A), (2, A), (2, B), (3, B)];
        let votes = votes.map(|(signer, block)| (signer, 1, Says::Notarize(block)));
        assert_eq!(faults(&votes), only(&[Fault::TwoNotarizations, Fault::NotarizedTwice]));
    }

    #[test]
    fn r4_a_final_view_that_is_nullified_is_seen() {
        let votes = [0, 2].map(|signer| (signer, 1, Says::Finalize(A)));
        let nullify = [2, 3].map(|signer| (signer, 1, Says::Nullify));
        let all = [votes, nullify].concat();
        assert_eq!(faults(&all), only(&[Fault::FinalNullified, Fault::FinalizedAndNullified]));
    }

    #[test]
    fn r3_a_gap_needs_as_many_nullifications_as_make_a_quorum_with_the_traitor() {
        let book = Book::new(&Setup::traitor());
        let version = crate::table::Version::First;
        let late = book.table.child(Block::GENESIS, 2, version).unwrap();
        let vote = (0, 2, Says::Notarize(late));
        let one = (2, 1, Says::Nullify);
        assert_eq!(faults(&[vote, one]), only(&[Fault::Unjustified]));
        assert_eq!(faults(&[vote, one, (1, 1, Says::Nullify)]), only(&[Fault::Unjustified]));
        assert_eq!(faults(&[vote, one, (3, 1, Says::Nullify)]), only(&[]));
    }

    #[test]
    fn r6_chains_that_differ_are_seen() {
        let setup = Setup::honest();
        let book = Book::new(&setup);
        let node = |place, told: &[Block]| {
            let told = told.to_vec();
            Arc::new(Node { told, ..Node::new(&setup, &book, place) })
        };
        let agree = [node(0, &[A, B]), node(1, &[A]), node(2, &[])];
        assert_eq!(judge_nodes(&agree).0, only(&[]));
        let differ = [node(0, &[A, B]), node(1, &[A, A])];
        assert_eq!(judge_nodes(&differ).0, only(&[Fault::Disagreement]));
    }
}
