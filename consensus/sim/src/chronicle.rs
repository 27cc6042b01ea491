//! What has happened: for a person, for the report of a violation, and for the trace hash.

use crate::event::{Event, What};
use crate::queue::Task;
use crate::scenario::NodeId;
use std::collections::VecDeque;

/// Events kept for whoever asks for them.
const KEPT: usize = 10_000;
/// Events that go with a violation.
const BEFORE: usize = 60;

/// The record of a run.
pub(crate) struct Chronicle {
    kept: VecDeque<Event>,
    recent: VecDeque<Event>,
    hasher: blake3::Hasher,
}

impl Chronicle {
    pub(crate) fn new() -> Self {
        Self { kept: VecDeque::new(), recent: VecDeque::new(), hasher: blake3::Hasher::new() }
    }

    pub(crate) fn note(&mut self, at_ms: u64, node: Option<NodeId>, what: What) {
        let event = Event { at_ms, node, what };
        if self.recent.len() == BEFORE {
            self.recent.pop_front();
        }
        self.recent.push_back(event.clone());
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(event);
    }

    pub(crate) fn take(&mut self) -> Vec<Event> {
        self.kept.drain(..).collect()
    }

    pub(crate) fn recent(&self) -> Vec<Event> {
        self.recent.iter().cloned().collect()
    }

    /// Takes a task that is carried out into the trace hash. A message is named by the hash of
    /// its content, so a run that says other things at the same times has another hash.
    pub(crate) fn hash_task(&mut self, at_ms: u64, task: &Task) {
        let (kind, node, detail) = match task {
            Task::Deliver { to, packet } => (0, *to, packet.mark ^ u64::from(packet.from.0)),
            Task::Timer { node, stamp, .. } => (1, *node, *stamp),
            Task::Synced { node, writes, .. } => (2, *node, *writes as u64),
            Task::Validated { node, verdict, .. } => (3, *node, *verdict as u64),
            Task::Built { node, view, .. } => (4, *node, view.get()),
            Task::Poll { node, .. } => (5, *node, 0),
            Task::Notice { node, about, reachable } => {
                (6, *node, u64::from(about.0) << 1 | u64::from(*reachable))
            }
            Task::Restart { node } => (7, *node, 0),
            Task::Arrivals => (8, NodeId(0), 0),
            Task::FaultBegins(number) => (9, NodeId(0), *number as u64),
            Task::FaultEnds(number) => (10, NodeId(0), *number as u64),
            Task::Backup(number) => (11, NodeId(0), *number as u64),
            Task::Heal => (12, NodeId(0), 0),
            Task::Inspect => (13, NodeId(0), 0),
        };
        let mut bytes = [0; 18];
        bytes[..8].copy_from_slice(&at_ms.to_le_bytes());
        bytes[8] = kind;
        bytes[9] = node.0;
        bytes[10..].copy_from_slice(&detail.to_le_bytes());
        self.hasher.update(&bytes);
    }

    /// Takes the digest of a delivered block into the trace hash.
    pub(crate) fn hash_bytes(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    pub(crate) fn hash(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}
