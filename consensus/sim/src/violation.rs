//! A rule that was seen broken.

use crate::event::Event;
use crate::scenario::NodeId;
use std::fmt;

/// A rule of the protocol, broken in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule's number.
    pub rule: u8,
    /// The oracle that noticed.
    pub oracle: &'static str,
    /// What was seen, in a sentence.
    pub sentence: String,
    /// When, in milliseconds from the run's beginning.
    pub at_ms: u64,
    /// Where, if at one machine.
    pub node: Option<NodeId>,
    /// What happened just before, oldest first.
    pub before: Vec<Event>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "R{} ({})", self.rule, self.oracle)?;
        if let Some(node) = self.node {
            write!(f, ", {node}")?;
        }
        write!(f, ", at {}.{:03} s: {}", self.at_ms / 1000, self.at_ms % 1000, self.sentence)
    }
}
