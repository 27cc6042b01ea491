//! `hefu-sim replay`: repeats the run of a file.

use crate::{print, workers};
use hefu_sim::Trace;
use std::path::Path;

/// Repeats the run; false if it takes another course or breaks a rule.
pub(crate) fn run(file: &Path, events: bool) -> bool {
    if events && let Ok(trace) = Trace::load(file) {
        workers::narrate(trace.scenario);
    }
    match hefu_sim::replay(file) {
        Ok(trace) => {
            print::line(format_args!("the same course again, hash {}", trace.hash));
            trace.violations.iter().for_each(print::line);
            trace.violations.is_empty()
        }
        Err(error) => {
            print::line(error);
            false
        }
    }
}
