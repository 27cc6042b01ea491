//! The model as stateright sees it.

use crate::book::Book;
use crate::driver;
use crate::event::Event;
use crate::fault::{Fault, Faults, Sight};
use crate::item::{Item, Says};
use crate::judge::{Court, judge_nodes};
use crate::memo::Memo;
use crate::menu::Menu;
use crate::node::Node;
use crate::setup::{Chapter, Opening, Setup};
use crate::table::Version;
use crate::world::World;
use hefu_consensus::Timer;
use stateright::{Model, Property};
use std::fmt;
use std::sync::Arc;

/// Steps of a chapter, at most: many more than it takes.
const CHAPTER_STEPS_MAX: usize = 300;

/// The agreement protocol in one configuration.
#[derive(Clone)]
pub struct Agreement {
    pub(crate) setup: Arc<Setup>,
    pub(crate) book: Arc<Book>,
    memo: Arc<Memo>,
    starts: Arc<Vec<World>>,
    /// Whether actions are offered before it is known whether they change anything.
    unchecked: bool,
}

/// One thing that happens to one validator.
#[derive(Clone)]
pub struct Action {
    pub(crate) at: usize,
    place: u8,
    /// What it is.
    pub event: Event,
    /// What becomes of the validator, unless that is still to be found out.
    next: Option<Arc<Node>>,
}

impl PartialEq for Action {
    fn eq(&self, other: &Self) -> bool {
        (self.at, &self.event) == (other.at, &other.event)
    }
}

impl Action {
    fn unchecked(world: &World, at: usize, event: Event) -> Self {
        Self { at, place: world.nodes[at].place, event, next: None }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "validator {} {}", self.place, self.event)
    }
}

impl Agreement {
    /// The model of a configuration.
    pub fn new(setup: Setup) -> Self {
        let mut model = Self {
            book: Arc::new(Book::new(&setup)),
            setup: Arc::new(setup),
            memo: Arc::new(Memo::new()),
            starts: Arc::default(),
            unchecked: false,
        };
        model.starts = Arc::new(model.all_starts());
        model
    }

    /// The same, with actions that may turn out to change nothing: what walks prefer, which take
    /// one action of many.
    pub(crate) fn unchecked(&self) -> Self {
        Self { unchecked: true, ..self.clone() }
    }

    fn all_starts(&self) -> Vec<World> {
        let traitors = self.setup.traitors.iter().copied().map(Some);
        let traitors = traitors.chain(self.setup.traitors.is_empty().then_some(None));
        let open = |traitor| {
            let openings = self.setup.openings.iter();
            openings.map(move |opening| self.open(traitor, opening))
        };
        traitors.flat_map(open).collect()
    }

    fn fresh(&self, traitor: Option<u8>) -> World {
        let places = (0..self.setup.members).filter(|place| Some(*place) != traitor);
        let nodes = places.map(|place| {
            let node = Node::new(&self.setup, &self.book, place);
            let eager = self.setup.crashes == 0;
            let started = driver::step(&self.setup, &self.book, &node, &Event::Start, eager);
            Arc::new(started.unwrap_or(node))
        });
        let mut world = World {
            traitor,
            nodes: nodes.collect(),
            calm: self.setup.crashes == 0,
            faults: Faults::default(),
            sights: crate::fault::Sights::default(),
        };
        self.judge(&mut world);
        world
    }

    /// Lets happen what the opening allows until nothing more does.
    fn open(&self, traitor: Option<u8>, opening: Opening) -> World {
        let mut world = self.fresh(traitor);
        for (view, chapter) in (1..).zip(opening) {
            let belongs = |event: &Event| self.belongs(*chapter, view, event);
            for _ in 0..CHAPTER_STEPS_MAX {
                let Some(action) = self.first(&world, belongs) else {
                    break;
                };
                world = self.take(&world, &action).unwrap_or(world);
            }
        }
        world
    }

    fn first(&self, world: &World, allowed: impl Fn(&Event) -> bool + Copy) -> Option<Action> {
        let menu = Menu::new(&self.setup, &self.book, &self.memo, world);
        (0..world.nodes.len()).find_map(|at| {
            let events = menu.events(at).into_iter().filter(|event| allowed(event));
            events.into_iter().find_map(|event| self.action(world, at, event))
        })
    }

    fn belongs(&self, chapter: Chapter, view: u8, event: &Event) -> bool {
        let says = |v: u8, says: Says| v == view && self.fits(chapter, says);
        match event {
            Event::Sync => true,
            Event::Receive(Item::Proposal(offer)) => {
                let first = self.book.table.get(offer.statement.block).version == Version::First;
                offer.statement.view == view && first && chapter != Chapter::Nullified
            }
            Event::Receive(Item::Certificate(proof)) => says(proof.view, proof.says),
            Event::Receive(Item::Vote(ballot)) => says(ballot.view, ballot.says),
            Event::Gather(ballots) => ballots.iter().all(|b| says(b.view, b.says)),
            Event::Expire(timer) => {
                chapter == Chapter::Nullified
                    && matches!(timer, Timer::View(v) if v.get() == u64::from(view))
            }
            Event::Start | Event::Fetched(_) | Event::Crash { .. } => false,
        }
    }

    fn fits(&self, chapter: Chapter, says: Says) -> bool {
        match (chapter, says) {
            (Chapter::Nullified, says) => says == Says::Nullify,
            (Chapter::Notarized | Chapter::Final, Says::Notarize(block)) => {
                self.book.table.get(block).version == Version::First
            }
            (Chapter::Final, Says::Finalize(_)) => true,
            _ => false,
        }
    }

    /// The action, if it changes anything.
    fn action(&self, world: &World, at: usize, event: Event) -> Option<Action> {
        let node = &world.nodes[at];
        let compute = || driver::step(&self.setup, &self.book, node, &event, world.calm);
        let next = self.memo.step(node, &event, world.calm, compute)?;
        Some(Action { at, place: node.place, event, next: Some(next) })
    }

    /// The state after the action; none if it changes nothing.
    pub(crate) fn take(&self, world: &World, action: &Action) -> Option<World> {
        let found = match &action.next {
            Some(next) => Arc::clone(next),
            None => self.action(world, action.at, action.event.clone())?.next?,
        };
        Some(self.after(world, action.at, &found))
    }

    fn after(&self, world: &World, at: usize, node: &Arc<Node>) -> World {
        let mut next = world.clone();
        let before = std::mem::replace(&mut next.nodes[at], Arc::clone(node));
        next.calm = next.crashes() >= u32::from(self.setup.crashes);
        if Arc::ptr_eq(&before.sent, &node.sent) {
            judge_inside(&mut next);
        } else {
            self.judge(&mut next);
        }
        next
    }

    fn judge(&self, world: &mut World) {
        if let Some(seen) = world.seen() {
            let court = Court { book: &self.book, traitor: world.traitor, seen: &seen };
            let (faults, sights) = court.judge(self.setup.views, &world.nodes);
            world.faults.merge(faults);
            world.sights.merge(sights);
        }
        judge_inside(world);
    }

    /// Whether this configuration can show this sight.
    fn can_show(&self, sight: Sight) -> bool {
        let traitor = !self.setup.traitors.is_empty();
        match sight {
            Sight::FinalInViewOne | Sight::Fetched => true,
            Sight::FinalAfterNullified | Sight::BothInOneView => self.setup.views > 1,
            Sight::FinalAfterCrash => self.setup.crashes > 0,
            Sight::Evidence => traitor,
            Sight::Reproposed => self.setup.boundary,
        }
    }
}

fn judge_inside(world: &mut World) {
    let (faults, sights) = judge_nodes(&world.nodes);
    world.faults.merge(faults);
    world.sights.merge(sights);
}

macro_rules! never {
    ($name:literal, $fault:ident) => {
        Property::always($name, |_, world: &World| !world.has_fault(Fault::$fault))
    };
}

macro_rules! seen {
    ($name:literal, $sight:ident) => {
        (
            Sight::$sight,
            Property::sometimes($name, |_, world: &World| world.has_sight(Sight::$sight)),
        )
    };
}

impl Model for Agreement {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        self.starts.to_vec()
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if !world.faults.is_empty() {
            return;
        }
        let menu = Menu::new(&self.setup, &self.book, &self.memo, world);
        for at in 0..world.nodes.len() {
            let events = menu.events(at).into_iter();
            if self.unchecked {
                actions.extend(events.map(|event| Action::unchecked(world, at, event)));
            } else {
                actions.extend(events.filter_map(|event| self.action(world, at, event)));
            }
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        self.take(world, &action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let always = vec![
            never!("delivered chains agree", Disagreement),
            never!("blocks are delivered once and in order", OutOfOrder),
            never!("one block a view is notarized", TwoNotarizations),
            never!("no final view is nullified", FinalNullified),
            never!(
                "a validator finalizes or nullifies a view, and never both",
                FinalizedAndNullified
            ),
            never!("a validator notarizes one block a view", NotarizedTwice),
            never!("what is notarized is justified", Unjustified),
            never!("what is notarized is fit", Unfit),
            never!("nothing new stands above the last block of an epoch", BoundaryExtended),
            never!("nobody correct is accused", Slandered),
            never!("nobody correct halts", Halted),
            never!("what is sent verifies", Unverifiable),
            never!("what is not wanted changes nothing", WantedAfterAll),
            never!("what is sent rests on what is durable", NotDurable),
            never!("a crash does not set anyone back", PlaceLost),
        ];
        let sometimes = [
            seen!("a block is final in view 1", FinalInViewOne),
            seen!("view 1 is nullified and a block final in view 2", FinalAfterNullified),
            seen!("a view is notarized and nullified", BothInOneView),
            seen!("a block is delivered after a crash", FinalAfterCrash),
            seen!("a block that was asked for is delivered", Fetched),
            seen!("evidence is found", Evidence),
            seen!("an epoch's last block is final by a later view", Reproposed),
        ];
        let shown = sometimes.into_iter().filter(|(sight, _)| self.can_show(*sight));
        always.into_iter().chain(shown.map(|(_, property)| property)).collect()
    }
}
