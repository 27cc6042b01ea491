//! The counts of many runs.

use crate::print;
use hefu_sim::{Scenario, Signatures, Summary};
use std::collections::BTreeMap;

/// What many runs came to together.
#[derive(Default)]
pub(crate) struct Totals {
    pub(crate) runs: u64,
    pub(crate) deliveries: u64,
    pub(crate) blocks: u64,
    pub(crate) views: u64,
    pub(crate) nullified: u64,
    pub(crate) crashes: u64,
    pub(crate) restarts: u64,
    pub(crate) power_cuts: u64,
    pub(crate) partitions: u64,
    pub(crate) epochs: u64,
    pub(crate) evidence: u64,
    pub(crate) real_signatures: u64,
    pub(crate) simulated_ms: u64,
    pub(crate) recovery_ms_max: u64,
    pub(crate) recovery_views_max: u64,
    sizes: BTreeMap<u8, u64>,
    attackers: BTreeMap<String, u64>,
}

impl Totals {
    /// Takes in a run.
    pub(crate) fn add(&mut self, scenario: &Scenario, summary: &Summary) {
        self.runs += 1;
        self.deliveries += summary.deliveries;
        self.blocks += summary.blocks;
        self.views += summary.views;
        self.nullified += summary.nullified.values().sum::<u64>();
        self.crashes += summary.crashes;
        self.restarts += summary.restarts;
        self.power_cuts += summary.power_cuts;
        self.partitions += summary.partitions;
        self.epochs += summary.epochs;
        self.evidence += summary.evidence;
        self.real_signatures += u64::from(scenario.signatures == Signatures::Ed25519);
        self.simulated_ms += summary.time_ms;
        let recovery_ms = summary.recovery_ms.unwrap_or_default();
        self.recovery_ms_max = self.recovery_ms_max.max(recovery_ms);
        let views = summary.recovery_views.unwrap_or_default();
        self.recovery_views_max = self.recovery_views_max.max(views);
        *self.sizes.entry(scenario.validators).or_default() += 1;
        for attack in &scenario.attackers {
            *self.attackers.entry(attack.name.clone()).or_default() += 1;
        }
    }

    /// Takes in the runs of another worker.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.runs += other.runs;
        self.deliveries += other.deliveries;
        self.blocks += other.blocks;
        self.views += other.views;
        self.nullified += other.nullified;
        self.crashes += other.crashes;
        self.restarts += other.restarts;
        self.power_cuts += other.power_cuts;
        self.partitions += other.partitions;
        self.epochs += other.epochs;
        self.evidence += other.evidence;
        self.real_signatures += other.real_signatures;
        self.simulated_ms += other.simulated_ms;
        self.recovery_ms_max = self.recovery_ms_max.max(other.recovery_ms_max);
        self.recovery_views_max = self.recovery_views_max.max(other.recovery_views_max);
        for (size, runs) in &other.sizes {
            *self.sizes.entry(*size).or_default() += runs;
        }
        for (name, count) in &other.attackers {
            *self.attackers.entry(name.clone()).or_default() += count;
        }
    }

    /// Prints how the runs were distributed.
    pub(crate) fn print_mix(&self) {
        let sizes = self.sizes.iter().map(|(size, runs)| format!("{size}×{runs}"));
        print::line(format_args!("validators × runs: {}", list(sizes)));
        let attackers = self.attackers.iter().map(|(name, count)| format!("{name} {count}"));
        print::line(format_args!("attackers: {}", list(attackers)));
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}
