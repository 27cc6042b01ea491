//! What happens in a run, in words for a person.

use crate::scenario::NodeId;
use hefu_primitives::{Digest, Epoch, Height, View};
use std::fmt;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, in milliseconds from the run's beginning.
    pub at_ms: u64,
    /// Where; `None` if it happened to the network as a whole.
    pub node: Option<NodeId>,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A validator is in this view now.
    Entered {
        /// Its epoch.
        epoch: Epoch,
        /// The view.
        view: View,
    },
    /// A leader proposed.
    Proposed {
        /// In this view.
        view: View,
        /// This block.
        digest: Digest,
        /// At this height.
        height: Height,
        /// With so many transactions.
        transactions: usize,
    },
    /// A validator voted to end a view without a block.
    Nullified {
        /// The view.
        view: View,
    },
    /// A validator delivered a final block.
    Finalized {
        /// Its height.
        height: Height,
        /// The block.
        digest: Digest,
        /// With so many transactions.
        transactions: usize,
    },
    /// A machine stopped.
    Crashed {
        /// Writes that were under way and are lost.
        lost: usize,
        /// Whether the last write is torn.
        torn: bool,
    },
    /// A machine came up.
    Restarted {
        /// The height that its disk holds.
        height: Height,
        /// Whether its disk is an older copy.
        restored: bool,
    },
    /// All machines stopped at once.
    PowerCut,
    /// The network fell into these parts.
    Partitioned {
        /// Who hears whom.
        groups: Vec<Vec<NodeId>>,
    },
    /// A partition ended.
    Healed,
    /// All faults ended.
    AllFaultsEnded,
    /// A validator reported that another contradicted itself (R9).
    Evidence {
        /// Who contradicted itself.
        offender: NodeId,
        /// In which view.
        view: View,
    },
    /// A validator began an epoch (R12).
    EpochBegan {
        /// The epoch.
        epoch: Epoch,
        /// Its members.
        members: usize,
    },
    /// An engine stopped for good.
    Halted {
        /// Why.
        reason: String,
    },
    /// A wall clock was set wrong, or right again.
    ClockSet {
        /// How far it is ahead of true time, in milliseconds.
        skew_ms: i64,
    },
    /// An oracle found a rule broken.
    Violation {
        /// The sentence.
        sentence: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>4}.{:03} s  ", self.at_ms / 1000, self.at_ms % 1000)?;
        if let Some(node) = self.node {
            write!(f, "{node}: ")?;
        }
        self.what.fmt(f)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entered { epoch, view } => write!(f, "enters view {view} of epoch {epoch}"),
            Self::Proposed { view, digest, height, transactions } => write!(
                f,
                "proposes block {digest:?} at height {height} in view {view}, {transactions} transactions"
            ),
            Self::Nullified { view } => write!(f, "votes to nullify view {view}"),
            Self::Finalized { height, digest, transactions } => write!(
                f,
                "block {digest:?} at height {height} is final, {transactions} transactions"
            ),
            Self::Crashed { lost, torn } => {
                let torn = if *torn { ", the last one torn" } else { "" };
                write!(f, "stops; {lost} writes are lost{torn}")
            }
            Self::Restarted { height, restored } => {
                let restored = if *restored { " from an older copy" } else { "" };
                write!(f, "comes up{restored} at height {height}")
            }
            Self::PowerCut => write!(f, "all machines lose power"),
            Self::Partitioned { groups } => write!(f, "the network falls apart: {}", Parts(groups)),
            Self::Healed => write!(f, "the network is whole again"),
            Self::AllFaultsEnded => write!(f, "all faults end"),
            Self::Evidence { offender, view } => {
                write!(f, "reports that {offender} contradicted itself in view {view}")
            }
            Self::EpochBegan { epoch, members } => {
                write!(f, "begins epoch {epoch} of {members} validators")
            }
            Self::Halted { reason } => write!(f, "halts: {reason}"),
            Self::ClockSet { skew_ms } => write!(f, "its clock is {skew_ms} ms ahead now"),
            Self::Violation { sentence } => write!(f, "VIOLATION: {sentence}"),
        }
    }
}

/// Groups of machines: `0 1 2 | 3`.
struct Parts<'a>(&'a [Vec<NodeId>]);

impl fmt::Display for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, group) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" |")?;
            }
            for node in group {
                write!(f, " {}", node.0)?;
            }
        }
        Ok(())
    }
}
