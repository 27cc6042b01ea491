//! The counts of a run while it is under way.

use crate::packet::{KINDS, Packet};
use crate::summary::{Cause, Spread, Summary, Traffic};
use hefu_primitives::Digest;
use std::collections::BTreeMap;

/// Blocks whose proposal's time is remembered.
const PROPOSED_MAX: usize = 1_000;

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) deliveries: u64,
    pub(crate) lost: u64,
    pub(crate) blocks: u64,
    pub(crate) empty_blocks: u64,
    pub(crate) transactions: u64,
    pub(crate) crashes: u64,
    pub(crate) restarts: u64,
    pub(crate) power_cuts: u64,
    pub(crate) partitions: u64,
    pub(crate) epochs: u64,
    pub(crate) halts: u64,
    pub(crate) violations: u64,
    /// Dropped by engines that are gone.
    pub(crate) dropped: u64,
    /// Views of epochs that have ended.
    pub(crate) views: u64,
    nullified: BTreeMap<Cause, u64>,
    traffic: [Traffic; KINDS.len()],
    proposed_ms: BTreeMap<Digest, u64>,
    finality_ms: Spread,
    interval_ms: Spread,
    last_final_ms: Option<u64>,
}

impl Counts {
    pub(crate) fn sent(&mut self, packet: &Packet) {
        let traffic = &mut self.traffic[packet.content.kind()];
        traffic.count += 1;
        traffic.bytes += packet.bytes;
    }

    pub(crate) fn nullified(&mut self, cause: Cause) {
        *self.nullified.entry(cause).or_default() += 1;
    }

    /// A block was proposed; false if it had been before.
    pub(crate) fn proposed(&mut self, digest: Digest, now_ms: u64) -> bool {
        if self.proposed_ms.len() >= PROPOSED_MAX {
            let oldest = now_ms.saturating_sub(120_000);
            self.proposed_ms.retain(|_, at_ms| *at_ms >= oldest);
        }
        let known = self.proposed_ms.contains_key(&digest);
        self.proposed_ms.entry(digest).or_insert(now_ms);
        !known
    }

    /// A block was final somewhere for the first time.
    pub(crate) fn finalized(&mut self, digest: &Digest, transactions: usize, now_ms: u64) {
        self.blocks += 1;
        self.empty_blocks += u64::from(transactions == 0);
        self.transactions += transactions as u64;
        if let Some(proposed_ms) = self.proposed_ms.get(digest) {
            self.finality_ms.add(now_ms - proposed_ms);
        }
        if let Some(last_ms) = self.last_final_ms.replace(now_ms) {
            self.interval_ms.add(now_ms - last_ms);
        }
    }

    pub(crate) fn summary(&self) -> Summary {
        let kinds = KINDS.iter().map(|kind| (*kind).to_owned());
        Summary {
            deliveries: self.deliveries,
            lost: self.lost,
            blocks: self.blocks,
            empty_blocks: self.empty_blocks,
            transactions: self.transactions,
            views: self.views,
            nullified: self.nullified.clone(),
            messages: kinds.zip(self.traffic).filter(|(_, t)| t.count > 0).collect(),
            finality_ms: self.finality_ms,
            interval_ms: self.interval_ms,
            crashes: self.crashes,
            restarts: self.restarts,
            power_cuts: self.power_cuts,
            partitions: self.partitions,
            epochs: self.epochs,
            halts: self.halts,
            dropped: self.dropped,
            violations: self.violations,
            ..Summary::default()
        }
    }
}
