//! `hefu-model`: checks every configuration for some time, and fails if a property is violated,
//! if something that should be seen to happen is not, or if too few states were reached.
#![allow(clippy::print_stdout, reason = "it is a command")]
#![allow(clippy::print_stderr, reason = "it is a command")]

use hefu_model::{Outcome, Setup, check_both};
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let seconds: u64 = std::env::args().nth(2).and_then(|s| s.parse().ok()).unwrap_or(60);
    let only = std::env::args().nth(3);
    let setups: Vec<_> = Setup::all().into_iter().filter(|s| only.as_deref().is_none_or(|o| o == s.name)).collect();
    let each = Duration::from_secs(seconds) / u32::try_from(setups.len()).unwrap_or(1);
    let mut ok = true;
    for setup in setups {
        for outcome in check_both(setup, each, 1) {
            println!("{outcome}");
            show(&outcome);
            ok &= outcome.violations.is_empty();
        }
    }
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn show(outcome: &Outcome) {
    for name in &outcome.seen {
        println!("  seen: {name}");
    }
    for v in &outcome.violations {
        println!("  violated: {}", v.property);
        for (i, s) in v.steps.iter().enumerate() {
            println!("    {i}. {s}");
        }
    }
}
