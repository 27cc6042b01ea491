//! The state of the whole: the correct validators. The wire is what they have sent, and the
//! traitor needs no state of its own, because it may do everything at any time.

use crate::fault::{Fault, Faults, Sight, Sights};
use crate::item::Says;
use crate::node::Node;
use crate::seen::Seen;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A state.
#[derive(Clone)]
pub struct World {
    pub(crate) traitor: Option<u8>,
    pub(crate) nodes: Vec<Arc<Node>>,
    /// Whether nobody will crash any more.
    pub(crate) calm: bool,
    pub(crate) faults: Faults,
    pub(crate) sights: Sights,
}

impl World {
    /// Whether this has gone wrong.
    pub fn has_fault(&self, fault: Fault) -> bool {
        self.faults.has(fault)
    }

    /// Whether this can be seen.
    pub fn has_sight(&self, sight: Sight) -> bool {
        self.sights.has(sight)
    }

    /// How often validators have crashed.
    pub(crate) fn crashes(&self) -> u32 {
        self.nodes.iter().map(|node| u32::from(node.crashes)).sum()
    }

    /// All signatures on the wire.
    pub(crate) fn seen(&self) -> Option<Seen> {
        let (first, rest) = self.nodes.split_first()?;
        let mut all = first.sent.seen.clone();
        rest.iter().for_each(|node| all.merge(&node.sent.seen));
        Some(all)
    }

    fn prints(&self) -> impl Iterator<Item = u64> {
        self.nodes.iter().map(|node| {
            if self.calm {
                node.print_without_disk
            } else {
                node.print
            }
        })
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.traitor {
            Some(traitor) => write!(f, "validator {traitor} is the traitor")?,
            None => f.write_str("there is no traitor")?,
        }
        for node in &self.nodes {
            write!(f, "; {} is in view {}", node.place, node.engine.view())?;
            if let Some(block) = node.chain.last() {
                write!(f, " above final {block}")?;
            }
        }
        Ok(())
    }
}

impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        self.traitor == other.traitor && self.calm == other.calm && self.prints().eq(other.prints())
    }
}

impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.traitor, self.calm).hash(state);
        self.prints().for_each(|print| print.hash(state));
    }
}

/// Says with whose help of the traitor a quorum can be shown.
pub(crate) struct Court<'a> {
    pub(crate) book: &'a crate::book::Book,
    pub(crate) traitor: Option<u8>,
    pub(crate) seen: &'a Seen,
}

impl Court<'_> {
    /// Whether a certificate of this can be put together.
    pub(crate) fn can_be_shown(&self, view: u8, says: Says) -> bool {
        let supporters = self.seen.supporters(view, says).len();
        supporters + usize::from(self.traitor.is_some()) >= self.book.quorum
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
        faults.insert_if(finalizes > 1 || finalizes > 0 && cell.nullify, Fault::FinalizedAndNullified);
        for block in cell.notarize.iter() {
            let entry = self.book.table.get(block);
            let refused = entry.version == crate::table::Version::Refused;
            faults.insert_if(refused, Fault::Refused);
            faults.insert_if(self.book.table.is_boundary(entry.parent), Fault::BoundaryExtended);
            faults.insert_if(!self.is_justified(view, block), Fault::Unjustified);
        }
    }

    /// Whether `block` may stand in `view`: on its parent, or on itself where it ends the epoch.
    fn is_justified(&self, view: u8, block: crate::item::Block) -> bool {
        let table = &self.book.table;
        let again = table.is_boundary(block) && table.get(block).view != view;
        let parent = if again { block } else { table.get(block).parent };
        (0..view).any(|from| {
            let stands = if from == 0 {
                parent == crate::item::Block::GENESIS
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
        sights.insert_if(node.reproposed, Sight::Reproposed);
        for other in nodes {
            let differ = node.told.iter().zip(&other.told).any(|(a, b)| a != b);
            faults.insert_if(differ, Fault::Disagreement);
        }
    }
    (faults, sights)
}
