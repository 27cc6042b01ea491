//! R9: who contradicts itself before a correct validator's eyes is reported, and nobody else.

use super::progress::Glimpse;
use super::{Finding, Ground};
use crate::packet::Packet;
use crate::scenario::NodeId;
use hefu_consensus::Input;
use hefu_primitives::{
    Digest, Epoch, Evidence, ProposalStatement, Subject, ValidatorIndex, Verify, View,
};
use std::collections::{BTreeMap, BTreeSet};

/// How far a statement's view may lie from its receiver's for it to be expected to notice. The
/// protocol keeps a longer window; this much must be in it however views move.
const WINDOW: u64 = 4;
/// How much later than the second statement the report may come.
const PATIENCE_MS: u64 = 1;

#[derive(Clone, Copy, Default)]
struct Heard {
    notarized: Option<Digest>,
    nullified: bool,
    finalized: Option<Digest>,
    proposed: Option<ProposalStatement>,
}

impl Heard {
    /// Adds a statement; true if it contradicts an earlier one.
    fn add(&mut self, subject: &Subject) -> bool {
        let other = |said: Option<Digest>, digest| said.is_some_and(|said| said != digest);
        match *subject {
            Subject::Notarize(digest) => {
                let first = *self.notarized.get_or_insert(digest);
                other(Some(first), digest)
            }
            Subject::Nullify => {
                self.nullified = true;
                self.finalized.is_some()
            }
            Subject::Finalize(digest) => {
                let first = *self.finalized.get_or_insert(digest);
                self.nullified || other(Some(first), digest)
            }
        }
    }

    fn add_proposal(&mut self, statement: ProposalStatement) -> bool {
        *self.proposed.get_or_insert(statement) != statement
    }
}

type Place = (Epoch, View, ValidatorIndex);

/// What machines have heard and reported.
#[derive(Default)]
pub(crate) struct Reports {
    heard: BTreeMap<(NodeId, Place), Heard>,
    due: BTreeMap<(NodeId, Place), u64>,
    reported: BTreeSet<(NodeId, Place)>,
    known: BTreeSet<Place>,
}

impl Reports {
    /// How many contradictions were reported, each counted once.
    pub(crate) fn count(&self) -> u64 {
        self.known.len() as u64
    }

    /// A message arrived at an engine that is in `(epoch, view)`.
    pub(crate) fn delivered(
        &mut self,
        ground: Ground<'_>,
        node: NodeId,
        (epoch, view): (Epoch, View),
        packet: &Packet,
    ) {
        let near = |of: View| of.since(view).max(view.since(of)) <= WINDOW;
        for input in packet.inputs() {
            let (of_epoch, of, signer) = match input {
                Input::Vote(vote) => (vote.epoch, vote.view, Some(vote.signer)),
                Input::Proposal(proposal) => {
                    let statement = proposal.signed.statement;
                    let committee = ground.epochs.committee(statement.epoch);
                    let leader = committee.map(|c| c.leader(statement.view));
                    (statement.epoch, statement.view, leader)
                }
                _ => continue,
            };
            let Some(signer) = signer.filter(|_| of_epoch == epoch && near(of)) else {
                continue;
            };
            let place = (node, (of_epoch, of, signer));
            let heard = self.heard.entry(place).or_default();
            let contradicts = match input {
                Input::Vote(vote) => heard.add(&vote.subject),
                Input::Proposal(proposal) => heard.add_proposal(proposal.signed.statement),
                _ => false,
            };
            if contradicts {
                self.due.entry(place).or_insert(ground.now_ms);
            }
        }
    }

    /// Evidence was reported; gives the offender if nobody had reported this before.
    pub(crate) fn reported(
        &mut self,
        ground: Ground<'_>,
        node: NodeId,
        evidence: &Evidence,
        epoch: Epoch,
        correct: &[bool],
        found: &mut Vec<Finding>,
    ) -> Option<NodeId> {
        let committee = ground.epochs.committee(epoch)?;
        let offender = evidence.offender(committee);
        let machine = ground.epochs.machine(epoch, offender);
        let mut blame = |sentence| {
            found.push(Finding { rule: 9, oracle: "evidence", node: Some(node), sentence });
        };
        if let Err(error) = evidence.verify(committee, ground.checker) {
            blame(format!("it reports evidence that does not hold: {error}"));
        }
        if machine.is_none_or(|m| correct.get(m.place()) == Some(&true)) {
            blame(format!("it reports a correct validator: {evidence:?}"));
        }
        let place = (epoch, evidence.view(), offender);
        self.reported.insert((node, place));
        self.known.insert(place).then_some(machine).flatten()
    }

    /// Whoever was shown a contradiction must have reported it, unless it has gone since.
    pub(crate) fn inspect(&mut self, glimpses: &[Glimpse], found: &mut Vec<Finding>) {
        let now_ms = glimpses.first().map_or(0, |glimpse| glimpse.now_ms);
        let due = std::mem::take(&mut self.due);
        for ((node, place), at_ms) in due {
            let glimpse = glimpses.iter().find(|glimpse| glimpse.node == node);
            let was_there = |g: &&Glimpse| g.is_active && g.up_since_ms < at_ms && g.is_correct;
            let told = self.reported.contains(&(node, place));
            if told || !glimpse.is_some_and(|glimpse| was_there(&glimpse)) {
                continue;
            }
            if at_ms + PATIENCE_MS > now_ms {
                self.due.insert((node, place), at_ms);
                continue;
            }
            let (_, view, signer) = place;
            found.push(Finding {
                rule: 9,
                oracle: "evidence",
                node: Some(node),
                sentence: format!(
                    "validator {signer} contradicts itself in view {view} unreported"
                ),
            });
        }
    }

    /// Forgets what a machine heard: its process began anew.
    pub(crate) fn booted(&mut self, node: NodeId) {
        self.heard.retain(|(at, _), _| *at != node);
        self.due.retain(|(at, _), _| *at != node);
    }
}
