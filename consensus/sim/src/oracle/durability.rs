//! R7: what is on the wire is durable at its signer, and so is what it rests on.

use super::{Finding, is_own, votes};
use crate::packet::{Content, Packet};
use crate::scenario::NodeId;
use hefu_consensus::{Message, Record};
use hefu_primitives::{Digest, Epoch, Subject, View, Vote};
use std::collections::BTreeSet;

#[derive(Default)]
pub(crate) struct Durability {
    votes: BTreeSet<(NodeId, Epoch, View, Subject)>,
    proposals: BTreeSet<(NodeId, Digest)>,
    notarizations: BTreeSet<(NodeId, Epoch, View)>,
}

impl Durability {
    pub(crate) fn durable(&mut self, node: NodeId, epoch: Epoch, record: &Record) {
        match record {
            Record::Act(vote) => {
                self.votes.insert((node, epoch, vote.view, vote.subject));
            }
            Record::Proposal(proposal) => {
                self.proposals.insert((node, proposal.signed.statement.digest));
            }
            Record::ForeignSignature(_) => {}
            Record::Certificate(certificate) => {
                if let Subject::Notarize(_) = certificate.subject {
                    self.notarizations.insert((node, epoch, certificate.view));
                }
            }
        }
    }

    /// A message of a correct machine leaves.
    pub(crate) fn sent(&self, node: NodeId, packet: &Packet, found: &mut Vec<Finding>) {
        let Content::Engine { message, .. } = &packet.content else {
            return;
        };
        let vote = votes(message).filter(|vote| is_own(packet, vote.signer));
        let missing = match message {
            Message::Proposal(proposal) => {
                let digest = proposal.signed.statement.digest;
                let durable = self.proposals.contains(&(node, digest));
                (!durable).then_some("a proposal leaves before it is durable")
            }
            _ => vote.and_then(|vote| self.missing(node, vote)),
        };
        found.extend(missing.map(|what| Finding {
            rule: 7,
            oracle: "durability",
            node: Some(node),
            sentence: format!("{what}, in view {}", view_of(message)),
        }));
    }

    fn missing(&self, node: NodeId, vote: &Vote) -> Option<&'static str> {
        let (epoch, view) = (vote.epoch, vote.view);
        if !self.votes.contains(&(node, epoch, view, vote.subject)) {
            return Some("a vote leaves before it is durable");
        }
        match vote.subject {
            Subject::Notarize(digest) if !self.proposals.contains(&(node, digest)) => {
                Some("a notarize vote leaves before its block is durable")
            }
            Subject::Finalize(_) if !self.notarizations.contains(&(node, epoch, view)) => {
                Some("a finalize vote leaves before the notarization is durable")
            }
            _ => None,
        }
    }
}

fn view_of(message: &Message) -> View {
    match message {
        Message::Proposal(proposal) => proposal.signed.statement.view,
        Message::Vote(vote) | Message::Notarized { finalize: vote, .. } => vote.view,
        Message::Certificate(certificate) => certificate.view,
        Message::Status(status) => status.view,
    }
}
