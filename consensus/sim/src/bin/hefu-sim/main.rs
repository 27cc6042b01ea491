//! The searches for broken rules that are too long for a test: random scenarios, twins, planted
//! defects, and the figures that the protocol promises.

mod floors;
mod liveness;
mod planted;
mod print;
mod replay;
mod seeds;
mod totals;
mod twins;
mod workers;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Searches for scenarios in which the agreement protocol breaks a rule.
#[derive(Parser)]
#[command(name = "hefu-sim", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run random scenarios
    Seeds(Search),
    /// Run generated schedules of duplicated validators and partitions
    Twins(Search),
    /// Plant each known defect and see that an oracle finds it
    Planted {
        /// Only the defect of this name
        #[arg(long)]
        bug: Option<String>,
    },
    /// Measure what the protocol promises: delays, messages, recovery, memory
    Liveness,
    /// Repeat the run of a file
    Replay {
        /// The file
        file: PathBuf,
        /// Tell what happens
        #[arg(long)]
        events: bool,
    },
}

/// How long to search, and where.
#[derive(clap::Args)]
struct Search {
    /// For how many seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Run only this seed, and tell what happens
    #[arg(long)]
    seed: Option<u64>,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
}

fn main() -> ExitCode {
    let passed = match Arguments::parse().command {
        Command::Seeds(search) => seeds::run(&search),
        Command::Twins(search) => twins::run(&search),
        Command::Planted { bug } => planted::run(bug.as_deref()),
        Command::Liveness => liveness::run(),
        Command::Replay { file, events } => replay::run(&file, events),
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
