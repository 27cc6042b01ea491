//! What of all that happens is worth a line, and how much of one's attention.

use super::words::{parts, seconds};
use hefu_primitives::{Epoch, Height, View};
use hefu_sim::{Event, NodeId, What};
use std::collections::BTreeSet;
use std::fmt;

/// How much attention a line deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// The protocol at work.
    Routine,
    /// Something went wrong, or was put right.
    Notable,
    /// A rule was broken.
    Alarm,
}

/// A line about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// How much attention it deserves.
    pub(crate) weight: Weight,
    /// The event itself.
    pub(crate) event: Event,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Event { at_ms, what, .. } = &self.event;
        match what {
            What::Partitioned { groups } => {
                write!(f, "{:>10}  the network is cut: {}", seconds(*at_ms), parts(groups))
            }
            _ => self.event.fmt(f),
        }
    }
}

/// The lines about what led to something, all nodes' acts among them, but each only once. That a
/// view was entered shows in the next act anyway.
pub(crate) fn lines(events: &[Event]) -> Vec<String> {
    let mut told: Vec<&Event> = Vec::new();
    for event in events {
        let again = |old: &&Event| (old.node, &old.what) == (event.node, &event.what);
        let dull = matches!(event.what, What::Entered { .. } | What::Violation { .. });
        if !dull && !told.iter().any(again) {
            told.push(event);
        }
    }
    let line = |event: &Event| Line { weight: Weight::Routine, event: event.clone() }.to_string();
    told.into_iter().map(line).collect()
}

/// Tells each thing once: a hundred validators deliver a block, but it is one block.
#[derive(Debug, Default)]
pub(crate) struct Story {
    height: Option<Height>,
    epoch: Option<Epoch>,
    nullified: BTreeSet<View>,
    contradicted: BTreeSet<(NodeId, View)>,
}

impl Story {
    /// The line about an event, if it says something new.
    pub(crate) fn tell(&mut self, event: Event) -> Option<Line> {
        let weight = self.weigh(&event.what)?;
        Some(Line { weight, event })
    }

    fn weigh(&mut self, what: &What) -> Option<Weight> {
        let (new, weight) = match what {
            What::Entered { .. } => (false, Weight::Routine),
            What::Proposed { .. } => (true, Weight::Routine),
            What::Finalized { height, .. } => (self.is_higher(*height), Weight::Routine),
            What::Nullified { view } => (self.nullified.insert(*view), Weight::Notable),
            What::Evidence { offender, view } => {
                (self.contradicted.insert((*offender, *view)), Weight::Notable)
            }
            What::EpochBegan { epoch, .. } => (self.begins(*epoch), Weight::Notable),
            What::Crashed { .. }
            | What::Restarted { .. }
            | What::PowerCut
            | What::Partitioned { .. }
            | What::Healed
            | What::AllFaultsEnded
            | What::ClockSet { .. } => (true, Weight::Notable),
            What::Halted { .. } | What::Violation { .. } => (true, Weight::Alarm),
        };
        new.then_some(weight)
    }

    fn is_higher(&mut self, height: Height) -> bool {
        let new = self.height.is_none_or(|known| height > known);
        if new {
            self.height = Some(height);
        }
        new
    }

    /// Views are counted anew in each epoch.
    fn begins(&mut self, epoch: Epoch) -> bool {
        let new = self.epoch.is_none_or(|known| epoch > known);
        if new {
            self.epoch = Some(epoch);
            self.nullified.clear();
            self.contradicted.clear();
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(what: What) -> Event {
        Event { at_ms: 0, node: Some(NodeId(0)), what }
    }

    fn nullified(view: u64) -> Event {
        event(What::Nullified { view: View::new(view) })
    }

    #[test]
    fn a_thing_is_told_once() {
        let mut story = Story::default();
        assert!(story.tell(nullified(1)).is_some());
        assert!(story.tell(nullified(1)).is_none());
        assert!(story.tell(nullified(2)).is_some());
    }

    #[test]
    fn a_new_epoch_begins_with_new_views() {
        let mut story = Story::default();
        let began = || event(What::EpochBegan { epoch: Epoch::new(1), members: 5 });
        story.tell(nullified(1));
        assert!(story.tell(began()).is_some());
        assert!(story.tell(began()).is_none());
        assert!(story.tell(nullified(1)).is_some());
    }

    #[test]
    fn what_led_to_something_is_not_told_again() {
        let story = [nullified(1), nullified(1), nullified(2)];
        assert_eq!(lines(&story).len(), 2);
    }

    #[test]
    fn entering_a_view_is_not_worth_a_line() {
        let entered = event(What::Entered { epoch: Epoch::new(0), view: View::new(1) });
        assert!(Story::default().tell(entered).is_none());
    }
}
