//! One chain: the same block at every height, delivered once, in order, and proved final.

use super::blocks::Blocks;
use super::{Finding, Ground};
use crate::disk::Final;
use crate::ledger::Epochs;
use crate::scenario::NodeId;
use hefu_primitives::{Certificate, Digest, Epoch, Header, Subject};
use std::collections::BTreeMap;

/// How far above a block the descendant may be that proves it final, before the walk gives up.
const WALK_MAX: usize = 10_000;

pub(crate) struct Agreement {
    chain: BTreeMap<u64, (Digest, Header)>,
    /// The height that each machine must deliver next.
    due: Vec<u64>,
}

impl Agreement {
    pub(crate) fn new(epochs: &Epochs, machines: usize) -> Self {
        let genesis = epochs.genesis().clone();
        Self { chain: BTreeMap::from([(0, (genesis.digest(), genesis))]), due: vec![1; machines] }
    }

    /// The highest final height.
    pub(crate) fn height(&self) -> u64 {
        self.chain.last_key_value().map_or(0, |(height, _)| *height)
    }

    pub(crate) fn booted(&mut self, node: NodeId, height: u64) {
        if let Some(due) = self.due.get_mut(node.place()) {
            *due = height + 1;
        }
    }

    /// Takes in a delivered block; gives whether it is the first of its height.
    pub(crate) fn finalized(
        &mut self,
        ground: Ground<'_>,
        node: NodeId,
        epoch: Epoch,
        entry: &Final,
        blocks: &Blocks,
        found: &mut Vec<Finding>,
    ) -> bool {
        let height = entry.block.height();
        let mut blame = |rule, sentence| {
            found.push(Finding { rule, oracle: "agreement", node: Some(node), sentence });
        };
        if let Some(due) = self.due.get_mut(node.place()) {
            if height != *due {
                blame(6, format!("height {height} is delivered where {due} was due"));
            }
            *due = height + 1;
        }
        if let Err((rule, sentence)) = self.check(ground, epoch, entry, blocks) {
            blame(rule, sentence);
        }
        let first = !self.chain.contains_key(&height);
        if first {
            let header = entry.block.header.clone();
            self.chain.insert(height, (entry.block.digest, header));
        }
        first
    }

    fn check(
        &self,
        ground: Ground<'_>,
        epoch: Epoch,
        entry: &Final,
        blocks: &Blocks,
    ) -> Result<(), (u8, String)> {
        let (header, digest) = (&entry.block.header, entry.block.digest);
        let height = entry.block.height();
        if let Some((other, _)) = self.chain.get(&height)
            && *other != digest
        {
            return Err((6, format!("{digest:?} is final at height {height}, as is {other:?}")));
        }
        if header.epoch != epoch || epoch != ground.epochs.epoch_at(height) {
            let sentence = format!("a block of epoch {} is final in epoch {epoch}", header.epoch);
            return Err((12, sentence));
        }
        self.check_link(ground, entry)?;
        check_proof(ground, entry, blocks)
    }

    fn check_link(&self, ground: Ground<'_>, entry: &Final) -> Result<(), (u8, String)> {
        let (header, height) = (&entry.block.header, entry.block.height());
        let Some((below, parent)) = self.chain.get(&(height.saturating_sub(1))) else {
            return Err((6, format!("height {height} is final before the one below it")));
        };
        if header.parent != *below {
            return Err((6, format!("the block at height {height} has another parent")));
        }
        if !ground.epochs.is_valid(&entry.block, parent) {
            return Err((3, format!("the roots of the block at height {height} do not follow")));
        }
        if header.time <= parent.time {
            return Err((13, format!("the block at height {height} is no later than its parent")));
        }
        Ok(())
    }
}

fn check_proof(ground: Ground<'_>, entry: &Final, blocks: &Blocks) -> Result<(), (u8, String)> {
    let (proof, height) = (&entry.proof, entry.block.height());
    let Subject::Finalize(target) = proof.subject else {
        return Err((6, format!("height {height} is proved by no finalization")));
    };
    let signers = signers(proof);
    if signers < ground.quorum(proof.epoch) || proof.epoch != entry.block.header.epoch {
        return Err((6, format!("height {height} is proved by {signers} signers")));
    }
    let mut next = target;
    for _ in 0..WALK_MAX {
        if next == entry.block.digest {
            return Ok(());
        }
        match blocks.block(&next) {
            Some(block) if block.height() > height => next = block.header.parent,
            _ => break,
        }
    }
    Err((6, format!("height {height} is proved by a block that does not descend from it")))
}

/// Distinct signers: bits of the bitmap.
pub(crate) fn signers(certificate: &Certificate) -> usize {
    let bits = certificate.signers.as_bytes().iter();
    bits.map(|byte| byte.count_ones() as usize).sum()
}
