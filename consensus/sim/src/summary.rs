//! What a run came to, in numbers.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// How long it lasted in simulated milliseconds.
    pub time_ms: u64,
    /// Messages that reached a machine.
    pub deliveries: u64,
    /// Messages that were lost, cut off by a partition or sent to a machine that was down.
    pub lost: u64,
    /// Blocks that became final.
    pub blocks: u64,
    /// Those of them without a transaction.
    pub empty_blocks: u64,
    /// Transactions in final blocks.
    pub transactions: u64,
    /// Views that ended, in all epochs together.
    pub views: u64,
    /// Views that a nullification ended, by its cause.
    pub nullified: BTreeMap<Cause, u64>,
    /// Sent messages by kind, one for each receiver.
    pub messages: BTreeMap<String, Traffic>,
    /// From a proposal's leaving to its block's first being final somewhere, in milliseconds.
    pub finality_ms: Spread,
    /// Between two blocks' first being final somewhere, in milliseconds.
    pub interval_ms: Spread,
    /// Evidence reported, each contradiction counted once.
    pub evidence: u64,
    /// Machines that stopped, in power cuts too.
    pub crashes: u64,
    /// Machines that came up again.
    pub restarts: u64,
    /// Times that all machines stopped at once.
    pub power_cuts: u64,
    /// Partitions.
    pub partitions: u64,
    /// Epochs that began after the first.
    pub epochs: u64,
    /// Engines that stopped for good.
    pub halts: u64,
    /// Inputs that correct engines dropped as out of their bounds (R8).
    pub dropped: u64,
    /// The most things that a correct engine kept at once (R8).
    pub footprint_max: u64,
    /// From the end of all faults to the first new final block, in milliseconds.
    pub recovery_ms: Option<u64>,
    /// How many views above the highest of that moment the block's view was.
    pub recovery_views: Option<u64>,
    /// Rules seen broken.
    pub violations: u64,
}

/// Why a view ended without a block, as far as the simulator can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its leader was down or had halted.
    LeaderDown,
    /// Its leader broke the rules.
    LeaderFaulty,
    /// The network was partitioned.
    Partition,
    /// Messages were late or lost.
    Late,
}

/// How much was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Messages.
    pub count: u64,
    /// Bytes, without what a transport adds.
    pub bytes: u64,
}

/// Where values lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// How many values.
    pub count: u64,
    /// The least.
    pub min: u64,
    /// The most.
    pub max: u64,
    /// Their sum.
    pub sum: u64,
}

impl Spread {
    /// Takes one more value in.
    pub fn add(&mut self, value: u64) {
        self.min = if self.count == 0 { value } else { self.min.min(value) };
        self.max = self.max.max(value);
        self.sum += value;
        self.count += 1;
    }

    /// The mean, rounded down; 0 of nothing.
    pub fn mean(&self) -> u64 {
        self.sum.checked_div(self.count).unwrap_or_default()
    }
}

impl Summary {
    /// All messages of all kinds.
    pub fn sent(&self) -> Traffic {
        let mut all = Traffic::default();
        for traffic in self.messages.values() {
            all.count += traffic.count;
            all.bytes += traffic.bytes;
        }
        all
    }
}
