//! A validator that pretends: it signs in others' names, for another network, and in views that it
//! does not lead; it spoils what is attached to its proposals; and it sends others their own votes.

use super::{Attacker, Kit, Parcel, with_block};
use crate::packet::{Content, Packet};
use hefu_consensus::{Input, Message, Proposal};
use hefu_primitives::{
    BoundedVec, Certificate, Committee, Digest, GenesisHash, Hash, Signature, SignedProposal,
    Subject, ValidatorIndex, Vote,
};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many votes of others it remembers.
const REMEMBERED: usize = 32;

#[derive(Default)]
pub(super) struct Impersonator {
    votes: VecDeque<Vote>,
    seen: Option<Parcel>,
}

impl Attacker for Impersonator {
    fn outgoing(&mut self, kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel> {
        match &parcel.message {
            Message::Proposal(proposal) if kit.dice.coin() => {
                let message = Message::Proposal(Arc::new(spoil(kit, proposal)));
                vec![Parcel { message, ..parcel }]
            }
            Message::Certificate(certificate) if kit.dice.permille(300) => {
                let spoilt = spoil_certificate(kit, certificate);
                vec![Parcel::to_all(Message::Certificate(spoilt)), parcel]
            }
            _ => vec![parcel],
        }
    }

    fn incoming(&mut self, kit: &mut Kit<'_>, packet: &Packet) -> Vec<Parcel> {
        if let Content::Engine { message: message @ Message::Proposal(_), block } = &packet.content
        {
            let parcel = Parcel::to_all(message.clone());
            self.seen = Some(Parcel { block: block.clone(), ..parcel });
        }
        for input in packet.inputs() {
            if let Input::Vote(vote) = input
                && kit.dice.permille(100)
            {
                self.votes.push_back(**vote);
                if self.votes.len() > REMEMBERED {
                    self.votes.pop_front();
                }
            }
        }
        Vec::new()
    }

    fn entered(&mut self, kit: &mut Kit<'_>) -> Vec<Parcel> {
        let victims = kit.others();
        let Some(victim) = victims.first().copied() else {
            return Vec::new();
        };
        let mut parcels = Vec::new();
        parcels.extend(in_the_name_of(kit, victim));
        parcels.extend(for_another_network(kit));
        parcels.extend(self.usurp(kit));
        let votes: Vec<_> = self.votes.iter().copied().collect();
        if let Some(vote) = kit.dice.pick(&votes) {
            parcels.push(Parcel::to_all(Message::Vote(*vote)).to(vec![vote.signer]));
        }
        parcels
    }
}

impl Impersonator {
    /// The newest proposal it has seen, signed with its own key for a view that it does not lead.
    fn usurp(&self, kit: &Kit<'_>) -> Option<Parcel> {
        let seen = self.seen.as_ref()?;
        let Message::Proposal(proposal) = &seen.message else {
            return None;
        };
        let mut statement = proposal.signed.statement;
        statement.view = kit.view;
        let signed = SignedProposal::sign(&kit.committee, statement, kit.key)?;
        let usurped = Proposal { signed, ..Proposal::clone(proposal) };
        let message = Message::Proposal(Arc::new(usurped));
        Some(with_block(message, seen.block.clone()?))
    }
}

fn foreign_digest(kit: &mut Kit<'_>) -> Digest {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&kit.dice.any().to_le_bytes());
    Digest::new(Hash::from_bytes(bytes))
}

fn in_the_name_of(kit: &mut Kit<'_>, victim: ValidatorIndex) -> Option<Parcel> {
    let subject =
        if kit.dice.coin() { Subject::Nullify } else { Subject::Notarize(foreign_digest(kit)) };
    let vote = Vote::sign(&kit.committee, victim, kit.view, subject, kit.key)?;
    Some(Parcel::to_all(Message::Vote(vote)))
}

fn for_another_network(kit: &mut Kit<'_>) -> Option<Parcel> {
    let genesis = GenesisHash::new(*foreign_digest(kit).hash());
    let foreign = Committee { genesis, ..Committee::clone(&kit.committee) };
    let vote = Vote::sign(&foreign, kit.me, kit.view, Subject::Nullify, kit.key)?;
    Some(Parcel::to_all(Message::Vote(vote)))
}

/// The certificate with one signature altered.
fn spoil_certificate(kit: &mut Kit<'_>, certificate: &Certificate) -> Arc<Certificate> {
    let mut signatures = certificate.signatures.to_vec();
    let place = kit.dice.place(signatures.len());
    if let Some(signature) = signatures.get_mut(place) {
        let mut bytes = *signature.as_bytes();
        bytes[0] ^= 1;
        *signature = Signature::from_bytes(bytes);
    }
    Arc::new(Certificate { signatures: BoundedVec::first_of(signatures), ..certificate.clone() })
}

/// The proposal with its attachments taken away or altered.
fn spoil(kit: &mut Kit<'_>, proposal: &Proposal) -> Proposal {
    let mut spoilt = proposal.clone();
    let justification = &mut spoilt.justification;
    if kit.dice.coin() {
        justification.parent = None;
        justification.gap = BoundedVec::default();
    } else {
        let parent = justification.parent.take();
        justification.parent = parent.map(|parent| spoil_certificate(kit, &parent));
        justification.finalized = None;
    }
    spoilt
}
