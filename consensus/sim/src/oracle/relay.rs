//! R1: the certificate by which a view is entered, and every newly learnt finalization, is sent to
//! all.

use super::{Finding, Glimpse, Ground};
use crate::packet::{Content, Packet};
use crate::scenario::NodeId;
use hefu_consensus::Message;
use hefu_primitives::{Epoch, Subject, View};
use std::collections::{BTreeMap, BTreeSet};

/// How long a certificate may wait for the disk before it must have left.
const PATIENCE_MS: u64 = 20_000;

/// Views of which it is remembered that their certificate was sent.
const REMEMBERED: usize = 64;

/// What must be sent.
type Due = (NodeId, Epoch, View, What);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// The certificate of a view that was left, of whichever kind.
    Entry,
    Finalization,
}

/// What machines still owe the others, and since when, and what each has sent in its newest views.
#[derive(Default)]
pub(crate) struct Relay {
    due: BTreeMap<Due, u64>,
    sent: BTreeMap<NodeId, BTreeSet<(Epoch, View)>>,
}

impl Relay {
    /// A validator moved on from `view` by a certificate of it.
    pub(crate) fn left(&mut self, ground: Ground<'_>, node: NodeId, epoch: Epoch, view: View) {
        let sent = self.sent.entry(node).or_default();
        while sent.len() > REMEMBERED {
            sent.pop_first();
        }
        if !sent.contains(&(epoch, view)) {
            self.due.insert((node, epoch, view, What::Entry), ground.now_ms);
        }
    }

    /// A validator learnt a finalization.
    pub(crate) fn finalized(&mut self, ground: Ground<'_>, node: NodeId, epoch: Epoch, view: View) {
        self.due.insert((node, epoch, view, What::Finalization), ground.now_ms);
    }

    /// A message leaves for everybody.
    pub(crate) fn sent(&mut self, packet: &Packet) {
        let Content::Engine {
            message: Message::Certificate(certificate) | Message::Notarized { certificate, .. },
            ..
        } = &packet.content
        else {
            return;
        };
        let (node, epoch, view) = (packet.from, certificate.epoch, certificate.view);
        self.sent.entry(node).or_default().insert((epoch, view));
        self.due.remove(&(node, epoch, view, What::Entry));
        if let Subject::Finalize(_) = certificate.subject {
            self.due.remove(&(node, epoch, view, What::Finalization));
        }
    }

    /// Whoever could send and did not breaks the rule.
    pub(crate) fn inspect(&mut self, now_ms: u64, glimpses: &[Glimpse], found: &mut Vec<Finding>) {
        let late = |at_ms: &u64| *at_ms + PATIENCE_MS < now_ms;
        let owed = std::mem::take(&mut self.due);
        for (due, at_ms) in owed {
            if !late(&at_ms) {
                self.due.insert(due, at_ms);
                continue;
            }
            let (node, epoch, view, _) = due;
            let could = |g: &&Glimpse| g.node == node && g.is_active && g.up_since_ms < at_ms;
            found.extend(glimpses.iter().find(could).map(|_| Finding {
                rule: 1,
                oracle: "relay",
                node: Some(node),
                sentence: format!(
                    "it moved on by a certificate of view {view} of epoch {epoch}, and kept it"
                ),
            }));
        }
    }

    /// A process began anew: what it owed is forgotten.
    pub(crate) fn booted(&mut self, node: NodeId) {
        self.due.retain(|(other, ..), _| *other != node);
    }
}
