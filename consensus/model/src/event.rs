//! What can happen to one validator.

use crate::item::{Ballot, Block, Item, Statement};
use hefu_consensus::Timer;
use std::fmt;

/// What a validator that starts hears from another (R14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Heard {
    /// Who says it.
    pub from: u8,
    /// The view that it is in.
    pub view: u8,
    /// How many blocks it has delivered.
    pub height: u64,
    /// The listener's newest vote that it holds.
    pub yours: Option<Ballot>,
    /// The listener's newest proposal that it holds.
    pub proposed: Option<Statement>,
}

impl Heard {
    /// What one says that has just started, or pretends so.
    pub(crate) fn nothing_from(from: u8) -> Self {
        Self { from, view: 1, height: 0, yours: None, proposed: None }
    }
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// It starts for the first time.
    Start,
    /// A message arrives.
    Receive(Item),
    /// Votes that complete a quorum arrive.
    Gather(Vec<Ballot>),
    /// A block that it asked for arrives.
    Fetched(Block),
    /// A timer runs out.
    Expire(Timer),
    /// What it has written becomes durable, and what waited for that leaves.
    Sync,
    /// It crashes, comes back with what its disk then holds, and hears the others.
    Crash {
        /// How many of the writes that were not synced survive.
        kept: usize,
        /// Whom it hears.
        heard: Vec<Heard>,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("starts"),
            Self::Receive(item) => write!(f, "receives {item}"),
            Self::Gather(ballots) => gathered(ballots, f),
            Self::Fetched(block) => write!(f, "receives {block}, which it asked for"),
            Self::Expire(Timer::View(view)) => write!(f, "sees the deadline of view {view} pass"),
            Self::Expire(Timer::Leader(view)) => {
                write!(f, "sees the leader's deadline in view {view} pass")
            }
            Self::Expire(timer) => write!(f, "sees its timer {timer:?} run out"),
            Self::Sync => f.write_str("syncs its disk and sends what waited for that"),
            Self::Crash { kept, heard } => crashed(*kept, heard, f),
        }
    }
}

fn gathered(ballots: &[Ballot], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let voters: Vec<_> = ballots.iter().map(|b| b.signer.to_string()).collect();
    match ballots.first() {
        Some(first) => write!(
            f,
            "receives votes of {} in view {}: {}",
            voters.join(","),
            first.view,
            first.says
        ),
        None => f.write_str("receives nothing"),
    }
}

fn crashed(kept: usize, heard: &[Heard], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "crashes, finds {kept} of its unsynced writes, and hears")?;
    for Heard { from, yours, .. } in heard {
        match yours {
            None => write!(f, " {from} (no vote of its own)")?,
            Some(ballot) => write!(f, " {from} (its {} in view {})", ballot.says, ballot.view)?,
        }
    }
    Ok(())
}
