//! What is to happen, by time.

use crate::packet::Packet;
use crate::scenario::NodeId;
use hefu_consensus::{Timer, Verdict};
use hefu_primitives::{Digest, Epoch, Header, View};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Something that will happen. Tasks of a machine carry the number of the process that asked for
/// them (`life`): a later process of the same machine gets nothing of it.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    /// A message arrives.
    Deliver { to: NodeId, packet: Arc<Packet> },
    /// A timer runs out, unless it was set again since.
    Timer { node: NodeId, life: u32, epoch: Epoch, timer: Timer, stamp: u64 },
    /// So many writes are durable.
    Synced { node: NodeId, life: u32, writes: usize },
    /// A block has been executed.
    Validated { node: NodeId, life: u32, epoch: Epoch, digest: Digest, verdict: Verdict },
    /// A block has been made.
    Built { node: NodeId, life: u32, epoch: Epoch, view: View, header: Arc<Header> },
    /// A machine does what it does every few seconds.
    Poll { node: NodeId, life: u32 },
    /// A machine is told whether another can be reached.
    Notice { node: NodeId, about: NodeId, reachable: bool },
    /// Transactions arrive.
    Arrivals,
    /// The fault of this number begins.
    FaultBegins(usize),
    /// The fault of this number ends.
    FaultEnds(usize),
    /// A machine comes up.
    Restart { node: NodeId },
    /// A copy of a machine's disk is taken for the fault of this number.
    Backup(usize),
    /// All faults end.
    Heal,
    /// The oracles look at the whole.
    Inspect,
}

struct Entry {
    at_ms: u64,
    sequence: u64,
    task: Task,
}

impl Entry {
    fn order(&self) -> (u64, u64) {
        (self.at_ms, self.sequence)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

// The heap gives the greatest first; the earliest is wanted.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        other.order().cmp(&self.order())
    }
}

/// Tasks, the earliest first; of those of one time, the one that was added first.
#[derive(Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Entry>,
    sequence: u64,
}

impl Queue {
    pub(crate) fn add(&mut self, at_ms: u64, task: Task) {
        let sequence = self.stamp();
        self.heap.push(Entry { at_ms, sequence, task });
    }

    /// A number that grows with every call.
    pub(crate) fn stamp(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// The next task, if it is due by `until_ms`.
    pub(crate) fn next(&mut self, until_ms: u64) -> Option<(u64, Task)> {
        if self.heap.peek()?.at_ms > until_ms {
            return None;
        }
        self.heap.pop().map(|entry| (entry.at_ms, entry.task))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_come_by_time_and_then_in_the_order_in_which_they_were_added() {
        let mut queue = Queue::default();
        for (at_ms, fault) in [(5, 0), (3, 1), (5, 2), (3, 3)] {
            queue.add(at_ms, Task::FaultBegins(fault));
        }
        let mut order = Vec::new();
        while let Some((at_ms, Task::FaultBegins(fault))) = queue.next(5) {
            order.push((at_ms, fault));
        }
        assert_eq!(order, [(3, 1), (3, 3), (5, 0), (5, 2)]);
    }

    #[test]
    fn what_is_not_due_stays() {
        let mut queue = Queue::default();
        queue.add(7, Task::Heal);
        assert!(queue.next(6).is_none());
        assert!(queue.next(7).is_some());
    }
}
