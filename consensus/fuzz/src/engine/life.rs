//! The driver of one engine: it does what the engine asks, or what it should never do, as told.

mod mail;

use super::act::{Act, Amount, Clock, Loss, Pick, Place};
use super::disk::Disk;
use super::pool::Pool;
use super::watch::{Check, Watch, must};
use super::{START_MS, Seen};
use crate::people::{MockKey, People};
use arbitrary::Unstructured;
use hefu_consensus::{
    Config, Engine, Fetch, Input, Member, Message, Output, Planted, Sequence, Timer, Verdict,
};
use hefu_primitives::{Digest, Header, Timestamp, ValidatorIndex, View, codec};
use std::mem::take;
use std::sync::Arc;

/// The unit of deadlines, in milliseconds.
const DELTA_MS: u64 = 300;

/// How many crashes one input tells at most: after each, all records are read again.
const CRASHES_MAX: u32 = 12;

/// The numbers of members that an engine is tried with.
const COMMITTEES: [u8; 4] = [1, 4, 7, 6];

/// What the driver has been asked to do and has not done.
#[derive(Default)]
struct Asked {
    build: Option<(View, Digest, Timestamp, bool)>,
    validate: Vec<Header>,
    fetch: Vec<Digest>,
}

/// One validator, or follower, and its driver.
pub(crate) struct Life {
    people: &'static People,
    me: Option<u8>,
    planted: Planted,
    pool: Pool,
    engine: Engine<MockKey>,
    disk: Disk,
    watch: Watch,
    asked: Asked,
    now: Timestamp,
    /// Whether another clock may have made something possible that waits for the next input.
    clock_moved: bool,
    crashes: u32,
    seen: Seen,
}

impl Life {
    pub(crate) fn new(u: &mut Unstructured, planted: Planted) -> Self {
        let (size, role): (u8, u8) = u.arbitrary().unwrap_or_default();
        let people = People::of(COMMITTEES[usize::from(size) % COMMITTEES.len()]);
        let place = role % (people.len() + 1);
        let me = (place < people.len()).then_some(place);
        let pool = Pool::new(people);
        let disk = Disk::new(pool.root().clone());
        Self {
            people,
            me,
            planted,
            engine: engine(people, me, planted, &disk),
            watch: Watch::new(people, me, disk.anchor()),
            pool,
            disk,
            asked: Asked::default(),
            now: Timestamp::new(START_MS),
            clock_moved: false,
            crashes: 0,
            seen: Seen::default(),
        }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen
    }

    pub(crate) fn who(&self) -> String {
        let size = self.people.len();
        self.me.map_or(format!("a follower of {size}"), |me| format!("member {me} of {size}"))
    }

    pub(crate) fn start(&mut self) -> Check {
        let (anchor, records) = (self.disk.anchor(), self.disk.records());
        self.watch.born(&self.engine, anchor, records, self.disk.has_holes())?;
        self.feed(Input::Start)
    }

    fn feed(&mut self, input: Input) -> Check {
        self.feed_if(true, input)
    }

    /// Puts in what the engine says it wants, or what it must pass over: then it may ask again for
    /// what it asked for before, but nothing comes of it that others or the disk would see.
    fn feed_if(&mut self, wanted: bool, input: Input) -> Check {
        let mut outputs = Vec::new();
        self.watch.now = self.now;
        self.engine.step(self.now, input, &mut outputs);
        self.seen.inputs += 1;
        let wanted = wanted || self.clock_moved;
        must(wanted || outputs.iter().all(is_request), || {
            format!("does not want what leads to {outputs:?}")
        })?;
        for output in outputs {
            self.seen.count(&output);
            self.watch.output(&output, &self.pool)?;
            self.carry_out(output);
        }
        self.watch.settled(&self.engine)
    }

    /// The driver takes an output.
    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Persist { sequence, record } => self.disk.write(sequence.get(), record),
            Output::Build { view, parent, time_min, body_bytes_max } => {
                self.asked.build = Some((view, parent, time_min, body_bytes_max == 0));
            }
            Output::Validate { header } => self.asked.validate.push(header.as_ref().clone()),
            Output::Fetch(Fetch::Block { digest, .. }) => self.asked.fetch.push(digest),
            Output::Finalize { header, proof } => {
                self.disk.finalize(header.as_ref().clone(), proof);
            }
            _ => {}
        }
    }

    pub(crate) fn happen(&mut self, act: Act) -> Check {
        match act {
            Act::Vote { from, at, says, next_epoch } => self.vote(from.0, at, says, next_epoch),
            Act::Certificate { at, says, signers, next_epoch } => {
                self.certificate(at, says, signers, next_epoch)
            }
            Act::Proposal { at, parent, block, shown, next_epoch } => {
                let header = self.pool.header(block);
                self.proposal(at, parent, header, shown, next_epoch)
            }
            Act::Status { from, at, height, yours, awaiting, next_epoch } => {
                let people = self.members(next_epoch);
                let status = self.make_status(at, height, yours, awaiting, people);
                self.receive(from.0 % (people.len() + 1), Message::Status(status), people)
            }
            Act::Greet => self.greet(),
            Act::Block(block) => {
                let header = self.pool.header(block);
                self.block(header)
            }
            Act::Built { at, block } => {
                let header = self.pool.header(block);
                self.built(self.view(at), header)
            }
            Act::Validated { block, valid } => self.validated(block, valid),
            Act::Persisted(amount) => self.persisted(amount),
            Act::Timer { kind, at } => self.feed(Input::Timer(timer(kind, self.view(at)))),
            Act::Pending { at, waiting } => {
                self.feed(Input::Pending { view: self.view(at), waiting })
            }
            Act::Reach { whom, reachable } => {
                let whom = ValidatorIndex::new(whom.0 % self.people.len());
                let (on, off) = (Input::Reachable(whom), Input::Unreachable(whom));
                self.feed(if reachable { on } else { off })
            }
            Act::Clock(clock) => {
                self.now = time(self.now, clock);
                self.clock_moved = true;
                Ok(())
            }
            Act::Serve { persist, execute, fetch } => self.serve(persist, execute, fetch),
            Act::Crash(loss) => self.crash(loss),
        }
    }

    fn view(&self, at: Place) -> View {
        at.view(self.engine.view())
    }

    fn block(&mut self, header: Header) -> Check {
        self.watch.bounds.fetched();
        self.watch.blocks.handed(header.digest());
        self.feed(Input::Block(header))
    }

    /// A driver builds nothing that is out of place; another block than the one asked for is
    /// what it may have built before.
    fn built(&mut self, view: View, header: Header) -> Check {
        if !self.pool.is_in_place(&header) {
            return Ok(());
        }
        self.watch.valid(&header);
        self.watch.blocks.handed(header.digest());
        self.feed(Input::Built { view, header })
    }

    /// Execution finds a block that is out of place invalid, whatever the input says.
    fn validated(&mut self, block: Pick, valid: bool) -> Check {
        let digest = self.pool.digest(block);
        let header = self.pool.find(&digest).cloned();
        let valid = valid && header.as_ref().is_none_or(|header| self.pool.is_in_place(header));
        if let Some(header) = header.filter(|_| valid) {
            self.watch.valid(&header);
        }
        let verdict = if valid { Verdict::Valid } else { Verdict::Invalid };
        self.feed(Input::Validated { digest, verdict })
    }

    fn persisted(&mut self, amount: Amount) -> Check {
        let (last, durable) = self.watch.speech.numbers();
        let number = match amount {
            Amount::More(more) => last.min(durable + u64::from(more)),
            Amount::All => last,
            Amount::Number(number) => number,
        };
        self.disk.sync(number);
        self.watch.speech.durable(number)?;
        let sequence = codec::decode::<Sequence>(&number.to_le_bytes(), 8);
        let sequence = sequence.map_err(|error| format!("a number is no sequence: {error}"))?;
        self.feed(Input::Persisted(sequence))
    }

    /// Does what has been asked for; what that leads to is asked for anew.
    fn serve(&mut self, persist: bool, execute: bool, fetch: bool) -> Check {
        let asked = &mut self.asked;
        let build = asked.build.take_if(|_| execute);
        let validate = if execute { take(&mut asked.validate) } else { Vec::new() };
        let fetch = if fetch { take(&mut asked.fetch) } else { Vec::new() };
        if persist {
            self.persisted(Amount::All)?;
        }
        if let Some((view, parent, time_min, empty)) = build {
            let header = self.pool.child(&parent, time_min, empty);
            self.built(view, header)?;
        }
        validate.iter().try_for_each(|header| self.execute(header))?;
        fetch.iter().try_for_each(|digest| {
            let header = self.pool.find(digest).cloned();
            header.map_or(Ok(()), |header| self.block(header))
        })
    }

    fn execute(&mut self, header: &Header) -> Check {
        let valid = self.pool.is_in_place(header);
        if valid {
            self.watch.valid(header);
        }
        let verdict = if valid { Verdict::Valid } else { Verdict::Invalid };
        self.feed(Input::Validated { digest: header.digest(), verdict })
    }

    fn crash(&mut self, loss: Loss) -> Check {
        if self.crashes == CRASHES_MAX {
            return Ok(());
        }
        self.crashes += 1;
        self.seen.restarts += 1;
        self.disk.crash(loss);
        self.asked = Asked::default();
        self.engine = engine(self.people, self.me, self.planted, &self.disk);
        self.start()
    }
}

fn engine(people: &People, me: Option<u8>, planted: Planted, disk: &Disk) -> Engine<MockKey> {
    let member = |place| Member { index: ValidatorIndex::new(place), key: people.mock_key(place) };
    let config = Config {
        committee: Arc::clone(&people.committee),
        me: me.map(member),
        delta_ms: DELTA_MS,
        anchor: disk.anchor().clone(),
        planted,
    };
    Engine::new(config, disk.records().iter().cloned())
}

fn is_request(output: &Output) -> bool {
    matches!(
        output,
        Output::SetTimer { .. } | Output::Build { .. } | Output::Validate { .. } | Output::Fetch(_)
    )
}

fn timer(kind: u8, view: View) -> Timer {
    match kind % 7 {
        0 => Timer::View(view),
        1 => Timer::Leader(view),
        2 => Timer::Unfinal(view),
        3 => Timer::Heartbeat,
        4 => Timer::Repeat(view),
        5 => Timer::KeepAlive,
        _ => Timer::Early(view),
    }
}

fn time(now: Timestamp, clock: Clock) -> Timestamp {
    match clock {
        Clock::Forward(more_ms) => now.saturating_add(more_ms),
        Clock::Back(less_ms) => now.saturating_sub(less_ms),
        Clock::To(ms) => Timestamp::new(ms),
    }
}
