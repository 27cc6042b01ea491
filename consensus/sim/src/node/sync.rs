//! Gets from others what is missing, and gives others what they miss.

use super::Node;
use super::drive::note_epoch;
use crate::disk::Final;
use crate::ledger::Block;
use crate::packet::{Content, Packet};
use crate::scenario::NodeId;
use crate::scene::{Address, Scene};
use hefu_consensus::{Fetch, Input, Record};
use hefu_primitives::{Certificate, Epoch, Header, ValidatorIndex, Verified, View};
use std::sync::Arc;

/// Final blocks in one message.
const RANGE_BLOCKS: usize = 64;
/// Certificates in one message.
const CERTIFICATES: usize = 48;

impl Node {
    /// Asks one peer, the next one each time.
    pub(super) fn fetch(&mut self, scene: &mut Scene, epoch: Epoch, fetch: Fetch) {
        let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) else {
            return;
        };
        let (content, mut peers) = match fetch {
            Fetch::Block { digest, from } => (Content::AskBlock(digest), from),
            Fetch::Certificates { first, last } => {
                (Content::AskCertificates { first, last }, Vec::new())
            }
        };
        if peers.is_empty() {
            peers = scene.members_but(epoch, running.me);
        }
        running.turn += 1;
        let Some(peer) = peers.get(running.turn % peers.len().max(1)) else {
            return;
        };
        let (index, view) = (running.me, running.engine.view());
        let address = Address::Members(vec![*peer]);
        self.post(scene, (index, epoch), view, &address, content);
    }

    fn post(
        &self,
        scene: &mut Scene,
        (index, epoch): (Option<ValidatorIndex>, Epoch),
        view: View,
        address: &Address,
        content: Content,
    ) {
        let packet = scene.pack(self.id, index, epoch, content);
        scene.post(view, address, &packet);
    }

    fn answer(&self, scene: &mut Scene, question: &Packet, content: Content) {
        let address = Address::Machine(question.from);
        let place = (None, question.epoch);
        self.post(scene, place, self.view(), &address, content);
    }

    /// Answers a question, unless an attacker keeps it to itself.
    pub(super) fn serve(&mut self, scene: &mut Scene, question: &Packet) {
        if self.attacker.as_ref().is_some_and(|a| !a.serves()) {
            return;
        }
        match &question.content {
            Content::AskBlock(digest) => {
                if let Some(block) = self.block(digest) {
                    self.answer(scene, question, Content::Block(block));
                }
            }
            Content::AskCertificates { first, last } => {
                let list = self.certificates(question.epoch, *first, *last);
                if !list.is_empty() {
                    self.answer(scene, question, Content::Certificates(list));
                }
            }
            Content::AskRange(from) => self.send_range(scene, question.from, *from),
            _ => {}
        }
    }

    /// The certificates of these views that lie on the disk.
    fn certificates(&self, epoch: Epoch, first: View, last: View) -> Vec<Arc<Certificate>> {
        let entries = self.disk.durable.log(epoch).iter().rev();
        let wanted = entries.filter_map(|entry| match &entry.record {
            Record::Certificate(c) if c.view >= first && c.view <= last => Some(Arc::clone(c)),
            _ => None,
        });
        wanted.take(CERTIFICATES).collect()
    }

    pub(super) fn send_range(&self, scene: &mut Scene, to: NodeId, from: u64) {
        let list = self.disk.durable.proved_range(from, RANGE_BLOCKS);
        if list.is_empty() || self.attacker.as_ref().is_some_and(|a| !a.serves()) {
            return;
        }
        let place = (None, self.epoch(scene));
        let (address, content) = (Address::Machine(to), Content::Range(list));
        self.post(scene, place, self.view(), &address, content);
    }

    pub(super) fn ask_range(&mut self, scene: &mut Scene, whom: NodeId) {
        let Some(process) = &mut self.process else {
            return;
        };
        process.asked_range = true;
        let from = process.delivered.height.get() + 1;
        let place = (process.newest.me, process.newest.epoch());
        let address = Address::Machine(whom);
        self.post(scene, place, self.view(), &address, Content::AskRange(from));
    }

    pub(super) fn fall_behind(&mut self, scene: &mut Scene) {
        let Some(process) = &mut self.process else {
            return;
        };
        process.behind = true;
        let (epoch, me) = (process.newest.epoch(), process.newest.me);
        let others = scene.members_but(epoch, me);
        let whom = scene.dice.pick(&others).copied();
        if let Some(machine) = whom.and_then(|index| scene.epochs.machine(epoch, index)) {
            self.ask_range(scene, machine);
        }
    }

    pub(super) fn receive_block(&mut self, scene: &mut Scene, epoch: Epoch, block: &Arc<Block>) {
        let Some(process) = &mut self.process else {
            return;
        };
        if block.is_whole() && block.header.height > process.delivered.height {
            process.store.insert(block.digest, Arc::clone(block));
            let header = block.header.clone();
            self.feed(scene, epoch, Input::Block(header));
        }
    }

    /// Takes in final blocks that it asked for, and makes the engine anew from the last of them.
    pub(super) fn receive_range(&mut self, scene: &mut Scene, list: &[Final]) {
        let Some(process) = &mut self.process else {
            return;
        };
        if !std::mem::take(&mut process.asked_range) {
            return;
        }
        let accepted = acceptable(scene, &process.delivered, list);
        if accepted.is_empty() {
            return;
        }
        let writes = self.disk.flush();
        for write in &writes {
            scene.ask(|oracle, _| oracle.durable(self.id, write));
        }
        for entry in accepted {
            let node = self.id;
            let first = scene.ask(|oracle, ground| oracle.synced(ground, node, &entry));
            self.deliver(scene, entry, first);
        }
        for write in &self.disk.flush() {
            scene.ask(|oracle, _| oracle.durable(self.id, write));
        }
        self.start_over(scene);
    }

    /// Makes the engine anew from the last durable block.
    fn start_over(&mut self, scene: &mut Scene) {
        let Some((header, newest)) = self.open(scene) else {
            return;
        };
        let Some(process) = &mut self.process else {
            return;
        };
        process.delivered = header;
        process.behind = false;
        if newest.epoch() != process.newest.epoch() {
            note_epoch(scene, self.id, &newest);
        }
        process.previous = None;
        let epoch = newest.epoch();
        scene.counts.dropped += process.newest.engine.dropped();
        process.newest = newest;
        scene.ask(|oracle, _| oracle.moved_on(self.id, epoch));
        self.begin_life(scene, epoch);
        self.tell_unreachable(scene, epoch);
    }
}

/// Of final blocks those that follow on `delivered`, up to the last that proves itself.
fn acceptable(scene: &Scene, delivered: &Header, list: &[Final]) -> Vec<Final> {
    let (mut parent, mut accepted, mut proved) = (delivered.clone(), Vec::new(), 0);
    let due = |entry: &&Final| entry.block.header.height > delivered.height;
    for entry in list.iter().filter(due) {
        let header = &entry.block.header;
        let follows = header.height == parent.height.next()
            && header.parent == parent.digest()
            && scene.epochs.is_valid(&entry.block, &parent);
        if !follows || !holds(scene, entry) {
            break;
        }
        parent = header.clone();
        accepted.push(entry.clone());
        if entry.own_view().is_some() {
            proved = accepted.len();
        }
    }
    accepted.truncate(proved);
    accepted
}

fn holds(scene: &Scene, entry: &Final) -> bool {
    let committee = scene.epochs.committee(entry.block.header.epoch);
    let proof = Arc::clone(&entry.proof);
    committee.is_some_and(|c| Verified::new(proof, c, &scene.checker).is_ok())
}
