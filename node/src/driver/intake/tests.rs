//! What is kept of a proposal: nothing, unless all of it holds.

use super::{Heard, Signatures, check};
use crate::content::Content;
use hefu_consensus::{Input, Justification, Message, Proposal};
use hefu_fixtures::{Chain, Wallet, World};
use hefu_ledger::store::{MemoryStore, Store};
use hefu_primitives::{
    Committee, Epoch, Header, ProposalStatement, SecretKey, SignedProposal, ValidatorIndex, View,
};
use std::sync::Arc;

/// A block of one enrolment, on the genesis block of a network.
fn block() -> (World, Header, Arc<Content>) {
    let world = World::new(6);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    let person = Wallet::person(&mut chain.world);
    let create = chain.world.create(&person);
    let block = chain.extend([create]);
    assert_eq!(chain.store.head().header, block.header);
    let content = Content::new(block.body, &block.outcome.effects);
    (chain.world, block.header, Arc::new(content))
}

/// A proposal of the block in view 1, signed with this key.
fn proposal(committee: &Committee, header: &Header, key: &SecretKey) -> Message {
    let statement = ProposalStatement {
        epoch: Epoch::ZERO,
        view: View::new(1),
        digest: header.digest(),
        parent_view: View::ZERO,
        parent_digest: header.parent,
    };
    let signed = SignedProposal::sign(committee, statement, key).unwrap();
    let justification = Justification::default();
    Message::Proposal(Arc::new(Proposal { signed, header: header.clone(), justification }))
}

fn hear(world: &World, message: Message, content: Option<&Arc<Content>>) -> Heard<Content> {
    hear_from(ValidatorIndex::new(0), world, message, content)
}

fn hear_from(
    from: ValidatorIndex,
    world: &World,
    message: Message,
    content: Option<&Arc<Content>>,
) -> Heard<Content> {
    let committee = world.committee(Epoch::ZERO);
    check(from, vec![message], content, &committee, &Signatures::default())
}

#[test]
fn a_proposal_comes_with_its_content_or_not_at_all() {
    let (world, header, content) = block();
    let committee = world.committee(Epoch::ZERO);
    let leader = &world.validators[usize::from(committee.leader(View::new(1)).get())];
    let message = proposal(&committee, &header, leader);
    let heard = hear(&world, message.clone(), Some(&content));
    assert!(matches!(heard.inputs[..], [Input::Proposal(_)]));
    assert_eq!(heard.block.unwrap().header, header);
    for wrong in [None, Some(&Arc::new(Content::default()))] {
        let heard = hear(&world, message.clone(), wrong);
        assert!(heard.inputs.is_empty() && heard.block.is_none());
    }
}

/// Else anybody could fill the memory with blocks that nobody proposed.
#[test]
fn the_content_of_a_proposal_that_does_not_hold_is_not_kept() {
    let (world, header, content) = block();
    let committee = world.committee(Epoch::ZERO);
    let other = usize::from(committee.leader(View::new(1)).get() + 1) % world.validators.len();
    let message = proposal(&committee, &header, &world.validators[other]);
    let heard = hear(&world, message, Some(&content));
    assert!(heard.inputs.is_empty() && heard.block.is_none());
}

/// Else one validator could send on old proposals of the others, and have us take our clock for wrong.
#[test]
fn only_a_leader_itself_shows_what_its_clock_shows() {
    let (world, header, content) = block();
    let committee = world.committee(Epoch::ZERO);
    let leader = committee.leader(View::new(1));
    let key = &world.validators[usize::from(leader.get())];
    let message = proposal(&committee, &header, key);
    let shown = |from: u8| {
        hear_from(ValidatorIndex::new(from), &world, message.clone(), Some(&content)).clock
    };
    assert_eq!(shown(leader.get()), Some((key.public_key(), header.time)));
    for other in (0..4).filter(|other| *other != leader.get()) {
        assert_eq!(shown(other), None, "{other} sends on what {leader:?} said");
    }
    let spoiled = hear_from(leader, &world, message, None);
    assert_eq!(spoiled.clock, None, "nothing of it counts");
}
