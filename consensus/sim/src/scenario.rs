//! The description of a run: from it and nothing else everything in the run follows.

mod check;
mod fault;

pub use check::ScenarioError;
pub use fault::Fault;

use serde::{Deserialize, Serialize};
use std::fmt;

/// A simulated machine, counted from zero. The first `validators` machines form the first
/// validator set; then come those that may join it, then the twins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u8);

impl NodeId {
    pub(crate) fn place(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node {}", self.0)
    }
}

/// A run. Times are milliseconds from its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Where all chance comes from.
    pub seed: u64,
    /// How many machines form the first validator set, 4 to 100.
    pub validators: u8,
    /// How many more there are that may join.
    #[serde(default)]
    pub joiners: u8,
    /// How signatures are made.
    #[serde(default)]
    pub signatures: Signatures,
    /// The engine's unit of all deadlines, in milliseconds.
    pub delta_ms: u64,
    /// What the network does while no fault says otherwise.
    pub network: Network,
    /// How long a write takes to be durable while no fault says otherwise, in milliseconds.
    #[serde(default)]
    pub sync_ms: u64,
    /// How long the execution of a block takes, in milliseconds.
    #[serde(default)]
    pub execution_ms: u64,
    /// The transactions that arrive.
    #[serde(default)]
    pub load: Load,
    /// What goes wrong.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// Who breaks the rules on purpose.
    #[serde(default)]
    pub attackers: Vec<Attack>,
    /// Whether more members may be faulty than the protocol tolerates, to see it fail.
    #[serde(default)]
    pub beyond_tolerance: bool,
    /// Members that run twice under one key. They count as faulty.
    #[serde(default)]
    pub twins: Vec<NodeId>,
    /// Changes of the validator set, by increasing height.
    #[serde(default)]
    pub changes: Vec<SetChange>,
    /// The name of a defect to plant in all correct engines. Needs the feature `planted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bug: Option<String>,
    /// When the run ends.
    pub stop: Stop,
}

/// How signatures are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signatures {
    /// A cheap hash of key and message. Forging one takes the key object, as with real ones.
    #[default]
    Mock,
    /// Ed25519 by the strict rule.
    Ed25519,
}

/// What happens to messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// How long a message travels.
    pub delay: Delay,
    /// How many of a thousand messages are lost.
    #[serde(default)]
    pub loss_permille: u16,
    /// How many of a thousand messages arrive twice.
    #[serde(default)]
    pub duplicate_permille: u16,
    /// After how many milliseconds the others are told that a machine cannot be reached, or can
    /// be again; never if `None`.
    #[serde(default)]
    pub notice_ms: Option<u64>,
}

/// How long a message travels, in milliseconds. All but `Constant` reorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delay {
    /// Always so long.
    Constant(u64),
    /// Anything between, both included.
    Uniform {
        /// The least.
        min_ms: u64,
        /// The most.
        max_ms: u64,
    },
    /// Mostly little, seldom much: halved in frequency with each `half_ms` more.
    Tailed {
        /// The least.
        min_ms: u64,
        /// Half of the messages take no longer than this above the least.
        half_ms: u64,
        /// The most.
        max_ms: u64,
    },
}

impl Delay {
    /// The longest that a message travels.
    pub fn most_ms(self) -> u64 {
        match self {
            Self::Constant(ms) => ms,
            Self::Uniform { max_ms, .. } | Self::Tailed { max_ms, .. } => max_ms,
        }
    }
}

/// The transactions that arrive, each at a validator drawn at random.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Load {
    /// None: the network is idle.
    #[default]
    None,
    /// One every so many milliseconds.
    Every(u64),
    /// Many at once, then a pause.
    Bursts {
        /// The pause, in milliseconds.
        every_ms: u64,
        /// How many at once.
        size: u32,
    },
}

/// One machine that breaks the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// Which.
    pub node: NodeId,
    /// How: one of [`crate::ATTACKERS`].
    pub name: String,
}

/// A change of the validator set, enacted by the block of a height (R12).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetChange {
    /// The height of the block that ends the epoch.
    pub height: u64,
    /// Who becomes a member.
    #[serde(default)]
    pub joins: Vec<NodeId>,
    /// Who ceases to be one.
    #[serde(default)]
    pub leaves: Vec<NodeId>,
    /// Whose key begins a new life (R14): its acts log starts anew.
    #[serde(default)]
    pub reincarnates: Vec<NodeId>,
}

/// When a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// When all faults end: what was cut heals and who was down comes up. From then on the
    /// network must make progress, attackers or not. Never if `None`.
    #[serde(default)]
    pub heal_ms: Option<u64>,
    /// When the run ends at the latest.
    pub at_ms: u64,
    /// Whether it ends as soon as every correct node has delivered a block made after healing.
    #[serde(default)]
    pub once_settled: bool,
}

impl Scenario {
    /// A calm network: everybody correct, messages 20 ms long, ten transactions a second, for
    /// ten seconds.
    pub fn calm(validators: u8, seed: u64) -> Self {
        Self {
            seed,
            validators,
            joiners: 0,
            signatures: Signatures::Mock,
            delta_ms: 100,
            network: Network {
                delay: Delay::Constant(20),
                loss_permille: 0,
                duplicate_permille: 0,
                notice_ms: None,
            },
            sync_ms: 0,
            execution_ms: 0,
            load: Load::Every(100),
            faults: Vec::new(),
            attackers: Vec::new(),
            beyond_tolerance: false,
            twins: Vec::new(),
            changes: Vec::new(),
            bug: None,
            stop: Stop { heal_ms: None, at_ms: 10_000, once_settled: false },
        }
    }

    /// How many machines there are, each twin pair counting as two.
    pub fn machines(&self) -> usize {
        usize::from(self.validators) + usize::from(self.joiners) + self.twins.len()
    }

    /// How many of the first validators may be faulty.
    pub fn faults_max(&self) -> usize {
        usize::from(self.validators.saturating_sub(1)) / 3
    }

    /// The same run with an attacker at `node`.
    #[must_use]
    pub fn with_attacker(mut self, node: u8, name: &str) -> Self {
        self.attackers.push(Attack { node: NodeId(node), name: name.to_owned() });
        self
    }

    /// The same run with another fault.
    #[must_use]
    pub fn with_fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }
}
