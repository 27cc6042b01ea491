//! Takes in messages from others, and what the machine itself had asked for.

use super::drive::TRANSACTIONS_PER_MESSAGE;
use super::{Node, POLL_MS};
use crate::ledger::Transaction;
use crate::packet::{Content, Packet, Part};
use crate::queue::Task;
use crate::scenario::{Fault, NodeId};
use crate::scene::{Address, Scene};
use hefu_consensus::{Input, Message, Output, Timer};
use hefu_primitives::{Epoch, View};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many of a thousand unwanted inputs an engine gets all the same.
const UNWANTED_PERMILLE: u16 = 20;

impl Node {
    /// A message arrives.
    pub(crate) fn receive(&mut self, scene: &mut Scene, packet: &Arc<Packet>) {
        if !self.is_up() {
            scene.counts.lost += 1;
            return;
        }
        scene.counts.deliveries += 1;
        match &packet.content {
            Content::Engine { message, .. } => self.receive_engine(scene, packet, message),
            Content::Transactions(list) => self.receive_transactions(scene, list),
            Content::AskBlock(_) | Content::AskCertificates { .. } | Content::AskRange(_) => {
                self.serve(scene, packet);
            }
            Content::Block(block) => self.receive_block(scene, packet.epoch, block),
            Content::Certificates(_) => self.hand_on(scene, packet),
            Content::Range(list) => self.receive_range(scene, list),
        }
    }

    fn receive_engine(&mut self, scene: &mut Scene, packet: &Arc<Packet>, message: &Message) {
        let parcels =
            self.with_attacker(scene, packet.epoch, |attacker, kit| attacker.incoming(kit, packet));
        for parcel in parcels {
            self.ship(scene, packet.epoch, parcel);
        }
        let Some(process) = &mut self.process else {
            return;
        };
        let newest = process.newest.epoch();
        if process.running(packet.epoch).is_some() {
            return self.hand_on(scene, packet);
        }
        if let Message::Status(status) = message {
            if packet.epoch < newest {
                let from = status.final_height.get() + 1;
                return self.send_range(scene, packet.from, from);
            }
            return self.ask_range(scene, packet.from);
        }
        self.confuse(scene, newest, packet);
    }

    /// Gives the inputs of a message to the engine of its epoch. A proposal's block is kept first.
    fn hand_on(&mut self, scene: &mut Scene, packet: &Arc<Packet>) {
        if packet.parts.is_empty() || self.hears_own_twin(packet) {
            return;
        }
        if let (Content::Engine { block: Some(block), .. }, Some(process)) =
            (&packet.content, &mut self.process)
            && block.header.height > process.delivered.height
        {
            process.store.insert(block.digest, Arc::clone(block));
        }
        scene.ask(|oracle, ground| oracle.delivered(ground, self.id, packet));
        for part in &packet.parts {
            self.hand_on_part(scene, packet.epoch, part);
        }
        if self.restored {
            let halted = self.halt().is_some();
            let view = self.view();
            scene.ask(|oracle, ground| oracle.met_own(ground, self.id, packet, (view, halted)));
        }
    }

    /// Gives an engine what it wants. What it does not want it must pass over: now and then it
    /// gets that too.
    fn hand_on_part(&mut self, scene: &mut Scene, epoch: Epoch, part: &Part) {
        let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) else {
            return;
        };
        if let Input::Proposal(proposal) = &part.input {
            running.note_proposal(proposal.signed.statement.view);
        }
        if running.engine.wants(&part.message) {
            return self.feed(scene, epoch, part.input.clone());
        }
        if scene.dice.permille(UNWANTED_PERMILLE) {
            self.force(scene, epoch, &part.input);
        }
    }

    fn force(&mut self, scene: &mut Scene, epoch: Epoch, input: &Input) {
        let wall = self.wall(scene);
        let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) else {
            return;
        };
        let mut outputs = Vec::new();
        running.engine.step(wall, input.clone(), &mut outputs);
        // To set a timer again that runs already changes nothing. If a clock has jumped, time has
        // passed that no timer tells of: then anything may be due.
        let steady =
            !scene.scenario.faults.iter().any(|fault| matches!(fault, Fault::Clock { .. }));
        let changes =
            steady && outputs.iter().any(|output| !matches!(output, Output::SetTimer { .. }));
        if changes {
            let sentence = format!("it says not to want {input:?}, and then: {outputs:?}");
            scene.ask(|oracle, _| oracle.report(8, "driver", self.id, sentence));
        }
        for output in outputs {
            self.carry_out(scene, epoch, output, &mut VecDeque::new());
        }
    }

    /// A twin does not listen to its sibling: it would notice that somebody else has its key,
    /// and stop.
    fn hears_own_twin(&self, packet: &Packet) -> bool {
        let process = self.process.as_ref();
        packet.index.is_some() && process.is_some_and(|p| p.newest.me == packet.index)
    }

    /// A careless driver hands an engine what belongs to an epoch that it does not know. The
    /// engine must not count it (R12).
    fn confuse(&mut self, scene: &mut Scene, newest: Epoch, packet: &Packet) {
        for input in packet.inputs() {
            if let Input::Vote(_) | Input::Certificate(_) | Input::Proposal(_) = input {
                self.feed(scene, newest, input.clone());
            }
        }
    }

    fn receive_transactions(&mut self, scene: &mut Scene, list: &[Transaction]) {
        let now_ms = scene.now_ms;
        let Some(process) = &mut self.process else {
            return;
        };
        let mut news = false;
        for transaction in list {
            news |= process.pool.add(*transaction, now_ms);
        }
        if news {
            self.press(scene);
        }
    }

    /// A transaction arrives from a client.
    pub(crate) fn submit(&mut self, scene: &mut Scene, transaction: Transaction) {
        self.receive_transactions(scene, &[transaction]);
    }

    /// Sees to the pending transactions in the current view.
    fn press(&mut self, scene: &mut Scene) {
        let mut inputs = VecDeque::new();
        self.forward(scene, &mut inputs);
        for (epoch, input) in inputs {
            self.feed(scene, epoch, input);
        }
    }

    /// What a process does every few seconds.
    pub(crate) fn poll(&mut self, scene: &mut Scene) {
        let (node, life) = (self.id, self.life);
        scene.queue.add(scene.now_ms + POLL_MS, Task::Poll { node, life });
        self.gossip(scene);
        let Some(process) = &self.process else {
            return;
        };
        let newest = &process.newest;
        // A halt lasts: whoever runs the machine must see to it. Only an attacker goes on.
        let needs_blocks = process.behind
            || newest.me.is_none()
            || (newest.engine.halted().is_some() && self.attacker.is_some());
        if needs_blocks {
            let others = scene.members_but(newest.epoch(), newest.me);
            let whom = scene.dice.pick(&others).copied();
            let machine = whom.and_then(|index| scene.epochs.machine(newest.epoch(), index));
            if let Some(machine) = machine {
                self.ask_range(scene, machine);
            }
        }
    }

    /// Tells everybody about transactions that have waited for long: a leader that says nothing
    /// may have them to itself.
    fn gossip(&mut self, scene: &mut Scene) {
        let Some(process) = &self.process else {
            return;
        };
        let before_ms = scene.now_ms.saturating_sub(POLL_MS);
        let old = process.pool.older_than(before_ms, TRANSACTIONS_PER_MESSAGE);
        if old.is_empty() {
            return;
        }
        let (view, epoch) = (self.view(), process.newest.epoch());
        let packet = scene.pack(self.id, process.newest.me, epoch, Content::Transactions(old));
        scene.post(view, &Address::Everybody, &packet);
        self.press(scene);
    }

    /// A timer runs out, unless it was set again.
    pub(crate) fn ring(&mut self, scene: &mut Scene, epoch: Epoch, timer: Timer, stamp: u64) {
        let running = self.process.as_mut().and_then(|p| p.running(epoch));
        let Some(running) = running else {
            return;
        };
        if running.timers.get(&timer) == Some(&stamp) {
            running.timers.remove(&timer);
            self.feed(scene, epoch, Input::Timer(timer));
            if let Timer::Leader(view) = timer {
                self.check_leader_deadline(scene, epoch, view);
            }
        }
    }

    /// R5: work, and no proposal by the leader's deadline.
    fn check_leader_deadline(&mut self, scene: &mut Scene, epoch: Epoch, view: View) {
        let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) else {
            return;
        };
        let pressed = running.pressed == Some(view) && running.engine.view() == view;
        let over = running.engine.has_ended() || running.engine.halted().is_some();
        if pressed && running.proposed < view && !over {
            scene.ask(|oracle, _| oracle.leader_was_late(self.id, epoch, view));
        }
    }

    /// The machine is told whether another can be reached.
    pub(crate) fn notice(&mut self, scene: &mut Scene, about: NodeId, reachable: bool) {
        let Some(process) = &mut self.process else {
            return;
        };
        if reachable {
            process.unreachable.remove(&about);
        } else {
            process.unreachable.insert(about);
        }
        let epoch = process.newest.epoch();
        let Some(index) = scene.place_of(epoch, about) else {
            return;
        };
        let input = if reachable { Input::Reachable(index) } else { Input::Unreachable(index) };
        self.feed(scene, epoch, input);
    }

    /// The machine is told that all others can be reached.
    pub(crate) fn notice_all(&mut self, scene: &mut Scene) {
        let unreachable = self.process.as_ref().map(|process| process.unreachable.clone());
        for about in unreachable.unwrap_or_default() {
            self.notice(scene, about, true);
        }
    }

    /// What a new engine must be told of those that cannot be reached.
    pub(super) fn unreachable_members(&self, scene: &Scene, epoch: Epoch) -> Vec<Input> {
        let unreachable = self.process.iter().flat_map(|process| &process.unreachable);
        let places = unreachable.filter_map(|about| scene.place_of(epoch, *about));
        places.map(Input::Unreachable).collect()
    }

    pub(super) fn tell_unreachable(&mut self, scene: &mut Scene, epoch: Epoch) {
        for input in self.unreachable_members(scene, epoch) {
            self.feed(scene, epoch, input);
        }
    }
}
