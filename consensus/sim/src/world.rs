//! The simulated world: machines, disks, clocks and the network between them.

mod faults;

use crate::attack;
use crate::disk::Durable;
use crate::event::Event;
use crate::keys::Key;
use crate::ledger::{Epochs, Transaction};
use crate::node::Node;
use crate::oracle::Glimpse;
use crate::queue::Task;
use crate::scenario::{Load, NodeId, Scenario, ScenarioError};
use crate::scene::Scene;
use crate::summary::{Cause, Summary};
use crate::trace::Trace;
use crate::violation::Violation;
use hefu_consensus::{Input, Planted};
use hefu_primitives::{Epoch, Height, View};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How often the oracles look at the whole.
const INSPECTION_MS: u64 = 1_000;

/// A run under way.
pub struct World {
    scene: Scene,
    nodes: Vec<Node>,
    /// Copies of disks, by the number of the fault that wants them.
    backups: BTreeMap<usize, Durable>,
    next_transaction: Transaction,
    stopped: bool,
}

/// What an onlooker sees of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeView {
    /// Which machine.
    pub node: NodeId,
    /// The view it is in.
    pub view: View,
    /// The height of the last block that it delivered.
    pub height: Height,
    /// The epoch it is in.
    pub epoch: Epoch,
    /// How it fares.
    pub state: NodeState,
}

/// How a machine fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeState {
    /// It runs.
    Up,
    /// It is switched off.
    Down,
    /// Its engine has stopped for good.
    Halted,
    /// It breaks the rules on purpose.
    Byzantine,
}

impl World {
    /// Checks whether a scenario can run.
    pub fn check(scenario: &Scenario) -> Result<(), ScenarioError> {
        Self::prepare(scenario).map(|_| ())
    }

    fn prepare(scenario: &Scenario) -> Result<(Vec<Key>, Epochs), ScenarioError> {
        scenario.check()?;
        let keys = Scene::keys(scenario);
        let epochs = Epochs::new(scenario, &keys)
            .map_err(|(height, reason)| ScenarioError::Change { height, reason })?;
        scenario.check_members(&epochs)?;
        Ok((keys, epochs))
    }

    /// The world of `scenario` at time 0.
    pub fn new(scenario: Scenario) -> Result<Self, ScenarioError> {
        let (keys, epochs) = Self::prepare(&scenario)?;
        let planted = planted(&scenario)?;
        let mut nodes: Vec<_> =
            (0..).map(NodeId).zip(keys).map(|(id, key)| Node::new(id, key, planted)).collect();
        let faulty = place_attackers(&scenario, &mut nodes);
        let correct = faulty.into_iter().map(|faulty| !faulty).collect();
        let mut world = Self {
            scene: Scene::new(Arc::new(scenario), epochs, correct),
            nodes,
            backups: BTreeMap::new(),
            next_transaction: 0,
            stopped: false,
        };
        world.begin();
        Ok(world)
    }

    fn begin(&mut self) {
        self.schedule_faults();
        let queue = &mut self.scene.queue;
        queue.add(INSPECTION_MS, Task::Inspect);
        match self.scene.scenario.load {
            Load::None => {}
            Load::Every(ms) | Load::Bursts { every_ms: ms, .. } => queue.add(ms, Task::Arrivals),
        }
        for node in &mut self.nodes {
            node.come_up(&mut self.scene);
        }
    }

    /// Runs until the scenario stops.
    pub fn run(&mut self) {
        self.run_until(u64::MAX);
    }

    /// Runs until `time_ms` or until the scenario stops, whichever comes first; false if it
    /// has stopped. May be called again and again with later times.
    pub fn run_until(&mut self, time_ms: u64) -> bool {
        let end_ms = self.scene.scenario.stop.at_ms;
        let until_ms = time_ms.min(end_ms);
        while !self.stopped {
            let Some((at_ms, task)) = self.scene.queue.next(until_ms) else {
                break;
            };
            self.scene.now_ms = at_ms;
            self.scene.chronicle.hash_task(at_ms, &task);
            self.carry_out(task);
            self.black_out();
        }
        if !self.stopped {
            self.scene.now_ms = self.scene.now_ms.max(until_ms);
            self.stopped = until_ms == end_ms;
        }
        !self.stopped
    }

    fn carry_out(&mut self, task: Task) {
        match task {
            Task::Deliver { to, packet } => self.at(to, |node, scene| node.receive(scene, &packet)),
            Task::Timer { node, life, epoch, timer, stamp } => {
                self.in_life(node, life, |n, scene| n.ring(scene, epoch, timer, stamp));
            }
            Task::Synced { node, life, .. } => self.in_life(node, life, Node::synced),
            Task::Validated { node, life, epoch, digest, verdict } => {
                let input = Input::Validated { digest, verdict };
                self.in_life(node, life, |n, scene| n.feed(scene, epoch, input));
            }
            Task::Built { node, life, epoch, view, header } => {
                let header = header.as_ref().clone();
                let input = Input::Built { view, header };
                self.in_life(node, life, |n, scene| n.feed(scene, epoch, input));
            }
            Task::Poll { node, life } => self.in_life(node, life, Node::poll),
            Task::Notice { reachable: false, .. } if self.scene.healed => {}
            Task::Notice { node, about, reachable } => {
                self.at(node, |n, scene| n.notice(scene, about, reachable));
            }
            Task::Arrivals => self.arrivals(),
            Task::FaultBegins(number) => self.fault_begins(number),
            Task::FaultEnds(number) => self.fault_ends(number),
            Task::Restart { node } => self.restart(node),
            Task::Backup(number) => self.back_up(number),
            Task::Heal => self.heal(),
            Task::Inspect => self.inspect(),
        }
    }

    fn at(&mut self, node: NodeId, act: impl FnOnce(&mut Node, &mut Scene)) {
        if let Some(node) = self.nodes.get_mut(node.place()) {
            act(node, &mut self.scene);
        }
    }

    /// Does something at a machine if its process is still the one that asked for it.
    fn in_life(&mut self, node: NodeId, life: u32, act: impl FnOnce(&mut Node, &mut Scene)) {
        if let Some(node) = self.nodes.get_mut(node.place())
            && node.life == life
            && node.is_up()
        {
            act(node, &mut self.scene);
        }
    }

    fn arrivals(&mut self) {
        let (pause_ms, count) = match self.scene.scenario.load {
            Load::None => return,
            Load::Every(ms) => (ms, 1),
            Load::Bursts { every_ms, size } => (every_ms, size),
        };
        self.scene.queue.add(self.scene.now_ms + pause_ms.max(1), Task::Arrivals);
        for _ in 0..count {
            let place = self.scene.dice.place(self.nodes.len());
            let number = self.next_transaction;
            self.next_transaction += 1;
            let node = &mut self.nodes[place];
            if node.is_up() && node.attacker.is_none() && self.scene.oracle.is_correct(node.id) {
                self.scene.oracle.arrived(number);
                node.submit(&mut self.scene, number);
            }
        }
    }

    fn glimpses(&self) -> Vec<Glimpse> {
        let glimpse = |node: &Node| node.glimpse(&self.scene);
        self.nodes.iter().map(glimpse).collect()
    }

    fn inspect(&mut self) {
        let at_ms = self.scene.now_ms + INSPECTION_MS;
        self.scene.queue.add(at_ms, Task::Inspect);
        let glimpses = self.glimpses();
        self.scene.ask(|oracle, ground| oracle.inspect(ground, &glimpses));
        self.count_nullified();
        let settled = self.scene.scenario.stop.once_settled && self.scene.oracle.is_settled();
        self.stopped |= settled && self.scene.oracle.progress().recovered().is_some();
    }

    /// Finds out why views ended without a block.
    fn count_nullified(&mut self) {
        for (epoch, view) in self.scene.oracle.take_nullified() {
            let committee = self.scene.epochs.committee(epoch);
            let leader = committee.map(|c| c.leader(view));
            let leader = leader.and_then(|index| self.scene.epochs.machine(epoch, index));
            let leader = leader.and_then(|node| self.nodes.get(node.place()));
            let cause = match leader {
                Some(node) if !self.scene.oracle.is_correct(node.id) => Cause::LeaderFaulty,
                Some(node) if !node.is_up() => Cause::LeaderDown,
                _ if self.scene.weather.is_partitioned() => Cause::Partition,
                _ => Cause::Late,
            };
            self.scene.counts.nullified(cause);
        }
    }

    /// The simulated time in milliseconds.
    pub fn now_ms(&self) -> u64 {
        self.scene.now_ms
    }

    /// The scenario that is run.
    pub fn scenario(&self) -> &Scenario {
        &self.scene.scenario
    }

    /// All machines, in the order of their numbers.
    pub fn nodes(&self) -> Vec<NodeView> {
        let look = |node: &Node| node.look(&self.scene);
        self.nodes.iter().map(look).collect()
    }

    /// What has happened since the last call, oldest first. Only the newest 10,000 are kept.
    pub fn events(&mut self) -> Vec<Event> {
        self.scene.chronicle.take()
    }

    /// The rules seen broken so far, the first twenty times.
    pub fn violations(&self) -> &[Violation] {
        &self.scene.violations
    }

    /// The counts so far.
    pub fn summary(&self) -> Summary {
        let scene = &self.scene;
        let recovered = scene.oracle.progress().recovered();
        let counted = scene.counts.summary();
        let correct = |node: &&Node| scene.oracle.is_correct(node.id);
        let dropped: u64 = self.nodes.iter().filter(correct).map(Node::dropped).sum();
        Summary {
            time_ms: scene.now_ms,
            views: scene.oracle.views(),
            evidence: scene.oracle.evidence_count(),
            dropped: counted.dropped + dropped,
            footprint_max: scene.oracle.progress().footprint_max(),
            recovery_ms: recovered.map(|(ms, _)| ms),
            recovery_views: recovered.map(|(_, views)| views),
            ..counted
        }
    }

    /// The hash over everything that has happened so far, in hexadecimal.
    pub fn hash(&self) -> String {
        self.scene.chronicle.hash()
    }

    /// The run so far as a trace.
    pub fn trace(&self) -> Trace {
        Trace {
            scenario: self.scenario().clone(),
            hash: self.hash(),
            summary: self.summary(),
            violations: self.violations().iter().map(ToString::to_string).collect(),
        }
    }
}

/// Gives machines their attackers; tells which machines are faulty by design.
fn place_attackers(scenario: &Scenario, nodes: &mut [Node]) -> Vec<bool> {
    let mut faulty = vec![false; nodes.len()];
    let first_twin = usize::from(scenario.validators) + usize::from(scenario.joiners);
    for attack in &scenario.attackers {
        faulty[attack.node.place()] = true;
        nodes[attack.node.place()].attacker = attack::named(&attack.name);
    }
    for (at, twin) in scenario.twins.iter().enumerate() {
        faulty[twin.place()] = true;
        faulty[first_twin + at] = true;
    }
    for (node, _) in nodes.iter_mut().zip(&faulty).filter(|(_, faulty)| **faulty) {
        node.planted = Planted::attacker();
    }
    faulty
}

#[cfg(feature = "planted")]
fn planted(scenario: &Scenario) -> Result<Planted, ScenarioError> {
    let Some(name) = &scenario.bug else {
        return Ok(Planted::default());
    };
    crate::planted::named(name)
        .map(Planted::new)
        .ok_or_else(|| ScenarioError::UnknownBug { name: name.clone() })
}

#[cfg(not(feature = "planted"))]
fn planted(scenario: &Scenario) -> Result<Planted, ScenarioError> {
    match &scenario.bug {
        None => Ok(Planted::default()),
        Some(name) => Err(ScenarioError::UnknownBug { name: name.clone() }),
    }
}
