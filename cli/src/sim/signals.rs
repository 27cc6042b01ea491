//! Signals that end the process: the first one ends the run with a report, the second one at once.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The signals caught so far.
pub(crate) struct Signals {
    caught: Vec<(i32, Arc<AtomicBool>)>,
}

impl Signals {
    /// Catches the signals from now on.
    pub(crate) fn catch() -> io::Result<Self> {
        let mut caught = Vec::new();
        for signal in [SIGINT, SIGTERM] {
            let flag = Arc::new(AtomicBool::new(false));
            flag::register_conditional_default(signal, Arc::clone(&flag))?;
            flag::register(signal, Arc::clone(&flag))?;
            caught.push((signal, flag));
        }
        Ok(Self { caught })
    }

    /// The signal that was caught, if one was.
    pub(crate) fn caught(&self) -> Option<i32> {
        let mut caught = self.caught.iter();
        let found = caught.find(|(_, flag)| flag.load(Ordering::SeqCst));
        found.map(|(signal, _)| *signal)
    }
}
