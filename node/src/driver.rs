//! The driver: one task that owns the engines and does what they say (docs/protocol.md).
//!
//! Whatever takes long is done elsewhere and comes back as an [`Event`]: signatures on worker
//! threads, blocks on the executor's, records on the log's. So the driver is never late for a timer,
//! and everything that decides anything happens in one order.

mod begin;
mod clocks;
mod elsewhere;
mod forwarded;
mod intake;
mod outputs;
mod pending;
mod picture;
mod ranges;
mod running;
mod signatures;
mod sync;

use crate::acts::{ActsLog, Append, Floor, Recovered, Report};
use crate::application::{
    Application, Chain, DiskLow, Footprint, Pool, Refusal, Shared, Source, Status,
};
use crate::clock::Clock;
use crate::limits::{CONTENTS_KEPT, GOSSIP_PAUSE, VERIFYING_MAX};
use crate::net::{NetEvent, Network};
use crate::worker::{Done, Job};
use begin::{anchor, contents, running};
use clocks::Clocks;
pub use clocks::Skew;
use forwarded::Forwarded;
use hefu_consensus::{Halt, Input};
use hefu_primitives::{
    Certificate, Digest, Epoch, GenesisHash, Header, PublicKey, SecretKey, ValidatorIndex,
};
use intake::Heard;
pub(crate) use pending::Verdict;
use pending::Vetted;
pub use picture::{Picture, Role};
use ranges::{Fetched, Ranges};
use running::Running;
use signatures::Signatures;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Display;
use std::sync::{Arc, PoisonError, mpsc as threads};
use std::time::Duration;
use sync::{Answered, Finals};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, interval, sleep_until};
use tracing::{error, info};

/// How long a driver without any timer waits.
const IDLE: Duration = Duration::from_secs(1);

/// Inputs that follow at once from outputs, with the epochs of their engines.
type Inputs = VecDeque<(Epoch, Input)>;

/// What a driver is told once.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// Our key.
    pub(crate) key: SecretKey,
    /// What we are to be.
    pub(crate) role: Role,
    /// The network.
    pub(crate) genesis: GenesisHash,
    /// Δ, in milliseconds.
    pub(crate) delta_ms: u64,
    /// The peers that we are told of, followers included.
    pub(crate) peers: Vec<PublicKey>,
    /// The clock that people set.
    pub(crate) clock: Clock,
}

/// What a driver acts through.
pub(crate) struct Hands<A: Application> {
    pub(crate) network: Network,
    pub(crate) log: ActsLog,
    pub(crate) store: Shared<A::Chain>,
    pub(crate) jobs: threads::Sender<Job<A>>,
    pub(crate) events: mpsc::Sender<Event<A>>,
    /// The last block that was written.
    pub(crate) head: watch::Sender<Header>,
    /// Why the engine has stopped.
    pub(crate) halted: watch::Sender<Option<Halt>>,
}

impl<A: Application> Hands<A> {
    /// Gives the executor a job. If it is gone it has said why.
    fn work(&self, job: Job<A>) {
        let _ = self.jobs.send(job);
    }
}

/// What happens to a driver, the network apart.
#[derive(Debug)]
pub(crate) enum Event<A: Application> {
    /// Signatures of a message were checked.
    Heard(Box<Heard<A::Content>>),
    /// A peer has answered, or has not.
    Answered(Box<Answered<A::Content>>),
    /// A transaction is submitted here.
    Submitted(Arc<A::Transaction>, Source, Verdict<A>),
    /// A submission was checked.
    Checked(Box<Vetted<A>>),
    /// Somebody asks what became of a transaction.
    Fate(A::Id, oneshot::Sender<Status<A>>),
    /// Somebody asks how it stands.
    Pictured(oneshot::Sender<Picture<Footprint<A>>>),
    /// Final blocks, or parts of them, were fetched.
    Fetched(Box<Fetched<A::Content>>),
}

/// Why a node stops. Each has a message in the log that says more.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Fatal(String);

/// A block that is not final, or not written.
#[derive(Clone, Debug)]
struct Held<C> {
    header: Header,
    content: Arc<C>,
}

/// The engines of a node, with all that they need.
pub(crate) struct Driver<A: Application> {
    setup: Setup,
    hands: Hands<A>,
    newest: Running,
    /// The engine of the epoch before, which helps those who are still there.
    previous: Option<Running>,
    contents: BTreeMap<Digest, Held<A::Content>>,
    finals: Finals,
    /// The block that was built last: no engine knows it yet.
    built: Option<Digest>,
    /// The last block that an engine has delivered.
    delivered: Header,
    /// The last block that was written.
    written: Header,
    pool: A::Pool,
    /// What leaders were sent.
    forwarded: Forwarded<A::Id>,
    reachable: BTreeSet<PublicKey>,
    /// Blocks that are fetched by ranges; the engine rests meanwhile.
    ranges: Option<Ranges>,
    /// When the current view was entered.
    entered: Instant,
    /// What the clocks of others show.
    clocks: Clocks,
    /// Which of them, or ours, is too far off.
    skew: Skew,
    /// Records that this turn has made, which are written together.
    records: Vec<Append>,
    /// What was found good of what others have signed.
    signatures: Arc<Signatures>,
    /// Messages whose signatures are being checked.
    verifying: usize,
    /// Transactions that are being checked.
    checking: usize,
    /// Questions that are not answered.
    asking: usize,
    /// Whether the disk has too little room to take part: nothing is heard then but reads.
    low: bool,
    fatal: Option<Fatal>,
}

/// What reaches a driver.
pub(crate) struct Ears<A: Application> {
    pub(crate) network: mpsc::Receiver<NetEvent>,
    pub(crate) events: mpsc::Receiver<Event<A>>,
    /// What has come of jobs. As many as jobs were given.
    pub(crate) done: mpsc::UnboundedReceiver<Done<A>>,
    /// What has become durable. As many as records were given.
    pub(crate) reports: mpsc::UnboundedReceiver<Report>,
    pub(crate) stop: watch::Receiver<bool>,
    /// Whether the disk has too little room to take part.
    pub(crate) low: watch::Receiver<bool>,
}

impl<A: Application> Driver<A> {
    /// A driver that goes on from the store's last block, with what the log gave back.
    pub(crate) fn new(
        setup: Setup,
        hands: Hands<A>,
        recovered: &Recovered,
    ) -> Result<Self, <A::Chain as Chain>::Error> {
        let store = hands.store.read().unwrap_or_else(PoisonError::into_inner);
        let head = store.last();
        let committee = Arc::new(store.committee(setup.genesis)?);
        let finals = Finals::of(&*store)?;
        let anchor = anchor(&*store, &head, &committee)?;
        drop(store);
        let newest = running(&setup, committee, anchor, recovered);
        Ok(Self {
            setup,
            hands,
            newest,
            previous: None,
            contents: contents(recovered),
            finals,
            built: None,
            delivered: head.clone(),
            written: head,
            pool: A::Pool::default(),
            forwarded: Forwarded::default(),
            reachable: BTreeSet::new(),
            ranges: None,
            entered: Instant::now(),
            clocks: Clocks::default(),
            skew: Skew::default(),
            records: Vec::new(),
            signatures: Arc::default(),
            verifying: 0,
            checking: 0,
            asking: 0,
            low: false,
            fatal: None,
        })
    }

    /// Drives until it is told to stop, or must.
    pub(crate) async fn run(mut self, mut ears: Ears<A>) -> Result<(), Fatal> {
        self.feed(self.newest.epoch(), Input::Start);
        self.write_records();
        let mut gossip = interval(GOSSIP_PAUSE);
        let mut suspicion = interval(Duration::from_millis(self.setup.delta_ms.max(1)));
        while self.fatal.is_none() {
            let timer = self.next_timer();
            // What an engine says must fit into the log's queue.
            let listens = self.hands.log.has_room();
            self.look_at_space(*ears.low.borrow());
            let hears = listens && self.verifying < VERIFYING_MAX;
            tokio::select! {
                biased;
                _ = ears.stop.wait_for(|stop| *stop) => return Ok(()),
                report = ears.reports.recv() => match report {
                    Some(report) => self.report(report),
                    None => self.stop(&"the acts log has ended"),
                },
                done = ears.done.recv() => match done {
                    Some(done) => self.done(done),
                    None => self.stop(&"the executor has ended"),
                },
                () = sleep_until(timer), if listens && !self.low => self.ring(),
                _ = gossip.tick(), if listens => self.gossip(),
                _ = suspicion.tick(), if listens => self.suspect(),
                Some(event) = ears.events.recv(), if listens => self.event(event),
                Some(event) = ears.network.recv(), if hears => self.network(event),
            }
            self.write_records();
        }
        self.fatal.map_or(Ok(()), Err)
    }

    /// Takes note of whether the disk has room. What was put off while it had none is taken up again.
    fn look_at_space(&mut self, is_low: bool) {
        let was_low = std::mem::replace(&mut self.low, is_low);
        if was_low && !is_low {
            let epoch = self.newest.epoch();
            for input in self.presences() {
                self.feed(epoch, input);
            }
            self.go_on_fetching();
        }
    }

    fn event(&mut self, event: Event<A>) {
        match event {
            Event::Heard(heard) => self.heard(*heard),
            Event::Answered(answered) => self.answered(*answered),
            Event::Submitted(_, _, verdict) if self.low => {
                drop(verdict.send(Err(Refusal::<A>::from(DiskLow))));
            }
            Event::Submitted(transaction, source, verdict) => {
                self.submit(transaction, source, verdict);
            }
            Event::Checked(checked) => self.checked(*checked),
            // Whoever asks may have stopped waiting.
            Event::Fate(id, answer) => drop(answer.send(self.pool.status(&id))),
            Event::Pictured(answer) => drop(answer.send(self.picture())),
            Event::Fetched(fetched) => self.fetched(*fetched),
        }
    }

    fn network(&mut self, event: NetEvent) {
        match event {
            NetEvent::Listening(address) => info!(%address, "peers can connect"),
            NetEvent::Reachable(key) => {
                self.reachable.insert(key);
                if let Some(ranges) = &mut self.ranges {
                    ranges.try_again(&key);
                }
                if let Some(index) = self.newest.committee.validators.index_of(&key) {
                    self.forwarded.forget(index);
                }
                self.notice(&key, Input::Reachable);
                self.greet(&key);
            }
            NetEvent::Unreachable(key) => {
                self.reachable.remove(&key);
                self.notice(&key, Input::Unreachable);
            }
            NetEvent::Message { from, bytes } => self.hear(&from, &bytes),
            NetEvent::Request { bytes, answer, .. } => self.serve(&bytes, answer),
            NetEvent::Refused { peer, why } => info!(?peer, %why, "a peer was refused"),
        }
    }

    fn notice(&mut self, key: &PublicKey, input: fn(ValidatorIndex) -> Input) {
        if self.low {
            return;
        }
        let epoch = self.newest.epoch();
        if let Some(index) = self.newest.committee.validators.index_of(key) {
            self.feed(epoch, input(index));
        }
    }

    fn report(&mut self, report: Report) {
        match report {
            Report::Durable(newest) => {
                for (epoch, sequence) in newest {
                    self.persisted(epoch, sequence);
                }
            }
            Report::Recalled(recovered) => self.begin_anew(&recovered),
            Report::Failed(error) => self.stop(&error),
        }
    }

    fn done(&mut self, done: Done<A>) {
        match done {
            Done::Built { epoch, view, made } => {
                let (header, content) = (made.header, Arc::new(made.content));
                let now = self.setup.clock.now();
                for (id, rejection) in made.left_out {
                    self.pool.left_out(&id, rejection, now);
                }
                self.built = Some(header.digest());
                self.contents.insert(header.digest(), Held { header: header.clone(), content });
                self.feed(epoch, Input::Built { view, header });
            }
            Done::Validated { epoch: None, digest, verdict, .. } => {
                self.range_validated(&digest, verdict);
            }
            Done::Validated { epoch: Some(epoch), digest, verdict, checked } => {
                self.pool.remember(checked);
                self.feed(epoch, Input::Validated { digest, verdict });
            }
            Done::Committed { header, proof, ids } => self.committed(&header, &proof, ids),
            Done::Failed(error) => self.stop(&error),
        }
    }

    fn committed(&mut self, header: &Header, proof: &Certificate, ids: Vec<A::Id>) {
        let transactions = ids.len();
        self.pool.executed(ids);
        self.finals.add(header);
        self.written = header.clone();
        self.hands.network.set_height(header.height);
        let own = proof.finalizes(header).then_some(proof.view);
        let (height, digest, epoch) = (header.height, header.digest(), header.epoch);
        if let Err(error) = self.hands.log.set_floor(Floor { height, digest, epoch, view: own }) {
            self.stop(&error);
        }
        info!(height = height.get(), transactions, "block");
        self.hands.head.send_replace(header.clone());
        self.drop_contents();
        if self.ranges.is_some() {
            return self.range_committed();
        }
        let mut inputs = Inputs::new();
        self.begin_next_epoch(&mut inputs);
        for (epoch, input) in inputs {
            self.feed(epoch, input);
        }
    }

    fn stop(&mut self, why: &impl Display) {
        error!(%why, "the node stops");
        self.fatal = Some(Fatal(why.to_string()));
    }

    fn hold(&mut self, held: Held<A::Content>) {
        if held.header.height > self.written.height {
            self.contents.insert(held.header.digest(), held);
        }
    }

    /// Drops the contents of blocks that no engine needs and that are not about to be written.
    fn drop_contents(&mut self) {
        if self.contents.len() <= CONTENTS_KEPT {
            return;
        }
        let (newest, previous, built) = (&self.newest, &self.previous, self.built);
        let (written, delivered) = (self.written.height, self.delivered.height);
        self.contents.retain(|digest, held| {
            let height = held.header.height;
            newest.engine.holds(digest)
                || previous.as_ref().is_some_and(|running| running.engine.holds(digest))
                || built == Some(*digest)
                || (written < height && height <= delivered)
                || self.ranges.as_ref().is_some_and(|ranges| ranges.holds(digest))
        });
    }

    fn running(&mut self, epoch: Epoch) -> Option<&mut Running> {
        if self.newest.epoch() == epoch {
            return Some(&mut self.newest);
        }
        self.previous.as_mut().filter(|running| running.epoch() == epoch)
    }

    fn next_timer(&self) -> Instant {
        let previous = self.previous.as_ref().and_then(Running::next_timer);
        let next = self.newest.next_timer().into_iter().chain(previous).min();
        // An engine keeps alive every few seconds, so there is a timer always.
        next.unwrap_or_else(|| Instant::now() + IDLE)
    }

    fn ring(&mut self) {
        let now = Instant::now();
        let mut due = Vec::new();
        for running in std::iter::once(&mut self.newest).chain(&mut self.previous) {
            while let Some(timer) = running.due(now) {
                due.push((running.epoch(), Input::Timer(timer)));
            }
        }
        for (epoch, input) in due {
            self.feed(epoch, input);
        }
    }
}
