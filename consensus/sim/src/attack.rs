//! Validators that break the rules on purpose.
//!
//! An attacker runs a real engine and changes what it says: it may hold back messages, put others
//! in their place, or react to what arrives. It signs with its own key and no other.

mod conflicter;
mod equivocator;
mod forger;
mod impersonator;
mod nuller;
mod outdated;
mod silent;
mod withholder;

use crate::disk::Durable;
use crate::keys::Key;
use crate::ledger::{Block, Epochs};
use crate::packet::Packet;
use crate::random::Dice;
use crate::scene::Address;
use hefu_consensus::{Message, Proposal};
use hefu_primitives::{
    Committee, Digest, Header, ProposalStatement, SignedProposal, Subject, Timestamp,
    ValidatorIndex, View, Vote,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names of all attackers.
pub const ATTACKERS: &[&str] = &[
    "conflicter",
    "equivocator",
    "forger",
    "impersonator",
    "nuller",
    "outdated",
    "silent",
    "withholder",
];

/// A message with the block that travels with it.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) address: Address,
    pub(crate) message: Message,
    pub(crate) block: Option<Arc<Block>>,
}

/// What an attacker does.
pub(crate) trait Attacker: Send {
    /// What leaves in place of a message of its engine.
    fn outgoing(&mut self, kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel>;

    /// What it says to a message that arrives.
    fn incoming(&mut self, _kit: &mut Kit<'_>, _packet: &Packet) -> Vec<Parcel> {
        Vec::new()
    }

    /// What it says when its engine enters a view.
    fn entered(&mut self, _kit: &mut Kit<'_>) -> Vec<Parcel> {
        Vec::new()
    }

    /// Whether it answers questions.
    fn serves(&self) -> bool {
        true
    }
}

/// The attacker of a name.
pub(crate) fn named(name: &str) -> Option<Box<dyn Attacker>> {
    Some(match name {
        "conflicter" => Box::new(conflicter::Conflicter::default()),
        "equivocator" => Box::new(equivocator::Equivocator),
        "forger" => Box::new(forger::Forger::default()),
        "impersonator" => Box::new(impersonator::Impersonator::default()),
        "nuller" => Box::new(nuller::Nuller),
        "outdated" => Box::new(outdated::Outdated::default()),
        "silent" => Box::new(silent::Silent),
        "withholder" => Box::new(withholder::Withholder),
        _ => return None,
    })
}

/// What an attacker has at hand.
pub(crate) struct Kit<'a> {
    pub(crate) me: ValidatorIndex,
    pub(crate) key: &'a Key,
    pub(crate) committee: Arc<Committee>,
    /// The view that its engine is in.
    pub(crate) view: View,
    pub(crate) wall: Timestamp,
    pub(crate) epochs: &'a Epochs,
    pub(crate) dice: &'a mut Dice,
    pub(crate) store: &'a BTreeMap<Digest, Arc<Block>>,
    pub(crate) durable: &'a Durable,
}

impl Kit<'_> {
    /// A vote of its own.
    pub(crate) fn vote(&self, view: View, subject: Subject) -> Option<Message> {
        Vote::sign(&self.committee, self.me, view, subject, self.key).map(Message::Vote)
    }

    /// A proposal of its own like `like`, but for another block or on another parent.
    pub(crate) fn propose(
        &self,
        like: &Proposal,
        statement: ProposalStatement,
        header: Header,
    ) -> Option<Message> {
        let signed = SignedProposal::sign(&self.committee, statement, self.key)?;
        let justification = like.justification.clone();
        Some(Message::Proposal(Arc::new(Proposal { signed, header, justification })))
    }

    /// A header that it holds.
    pub(crate) fn header(&self, digest: &Digest) -> Option<Header> {
        let block = self.store.get(digest).or_else(|| self.durable.block(digest));
        let genesis = self.epochs.genesis();
        block
            .map(|block| block.header.clone())
            .or_else(|| (genesis.digest() == *digest).then(|| genesis.clone()))
    }

    /// The other members, in an order drawn at random.
    pub(crate) fn others(&mut self) -> Vec<ValidatorIndex> {
        let me = self.me;
        let members = self.committee.validators.iter().map(|(index, _)| index);
        let mut others: Vec<_> = members.filter(|index| *index != me).collect();
        self.dice.shuffle(&mut others);
        others
    }

    /// The other members in two halves drawn at random.
    pub(crate) fn halves(&mut self) -> [Vec<ValidatorIndex>; 2] {
        let mut first = self.others();
        let second = first.split_off(first.len() / 2);
        [first, second]
    }
}

impl Parcel {
    /// A message to everybody, with no block.
    pub(crate) fn to_all(message: Message) -> Self {
        Self { address: Address::Everybody, message, block: None }
    }

    /// The same to others.
    pub(crate) fn to(self, members: Vec<ValidatorIndex>) -> Self {
        Self { address: Address::Members(members), ..self }
    }
}

/// A message with the block that it proposes.
pub(crate) fn with_block(message: Message, block: Arc<Block>) -> Parcel {
    Parcel { block: Some(block), ..Parcel::to_all(message) }
}
