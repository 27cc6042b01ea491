//! Oracles: what must hold in every run, in arithmetic of their own.
//!
//! They see what an onlooker with access to all wires and disks would see: messages as they leave
//! and arrive, records as they are written and become durable, blocks as they are delivered. What
//! engines think is hidden from them.
//!
//! | file | what it watches | rules |
//! | --- | --- | --- |
//! | `agreement` | one chain, delivered once and in order, each block proved final | R6 R12 |
//! | `signing` | no correct validator contradicts itself, crashes included | R2 R3 R4 R5 |
//! | `certificates` | quorums, one notarization a view, no view both nullified and finalized | R1 R3 R4 R5 |
//! | `durability` | nothing on the wire that is not durable | R7 |
//! | `blocks` | what correct validators vouch for, and when leaders propose | R2 R3 R11 R12 R13 |
//! | `entry` | views are entered by certificates; nobody signs before it has listened | R1 R14 |
//! | `relay` | certificates are passed on | R1 |
//! | `refusals` | whoever executes differently from a quorum stops | R5 |
//! | `evidence` | contradictions are reported, and nobody is slandered | R9 |
//! | `progress` | blocks come after healing, and heartbeats when idle; memory is bounded | R8 R10 R11 |

mod agreement;
mod blocks;
mod certificates;
mod durability;
mod entry;
mod evidence;
mod progress;
mod refusals;
mod relay;
mod signing;

pub(crate) use progress::Glimpse;

use crate::disk::{Final, Write};
use crate::keys::Checker;
use crate::ledger::{Block, Epochs, Transaction};
use crate::packet::{Content, Packet};
use crate::scenario::{NodeId, Scenario};
use hefu_consensus::{Input, Message, Record};
use hefu_primitives::{
    Certificate, Digest, Epoch, Evidence, Subject, Timestamp, ValidatorIndex, View, Vote,
};
use std::sync::Arc;

/// A rule seen broken, before it is dressed up as a violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) rule: u8,
    pub(crate) oracle: &'static str,
    pub(crate) node: Option<NodeId>,
    pub(crate) sentence: String,
}

/// What all oracles may look up.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) now_ms: u64,
    pub(crate) epochs: &'a Epochs,
    pub(crate) checker: &'a Checker,
}

/// f of n members, by the definition and not by the library.
fn faults_max(members: usize) -> usize {
    (members - 1) / 3
}

impl Ground<'_> {
    fn members(self, epoch: Epoch) -> usize {
        let committee = self.epochs.committee(epoch);
        committee.map_or(1, |c| c.validators.len())
    }

    fn quorum(self, epoch: Epoch) -> usize {
        let members = self.members(epoch);
        members - faults_max(members)
    }
}

/// All oracles.
pub(crate) struct Oracle {
    correct: Vec<bool>,
    found: Vec<Finding>,
    agreement: agreement::Agreement,
    signing: signing::Signing,
    certificates: certificates::Certificates,
    durability: durability::Durability,
    blocks: blocks::Blocks,
    entry: entry::Entry,
    evidence: evidence::Reports,
    progress: progress::Progress,
    relay: relay::Relay,
    refusals: refusals::Refusals,
}

impl Oracle {
    /// Oracles for a scenario in which the machines with `true` follow the protocol.
    pub(crate) fn new(scenario: &Scenario, epochs: &Epochs, correct: Vec<bool>) -> Self {
        let machines = correct.len();
        Self {
            found: Vec::new(),
            agreement: agreement::Agreement::new(epochs, machines),
            signing: signing::Signing::new(machines),
            certificates: certificates::Certificates::default(),
            durability: durability::Durability::default(),
            blocks: blocks::Blocks::new(scenario, epochs),
            entry: entry::Entry::new(machines),
            evidence: evidence::Reports::default(),
            progress: progress::Progress::new(scenario),
            relay: relay::Relay::default(),
            refusals: refusals::Refusals::default(),
            correct,
        }
    }

    pub(crate) fn is_correct(&self, node: NodeId) -> bool {
        self.correct.get(node.place()).copied().unwrap_or(false)
    }

    /// From now on nothing is expected of this machine.
    pub(crate) fn distrust(&mut self, node: NodeId) {
        if let Some(correct) = self.correct.get_mut(node.place()) {
            *correct = false;
        }
    }

    pub(crate) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.found)
    }

    /// Reports what only the driver can notice.
    pub(crate) fn report(
        &mut self,
        rule: u8,
        oracle: &'static str,
        node: NodeId,
        sentence: String,
    ) {
        if self.is_correct(node) {
            let node = Some(node);
            self.found.push(Finding { rule, oracle, node, sentence });
        }
    }

    /// A process began on a machine whose disk holds the chain up to a height, final by a view.
    pub(crate) fn booted(&mut self, node: NodeId, (height, settled): (u64, View), epoch: Epoch) {
        self.certificates.booted(node, epoch, settled);
        self.agreement.booted(node, height);
        self.signing.booted(node);
        self.entry.booted(node, epoch);
        self.evidence.booted(node);
        self.relay.booted(node);
    }

    /// A process goes on with the engine of another epoch or anchor.
    pub(crate) fn moved_on(&mut self, node: NodeId, epoch: Epoch) {
        self.entry.booted(node, epoch);
        self.relay.booted(node);
    }

    /// An engine gave out a record to be made durable.
    pub(crate) fn acted(
        &mut self,
        ground: Ground<'_>,
        node: NodeId,
        wall: Timestamp,
        epoch: Epoch,
        (record, block): (&Record, Option<&Arc<Block>>),
    ) {
        if let Record::Proposal(proposal) = record {
            self.blocks.seen(proposal, block);
        }
        if let Record::Certificate(certificate) = record {
            self.certificates.learnt(node, certificate);
        }
        if !self.is_correct(node) {
            if let Record::Act(vote) = record {
                self.signing.remember(node, vote);
            }
            return;
        }
        match record {
            Record::Act(vote) => self.voted(ground, node, wall, vote),
            Record::Certificate(certificate) => {
                self.entry.learnt(node, epoch, certificate.view);
                if let Subject::Finalize(_) = certificate.subject {
                    self.relay.finalized(ground, node, epoch, certificate.view);
                }
                self.certify(ground, node, certificate);
            }
            Record::Proposal(_) | Record::ForeignSignature(_) => {}
        }
    }

    fn voted(&mut self, ground: Ground<'_>, node: NodeId, wall: Timestamp, vote: &Vote) {
        let found = &mut self.found;
        self.signing.acted(node, vote, found);
        self.entry.acted(ground, node, vote, found);
        let (certificates, final_height) = (&self.certificates, self.agreement.height());
        let case = blocks::Case { ground, node, wall, vote, certificates, final_height };
        self.blocks.vouched(&case, found);
    }

    fn certify(&mut self, ground: Ground<'_>, node: NodeId, certificate: &Arc<Certificate>) {
        self.certificates.seen(ground, Some(node), certificate, &mut self.found);
    }

    /// A write is durable.
    pub(crate) fn durable(&mut self, node: NodeId, write: &Write) {
        if let Write::Record { epoch, record, .. } = write {
            self.durability.durable(node, *epoch, record);
            if let Record::Act(vote) = record {
                self.signing.durable(node, vote);
            }
        }
    }

    /// A message leaves.
    pub(crate) fn sent(
        &mut self,
        ground: Ground<'_>,
        packet: &Packet,
        (to_all, again): (bool, bool),
    ) {
        let Content::Engine { message, block } = &packet.content else {
            return;
        };
        let node = packet.from;
        if let Message::Proposal(proposal) = message
            && !packet.parts.is_empty()
        {
            self.blocks.seen(proposal, block.as_ref());
        }
        if !self.is_correct(node) {
            return self.seen_from_faulty(ground, packet);
        }
        for certificate in crate::packet::certificates(message) {
            self.certify(ground, node, certificate);
        }
        if to_all {
            self.relay.sent(packet);
        }
        self.signing.sent(node, packet, &mut self.found);
        self.durability.sent(node, packet, &mut self.found);
        if let (Message::Proposal(proposal), false) = (message, again) {
            let idle = self.progress.is_idle(ground.now_ms, &self.certificates);
            let known = &self.certificates;
            self.blocks.proposed(ground, node, proposal, (known, idle), &mut self.found);
        }
    }

    /// Of a faulty machine's message only what its receivers will accept counts.
    fn seen_from_faulty(&mut self, ground: Ground<'_>, packet: &Packet) {
        for input in packet.inputs() {
            match input {
                Input::Certificate(certificate) => {
                    self.certificates.seen(ground, None, certificate, &mut self.found);
                }
                Input::Proposal(proposal) => {
                    let justification = &proposal.justification;
                    for certificate in justification.parent.iter().chain(&justification.gap) {
                        self.certificates.seen(ground, None, certificate, &mut self.found);
                    }
                }
                _ => {}
            }
        }
    }

    /// A message arrived at an engine of its epoch.
    pub(crate) fn delivered(&mut self, ground: Ground<'_>, node: NodeId, packet: &Packet) {
        if self.is_correct(node) {
            self.entry.delivered(ground, node, packet);
            let view = self.entry.view(node);
            self.evidence.delivered(ground, node, view, packet);
        }
    }

    /// An engine says that it is in a view.
    pub(crate) fn entered(&mut self, ground: Ground<'_>, node: NodeId, epoch: Epoch, view: View) {
        if self.is_correct(node) {
            let moved = self.entry.entered(node, epoch, view, &mut self.found);
            if moved {
                self.relay.left(ground, node, epoch, view.saturating_sub(1));
            }
            self.progress.entered(epoch, view);
        }
    }

    /// An engine delivered a block; gives whether it is the first to deliver that height.
    pub(crate) fn finalized(
        &mut self,
        ground: Ground<'_>,
        node: NodeId,
        epoch: Epoch,
        entry: &Final,
    ) -> bool {
        if !self.is_correct(node) {
            return false;
        }
        let blocks = &self.blocks;
        let first = self.agreement.finalized(ground, node, epoch, entry, blocks, &mut self.found);
        self.progress.finalized(ground, node, entry, first, &mut self.found);
        first
    }

    /// A machine took in final blocks from another, without its engine.
    pub(crate) fn synced(&mut self, ground: Ground<'_>, node: NodeId, entry: &Final) -> bool {
        self.finalized(ground, node, entry.block.header.epoch, entry)
    }

    /// A validator reported evidence; gives the offender if this is news.
    pub(crate) fn reported(
        &mut self,
        ground: Ground<'_>,
        node: NodeId,
        evidence: &Evidence,
        epoch: Epoch,
    ) -> Option<NodeId> {
        if !self.is_correct(node) {
            return None;
        }
        let correct = &self.correct;
        self.evidence.reported(ground, node, evidence, epoch, correct, &mut self.found)
    }

    /// An engine stopped for good.
    pub(crate) fn halted(&mut self, node: NodeId, rule: u8, reason: &str) {
        self.report(rule, "halt", node, format!("a correct validator halts: {reason}"));
    }

    /// A machine whose execution has gone wrong refused a block.
    pub(crate) fn refused(&mut self, node: NodeId, digest: Digest, now_ms: u64) {
        self.refusals.refused(node, digest, now_ms);
    }

    /// A validator with work had no proposal by the leader's deadline: it must have nullified.
    pub(crate) fn leader_was_late(&mut self, node: NodeId, epoch: Epoch, view: View) {
        if !self.signing.has_judged(node, epoch, view) {
            let sentence = format!("view {view} goes on after the leader's deadline");
            self.report(5, "deadline", node, sentence);
        }
    }

    /// A machine was restored from an older copy of its disk, which knows these votes.
    pub(crate) fn restored<'a>(&mut self, node: NodeId, votes: impl Iterator<Item = &'a Vote>) {
        self.distrust(node);
        self.signing.restored(node, votes);
    }

    /// A message reached a machine that was restored.
    pub(crate) fn met_own(
        &mut self,
        ground: Ground<'_>,
        node: NodeId,
        packet: &Packet,
        (view, halted): (View, bool),
    ) {
        let final_view = self.certificates.final_view(node, packet.epoch);
        let found = &mut self.found;
        self.signing.met_own(ground, node, packet, (final_view, view, halted), found);
    }

    /// A transaction arrived at a machine that is up.
    pub(crate) fn arrived(&mut self, transaction: Transaction) {
        self.progress.arrived(transaction);
    }

    /// All faults ended.
    pub(crate) fn healed(&mut self, ground: Ground<'_>, glimpses: &[Glimpse]) {
        self.progress.healed(ground, glimpses);
    }

    /// Looks at the whole, every second.
    pub(crate) fn inspect(&mut self, ground: Ground<'_>, glimpses: &[Glimpse]) {
        let found = &mut self.found;
        self.progress.inspect(ground, glimpses, &self.certificates, found);
        self.entry.inspect(glimpses, found);
        self.evidence.inspect(glimpses, found);
        self.relay.inspect(ground.now_ms, glimpses, found);
        self.refusals.inspect(ground.now_ms, glimpses, &self.certificates, found);
    }

    /// Whether every correct machine has delivered a block made after healing.
    pub(crate) fn is_settled(&self) -> bool {
        self.progress.is_settled(&self.correct)
    }

    /// How many views have ended, in all epochs together.
    pub(crate) fn views(&self) -> u64 {
        self.certificates.views()
    }

    /// Views that were found nullified since the last call.
    pub(crate) fn take_nullified(&mut self) -> Vec<(Epoch, View)> {
        self.certificates.take_nullified()
    }

    pub(crate) fn evidence_count(&self) -> u64 {
        self.evidence.count()
    }

    pub(crate) fn progress(&self) -> &progress::Progress {
        &self.progress
    }
}

/// Whether the vote is by the packet's own sender.
fn is_own(packet: &Packet, signer: ValidatorIndex) -> bool {
    packet.index == Some(signer)
}

/// The votes that a message carries.
fn votes(message: &Message) -> Option<&Vote> {
    match message {
        Message::Vote(vote) | Message::Notarized { finalize: vote, .. } => Some(vote),
        Message::Status(status) => status.yours.as_ref(),
        Message::Proposal(_) | Message::Certificate(_) => None,
    }
}
