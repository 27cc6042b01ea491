//! Carries out what engines say.

use super::{Node, Outgoing, Process, Running};
use crate::attack::{Kit, Parcel};
use crate::disk::{Final, Write};
use crate::event::What;
use crate::ledger::{Block, TRANSACTION_BYTES, Transaction};
use crate::packet::{Content, epoch_of};
use crate::queue::Task;
use crate::scenario::NodeId;
use crate::scene::{Address, Scene};
use hefu_consensus::{Anchor, Halt, Input, Message, Output, Record, Sequence, To, Verdict};
use hefu_primitives::{Certificate, Digest, Epoch, Evidence, Header, Subject, Timestamp, View};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// Transactions in one message.
pub(super) const TRANSACTIONS_PER_MESSAGE: usize = 64;

/// Blocks kept before those are dropped that no engine holds.
const BLOCKS_KEPT: usize = 4;

/// Inputs that follow at once from outputs, with the epochs of their engines.
pub(super) type Inputs = VecDeque<(Epoch, Input)>;

impl Node {
    /// Gives an engine an input, and everything that follows from it at once.
    pub(crate) fn feed(&mut self, scene: &mut Scene, epoch: Epoch, input: Input) {
        let mut inputs = Inputs::from([(epoch, input)]);
        while let Some((epoch, input)) = inputs.pop_front() {
            self.step(scene, epoch, input, &mut inputs);
            if !self.is_up() {
                return;
            }
        }
        self.sync_disk(scene);
    }

    fn step(&mut self, scene: &mut Scene, epoch: Epoch, input: Input, inputs: &mut Inputs) {
        let wall = self.wall(scene);
        let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) else {
            return;
        };
        let durable = running.durable;
        let mut outputs = Vec::new();
        running.engine.step(wall, input, &mut outputs);
        for output in outputs {
            if self.stops_here(scene) {
                return self.crash(scene);
            }
            self.carry_out(scene, epoch, output, inputs);
        }
        if let Some(process) = &mut self.process
            && process.store.len() > BLOCKS_KEPT
        {
            process.drop_blocks();
        }
        let running = self.process.as_mut().and_then(|p| p.running(epoch));
        if let Some(now_durable) = running.map(|r| r.durable).filter(|now| *now > durable) {
            inputs.push_back((epoch, Input::Persisted(now_durable)));
        }
        self.begin_next_epoch(scene, inputs);
    }

    /// Whether a fault stops the machine before one more output.
    fn stops_here(&mut self, scene: &mut Scene) -> bool {
        if scene.power_fails() {
            return true;
        }
        match &mut self.crash_after {
            None => false,
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
        }
    }

    pub(super) fn carry_out(
        &mut self,
        scene: &mut Scene,
        epoch: Epoch,
        output: Output,
        inputs: &mut Inputs,
    ) {
        match output {
            Output::Persist { sequence, record } => self.persist(scene, epoch, sequence, record),
            Output::Send { to, message, after } => self.send(scene, epoch, to, message, after),
            Output::SetTimer { timer, after_ms } => {
                let (node, life, stamp) = (self.id, self.life, scene.queue.stamp());
                if let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) {
                    running.timers.insert(timer, stamp);
                }
                let task = Task::Timer { node, life, epoch, timer, stamp };
                scene.queue.add(scene.now_ms + after_ms, task);
            }
            Output::Build { view, parent, time_min, body_bytes_max } => {
                let most = body_bytes_max / TRANSACTION_BYTES;
                self.build(scene, (epoch, view), parent, time_min, most, inputs);
            }
            Output::Validate { header } => self.validate(scene, epoch, &header, inputs),
            Output::Fetch(fetch) => self.fetch(scene, epoch, fetch),
            Output::Finalize { header, proof } => self.finalize(scene, epoch, &header, proof),
            Output::Evidence(evidence) => self.report(scene, epoch, &evidence),
            Output::Entered(view) => self.enter(scene, epoch, view, inputs),
            Output::Behind { .. } => self.fall_behind(scene),
            Output::Halted(halt) => self.note_halt(scene, &halt),
        }
    }

    fn persist(&mut self, scene: &mut Scene, epoch: Epoch, sequence: Sequence, record: Record) {
        let block = match &record {
            Record::Proposal(proposal) => self.block(&proposal.signed.statement.digest),
            _ => None,
        };
        if let Record::Act(vote) = &record
            && vote.subject == Subject::Nullify
        {
            scene.note(self.id, What::Nullified { view: vote.view });
        }
        let (node, wall) = (self.id, self.wall(scene));
        let shown = (&record, block.as_ref());
        scene.ask(|oracle, ground| oracle.acted(ground, node, wall, epoch, shown));
        if let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) {
            running.note_record(&record);
        }
        self.write(scene, Write::Record { epoch, sequence, record, block });
    }

    fn sync_ms(&self, scene: &Scene) -> u64 {
        self.slow_ms.unwrap_or(scene.scenario.sync_ms)
    }

    fn write(&mut self, scene: &mut Scene, write: Write) {
        self.disk.write(write);
        if self.sync_ms(scene) == 0 {
            let writes = self.disk.flush();
            self.note_durable(scene, &writes);
        }
    }

    /// Begins to make durable what is under way.
    fn sync_disk(&mut self, scene: &mut Scene) {
        if let Some(writes) = self.disk.begin_sync() {
            let (node, life) = (self.id, self.life);
            let at_ms = scene.now_ms + self.sync_ms(scene);
            scene.queue.add(at_ms, Task::Synced { node, life, writes });
        }
    }

    /// Tells the oracles what is durable, and lets go what waited for it; gives the newest record
    /// of each epoch.
    fn note_durable(&mut self, scene: &mut Scene, writes: &[Write]) -> Vec<(Epoch, Sequence)> {
        let mut newest: Vec<(Epoch, Sequence)> = Vec::new();
        for write in writes {
            scene.ask(|oracle, _| oracle.durable(self.id, write));
            if let Write::Record { epoch, sequence, .. } = write {
                newest.retain(|(other, _)| other != epoch);
                newest.push((*epoch, *sequence));
            }
        }
        for (epoch, sequence) in &newest {
            let running = self.process.as_mut().and_then(|p| p.running(*epoch));
            if let Some(running) = running {
                running.durable = *sequence;
            }
            self.release(scene, *epoch);
        }
        newest
    }

    /// A sync has ended.
    pub(crate) fn synced(&mut self, scene: &mut Scene) {
        let writes = self.disk.end_sync();
        for (epoch, sequence) in self.note_durable(scene, &writes) {
            self.feed(scene, epoch, Input::Persisted(sequence));
        }
        if self.is_up() {
            self.sync_disk(scene);
        }
    }

    /// Sends what no longer waits for the disk.
    fn release(&mut self, scene: &mut Scene, epoch: Epoch) {
        loop {
            let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) else {
                return;
            };
            let durable = running.durable;
            let free = |outgoing: &Outgoing| outgoing.after <= durable;
            let Some(outgoing) = running.waiting.pop_front_if(|outgoing| free(outgoing)) else {
                return;
            };
            self.transmit(scene, epoch, outgoing.to, outgoing.message);
        }
    }

    fn send(&mut self, scene: &mut Scene, epoch: Epoch, to: To, message: Message, after: Sequence) {
        let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) else {
            return;
        };
        if after <= running.durable {
            self.transmit(scene, epoch, to, message);
        } else {
            running.waiting.push_back(Outgoing { to, message, after });
        }
    }

    /// A message of the engine leaves, unless an attacker puts others in its place.
    fn transmit(&mut self, scene: &mut Scene, epoch: Epoch, to: To, message: Message) {
        let block = match &message {
            Message::Proposal(proposal) => self.block(&proposal.signed.statement.digest),
            _ => None,
        };
        let address = match to {
            To::All => Address::Everybody,
            To::One(index) => Address::Members(vec![index]),
        };
        let parcel = Parcel { address, message, block };
        if self.attacker.is_none() {
            return self.ship(scene, epoch, parcel);
        }
        let parcels =
            self.with_attacker(scene, epoch, |attacker, kit| attacker.outgoing(kit, parcel));
        for parcel in parcels {
            self.ship(scene, epoch, parcel);
        }
    }

    /// Asks the attacker, if the machine has one and is a member.
    pub(super) fn with_attacker(
        &mut self,
        scene: &mut Scene,
        epoch: Epoch,
        ask: impl FnOnce(&mut dyn crate::attack::Attacker, &mut Kit<'_>) -> Vec<Parcel>,
    ) -> Vec<Parcel> {
        let wall = self.wall(scene);
        let (Some(attacker), Some(process)) = (&mut self.attacker, &mut self.process) else {
            return Vec::new();
        };
        let Some(running) = process.running(epoch) else {
            return Vec::new();
        };
        let Some(me) = running.me else {
            return Vec::new();
        };
        let mut kit = Kit {
            me,
            key: &self.key,
            committee: Arc::clone(&running.committee),
            view: running.engine.view(),
            wall,
            epochs: &scene.epochs,
            dice: &mut scene.dice,
            store: &process.store,
            durable: &self.disk.durable,
        };
        ask(attacker.as_mut(), &mut kit)
    }

    /// Puts a message on the wire.
    pub(super) fn ship(&mut self, scene: &mut Scene, epoch: Epoch, parcel: Parcel) {
        let Parcel { address, message, block } = parcel;
        let Some(running) = self.process.as_mut().and_then(|p| p.running(epoch)) else {
            return;
        };
        let (mut index, view) = (running.me, running.engine.view());
        // Only an attacker sends what belongs to another epoch.
        let epoch = epoch_of(&message);
        if epoch != running.epoch() {
            let committee = scene.epochs.committee(epoch);
            index = committee.and_then(|c| c.validators.index_of(&self.key.public()));
        }
        let again = !self.note_sent(scene, &message, block.as_deref());
        let content = Content::Engine { message, block };
        let packet = scene.pack(self.id, index, epoch, content);
        let to_all = address == Address::Everybody;
        scene.ask(|oracle, ground| oracle.sent(ground, &packet, (to_all, again)));
        scene.post(view, &address, &packet);
    }

    /// Notes a proposal; false if its block was proposed before.
    fn note_sent(&self, scene: &mut Scene, message: &Message, block: Option<&Block>) -> bool {
        match message {
            Message::Proposal(proposal) => {
                let (statement, header) = (&proposal.signed.statement, &proposal.header);
                let first = scene.counts.proposed(statement.digest, scene.now_ms);
                if first {
                    let what = What::Proposed {
                        view: statement.view,
                        digest: statement.digest,
                        height: header.height,
                        transactions: block.map_or(0, |block| block.body.len()),
                    };
                    scene.note(self.id, what);
                }
                first
            }
            _ => true,
        }
    }

    /// A block that this machine holds.
    pub(super) fn block(&self, digest: &Digest) -> Option<Arc<Block>> {
        let stored = self.process.as_ref()?.store.get(digest);
        stored.or_else(|| self.disk.block(digest)).cloned()
    }

    /// The header of a block that this machine holds, the genesis block included.
    fn header(&self, scene: &Scene, digest: &Digest) -> Option<Header> {
        let genesis = scene.epochs.genesis();
        let known = self.block(digest).map(|block| block.header.clone());
        known.or_else(|| (genesis.digest() == *digest).then(|| genesis.clone()))
    }

    fn build(
        &mut self,
        scene: &mut Scene,
        (epoch, view): (Epoch, View),
        parent: Digest,
        time_min: Timestamp,
        most: u32,
        inputs: &mut Inputs,
    ) {
        let Some(parent) = self.header(scene, &parent) else {
            let sentence = "a block is to be built on one that the driver lacks".to_owned();
            return scene.ask(|oracle, _| oracle.report(2, "driver", self.id, sentence));
        };
        let time = self.wall(scene).max(time_min);
        let body = self.body_on(parent.digest(), most);
        let block = Arc::new(scene.epochs.build(&parent, time, body));
        let header = block.header.clone();
        if let Some(process) = &mut self.process {
            process.built = Some(block.digest);
            process.store.insert(block.digest, block);
        }
        if scene.scenario.execution_ms == 0 {
            return inputs.push_back((epoch, Input::Built { view, header }));
        }
        let task =
            Task::Built { node: self.id, life: self.life, epoch, view, header: Arc::new(header) };
        scene.queue.add(scene.now_ms + scene.scenario.execution_ms, task);
    }

    fn body_on(&self, parent: Digest, most: u32) -> Vec<Transaction> {
        let Some(process) = &self.process else {
            return Vec::new();
        };
        let included = process.included(parent);
        let applicable = process.pool.applicable(&included);
        applicable.take(most as usize).collect()
    }

    fn validate(&mut self, scene: &mut Scene, epoch: Epoch, header: &Header, inputs: &mut Inputs) {
        let digest = header.digest();
        let (block, parent) = (self.block(&digest), self.header(scene, &header.parent));
        let (Some(block), Some(parent)) = (block, parent) else {
            let sentence = format!("{digest:?} is to be executed, which the driver lacks");
            return scene.ask(|oracle, _| oracle.report(3, "driver", self.id, sentence));
        };
        let valid = scene.epochs.is_valid(&block, &parent) && !self.bad_execution;
        let verdict = if valid { Verdict::Valid } else { Verdict::Invalid };
        if self.bad_execution {
            scene.oracle.refused(self.id, digest, scene.now_ms);
        }
        if scene.scenario.execution_ms == 0 {
            return inputs.push_back((epoch, Input::Validated { digest, verdict }));
        }
        let task = Task::Validated { node: self.id, life: self.life, epoch, digest, verdict };
        scene.queue.add(scene.now_ms + scene.scenario.execution_ms, task);
    }

    fn finalize(
        &mut self,
        scene: &mut Scene,
        epoch: Epoch,
        header: &Header,
        proof: Arc<Certificate>,
    ) {
        let Some(block) = self.block(&header.digest()) else {
            let sentence = format!("height {} is final and the driver lacks it", header.height);
            return scene.ask(|oracle, _| oracle.report(6, "driver", self.id, sentence));
        };
        let entry = Final { block, proof };
        let node = self.id;
        let first = scene.ask(|oracle, ground| oracle.finalized(ground, node, epoch, &entry));
        self.deliver(scene, entry, first);
    }

    /// Takes a final block in.
    pub(super) fn deliver(&mut self, scene: &mut Scene, entry: Final, first: bool) {
        let block = Arc::clone(&entry.block);
        note_final(scene, self.id, &block, first);
        if let Some(process) = &mut self.process {
            process.delivered = block.header.clone();
            process.pool.settle(&block.body);
        }
        self.write(scene, Write::Final(entry));
    }

    fn report(&mut self, scene: &mut Scene, epoch: Epoch, evidence: &Evidence) {
        let node = self.id;
        let news = scene.ask(|oracle, ground| oracle.reported(ground, node, evidence, epoch));
        if let Some(offender) = news {
            let view = evidence.view();
            scene.note(node, What::Evidence { offender, view });
        }
    }

    fn enter(&mut self, scene: &mut Scene, epoch: Epoch, view: View, inputs: &mut Inputs) {
        let node = self.id;
        scene.ask(|oracle, ground| oracle.entered(ground, node, epoch, view));
        if self.process.as_ref().map(|p| p.newest.epoch()) != Some(epoch) {
            return;
        }
        scene.note(node, What::Entered { epoch, view });
        self.forward(scene, inputs);
        for parcel in self.with_attacker(scene, epoch, |attacker, kit| attacker.entered(kit)) {
            self.ship(scene, epoch, parcel);
        }
    }

    /// Sends pending transactions to the leader of the current view, and tells the engine.
    pub(super) fn forward(&mut self, scene: &mut Scene, inputs: &mut Inputs) {
        let Some(process) = &self.process else {
            return;
        };
        let newest = &process.newest;
        let (Some(me), view) = (newest.me, newest.engine.view()) else {
            return;
        };
        if process.pool.is_empty() {
            return;
        }
        let included = process.included(newest.tip.1);
        let list = process.pool.applicable(&included);
        let list: Vec<_> = list.take(TRANSACTIONS_PER_MESSAGE).collect();
        if list.is_empty() {
            return;
        }
        let (epoch, leader) = (newest.epoch(), newest.committee.leader(view));
        if leader != me {
            let content = Content::Transactions(list);
            let packet = scene.pack(self.id, Some(me), epoch, content);
            scene.post(view, &Address::Members(vec![leader]), &packet);
        }
        if let Some(process) = &mut self.process {
            process.newest.pressed = Some(view);
        }
        inputs.push_back((epoch, Input::Pending { view, waiting: true }));
    }

    fn note_halt(&mut self, scene: &mut Scene, halt: &Halt) {
        let (rule, reason) = match halt {
            Halt::Diverged { digest } => (5, format!("{digest:?} is certified and invalid")),
            Halt::ForeignSignature { view, .. } => {
                (14, format!("a foreign signature of its own in view {view}"))
            }
            Halt::Forked { view } => {
                (4, format!("certificates contradict each other at view {view}"))
            }
        };
        scene.counts.halts += 1;
        scene.note(self.id, What::Halted { reason: reason.clone() });
        scene.ask(|oracle, _| oracle.halted(self.id, rule, &reason));
    }

    /// R12: the last block of the epoch is final, and the engine of the next one begins.
    fn begin_next_epoch(&mut self, scene: &mut Scene, inputs: &mut Inputs) {
        let Some(process) = &self.process else {
            return;
        };
        let next = process.newest.epoch().next();
        if !process.newest.engine.has_ended() || scene.epochs.committee(next).is_none() {
            return;
        }
        let anchor = Anchor { header: process.delivered.clone(), finalization: None };
        let Some(running) = Running::new(self, scene, next, anchor) else {
            return;
        };
        note_epoch(scene, self.id, &running);
        if let Some(process) = &mut self.process {
            process.previous = Some(std::mem::replace(&mut process.newest, running));
        }
        scene.ask(|oracle, _| oracle.moved_on(self.id, next));
        inputs.push_back((next, Input::Start));
        let unreachable = self.unreachable_members(scene, next);
        inputs.extend(unreachable.into_iter().map(|input| (next, input)));
    }
}

pub(super) fn note_epoch(scene: &mut Scene, node: NodeId, running: &Running) {
    let (epoch, members) = (running.epoch(), running.committee.validators.len());
    scene.note(node, What::EpochBegan { epoch, members });
    scene.counts.epochs = scene.counts.epochs.max(epoch.get());
}

fn note_final(scene: &mut Scene, node: NodeId, block: &Block, first: bool) {
    let (digest, transactions) = (block.digest, block.body.len());
    if first {
        scene.counts.finalized(&digest, transactions, scene.now_ms);
    }
    scene.chronicle.hash_bytes(digest.hash().as_bytes());
    let height = block.header.height;
    scene.note(node, What::Finalized { height, digest, transactions });
}

impl Process {
    /// The transactions in the blocks above the last delivered one, down from `tip`.
    fn included(&self, tip: Digest) -> BTreeSet<Transaction> {
        let mut included = BTreeSet::new();
        let mut next = tip;
        while let Some(block) = self.store.get(&next)
            && block.header.height > self.delivered.height
        {
            included.extend(block.body.iter().copied());
            next = block.header.parent;
        }
        included
    }
}
