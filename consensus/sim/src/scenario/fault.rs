//! What goes wrong in a run without anybody's intent.

use super::{Delay, NodeId};
use serde::{Deserialize, Serialize};

/// One thing that goes wrong. Times are milliseconds from the run's beginning; what lasts ends at
/// `until_ms` or when the run heals, whichever comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Messages travel differently.
    Delay {
        /// From when.
        from_ms: u64,
        /// Until when.
        until_ms: u64,
        /// How long they travel.
        delay: Delay,
    },
    /// Messages are lost.
    Loss {
        /// From when.
        from_ms: u64,
        /// Until when.
        until_ms: u64,
        /// How many of a thousand.
        permille: u16,
    },
    /// Messages arrive twice.
    Duplication {
        /// From when.
        from_ms: u64,
        /// Until when.
        until_ms: u64,
        /// How many of a thousand.
        permille: u16,
    },
    /// All messages of some kinds are lost.
    Silence {
        /// From when.
        from_ms: u64,
        /// Until when.
        until_ms: u64,
        /// Which kinds, by the names under which a summary counts them.
        kinds: Vec<String>,
    },
    /// The network falls apart. Who stands in no group hears nobody.
    Partition {
        /// From when.
        from_ms: u64,
        /// Until when.
        until_ms: u64,
        /// Who hears whom.
        groups: Vec<Vec<NodeId>>,
    },
    /// The network falls apart differently in each view: who sends in view `first + i` is heard
    /// only by its group in `views[i]`.
    ViewPartitions {
        /// The epoch's view to which the first entry belongs.
        first: u64,
        /// Until when.
        until_ms: u64,
        /// Who hears whom, by view.
        views: Vec<Vec<Vec<NodeId>>>,
    },
    /// A machine stops.
    Crash {
        /// Which.
        node: NodeId,
        /// When.
        at_ms: u64,
        /// Between which two outputs of its engine: this many are carried out first.
        outputs: u32,
        /// When it comes up again; at healing if `None`.
        restart_ms: Option<u64>,
    },
    /// All machines stop at the same moment.
    PowerCut {
        /// When.
        at_ms: u64,
        /// Between which two outputs of all engines: this many are carried out first.
        outputs: u32,
        /// How long it takes them to come up again; each takes up to twice as long.
        outage_ms: u64,
    },
    /// A machine stops and comes up with the disk that it had earlier. It counts as faulty.
    Restore {
        /// Which.
        node: NodeId,
        /// When the copy was taken.
        taken_ms: u64,
        /// When the machine stops.
        at_ms: u64,
        /// When it comes up with the copy.
        restart_ms: u64,
    },
    /// From now on a machine's execution refuses every block. It counts as faulty, and must stop
    /// as soon as a quorum is of another opinion (R5).
    BadExecution {
        /// Which machine.
        node: NodeId,
        /// From when.
        at_ms: u64,
    },
    /// A machine's wall clock is wrong. Until it is right again, this can cost it its votes.
    Clock {
        /// Which machine.
        node: NodeId,
        /// From when.
        from_ms: u64,
        /// Until when.
        until_ms: u64,
        /// By how much it is ahead; negative if behind.
        skew_ms: i64,
    },
    /// A machine's disk is slow.
    SlowDisk {
        /// Which machine.
        node: NodeId,
        /// From when.
        from_ms: u64,
        /// Until when.
        until_ms: u64,
        /// How long a write takes to be durable.
        sync_ms: u64,
    },
    /// A machine is told that another cannot be reached, though it can.
    FalseNotice {
        /// Who is told.
        node: NodeId,
        /// About whom.
        about: NodeId,
        /// When.
        from_ms: u64,
        /// When it is told the contrary.
        until_ms: u64,
    },
}

impl Fault {
    /// When it begins.
    pub fn begins_ms(&self) -> u64 {
        match self {
            Self::Delay { from_ms, .. }
            | Self::Loss { from_ms, .. }
            | Self::Duplication { from_ms, .. }
            | Self::Silence { from_ms, .. }
            | Self::Partition { from_ms, .. }
            | Self::Clock { from_ms, .. }
            | Self::SlowDisk { from_ms, .. }
            | Self::FalseNotice { from_ms, .. } => *from_ms,
            Self::Crash { at_ms, .. }
            | Self::PowerCut { at_ms, .. }
            | Self::BadExecution { at_ms, .. } => *at_ms,
            Self::Restore { taken_ms, .. } => *taken_ms,
            Self::ViewPartitions { .. } => 0,
        }
    }

    /// When it ends by itself, if it lasts.
    pub fn ends_ms(&self) -> Option<u64> {
        match self {
            Self::Delay { until_ms, .. }
            | Self::Loss { until_ms, .. }
            | Self::Duplication { until_ms, .. }
            | Self::Silence { until_ms, .. }
            | Self::Partition { until_ms, .. }
            | Self::ViewPartitions { until_ms, .. }
            | Self::Clock { until_ms, .. }
            | Self::SlowDisk { until_ms, .. }
            | Self::FalseNotice { until_ms, .. } => Some(*until_ms),
            Self::Crash { .. }
            | Self::PowerCut { .. }
            | Self::Restore { .. }
            | Self::BadExecution { .. } => None,
        }
    }

    /// The machines that it names.
    pub fn names(&self) -> Vec<NodeId> {
        match self {
            Self::Delay { .. }
            | Self::Loss { .. }
            | Self::Duplication { .. }
            | Self::Silence { .. }
            | Self::PowerCut { .. } => Vec::new(),
            Self::Partition { groups, .. } => groups.iter().flatten().copied().collect(),
            Self::ViewPartitions { views, .. } => {
                views.iter().flatten().flatten().copied().collect()
            }
            Self::Crash { node, .. }
            | Self::Restore { node, .. }
            | Self::BadExecution { node, .. }
            | Self::Clock { node, .. }
            | Self::SlowDisk { node, .. } => vec![*node],
            Self::FalseNotice { node, about, .. } => vec![*node, *about],
        }
    }
}
