//! The events as they happen, the newest at the bottom.

use super::theme::{FAINT, Theme};
use crate::sim::story::{Line, Story, Weight};
use hefu_sim::{Event, What};
use ratatui::style::Style;
use std::collections::VecDeque;

/// How many lines one can scroll back.
const KEPT: usize = 2000;

/// The lines so far.
#[derive(Default)]
pub(super) struct Log {
    story: Story,
    lines: VecDeque<Line>,
}

impl Log {
    /// Adds the line about an event; false if there is nothing new to tell.
    pub(super) fn add(&mut self, event: Event) -> bool {
        let Some(line) = self.story.tell(event) else {
            return false;
        };
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
        true
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// At most `count` lines, the last of them `back` before the newest.
    pub(super) fn window(&self, count: usize, back: usize) -> impl Iterator<Item = &Line> {
        let end = self.lines.len().saturating_sub(back);
        let end = end.max(count.min(self.lines.len()));
        self.lines.range(end.saturating_sub(count)..end)
    }
}

/// How a line is set apart.
pub(super) fn style(theme: Theme, line: &Line) -> Style {
    match (line.weight, &line.event.what) {
        (Weight::Alarm, _) => theme.bad(),
        (_, What::Finalized { .. }) => theme.good(),
        (_, What::Proposed { .. }) => FAINT,
        (_, What::Restarted { .. } | What::Healed | What::AllFaultsEnded) => theme.news(),
        _ => theme.odd(),
    }
}
