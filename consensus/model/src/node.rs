//! One correct validator: the engine with the rest of its machine.

use crate::book::Book;
use crate::disk::Disk;
use crate::fault::Faults;
use crate::item::{Block, Blocks, Item, Proof, Signers};
use crate::keys::MockKey;
use crate::print::print;
use crate::seen::Seen;
use crate::setup::Setup;
use hefu_consensus::{Anchor, Config, Engine, Member, Record, Sequence, Timer};
use hefu_primitives::ValidatorIndex;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Δ; without a clock its length means nothing.
const DELTA_MS: u64 = 100;

/// What has left a validator: it stays on the wire for good, to be received by anyone at any time
/// or never.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) items: BTreeSet<Item>,
    pub(crate) seen: Seen,
}

impl Sent {
    pub(crate) fn add(&mut self, item: Item) {
        self.seen.add_item(&item);
        self.items.insert(item);
    }
}

/// A correct validator.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) place: u8,
    pub(crate) engine: Engine<MockKey>,
    pub(crate) disk: Disk,
    /// What waits for the disk.
    pub(crate) held: Vec<(Sequence, Item)>,
    pub(crate) timers: BTreeSet<Timer>,
    pub(crate) wanted: Blocks,
    pub(crate) fetched: Blocks,
    pub(crate) sent: Arc<Sent>,
    /// Blocks delivered, as far as the machine remembers.
    pub(crate) chain: Vec<Block>,
    /// Blocks delivered, even if the machine has forgotten some in a crash.
    pub(crate) told: Vec<Block>,
    /// The views of the finalizations by which blocks were delivered, as bits.
    pub(crate) final_views: u16,
    pub(crate) accused: Signers,
    pub(crate) crashes: u8,
    pub(crate) delivered_after_crash: bool,
    pub(crate) delivered_fetched: bool,
    pub(crate) reproposed: bool,
    pub(crate) faults: Faults,
    /// Tells this state from others.
    pub(crate) print: u64,
    /// The same, but for what only a crash would bring to light.
    pub(crate) print_without_disk: u64,
}

pub(crate) fn engine(
    setup: &Setup,
    book: &Book,
    place: u8,
    last: Option<(Block, Proof)>,
    records: Vec<Record>,
) -> Engine<MockKey> {
    let config = Config {
        committee: Arc::clone(&book.committee),
        me: Some(Member {
            index: ValidatorIndex::new(place),
            key: book.keys[usize::from(place)].clone(),
        }),
        delta_ms: DELTA_MS,
        anchor: anchor(book, last),
        planted: setup.planted,
    };
    Engine::new(config, records)
}

/// Where an engine goes on from.
fn anchor(book: &Book, last: Option<(Block, Proof)>) -> Anchor {
    let block = last.map_or(Block::GENESIS, |(block, _)| block);
    Anchor {
        header: book.header_of(block).clone(),
        finalization: last.map(|(_, proof)| book.certificate(proof)),
    }
}

impl Node {
    pub(crate) fn new(setup: &Setup, book: &Book, place: u8) -> Self {
        let sent = Sent { items: BTreeSet::new(), seen: Seen::new(setup.members, setup.views) };
        Self {
            place,
            engine: engine(setup, book, place, None, Vec::new()),
            disk: Disk::default(),
            held: Vec::new(),
            timers: BTreeSet::new(),
            wanted: Blocks::default(),
            fetched: Blocks::default(),
            sent: Arc::new(sent),
            chain: Vec::new(),
            told: Vec::new(),
            final_views: 0,
            accused: Signers::default(),
            crashes: 0,
            delivered_after_crash: false,
            delivered_fetched: false,
            reproposed: false,
            faults: Faults::default(),
            print: 0,
            print_without_disk: 0,
        }
    }

    pub(crate) fn is_final(&self, view: u8) -> bool {
        self.final_views & (1 << view) != 0
    }

    pub(crate) fn seal(&mut self) {
        let memory = print(&(&self.engine, &self.held, &self.timers, self.wanted, self.fetched));
        let outside = (&self.sent.items, &self.chain, &self.told, self.final_views);
        let history =
            (self.accused, self.crashes, self.delivered_after_crash, self.delivered_fetched);
        let rest = (self.place, self.reproposed, self.faults);
        self.print_without_disk = print(&(memory, outside, history, rest, &self.disk.unsynced));
        self.print = print(&(self.print_without_disk, &self.disk));
    }
}
