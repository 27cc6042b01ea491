//! Random walks: they go deeper than any complete search, each with a temper of its own.

use crate::event::Event;
use crate::item::Item;
use crate::model::{Action, Agreement};
use crate::print::{Printing, print};
use crate::world::World;
use stateright::{Chooser, Model};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

const SHARDS: u64 = 64;

/// What a step weighs that the healthy course of things is made of.
const PROGRESS: u64 = 400;

/// The states that walks have come through.
#[derive(Clone)]
pub(crate) struct Visited(Arc<Vec<Mutex<HashSet<u64, Printing>>>>);

impl Visited {
    pub(crate) fn new() -> Self {
        Self(Arc::new((0..SHARDS).map(|_| Mutex::default()).collect()))
    }

    fn add(&self, world: &World) {
        let key = print(world);
        let at = usize::try_from(key % SHARDS).unwrap_or(0);
        let mut shard = self.0[at].lock().unwrap_or_else(PoisonError::into_inner);
        shard.insert(key);
    }

    pub(crate) fn count(&self) -> usize {
        let count = |shard: &Mutex<HashSet<u64, Printing>>| {
            shard.lock().unwrap_or_else(PoisonError::into_inner).len()
        };
        self.0.iter().map(count).sum()
    }
}

/// How one walk goes: how eager its timers are, how fragile its machines, and who is slow.
pub(crate) struct Temper {
    random: u64,
    timers: u64,
    crashes: u64,
    lies: u64,
    slow: usize,
}

/// Chooses the next step of a walk.
#[derive(Clone)]
pub(crate) struct Walker {
    pub(crate) model: Agreement,
    pub(crate) visited: Visited,
}

impl Temper {
    fn new(seed: u64) -> Self {
        let mut temper = Self { random: seed, timers: 0, crashes: 0, lies: 0, slow: 0 };
        temper.timers = [10, 10, 80, 400][temper.below(4)];
        temper.crashes = [1, 4, 40][temper.below(3)];
        temper.lies = [20, 100, 400][temper.below(3)];
        temper.slow = temper.below(6);
        temper
    }

    /// `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or(0)
    }

    /// A place, each as likely as it weighs.
    fn draw(&mut self, weights: &[u64]) -> Option<usize> {
        let mut left = self.next().checked_rem(weights.iter().sum())?;
        weights.iter().position(|weight| {
            let stops = left < *weight;
            left = left.saturating_sub(*weight);
            stops
        })
    }

    fn weight(&self, world: &World, action: &Action) -> u64 {
        let weight = match &action.event {
            Event::Receive(item) if is_lie(world, item) => self.lies,
            Event::Expire(_) => self.timers,
            Event::Crash { .. } => self.crashes,
            _ => PROGRESS,
        };
        if action.at == self.slow { weight.div_ceil(8) } else { weight }
    }
}

fn is_lie(world: &World, item: &Item) -> bool {
    match item {
        Item::Vote(ballot) => Some(ballot.signer) == world.traitor,
        Item::Proposal(offer) => !world.nodes.iter().any(|node| {
            node.sent.items.iter().any(|i| matches!(i, Item::Proposal(o) if Arc::ptr_eq(o, offer)))
        }),
        Item::Certificate(_) => false,
    }
}

impl Chooser<Agreement> for Walker {
    type State = Temper;

    fn new_state(&self, seed: u64) -> Temper {
        Temper::new(seed)
    }

    fn choose_initial_state(&self, temper: &mut Temper, worlds: &[World]) -> usize {
        temper.below(worlds.len())
    }

    fn choose_action(&self, temper: &mut Temper, world: &World, actions: &[Action]) -> usize {
        self.visited.add(world);
        let weights = actions.iter().map(|action| temper.weight(world, action));
        let mut weights: Vec<_> = weights.collect();
        while let Some(at) = temper.draw(&weights) {
            if self.model.take(world, &actions[at]).is_some() {
                return at;
            }
            weights[at] = 0;
        }
        0
    }
}

/// One walk of at most `steps` steps, in words.
pub fn walk(model: &Agreement, seed: u64, steps: usize) -> Vec<String> {
    let model = model.unchecked();
    let walker = Walker { model: model.clone(), visited: Visited::new() };
    let (mut temper, mut worlds) = (Temper::new(seed), model.init_states());
    let mut world = worlds.swap_remove(walker.choose_initial_state(&mut temper, &worlds));
    let (mut steps_taken, mut actions) = (vec![world.to_string()], Vec::new());
    for _ in 0..steps {
        actions.clear();
        model.actions(&world, &mut actions);
        let chosen = walker.choose_action(&mut temper, &world, &actions);
        let taken =
            actions.get(chosen).and_then(|action| Some((action, model.take(&world, action)?)));
        let Some((action, next)) = taken else {
            break;
        };
        steps_taken.push(action.to_string());
        world = next;
    }
    steps_taken
}
