//! One engine, and everything that can happen to it.
//!
//! The bytes tell who the engine is (a member of 1, 4, 6 or 7, or a follower) and then event after
//! event: what others say, in views near and far, about a few blocks that hang together; what
//! the driver answers, asked or not; timers, clocks, connections; and crashes, after which a new
//! engine begins with what was durable and some of what was not.

mod act;
mod disk;
mod life;
mod pool;
mod watch;

use act::Act;
use arbitrary::{Arbitrary, Unstructured};
use hefu_consensus::{Message, Output, Planted, Record};
use life::Life;

/// What the clock shows at first, in milliseconds.
const START_MS: u64 = 1_000_000;

/// How many events one input tells at most.
const ACTS_MAX: usize = 400;

/// What an input led to, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Inputs that the engine has taken.
    pub inputs: u64,
    /// Own votes made.
    pub votes: u64,
    /// Own proposals made.
    pub proposals: u64,
    /// Views entered.
    pub views: u64,
    /// Blocks delivered as final.
    pub finals: u64,
    /// Pieces of evidence.
    pub evidence: u64,
    /// Restarts.
    pub restarts: u64,
    /// Halts.
    pub halts: u64,
}

impl Seen {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            inputs: self.inputs + other.inputs,
            votes: self.votes + other.votes,
            proposals: self.proposals + other.proposals,
            views: self.views + other.views,
            finals: self.finals + other.finals,
            evidence: self.evidence + other.evidence,
            restarts: self.restarts + other.restarts,
            halts: self.halts + other.halts,
        }
    }

    fn count(&mut self, output: &Output) {
        match output {
            Output::Persist { record: Record::Act(_), .. } => self.votes += 1,
            Output::Send { message: Message::Proposal(_), .. } => self.proposals += 1,
            Output::Entered(_) => self.views += 1,
            Output::Finalize { .. } => self.finals += 1,
            Output::Evidence(_) => self.evidence += 1,
            Output::Halted(_) => self.halts += 1,
            _ => {}
        }
    }
}

/// Target `engine_inputs`.
///
/// # Panics
/// If the engine breaks a rule; the message tells the events that led there.
pub fn engine_inputs(data: &[u8]) {
    if let Err(broken) = live(data, Planted::default()) {
        panic!("{broken}");
    }
}

/// Lives what the bytes tell, with or without a defect planted; what it led to, or which rule
/// was broken and by which events.
pub fn live(data: &[u8], planted: Planted) -> Result<Seen, String> {
    let mut u = Unstructured::new(data);
    let mut acts = Vec::new();
    let mut life = Life::new(&mut u, planted);
    let mut result = life.start();
    while result.is_ok() && !u.is_empty() && acts.len() < ACTS_MAX {
        let Ok(act) = Act::arbitrary(&mut u) else { break };
        acts.push(act);
        result = life.happen(act);
    }
    match result {
        Ok(()) => Ok(life.seen()),
        Err(broken) => Err(format!("{broken}\n{}{}", life.who(), list(&acts))),
    }
}

fn list(acts: &[Act]) -> String {
    acts.iter().fold(String::new(), |list, act| format!("{list}\n  {act:?}"))
}
