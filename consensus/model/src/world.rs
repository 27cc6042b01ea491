//! The state of the whole: the correct validators. The wire is what they have sent, and the
//! traitor needs no state of its own, because it may do everything at any time.

use crate::fault::{Fault, Faults, Sight, Sights};
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
        for node in rest {
            all.merge(&node.sent.seen);
        }
        Some(all)
    }

    fn prints(&self) -> impl Iterator<Item = u64> {
        self.nodes.iter().map(|node| if self.calm { node.print_without_disk } else { node.print })
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
