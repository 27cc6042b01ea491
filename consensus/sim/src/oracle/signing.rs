//! No correct validator contradicts itself, in one life or across several.

use super::{Finding, Ground, is_own, votes};
use crate::packet::{Content, Packet};
use crate::scenario::NodeId;
use hefu_consensus::Message;
use hefu_primitives::{Digest, Epoch, ProposalStatement, Subject, View, Vote};
use std::collections::BTreeMap;

/// R8: own acts of views further below the current one are forgotten.
const WINDOW: u64 = 16;

type Said = BTreeMap<(Epoch, View), Words>;

/// What one validator said of one view.
#[derive(Clone, Copy, Default)]
struct Words {
    notarized: Option<Digest>,
    nullified: bool,
    finalized: Option<Digest>,
    proposed: Option<ProposalStatement>,
}

impl Words {
    fn hold(&self, subject: &Subject) -> bool {
        match *subject {
            Subject::Notarize(digest) => self.notarized == Some(digest),
            Subject::Nullify => self.nullified,
            Subject::Finalize(digest) => self.finalized == Some(digest),
        }
    }

    /// Adds a vote; gives the rule and the sentence if it contradicts an earlier word.
    fn add(&mut self, subject: &Subject) -> Option<(u8, &'static str)> {
        let other = |said: Option<Digest>, digest| said.is_some_and(|said| said != digest);
        match *subject {
            Subject::Notarize(digest) => {
                let contradicts = other(self.notarized.replace(digest), digest);
                contradicts.then_some((3, "notarizes two blocks"))
            }
            Subject::Nullify => {
                self.nullified = true;
                let contradicts = self.finalized.is_some();
                contradicts.then_some((5, "nullifies what it has finalized"))
            }
            Subject::Finalize(digest) => {
                let contradicts = other(self.finalized.replace(digest), digest);
                let after = self.nullified.then_some((4, "finalizes what it has nullified"));
                after.or(contradicts.then_some((4, "finalizes two blocks")))
            }
        }
    }
}

pub(crate) struct Signing {
    /// What was on the wire, ever.
    heard: Vec<Said>,
    /// What the current process decided, and what is durable.
    decided: Vec<Said>,
    durable: Vec<Said>,
}

impl Signing {
    pub(crate) fn new(machines: usize) -> Self {
        Self {
            heard: vec![Said::new(); machines],
            decided: vec![Said::new(); machines],
            durable: vec![Said::new(); machines],
        }
    }

    /// A process begins: of what was decided, what is durable counts.
    pub(crate) fn booted(&mut self, node: NodeId) {
        let at = node.place();
        self.decided[at] = self.durable[at].clone();
    }

    pub(crate) fn durable(&mut self, node: NodeId, vote: &Vote) {
        let words = self.durable[node.place()].entry((vote.epoch, vote.view));
        words.or_default().add(&vote.subject);
    }

    /// A faulty machine's process decided to vote, and will know it again.
    pub(crate) fn remember(&mut self, node: NodeId, vote: &Vote) {
        let words = self.decided[node.place()].entry((vote.epoch, vote.view));
        words.or_default().add(&vote.subject);
    }

    /// A process decided to vote.
    pub(crate) fn acted(&mut self, node: NodeId, vote: &Vote, found: &mut Vec<Finding>) {
        let at = (vote.epoch, vote.view);
        let words = self.decided[node.place()].entry(at).or_default();
        let late = matches!(vote.subject, Subject::Notarize(_)) && words.nullified;
        let late = late.then_some((3, "notarizes what it has nullified"));
        blame(words.add(&vote.subject).or(late), node, at, found);
    }

    /// Whether a machine has nullified or finalized a view.
    pub(crate) fn has_judged(&self, node: NodeId, epoch: Epoch, view: View) -> bool {
        let words = self.decided[node.place()].get(&(epoch, view));
        words.is_some_and(|words| words.nullified || words.finalized.is_some())
    }

    /// A machine was restored: it remembers these votes and no others.
    pub(crate) fn restored<'a>(&mut self, node: NodeId, votes: impl Iterator<Item = &'a Vote>) {
        self.durable[node.place()].clear();
        votes.for_each(|vote| self.durable(node, vote));
    }

    /// R14: a restored machine that is shown a vote of its own which it does not remember, of a
    /// view of which it would, must have stopped.
    pub(crate) fn met_own(
        &self,
        ground: Ground<'_>,
        node: NodeId,
        packet: &Packet,
        (final_view, view, halted): (View, View, bool),
        found: &mut Vec<Finding>,
    ) {
        let Content::Engine { message, .. } = &packet.content else {
            return;
        };
        let Some(vote) = votes(message).filter(|_| !packet.parts.is_empty()) else {
            return;
        };
        let own = ground.epochs.machine(vote.epoch, vote.signer) == Some(node);
        let would = vote.view > final_view && vote.view.saturating_add(WINDOW) > view;
        let words = self.decided[node.place()].get(&(vote.epoch, vote.view));
        let remembers = words.is_some_and(|words| words.hold(&vote.subject));
        found.extend((own && would && !remembers && !halted).then(|| Finding {
            rule: 14,
            oracle: "signing",
            node: Some(node),
            sentence: format!("it is shown a vote of its own in view {} and goes on", vote.view),
        }));
    }

    /// A message of a correct machine leaves.
    pub(crate) fn sent(&mut self, node: NodeId, packet: &Packet, found: &mut Vec<Finding>) {
        let Content::Engine { message, .. } = &packet.content else {
            return;
        };
        let heard = &mut self.heard[node.place()];
        if let Some(vote) = votes(message)
            && is_own(packet, vote.signer)
        {
            let at = (vote.epoch, vote.view);
            let wrong = heard.entry(at).or_default().add(&vote.subject);
            blame(wrong, node, at, found);
        }
        if let Message::Proposal(proposal) = message {
            let statement = proposal.signed.statement;
            let at = (statement.epoch, statement.view);
            let said = heard.entry(at).or_default().proposed.replace(statement);
            let wrong = said.is_some_and(|said| said != statement);
            blame(wrong.then_some((2, "proposes twice")), node, at, found);
        }
    }
}

fn blame(
    wrong: Option<(u8, &'static str)>,
    node: NodeId,
    (epoch, view): (Epoch, View),
    found: &mut Vec<Finding>,
) {
    found.extend(wrong.map(|(rule, what)| Finding {
        rule,
        oracle: "signing",
        node: Some(node),
        sentence: format!("a correct validator {what} in view {view} of epoch {epoch}"),
    }));
}
