//! A machine: its key, its disk, its clock, and the process that runs on it.
//!
//! The process is the driver of an engine: it does what the engine's outputs say and tells it
//! what comes of it. `drive` carries out outputs, `intake` takes in messages, `sync` gets what is
//! missing from others, `pool` holds pending transactions.

mod drive;
mod intake;
mod pool;
mod sync;

use crate::attack::Attacker;
use crate::disk::{Disk, Durable};
use crate::event::What;
use crate::keys::Key;
use crate::ledger::Block;
use crate::oracle::Glimpse;
use crate::queue::Task;
use crate::scenario::NodeId;
use crate::scene::Scene;
use crate::world::{NodeState, NodeView};
use hefu_consensus::{
    Anchor, Config, Engine, Halt, Input, Member, Message, Planted, Record, Sequence, Timer, To,
};
use hefu_primitives::{
    Certificate, Committee, Digest, Epoch, Header, Subject, Timestamp, ValidatorIndex, View,
};
use pool::Pool;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// How often a process looks after what nobody reminds it of: forgotten transactions, and final
/// blocks that it lacks.
const POLL_MS: u64 = 2_000;

/// A machine.
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) key: Key,
    pub(crate) disk: Disk,
    pub(crate) process: Option<Process>,
    /// The number of the current or last process. What was asked for by an earlier one is void.
    pub(crate) life: u32,
    pub(crate) skew_ms: i64,
    /// How long its disk takes, if a fault makes it slow.
    pub(crate) slow_ms: Option<u64>,
    /// After how many more outputs it stops, if a fault is about to stop it.
    pub(crate) crash_after: Option<u32>,
    /// When a fault has it come up again.
    pub(crate) restart_ms: Option<u64>,
    pub(crate) attacker: Option<Box<dyn Attacker>>,
    pub(crate) planted: Planted,
    pub(crate) restored: bool,
    /// Whether its execution refuses every block.
    pub(crate) bad_execution: bool,
    up_since_ms: u64,
}

/// What runs on a machine that is up.
pub(crate) struct Process {
    /// The engine of the epoch that the machine is in.
    pub(crate) newest: Running,
    /// The engine of the epoch before, which helps those who are still there.
    pub(crate) previous: Option<Running>,
    /// Blocks that are not final, and final ones that are not durable yet.
    store: BTreeMap<Digest, Arc<Block>>,
    pool: Pool,
    /// The last block that was delivered, durable or not.
    delivered: Header,
    /// Whether final blocks must come from others, without the engine.
    behind: bool,
    asked_range: bool,
    /// The block that was built last: no engine knows it yet.
    built: Option<Digest>,
    /// The machines that cannot be reached, for engines still to come.
    unreachable: BTreeSet<NodeId>,
}

/// An engine with what its driver keeps for it.
pub(crate) struct Running {
    pub(crate) engine: Engine<Key>,
    pub(crate) committee: Arc<Committee>,
    pub(crate) me: Option<ValidatorIndex>,
    durable: Sequence,
    /// Messages that wait for a record to be durable (R7).
    waiting: VecDeque<Outgoing>,
    /// The newest setting of each timer.
    timers: BTreeMap<Timer, u64>,
    /// The highest certified block, and its view: what transactions must apply on.
    tip: (View, Digest),
    /// How often a peer was asked for something: the next is asked the next time.
    turn: usize,
    /// The view in which the engine was told of pending transactions.
    pressed: Option<View>,
    /// The newest view of which a proposal has come.
    proposed: View,
}

struct Outgoing {
    to: To,
    message: Message,
    after: Sequence,
}

impl Running {
    fn new(node: &Node, scene: &Scene, epoch: Epoch, anchor: Anchor) -> Option<Self> {
        let committee = Arc::clone(scene.epochs.committee(epoch)?);
        let me = committee.validators.index_of(&node.key.public());
        let member = me.map(|index| Member { index, key: node.key.clone() });
        let tip = (View::ZERO, anchor.header.digest());
        let config = Config {
            committee: Arc::clone(&committee),
            me: member,
            delta_ms: scene.scenario.delta_ms,
            anchor,
            planted: node.planted,
        };
        let records = node.records(scene, epoch);
        let mut running = Self {
            engine: Engine::new(config, records),
            committee,
            me,
            durable: Sequence::NONE,
            waiting: VecDeque::new(),
            timers: BTreeMap::new(),
            tip,
            turn: usize::from(node.id.0),
            pressed: None,
            proposed: View::ZERO,
        };
        for entry in node.disk.durable.log(epoch) {
            running.note_record(&entry.record);
        }
        Some(running)
    }

    fn epoch(&self) -> Epoch {
        self.committee.epoch
    }

    fn note_record(&mut self, record: &Record) {
        match record {
            Record::Certificate(certificate) => self.note_certificate(certificate),
            Record::Proposal(proposal) => self.note_proposal(proposal.signed.statement.view),
            Record::Act(_) | Record::ForeignSignature(_) => {}
        }
    }

    fn note_proposal(&mut self, view: View) {
        self.proposed = self.proposed.max(view);
    }

    fn note_certificate(&mut self, certificate: &Certificate) {
        let certified = match certificate.subject {
            Subject::Notarize(digest) | Subject::Finalize(digest) => Some(digest),
            Subject::Nullify => None,
        };
        if let Some(digest) = certified
            && certificate.view >= self.tip.0
        {
            self.tip = (certificate.view, digest);
        }
    }
}

impl Process {
    fn running(&mut self, epoch: Epoch) -> Option<&mut Running> {
        if self.newest.epoch() == epoch {
            return Some(&mut self.newest);
        }
        self.previous.as_mut().filter(|running| running.epoch() == epoch)
    }
}

impl Node {
    pub(crate) fn new(id: NodeId, key: Key, planted: Planted) -> Self {
        Self {
            id,
            key,
            disk: Disk::default(),
            process: None,
            life: 0,
            skew_ms: 0,
            slow_ms: None,
            crash_after: None,
            restart_ms: None,
            attacker: None,
            planted,
            restored: false,
            bad_execution: false,
            up_since_ms: 0,
        }
    }

    pub(crate) fn is_up(&self) -> bool {
        self.process.is_some()
    }

    fn wall(&self, scene: &Scene) -> Timestamp {
        scene.wall(self.skew_ms)
    }

    fn view(&self) -> View {
        self.process.as_ref().map_or(View::ZERO, |process| process.newest.engine.view())
    }

    /// Comes up again, with what its disk holds.
    pub(crate) fn restart(&mut self, scene: &mut Scene) {
        if self.is_up() {
            return;
        }
        scene.counts.restarts += 1;
        scene.notify(self.id, true);
        let (height, restored) = (self.disk.durable.height(), self.restored);
        scene.note(
            self.id,
            What::Restarted { height: hefu_primitives::Height::new(height), restored },
        );
        self.come_up(scene);
    }

    /// Comes up, with what its disk holds.
    pub(crate) fn come_up(&mut self, scene: &mut Scene) {
        self.up_since_ms = scene.now_ms;
        self.restart_ms = None;
        let Some((header, newest)) = self.open(scene) else { return };
        let epoch = newest.epoch();
        self.process = Some(Process {
            store: self.stored_blocks(epoch),
            pool: Pool::new(&self.disk.durable),
            newest,
            previous: None,
            delivered: header,
            behind: false,
            asked_range: false,
            built: None,
            unreachable: BTreeSet::new(),
        });
        let height = self.disk.durable.height();
        let tip = self.disk.durable.tip().filter(|tip| tip.proof.epoch == epoch);
        let settled = tip.map_or(View::ZERO, |tip| tip.proof.view);
        scene.ask(|oracle, _| oracle.booted(self.id, (height, settled), epoch));
        self.begin_life(scene, epoch);
    }

    /// The engine that goes on from the disk, and the header that it goes on from.
    fn open(&self, scene: &Scene) -> Option<(Header, Running)> {
        let durable = &self.disk.durable;
        let epoch = scene.epochs.epoch_at(durable.height() + 1);
        let (header, finalization) = durable.anchor(scene.epochs.genesis(), epoch);
        let anchor = Anchor { header: header.clone(), finalization };
        Some((header, Running::new(self, scene, epoch, anchor)?))
    }

    /// The records that an engine of an epoch is given: its epoch's, and those of foreign
    /// signatures in the same incarnation.
    fn records(&self, scene: &Scene, epoch: Epoch) -> Vec<Record> {
        let life = |epoch| {
            let committee = scene.epochs.committee(epoch)?;
            let index = committee.validators.index_of(&self.key.public())?;
            committee.validators.get(index).map(|member| member.incarnation)
        };
        let durable = &self.disk.durable;
        let foreign = durable.foreign().iter().filter(|(met, _)| life(*met) == life(epoch));
        let foreign = foreign.map(|(_, record)| record.clone());
        let own = durable.log(epoch).iter().map(|entry| entry.record.clone());
        foreign.chain(own).collect()
    }

    fn stored_blocks(&self, epoch: Epoch) -> BTreeMap<Digest, Arc<Block>> {
        let blocks = self.disk.durable.log(epoch).iter();
        let blocks = blocks.filter_map(|entry| entry.block.as_ref());
        blocks.map(|block| (block.digest, Arc::clone(block))).collect()
    }

    /// Voids what the last process asked for, and starts the engine.
    fn begin_life(&mut self, scene: &mut Scene, epoch: Epoch) {
        self.life += 1;
        let (node, life) = (self.id, self.life);
        let first_ms = 1 + scene.dice.below(POLL_MS);
        scene.queue.add(scene.now_ms + first_ms, Task::Poll { node, life });
        self.feed(scene, epoch, Input::Start);
    }

    /// Stops, losing what is under way.
    pub(crate) fn crash(&mut self, scene: &mut Scene) {
        self.crash_after = None;
        let Some(process) = self.process.take() else {
            return;
        };
        scene.counts.dropped += process.dropped();
        let (survivors, lost, torn) = self.disk.lose_power(&mut scene.dice);
        for write in &survivors {
            scene.ask(|oracle, _| oracle.durable(self.id, write));
        }
        self.life += 1;
        scene.counts.crashes += 1;
        scene.note(self.id, What::Crashed { lost, torn });
        scene.notify(self.id, false);
        if let Some(restart_ms) = self.restart_ms {
            let at_ms = restart_ms.max(scene.now_ms + 1);
            scene.queue.add(at_ms, Task::Restart { node: self.id });
        }
    }

    /// Comes to hold an older copy of its disk.
    pub(crate) fn restore(&mut self, copy: Durable) {
        self.disk = Disk::default();
        self.disk.durable = copy;
        self.restored = true;
    }

    pub(crate) fn halt(&self) -> Option<&Halt> {
        self.process.as_ref()?.newest.engine.halted()
    }

    fn epoch(&self, scene: &Scene) -> Epoch {
        let stored = || scene.epochs.epoch_at(self.disk.durable.height() + 1);
        self.process.as_ref().map_or_else(stored, |process| process.newest.epoch())
    }

    /// What an onlooker sees.
    pub(crate) fn look(&self, scene: &Scene) -> NodeView {
        let state = match (&self.process, &self.attacker) {
            (_, Some(_)) => NodeState::Byzantine,
            (None, None) => NodeState::Down,
            (Some(_), None) if self.halt().is_some() => NodeState::Halted,
            (Some(_), None) => NodeState::Up,
        };
        let stored = hefu_primitives::Height::new(self.disk.durable.height());
        NodeView {
            node: self.id,
            view: self.view(),
            height: self.process.as_ref().map_or(stored, |process| process.delivered.height),
            epoch: self.epoch(scene),
            state,
        }
    }

    /// What the oracles see at an inspection.
    pub(crate) fn glimpse(&self, scene: &Scene) -> Glimpse {
        let process = self.process.as_ref();
        let member = process.is_some_and(|process| process.newest.me.is_some());
        Glimpse {
            node: self.id,
            now_ms: scene.now_ms,
            is_active: member && self.halt().is_none(),
            is_correct: scene.oracle.is_correct(self.id),
            up_since_ms: self.up_since_ms,
            epoch: self.epoch(scene),
            view: self.view(),
            height: self.look(scene).height.get(),
            footprint: process.map(|p| p.newest.engine.footprint()).unwrap_or_default(),
        }
    }

    /// Inputs that its engines have dropped, the current process's only.
    pub(crate) fn dropped(&self) -> u64 {
        self.process.as_ref().map_or(0, Process::dropped)
    }
}

impl Process {
    /// Drops the blocks that no engine holds any more.
    fn drop_blocks(&mut self) {
        let (newest, previous, built) = (&self.newest, &self.previous, self.built);
        self.store.retain(|digest, _| {
            newest.engine.holds(digest)
                || previous.as_ref().is_some_and(|running| running.engine.holds(digest))
                || built == Some(*digest)
        });
    }

    fn dropped(&self) -> u64 {
        let previous = self.previous.as_ref();
        self.newest.engine.dropped() + previous.map_or(0, |running| running.engine.dropped())
    }
}
