//! What all machines share: time, chance, the network, the oracles and the record of the run.

use crate::chronicle::Chronicle;
use crate::counts::Counts;
use crate::event::What;
use crate::keys::{Checker, Key};
use crate::ledger::{EPOCH_MS, Epochs};
use crate::oracle::{Ground, Oracle};
use crate::packet::{Content, Packet};
use crate::queue::{Queue, Task};
use crate::random::Dice;
use crate::scenario::{NodeId, Scenario};
use crate::violation::Violation;
use crate::weather::Weather;
use hefu_primitives::{Epoch, Timestamp, ValidatorIndex, View};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Violations that are kept: what follows the first few only repeats them.
const VIOLATIONS_KEPT: usize = 20;

/// The surroundings of all machines.
pub(crate) struct Scene {
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) now_ms: u64,
    pub(crate) queue: Queue,
    pub(crate) dice: Dice,
    pub(crate) epochs: Epochs,
    pub(crate) checker: Checker,
    pub(crate) weather: Weather,
    pub(crate) oracle: Oracle,
    pub(crate) chronicle: Chronicle,
    pub(crate) counts: Counts,
    pub(crate) violations: Vec<Violation>,
    /// How many outputs are carried out, by all machines together, before the power goes.
    pub(crate) power: Option<u32>,
    /// Whether all faults have ended: nobody is told of them any more.
    pub(crate) healed: bool,
    machines: u8,
    twins: BTreeMap<NodeId, NodeId>,
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// To every other machine, followers included.
    Everybody,
    /// To these members of the packet's epoch.
    Members(Vec<ValidatorIndex>),
    /// To a machine.
    Machine(NodeId),
}

impl Scene {
    pub(crate) fn new(scenario: Arc<Scenario>, epochs: Epochs, correct: Vec<bool>) -> Self {
        let machines = scenario.machines();
        let first_twin = usize::from(scenario.validators) + usize::from(scenario.joiners);
        let number = |place: usize| NodeId(u8::try_from(place).unwrap_or(u8::MAX));
        let twins = scenario.twins.iter().enumerate();
        Self {
            now_ms: 0,
            queue: Queue::default(),
            dice: Dice::new(scenario.seed),
            checker: Checker::new(scenario.signatures),
            weather: Weather::new(scenario.network, machines),
            oracle: Oracle::new(&scenario, &epochs, correct),
            chronicle: Chronicle::new(),
            counts: Counts::default(),
            violations: Vec::new(),
            power: None,
            healed: false,
            machines: number(machines).0,
            twins: twins.map(|(at, node)| (*node, number(first_twin + at))).collect(),
            epochs,
            scenario,
        }
    }

    /// The key of a machine; a twin has its sibling's.
    pub(crate) fn keys(scenario: &Scenario) -> Vec<Key> {
        let key = |number| Key::of_machine(scenario.signatures, scenario.seed, number);
        let own = scenario.validators.saturating_add(scenario.joiners);
        let twins = scenario.twins.iter().map(|twin| key(twin.0));
        (0..own).map(key).chain(twins).collect()
    }

    /// The wall clock of a machine that is ahead by `skew_ms`.
    pub(crate) fn wall(&self, skew_ms: i64) -> Timestamp {
        Timestamp::new((EPOCH_MS + self.now_ms).saturating_add_signed(skew_ms))
    }

    pub(crate) fn note(&mut self, node: impl Into<Option<NodeId>>, what: What) {
        self.chronicle.note(self.now_ms, node.into(), what);
    }

    /// Lets the oracles look at something.
    pub(crate) fn ask<T>(&mut self, question: impl FnOnce(&mut Oracle, Ground<'_>) -> T) -> T {
        let ground = Ground { now_ms: self.now_ms, epochs: &self.epochs, checker: &self.checker };
        let answer = question(&mut self.oracle, ground);
        self.collect_violations();
        answer
    }

    fn collect_violations(&mut self) {
        for finding in self.oracle.take_findings() {
            let sentence = finding.sentence.clone();
            self.note(finding.node, What::Violation { sentence });
            self.counts.violations += 1;
            if self.violations.len() < VIOLATIONS_KEPT {
                self.violations.push(Violation {
                    rule: finding.rule,
                    oracle: finding.oracle,
                    sentence: finding.sentence,
                    at_ms: self.now_ms,
                    node: finding.node,
                    before: self.chronicle.recent(),
                });
            }
        }
    }

    /// Tells the other machines, after a while, whether a machine can be reached.
    pub(crate) fn notify(&mut self, about: NodeId, reachable: bool) {
        for node in (0..self.machines).map(NodeId).filter(|node| *node != about) {
            self.notify_one(node, about, reachable);
        }
    }

    /// Tells one machine.
    pub(crate) fn notify_one(&mut self, node: NodeId, about: NodeId, reachable: bool) {
        if let Some(after_ms) = self.scenario.network.notice_ms {
            self.queue.add(self.now_ms + after_ms, Task::Notice { node, about, reachable });
        }
    }

    /// Whether the power goes before one more output.
    pub(crate) fn power_fails(&mut self) -> bool {
        match &mut self.power {
            None => false,
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
        }
    }

    /// A packet from a machine, made once for all its receivers.
    pub(crate) fn pack(
        &self,
        from: NodeId,
        index: Option<ValidatorIndex>,
        epoch: Epoch,
        content: Content,
    ) -> Arc<Packet> {
        let packet = Packet::new(from, index, epoch, content, &self.epochs, &self.checker);
        Arc::new(packet)
    }

    /// Sends a packet, its sender being in `view`.
    pub(crate) fn post(&mut self, view: View, address: &Address, packet: &Arc<Packet>) {
        match address {
            Address::Everybody => {
                for to in (0..self.machines).map(NodeId) {
                    self.post_to(view, to, packet);
                }
            }
            Address::Members(members) => {
                for member in members {
                    let Some(to) = self.epochs.machine(packet.epoch, *member) else {
                        continue;
                    };
                    self.post_to(view, to, packet);
                    if let Some(twin) = self.twins.get(&to).copied() {
                        self.post_to(view, twin, packet);
                    }
                }
            }
            Address::Machine(to) => self.post_to(view, *to, packet),
        }
    }

    fn post_to(&mut self, view: View, to: NodeId, packet: &Arc<Packet>) {
        if to == packet.from {
            return;
        }
        self.counts.sent(packet);
        let fate =
            self.weather.fate((packet.from, to), view, packet.content.kind(), &mut self.dice);
        if fate.copies_ms[0].is_none() {
            self.counts.lost += 1;
        }
        for delay_ms in fate.copies_ms.into_iter().flatten() {
            let packet = Arc::clone(packet);
            self.queue.add(self.now_ms + delay_ms, Task::Deliver { to, packet });
        }
    }

    /// A machine's place in a committee.
    pub(crate) fn place_of(&self, epoch: Epoch, node: NodeId) -> Option<ValidatorIndex> {
        let members = self.members_but(epoch, None);
        members.into_iter().find(|index| self.epochs.machine(epoch, *index) == Some(node))
    }

    /// The members of an epoch but one.
    pub(crate) fn members_but(
        &self,
        epoch: Epoch,
        node: Option<ValidatorIndex>,
    ) -> Vec<ValidatorIndex> {
        let committee = self.epochs.committee(epoch);
        let members = committee.map_or(0, |c| c.validators.len());
        let places = (0..u8::try_from(members).unwrap_or(u8::MAX)).map(ValidatorIndex::new);
        places.filter(|place| Some(*place) != node).collect()
    }
}
