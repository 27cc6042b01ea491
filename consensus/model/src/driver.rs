//! What happens to a validator, done to its engine as any driver would: outputs in the order
//! given, nothing sent before what it waits for is durable.
//!
//! Blocks are built and executed at once. A timer that has been set may run out at any moment and
//! more than once; the timers by which things are said again are left out, because whatever was
//! sent can arrive at any time, and again, in any case.

use crate::book::Book;
use crate::disk::Entry;
use crate::event::{Event, Heard};
use crate::fault::Fault;
use crate::item::{Block, Blocks, Item};
use crate::keys::MockVerifier;
use crate::node::{Node, engine};
use crate::setup::{Setup, Votes};
use crate::table::{NOW, Version};
use hefu_consensus::{Fetch, Input, Message, Output, Sequence, Status, Timer, To, Verdict};
use hefu_primitives::{
    Certificate, Digest, Evidence, Header, Height, ValidatorIndex, Verified, View,
};
use std::collections::VecDeque;
use std::sync::Arc;

/// How often a sync may call for another one in one step. An engine that is never done with
/// writing is out of order, and is to be found out by what it says.
const SYNCS_MAX: usize = 8;

/// One step of one validator.
pub(crate) struct Driver<'a> {
    setup: &'a Setup,
    book: &'a Book,
    node: Node,
    inputs: VecDeque<Input>,
}

/// The node after `event`, unless that cannot change it. `eager` makes everything durable at once:
/// where nobody will crash, a late sync is only a late message.
pub(crate) fn step(
    setup: &Setup,
    book: &Book,
    node: &Node,
    event: &Event,
    eager: bool,
) -> Option<Node> {
    if is_idle(setup, book, node, event) {
        return None;
    }
    let mut driver = Driver { setup, book, node: node.clone(), inputs: VecDeque::new() };
    driver.happen(event);
    for _ in 0..SYNCS_MAX {
        if eager && !driver.node.disk.unsynced.is_empty() {
            driver.sync();
        }
    }
    driver.node.seal();
    (driver.node.print != node.print).then_some(driver.node)
}

/// Whether a driver would not even show `event` to its engine.
fn is_idle(setup: &Setup, book: &Book, node: &Node, event: &Event) -> bool {
    let unwanted = |item: &Item| !node.engine.wants(&book.message(item));
    let wanting = setup.votes == Votes::Gathered;
    match event {
        Event::Receive(item) => wanting && unwanted(item),
        Event::Gather(ballots) => {
            wanting && ballots.iter().map(|b| Item::Vote(*b)).all(|i| unwanted(&i))
        }
        _ => false,
    }
}

impl Driver<'_> {
    fn happen(&mut self, event: &Event) {
        match event {
            Event::Start => self.start(&self.greetings()),
            Event::Receive(item) => self.receive(item),
            Event::Gather(ballots) => {
                for ballot in ballots {
                    self.receive(&Item::Vote(*ballot));
                }
            }
            Event::Fetched(block) => {
                self.node.wanted.remove(*block);
                self.node.fetched.insert(*block);
                self.feed(Input::Block(self.book.header_of(*block).clone()));
            }
            Event::Expire(timer) => self.feed(Input::Timer(*timer)),
            Event::Sync => self.sync(),
            Event::Crash { kept, heard } => self.crash(*kept, heard),
        }
    }

    fn receive(&mut self, item: &Item) {
        let message = self.book.message(item);
        let wanted = self.node.engine.wants(&message);
        match self.setup.votes {
            Votes::Gathered if !wanted => {}
            Votes::Single if !wanted => self.hear_in_vain(message),
            Votes::Gathered | Votes::Single => self.hear(ValidatorIndex::new(0), message),
        }
    }

    /// What a driver would not even verify.
    fn hear_in_vain(&mut self, message: Message) {
        let before = self.node.engine.clone();
        self.hear(ValidatorIndex::new(0), message);
        let changed = before != self.node.engine;
        self.node.faults.insert_if(changed, Fault::WantedAfterAll);
    }

    fn hear(&mut self, from: ValidatorIndex, message: Message) {
        let inputs = message.verify(from, &self.book.committee, &MockVerifier);
        for input in inputs.into_iter().flatten() {
            self.feed(input);
        }
    }

    fn feed(&mut self, input: Input) {
        self.inputs.push_back(input);
        let mut outputs = Vec::new();
        while let Some(input) = self.inputs.pop_front() {
            self.node.engine.step(NOW, input, &mut outputs);
            for output in outputs.drain(..) {
                self.execute(output);
            }
        }
    }

    fn execute(&mut self, output: Output) {
        match output {
            Output::Persist { sequence, record } => {
                self.node.disk.written = sequence;
                self.node.disk.unsynced.push(Entry::Record(record));
            }
            Output::Send { message, after, .. } => self.send(&message, after),
            Output::SetTimer { timer, .. } => self.set(timer),
            Output::Build { view, parent, .. } => self.build(view, &parent),
            Output::Validate { header } => self.validate(&header),
            Output::Fetch(fetch) => self.fetch(&fetch),
            Output::Finalize { header, proof } => self.deliver(&header, &proof),
            Output::Evidence(evidence) => self.accuse(&evidence),
            Output::Entered(view) => self.enter(view),
            Output::Behind { .. } | Output::Halted(_) => self.node.faults.insert(Fault::Halted),
        }
    }

    fn send(&mut self, message: &Message, after: Sequence) {
        let Some(items) = self.book.items(message) else {
            return self.node.faults.insert(Fault::Unverifiable);
        };
        for item in items {
            if after <= self.node.disk.synced {
                self.say(item);
            } else {
                self.node.held.push((after, item));
            }
        }
    }

    fn say(&mut self, item: Item) {
        if self.node.sent.items.contains(&item) {
            return;
        }
        let durable = self.node.disk.supports(self.book, self.node.place, &item);
        self.node.faults.insert_if(!durable, Fault::NotDurable);
        Arc::make_mut(&mut self.node.sent).add(item);
    }

    fn set(&mut self, timer: Timer) {
        let modelled = match timer {
            Timer::View(view) => Some(view),
            Timer::Leader(view) if self.setup.votes == Votes::Single => Some(view),
            _ => None,
        };
        if modelled.is_some_and(|view| self.is_played(view)) {
            self.node.timers.insert(timer);
        }
    }

    fn is_played(&self, view: View) -> bool {
        view.get() <= self.setup.views.into()
    }

    fn build(&mut self, view: View, parent: &Digest) {
        let parent = self.book.table.find(parent);
        let number = u8::try_from(view.get()).unwrap_or(u8::MAX);
        let block = parent.and_then(|p| self.book.table.child(p, number, Version::First));
        if let Some(block) = block {
            let header = self.book.header_of(block).clone();
            self.inputs.push_back(Input::Built { view, header });
        }
    }

    fn validate(&mut self, header: &Header) {
        let digest = header.digest();
        let block = self.book.table.find(&digest).unwrap_or(Block::GENESIS);
        let verdict = match self.book.table.get(block).version {
            Version::Refused => Verdict::Invalid,
            _ => Verdict::Valid,
        };
        self.inputs.push_back(Input::Validated { digest, verdict });
    }

    // Certificates that are asked for lie on the wire.
    fn fetch(&mut self, fetch: &Fetch) {
        if let Fetch::Block { digest, .. } = fetch
            && let Some(block) = self.book.table.find(digest)
        {
            self.node.wanted.insert(block);
        }
    }

    fn enter(&mut self, view: View) {
        if self.is_played(view) {
            let waiting = true;
            self.inputs.push_back(Input::Pending { view, waiting });
        }
    }

    fn accuse(&mut self, evidence: &Evidence) {
        let holds = self.book.holds(evidence);
        self.node.faults.insert_if(!holds, Fault::Unverifiable);
        let offender = evidence.offender(&self.book.committee);
        self.node.accused.insert(offender.get());
    }

    fn deliver(&mut self, header: &Header, proof: &Certificate) {
        let found = self.book.table.find(&header.digest()).zip(self.book.proof(proof));
        let Some((block, proof)) = found else {
            return self.node.faults.insert(Fault::Unverifiable);
        };
        let node = &mut self.node;
        let height = node.chain.len();
        let next = self.book.table.get(block).header.height == Height::new(height as u64 + 1);
        node.faults.insert_if(!next, Fault::OutOfOrder);
        node.chain.push(block);
        if let Some(told) = node.told.get(height) {
            node.faults.insert_if(*told != block, Fault::Disagreement);
        } else {
            node.told.push(block);
            node.delivered_after_crash |= node.crashes > 0;
        }
        node.final_views |= 1 << proof.view;
        node.delivered_fetched |= node.fetched.contains(block);
        node.reproposed |=
            proof.view > self.book.table.get(block).view && self.book.table.is_boundary(block);
        node.disk.unsynced.push(Entry::Final(block, proof));
    }

    fn sync(&mut self) {
        self.node.disk.sync();
        let synced = self.node.disk.synced;
        for (after, item) in std::mem::take(&mut self.node.held) {
            if after <= synced {
                self.say(item);
            } else {
                self.node.held.push((after, item));
            }
        }
        self.feed(Input::Persisted(synced));
    }

    fn start(&mut self, heard: &[Heard]) {
        self.feed(Input::Start);
        for heard in heard {
            let message = Message::Status(self.status(heard));
            self.hear(ValidatorIndex::new(heard.from), message);
        }
    }

    /// What the others say when everyone starts for the first time.
    fn greetings(&self) -> Vec<Heard> {
        let others = (0..self.setup.members).filter(|place| *place != self.node.place);
        others.map(Heard::nothing_from).collect()
    }

    fn crash(&mut self, kept: usize, heard: &[Heard]) {
        let disk = self.node.disk.after_crash(kept);
        let (place, tip) = (self.node.place, disk.finals().last());
        self.node.engine = engine(self.setup, self.book, place, tip, disk.records());
        self.node.chain = disk.finals().map(|(block, _)| block).collect();
        self.node.disk = disk;
        self.node.held.clear();
        self.node.timers.clear();
        self.node.wanted = Blocks::default();
        self.node.crashes += 1;
        self.start(heard);
        let spoken = self.node.sent.seen.newest_view(self.node.place);
        let lost = self.node.engine.view() < View::new(spoken.into());
        self.node.faults.insert_if(lost, Fault::PlaceLost);
    }

    fn status(&self, heard: &Heard) -> Status {
        Status {
            epoch: self.book.committee.epoch,
            view: View::new(heard.view.into()),
            final_height: Height::new(heard.height),
            yours: heard.yours.map(|ballot| self.book.vote(ballot)),
            yours_proposed: heard.proposed.map(|statement| self.book.signed(statement)),
            awaiting: false,
        }
    }
}

/// What `peer` answers to a validator that comes back: its own engine is asked, on a copy.
pub(crate) fn answer(book: &Book, peer: &Node, to: u8) -> Option<Heard> {
    let question = Status {
        epoch: book.committee.epoch,
        view: View::new(1),
        final_height: Height::ZERO,
        yours: None,
        yours_proposed: None,
        awaiting: true,
    };
    let (from, mut outputs) = (ValidatorIndex::new(to), Vec::new());
    let question = Verified::new(question, &book.committee, &MockVerifier).ok()?;
    let input = Input::Status { from, status: question };
    peer.engine.clone().step(NOW, input, &mut outputs);
    let status = outputs.iter().find_map(|output| match output {
        Output::Send { to: To::One(receiver), message: Message::Status(status), .. }
            if *receiver == from =>
        {
            Some(*status)
        }
        _ => None,
    })?;
    Some(Heard {
        from: peer.place,
        view: u8::try_from(status.view.get()).ok()?,
        height: status.final_height.get(),
        yours: status.yours.and_then(|vote| book.ballot(&vote)),
        proposed: status.yours_proposed.and_then(|signed| book.stated(&signed)),
    })
}
