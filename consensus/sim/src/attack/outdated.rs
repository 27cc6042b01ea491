//! A validator that lives in the past: it proposes on old parents, and says again what it heard
//! long ago, in earlier epochs too.

use super::{Attacker, Kit, Parcel, with_block};
use crate::packet::{Content, Packet};
use hefu_consensus::{Message, Proposal};
use hefu_primitives::{ProposalStatement, View};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many old messages and proposals it remembers.
const REMEMBERED: usize = 64;

#[derive(Default)]
pub(super) struct Outdated {
    heard: VecDeque<Parcel>,
    proposals: VecDeque<ProposalStatement>,
}

impl Outdated {
    fn remember(&mut self, packet: &Packet) {
        let Content::Engine { message, block } = &packet.content else {
            return;
        };
        if let Message::Proposal(proposal) = message {
            self.proposals.push_back(proposal.signed.statement);
            if self.proposals.len() > REMEMBERED {
                self.proposals.pop_front();
            }
        }
        if !matches!(message, Message::Status(_)) {
            let parcel = Parcel::to_all(message.clone());
            self.heard.push_back(Parcel { block: block.clone(), ..parcel });
        }
        if self.heard.len() > REMEMBERED {
            self.heard.pop_front();
        }
    }

    /// A proposal on the parent, or the grandparent, of a block that was proposed earlier.
    fn propose_on_old(&self, kit: &mut Kit<'_>, proposal: &Proposal) -> Option<Parcel> {
        let statement = proposal.signed.statement;
        let epoch = kit.committee.epoch;
        let older: Vec<_> = self
            .proposals
            .iter()
            .filter(|old| old.epoch == epoch && old.view < statement.view)
            .collect();
        let old = *kit.dice.pick(&older)?;
        let on_itself = kit.dice.coin();
        let (parent_view, parent_digest) =
            if on_itself { (old.view, old.digest) } else { (old.parent_view, old.parent_digest) };
        let parent = kit.header(&parent_digest)?;
        let time = kit.wall.max(parent.time.saturating_add(1));
        let block = Arc::new(kit.epochs.build(&parent, time, Vec::new()));
        let statement =
            ProposalStatement { digest: block.digest, parent_view, parent_digest, ..statement };
        let message = kit.propose(proposal, statement, block.header.clone())?;
        Some(with_block(message, block))
    }
}

impl Attacker for Outdated {
    fn outgoing(&mut self, kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel> {
        let old = match &parcel.message {
            Message::Proposal(proposal) if kit.dice.permille(700) => {
                self.propose_on_old(kit, proposal)
            }
            _ => None,
        };
        vec![old.unwrap_or(parcel)]
    }

    fn incoming(&mut self, kit: &mut Kit<'_>, packet: &Packet) -> Vec<Parcel> {
        // What it hears of its own views it keeps to itself, as old as it gets.
        if packet.index.is_some() && kit.dice.permille(200) {
            self.remember(packet);
        }
        Vec::new()
    }

    fn entered(&mut self, kit: &mut Kit<'_>) -> Vec<Parcel> {
        if kit.view < View::new(2) && self.heard.is_empty() {
            return Vec::new();
        }
        let heard: Vec<_> = self.heard.iter().cloned().collect();
        (0..2).filter_map(|_| kit.dice.pick(&heard).cloned()).collect()
    }
}
