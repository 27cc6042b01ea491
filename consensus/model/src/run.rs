//! Runs of the checker: a search in breadth, which misses nothing near the starts, and walks at
//! random, which go far.

use crate::model::{Action, Agreement};
use crate::walk::{Visited, Walker};
use crate::world::World;
use stateright::{Checker, Expectation, HasDiscoveries, Model, Path};
use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

/// Threads of the checker.
const THREADS: usize = 2;

/// States that a search in breadth reaches before it stops, repetitions included: a quarter of
/// them is new, and half a kilobyte each.
const BREADTH_STATES_MAX: usize = 24_000_000;

/// Steps of a walk, at most.
const WALK_STEPS_MAX: usize = 150;

/// How the states are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// All of them, the nearest first.
    Breadth,
    /// Along random walks, from this seed on.
    Walks(u64),
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breadth => f.write_str("breadth"),
            Self::Walks(_) => f.write_str("walks"),
        }
    }
}

/// A property that does not hold, and how that comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The property.
    pub property: &'static str,
    /// What happened, step by step, from one of the starts.
    pub steps: Vec<String>,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The configuration.
    pub setup: &'static str,
    /// How it was gone through.
    pub method: Method,
    /// States, as often as they were reached.
    pub generated: usize,
    /// Different states.
    pub unique: usize,
    /// Steps from a start to the farthest state.
    pub depth: usize,
    /// Whether no state is left.
    pub complete: bool,
    /// Whether the configuration is small enough for that.
    pub exhaustive: bool,
    /// How long it took.
    pub elapsed: Duration,
    /// What does not hold.
    pub violations: Vec<Violation>,
    /// What was seen to happen.
    pub seen: BTreeSet<&'static str>,
    /// What should be seen to happen in this configuration.
    pub expected: BTreeSet<&'static str>,
}

impl Outcome {
    /// States reached a second.
    pub fn rate(&self) -> u128 {
        self.generated as u128 * 1_000 / self.elapsed.as_millis().max(1)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let complete = if self.complete { ", complete" } else { "" };
        write!(
            f,
            "{}, {}: {} states, {} of them different, depth {}{complete}, {} s, {} states a second",
            self.setup,
            self.method,
            self.generated,
            self.unique,
            self.depth,
            self.elapsed.as_secs(),
            self.rate(),
        )
    }
}

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Wall time.
    pub time: Duration,
    /// Steps from a start; `None` is as far as time allows.
    pub depth: Option<usize>,
}

impl Limits {
    /// No limit but time.
    pub const fn time(time: Duration) -> Self {
        Self { time, depth: None }
    }
}

/// Goes through a configuration until a property is violated, time is up, or no state is left.
pub fn check(model: &Agreement, method: Method, limits: Limits) -> Outcome {
    let begin = Instant::now();
    let prepare = |model: Agreement| {
        let builder = model.checker().threads(THREADS).timeout(limits.time);
        builder.finish_when(HasDiscoveries::AnyFailures)
    };
    match method {
        Method::Breadth => {
            let builder = prepare(model.clone()).target_state_count(BREADTH_STATES_MAX);
            let builder = builder.target_max_depth(limits.depth.unwrap_or(0));
            let checker = builder.spawn_bfs().join();
            outcome(model, method, limits, begin, &checker, checker.unique_state_count())
        }
        Method::Walks(seed) => {
            let visited = Visited::new();
            let walker = Walker { model: model.clone(), visited: visited.clone() };
            let builder = prepare(model.unchecked());
            let builder = builder.target_max_depth(limits.depth.unwrap_or(WALK_STEPS_MAX));
            let checker = builder.spawn_simulation(seed, walker).join();
            outcome(model, method, limits, begin, &checker, visited.count())
        }
    }
}

fn outcome(
    model: &Agreement,
    method: Method,
    limits: Limits,
    begin: Instant,
    checker: &impl Checker<Agreement>,
    unique: usize,
) -> Outcome {
    let elapsed = begin.elapsed();
    let full = checker.state_count() >= BREADTH_STATES_MAX;
    let cut = full || elapsed >= limits.time || limits.depth.is_some();
    let properties = model.properties();
    let sometimes = properties.iter().filter(|p| p.expectation == Expectation::Sometimes);
    let expected: BTreeSet<_> = sometimes.map(|p| p.name).collect();
    let found = checker.discoveries();
    let mut violations: Vec<_> = found
        .iter()
        .filter(|(name, _)| !expected.contains(*name))
        .map(|(name, path)| violation(name, path))
        .collect();
    violations.sort_by_key(|violation| violation.property);
    Outcome {
        setup: model.setup.name,
        method,
        generated: checker.state_count(),
        unique,
        depth: checker.max_depth(),
        complete: method == Method::Breadth && !cut && violations.is_empty(),
        exhaustive: model.setup.exhaustive,
        elapsed,
        violations,
        seen: expected.iter().copied().filter(|name| found.contains_key(name)).collect(),
        expected,
    }
}

fn violation(property: &'static str, path: &Path<World, Action>) -> Violation {
    let start = path.clone().into_vec().first().map(|(world, _)| world.to_string());
    let actions = path.clone().into_actions();
    let steps = actions.iter().map(ToString::to_string);
    Violation { property, steps: start.into_iter().chain(steps).collect() }
}
