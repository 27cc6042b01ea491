//! How far something has come that takes a while: a bar on a terminal, nothing off one.

use crate::args::Common;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};

/// A bar, or nothing.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

/// Fewer steps than this take no time worth a bar.
const STEPS_MIN: usize = 50;

impl Progress {
    /// Of so many steps.
    pub(crate) fn new(steps: usize, common: Common) -> Self {
        let shown = !common.quiet && steps >= STEPS_MIN && io::stderr().is_terminal();
        let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX));
        bar.set_draw_target(if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        });
        let style = ProgressStyle::with_template("{wide_bar} {pos} of {len}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(bar)
    }

    /// So many more are done.
    pub(crate) fn advance(&self, steps: usize) {
        self.0.inc(u64::try_from(steps).unwrap_or(u64::MAX));
    }

    /// The bar goes.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
