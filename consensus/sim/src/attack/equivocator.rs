//! A validator with two opinions: as a leader it proposes two blocks, one to each half of the
//! others or both to all; and for every block that it notarizes it notarizes another one too.

use super::{Attacker, Kit, Parcel, with_block};
use crate::ledger::Block;
use hefu_consensus::{Message, Proposal};
use hefu_primitives::{Digest, Hash, Subject, Vote};
use std::sync::Arc;

pub(super) struct Equivocator;

impl Attacker for Equivocator {
    fn outgoing(&mut self, kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel> {
        match &parcel.message {
            Message::Proposal(proposal) => two_proposals(kit, &parcel, proposal),
            Message::Vote(Vote { view, subject: Subject::Notarize(digest), .. }) => {
                let other = other_digest(kit, digest);
                let other = kit.vote(*view, Subject::Notarize(other));
                both(kit, parcel, other.map(Parcel::to_all))
            }
            _ => vec![parcel],
        }
    }
}

/// Both to all, or one to each half.
fn both(kit: &mut Kit<'_>, one: Parcel, other: Option<Parcel>) -> Vec<Parcel> {
    let Some(other) = other else {
        return vec![one];
    };
    if kit.dice.coin() {
        return vec![one, other];
    }
    let [first, second] = kit.halves();
    vec![one.to(first), other.to(second)]
}

fn two_proposals(kit: &mut Kit<'_>, parcel: &Parcel, proposal: &Proposal) -> Vec<Parcel> {
    let other = other_block(kit, proposal).and_then(|block| {
        let mut statement = proposal.signed.statement;
        statement.digest = block.digest;
        let message = kit.propose(proposal, statement, block.header.clone())?;
        Some(with_block(message, Arc::new(block)))
    });
    // A vote for the second block goes with it, or nobody would follow.
    let vote = other.as_ref().and_then(|other| match &other.message {
        Message::Proposal(p) => {
            let statement = p.signed.statement;
            kit.vote(statement.view, Subject::Notarize(statement.digest))
        }
        _ => None,
    });
    let mut parcels = both(kit, parcel.clone(), other);
    parcels.extend(vote.map(Parcel::to_all));
    parcels
}

/// Another block on the same parent: the same, but later by a millisecond and empty.
fn other_block(kit: &Kit<'_>, proposal: &Proposal) -> Option<Block> {
    let header = &proposal.header;
    let parent = kit.header(&header.parent)?;
    let time = header.time.saturating_add(1);
    Some(kit.epochs.build(&parent, time, Vec::new()))
}

/// Another block of which it has heard, or one that does not exist.
fn other_digest(kit: &mut Kit<'_>, digest: &Digest) -> Digest {
    let mut known = kit.store.keys().filter(|known| *known != digest);
    known.next().copied().unwrap_or_else(|| {
        let mut bytes = *digest.hash().as_bytes();
        bytes[0] ^= 1;
        Digest::new(Hash::from_bytes(bytes))
    })
}
