//! A leader whose blocks break rules: wrong roots, times from the past or the future, wrong
//! heights, full blocks where only empty ones are allowed, parents that nobody notarized, new
//! blocks above the last one of an epoch.

use super::{Attacker, Kit, Parcel, with_block};
use crate::ledger::{Block, transaction_root};
use crate::packet::Packet;
use hefu_consensus::{Input, Message, Proposal};
use hefu_primitives::{Hash, Header, Height, ProposalStatement};
use std::sync::Arc;

/// Transactions of its own have numbers from here on.
const FORGED: u64 = 1 << 48;

#[derive(Default)]
pub(super) struct Forger {
    /// The newest proposal of somebody else.
    seen: Option<ProposalStatement>,
    count: u64,
}

impl Attacker for Forger {
    fn outgoing(&mut self, kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel> {
        let Message::Proposal(proposal) = &parcel.message else {
            return vec![parcel];
        };
        self.count += 1;
        let forged = match kit.dice.below(8) {
            0 => self.wrong_roots(kit, proposal),
            1 => self.wrong_time(kit, proposal, |parent, _| parent.time.get()),
            2 => self.wrong_time(kit, proposal, |_, wall| wall + 3_600_000),
            3 => self.wrong_height(kit, proposal),
            4 => self.full(kit, proposal),
            5 => self.on_unnotarized(kit, proposal),
            6 => self.above_boundary(kit, proposal),
            _ => None,
        };
        vec![forged.unwrap_or(parcel)]
    }

    fn incoming(&mut self, _kit: &mut Kit<'_>, packet: &Packet) -> Vec<Parcel> {
        for input in packet.inputs() {
            if let Input::Proposal(proposal) = input {
                self.seen = Some(proposal.signed.statement);
            }
        }
        Vec::new()
    }
}

impl Forger {
    /// The proposal of another block on the same parent.
    fn instead(kit: &Kit<'_>, proposal: &Proposal, block: Block) -> Option<Parcel> {
        let statement = ProposalStatement { digest: block.digest, ..proposal.signed.statement };
        let message = kit.propose(proposal, statement, block.header.clone())?;
        Some(with_block(message, Arc::new(block)))
    }

    #[expect(clippy::unused_self, reason = "one of a row of forgeries")]
    fn wrong_roots(&self, kit: &Kit<'_>, proposal: &Proposal) -> Option<Parcel> {
        let header = Header { state_root: Hash::from_bytes([7; 32]), ..proposal.header.clone() };
        let body = kit.store.get(&proposal.signed.statement.digest)?.body.clone();
        Self::instead(kit, proposal, Block::new(header, body))
    }

    #[expect(clippy::unused_self, reason = "one of a row of forgeries")]
    fn wrong_time(
        &self,
        kit: &Kit<'_>,
        proposal: &Proposal,
        time: impl FnOnce(&Header, u64) -> u64,
    ) -> Option<Parcel> {
        let parent = kit.header(&proposal.header.parent)?;
        let time = hefu_primitives::Timestamp::new(time(&parent, kit.wall.get()));
        let block = kit.epochs.build(&parent, time, Vec::new());
        Self::instead(kit, proposal, block)
    }

    #[expect(clippy::unused_self, reason = "one of a row of forgeries")]
    fn wrong_height(&self, kit: &Kit<'_>, proposal: &Proposal) -> Option<Parcel> {
        let parent = kit.header(&proposal.header.parent)?;
        // Built as if the parent were one higher: the roots are right for that height.
        let mut higher = parent.clone();
        higher.height = Height::new(parent.height.get() + 1);
        let mut block = kit.epochs.build(&higher, proposal.header.time, Vec::new());
        block.header.parent = proposal.header.parent;
        block.header.history_root = proposal.header.history_root;
        Self::instead(kit, proposal, Block::new(block.header, block.body))
    }

    fn full(&self, kit: &Kit<'_>, proposal: &Proposal) -> Option<Parcel> {
        let parent = kit.header(&proposal.header.parent)?;
        let body = vec![FORGED + self.count];
        debug_assert_ne!(transaction_root(&body), Header::empty_transaction_root());
        let block = kit.epochs.build(&parent, proposal.header.time, body);
        Self::instead(kit, proposal, block)
    }

    /// On the newest block that somebody proposed, notarized or not.
    fn on_unnotarized(&self, kit: &Kit<'_>, proposal: &Proposal) -> Option<Parcel> {
        let seen = self.seen.filter(|seen| {
            seen.epoch == kit.committee.epoch && seen.view < proposal.signed.statement.view
        })?;
        let parent = kit.header(&seen.digest)?;
        let time = kit.wall.max(parent.time.saturating_add(1));
        let block = kit.epochs.build(&parent, time, Vec::new());
        let statement = ProposalStatement {
            digest: block.digest,
            parent_view: seen.view,
            parent_digest: seen.digest,
            ..proposal.signed.statement
        };
        let message = kit.propose(proposal, statement, block.header.clone())?;
        Some(with_block(message, Arc::new(block)))
    }

    /// Where the last block of the epoch is to be proposed again: a new one above it.
    #[expect(clippy::unused_self, reason = "one of a row of forgeries")]
    fn above_boundary(&self, kit: &Kit<'_>, proposal: &Proposal) -> Option<Parcel> {
        let statement = proposal.signed.statement;
        let again = statement.digest == statement.parent_digest;
        let parent = kit.header(&statement.parent_digest).filter(|_| again)?;
        let time = kit.wall.max(parent.time.saturating_add(1));
        let mut block = kit.epochs.build(&parent, time, Vec::new());
        block.header.epoch = statement.epoch;
        Self::instead(kit, proposal, Block::new(block.header, block.body))
    }
}
