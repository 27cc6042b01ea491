//! Faults begin and end.

use super::World;
use crate::event::What;
use crate::node::Node;
use crate::queue::Task;
use crate::scenario::{Fault, NodeId};

impl World {
    pub(super) fn schedule_faults(&mut self) {
        let queue = &mut self.scene.queue;
        for (number, fault) in self.scene.scenario.faults.iter().enumerate() {
            match fault {
                Fault::Restore { taken_ms, at_ms, .. } => {
                    queue.add(*taken_ms, Task::Backup(number));
                    queue.add(*at_ms, Task::FaultBegins(number));
                }
                _ => queue.add(fault.begins_ms(), Task::FaultBegins(number)),
            }
            if let Some(until_ms) = fault.ends_ms() {
                queue.add(until_ms, Task::FaultEnds(number));
            }
        }
        if let Some(heal_ms) = self.scene.scenario.stop.heal_ms {
            queue.add(heal_ms, Task::Heal);
        }
    }

    fn fault(&self, number: usize) -> Option<Fault> {
        self.scene.scenario.faults.get(number).cloned()
    }

    pub(super) fn fault_begins(&mut self, number: usize) {
        let Some(fault) = self.fault(number) else {
            return;
        };
        self.scene.weather.begin(number, &fault);
        match fault {
            Fault::Partition { groups, .. } => {
                self.notify_partition(&groups, false);
                self.scene.counts.partitions += 1;
                self.scene.note(None, What::Partitioned { groups });
            }
            Fault::ViewPartitions { .. } => self.scene.counts.partitions += 1,
            Fault::Crash { node, outputs, restart_ms, .. } => {
                self.crash_begins(node, outputs, restart_ms);
            }
            Fault::PowerCut { outputs, .. } => self.scene.power = Some(outputs),
            Fault::Restore { node, restart_ms, .. } => self.restore(number, node, restart_ms),
            Fault::Clock { node, skew_ms, .. } => self.set_clock(node, skew_ms),
            Fault::SlowDisk { node, sync_ms, .. } => {
                self.at(node, |node, _| node.slow_ms = Some(sync_ms));
            }
            Fault::FalseNotice { node, about, .. } => {
                self.at(node, |node, scene| node.notice(scene, about, false));
            }
            Fault::BadExecution { node, .. } => {
                self.scene.oracle.distrust(node);
                self.at(node, |node, _| node.bad_execution = true);
            }
            Fault::Delay { .. }
            | Fault::Loss { .. }
            | Fault::Duplication { .. }
            | Fault::Silence { .. } => {}
        }
    }

    pub(super) fn fault_ends(&mut self, number: usize) {
        let Some(fault) = self.fault(number) else {
            return;
        };
        self.scene.weather.end(number);
        match fault {
            Fault::Partition { groups, .. } => {
                self.notify_partition(&groups, true);
                self.scene.note(None, What::Healed);
            }
            Fault::ViewPartitions { .. } => self.scene.note(None, What::Healed),
            Fault::Clock { node, .. } => self.set_clock(node, 0),
            Fault::SlowDisk { node, .. } => self.at(node, |node, _| node.slow_ms = None),
            Fault::FalseNotice { node, about, .. } => {
                self.at(node, |node, scene| node.notice(scene, about, true));
            }
            _ => {}
        }
    }

    fn crash_begins(&mut self, node: NodeId, outputs: u32, restart_ms: Option<u64>) {
        let Some(machine) = self.nodes.get_mut(node.place()) else {
            return;
        };
        if !machine.is_up() {
            return;
        }
        machine.restart_ms = restart_ms;
        if outputs > 0 {
            machine.crash_after = Some(outputs);
            return;
        }
        machine.crash(&mut self.scene);
    }

    /// If the power went within the last step, everything stops.
    pub(super) fn black_out(&mut self) {
        if self.scene.power == Some(0) {
            self.scene.power = None;
            self.cut_power();
        }
    }

    fn cut_power(&mut self) {
        let outage_ms = self.scene.scenario.faults.iter().rev().find_map(|fault| {
            let begun = fault.begins_ms() <= self.scene.now_ms;
            match fault {
                Fault::PowerCut { outage_ms, .. } if begun => Some(*outage_ms),
                _ => None,
            }
        });
        let outage_ms = outage_ms.unwrap_or(1_000);
        self.scene.counts.power_cuts += 1;
        self.scene.note(None, What::PowerCut);
        for node in &mut self.nodes {
            node.crash(&mut self.scene);
            node.restart_ms = None;
            let at_ms = self.scene.now_ms + outage_ms + self.scene.dice.below(outage_ms + 1);
            self.scene.queue.add(at_ms.max(self.scene.now_ms + 1), Task::Restart { node: node.id });
        }
    }

    pub(super) fn restart(&mut self, node: NodeId) {
        self.at(node, Node::restart);
    }

    pub(super) fn back_up(&mut self, number: usize) {
        if let Some(Fault::Restore { node, .. }) = self.fault(number)
            && let Some(node) = self.nodes.get(node.place())
        {
            self.backups.insert(number, node.disk.durable.clone());
        }
    }

    fn restore(&mut self, number: usize, node: NodeId, restart_ms: u64) {
        let Some(copy) = self.backups.remove(&number) else {
            return;
        };
        self.scene.oracle.distrust(node);
        self.at(node, |node, scene| {
            node.crash(scene);
            node.restore(copy);
            scene.oracle.restored(node.id, node.disk.durable.votes());
        });
        let at_ms = restart_ms.max(self.scene.now_ms + 1);
        self.scene.queue.add(at_ms, Task::Restart { node });
    }

    fn set_clock(&mut self, node: NodeId, skew_ms: i64) {
        self.at(node, |node, _| node.skew_ms = skew_ms);
        self.scene.note(node, What::ClockSet { skew_ms });
    }

    fn notify_partition(&mut self, groups: &[Vec<NodeId>], reachable: bool) {
        let group = |node: NodeId| groups.iter().position(|group| group.contains(&node));
        let nodes: Vec<_> = self.nodes.iter().map(|node| node.id).collect();
        for node in &nodes {
            for about in nodes.iter().filter(|about| *about != node) {
                if group(*node).is_none() || group(*node) != group(*about) {
                    self.scene.notify_one(*node, *about, reachable);
                }
            }
        }
    }

    /// All faults end: the network is whole, clocks are right, and everybody comes up.
    pub(super) fn heal(&mut self) {
        for number in 0..self.scene.scenario.faults.len() {
            self.fault_ends(number);
        }
        self.scene.power = None;
        for at in 0..self.nodes.len() {
            let node = &mut self.nodes[at];
            node.crash_after = None;
            let id = node.id;
            self.restart(id);
            self.at(id, Node::notice_all);
        }
        self.scene.healed = true;
        self.scene.note(None, What::AllFaultsEnded);
        let glimpses = self.glimpses();
        self.scene.ask(|oracle, ground| oracle.healed(ground, &glimpses));
    }
}
