//! Lines instead of a picture: one for each thing worth telling, without control codes.

use super::run::{Ended, Run};
use super::signals::Signals;
use super::story::{Line, Story, Weight};
use super::words::seconds;
use hefu_sim::What;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Simulated time between two looks at what happened, in milliseconds.
const SLICE_MS: u64 = 100;
/// A run that waits for many views says so often how far it is.
const MILESTONES: u64 = 10;
/// Without a number of views to wait for: simulated time between two such lines.
const MILESTONE_MS: u64 = 10_000;

/// Writes a line for each thing worth telling, until the run is over.
pub(crate) fn follow(run: &mut Run, out: &mut dyn Write, signals: &Signals) {
    let mut reporter = Reporter::new(run);
    while run.ended().is_none() {
        run.advance(run.world().now_ms().saturating_add(SLICE_MS));
        // The run goes on if nobody listens any more: its report may go elsewhere.
        let _unheard = reporter.report(run, out);
        if let Some(signal) = signals.caught() {
            run.stop(Ended::Signal(signal));
        }
    }
}

/// Runs until the run is over and says nothing.
pub(crate) fn silently(run: &mut Run, signals: &Signals) {
    while run.ended().is_none() {
        run.advance(run.world().now_ms().saturating_add(SLICE_MS));
        drop(run.events());
        if let Some(signal) = signals.caught() {
            run.stop(Ended::Signal(signal));
        }
    }
}

/// What has been told so far.
struct Reporter {
    story: Story,
    contradicted: BTreeSet<u8>,
    wanted: Option<u64>,
    passed: u64,
}

impl Reporter {
    fn new(run: &Run) -> Self {
        Self {
            story: Story::default(),
            contradicted: BTreeSet::new(),
            wanted: run.views_wanted(),
            passed: 0,
        }
    }

    fn report(&mut self, run: &mut Run, out: &mut dyn Write) -> io::Result<()> {
        for event in run.events() {
            if let Some(line) = self.story.tell(event)
                && self.is_notable(&line)
            {
                writeln!(out, "{line}")?;
            }
        }
        self.milestone(run, out)
    }

    /// Blocks are counted in milestones. That somebody contradicts himself is news once.
    fn is_notable(&mut self, line: &Line) -> bool {
        match line.event.what {
            What::Evidence { offender, .. } => self.contradicted.insert(offender.0),
            _ => line.weight >= Weight::Notable,
        }
    }

    fn milestone(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let (summary, now_ms) = (run.summary(), run.world().now_ms());
        let (passed, of) = match self.wanted {
            Some(wanted) => {
                let part = wanted.div_ceil(MILESTONES).max(1);
                (summary.views / part, format!(" of {wanted}"))
            }
            None => (now_ms / MILESTONE_MS, String::new()),
        };
        if passed <= self.passed {
            return Ok(());
        }
        self.passed = passed;
        let time = seconds(now_ms);
        let (views, blocks) = (summary.views, summary.blocks);
        writeln!(out, "{time:>10}  {views}{of} views, {blocks} final blocks")
    }
}
