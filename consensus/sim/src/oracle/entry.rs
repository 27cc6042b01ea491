//! R1: views are entered by certificates. R14: who comes back listens before it signs.

use super::progress::Glimpse;
use super::{Finding, Ground};
use crate::packet::Packet;
use crate::scenario::NodeId;
use hefu_consensus::Input;
use hefu_primitives::{Epoch, ValidatorIndex, View, Vote};
use std::collections::BTreeMap;

/// What is known of each machine's process.
pub(crate) struct Entry {
    machines: Vec<Machine>,
}

#[derive(Clone, Default)]
struct Machine {
    epoch: Epoch,
    view: View,
    /// The highest view of whose certificate it has told the disk, in this process.
    learnt: View,
    started: bool,
    /// In which view those are whom it has heard since its engine began; `None` once they are
    /// enough.
    heard: Option<BTreeMap<ValidatorIndex, View>>,
}

impl Machine {
    /// It may sign once those who make a quorum with it have been heard. Of those who are further
    /// ahead it does not know yet what they have forgotten.
    fn hear_enough(&mut self, ground: Ground<'_>) {
        if let Some(heard) = &self.heard {
            let reached = heard.values().filter(|view| **view <= self.view).count();
            if reached + 1 >= ground.quorum(self.epoch) {
                self.heard = None;
            }
        }
    }
}

impl Entry {
    pub(crate) fn new(machines: usize) -> Self {
        Self { machines: vec![Machine::default(); machines] }
    }

    fn machine(&mut self, node: NodeId) -> &mut Machine {
        &mut self.machines[node.place()]
    }

    /// A process began, or went on with another engine.
    pub(crate) fn booted(&mut self, node: NodeId, epoch: Epoch) {
        *self.machine(node) = Machine { epoch, heard: Some(BTreeMap::new()), ..Machine::default() };
    }

    /// The epoch and view that a machine is in.
    pub(crate) fn view(&self, node: NodeId) -> (Epoch, View) {
        let machine = &self.machines[node.place()];
        (machine.epoch, machine.view)
    }

    pub(crate) fn learnt(&mut self, node: NodeId, epoch: Epoch, view: View) {
        let machine = self.machine(node);
        if machine.epoch == epoch {
            machine.learnt = machine.learnt.max(view);
        }
    }

    pub(crate) fn delivered(&mut self, ground: Ground<'_>, node: NodeId, packet: &Packet) {
        let machine = self.machine(node);
        if let Some(heard) = &mut machine.heard
            && machine.epoch == packet.epoch
        {
            heard.extend(packet.inputs().filter_map(|input| match input {
                Input::Status { from, status } => Some((*from, status.view)),
                _ => None,
            }));
        }
        machine.hear_enough(ground);
    }

    /// An engine says that it is in a view; gives whether it has moved there.
    pub(crate) fn entered(
        &mut self,
        node: NodeId,
        epoch: Epoch,
        view: View,
        found: &mut Vec<Finding>,
    ) -> bool {
        let machine = self.machine(node);
        if machine.epoch != epoch {
            return false;
        }
        let first = !std::mem::replace(&mut machine.started, true);
        let unearned = !first && machine.learnt.next() != view;
        machine.view = view;
        let learnt = machine.learnt;
        found.extend(unearned.then(|| Finding {
            rule: 1,
            oracle: "entry",
            node: Some(node),
            sentence: format!("view {view} is entered on a certificate of view {learnt}"),
        }));
        !first
    }

    /// A validator decided to vote.
    pub(crate) fn acted(
        &mut self,
        ground: Ground<'_>,
        node: NodeId,
        vote: &Vote,
        found: &mut Vec<Finding>,
    ) {
        let machine = self.machine(node);
        if machine.epoch != vote.epoch {
            return;
        }
        machine.hear_enough(ground);
        found.extend(machine.heard.take().map(|heard| Finding {
            rule: 14,
            oracle: "entry",
            node: Some(node),
            sentence: format!(
                "it signs in view {}, having heard others in the views {:?} only",
                machine.view,
                heard.values().map(|view| view.get()).collect::<Vec<_>>()
            ),
        }));
    }

    /// Between two steps nobody knows a certificate of its view or a later one.
    pub(crate) fn inspect(&mut self, glimpses: &[Glimpse], found: &mut Vec<Finding>) {
        for glimpse in glimpses.iter().filter(|glimpse| glimpse.is_active) {
            let machine = &self.machines[glimpse.node.place()];
            if glimpse.epoch == machine.epoch && machine.learnt >= glimpse.view {
                found.push(Finding {
                    rule: 1,
                    oracle: "entry",
                    node: Some(glimpse.node),
                    sentence: format!(
                        "view {} goes on although there is a certificate of view {}",
                        glimpse.view, machine.learnt
                    ),
                });
            }
        }
    }
}
