//! The command `hefu`.

mod args;
mod genesis;
mod node;
mod out;
mod sim;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Sim(args) => sim::main(&args),
        Command::Genesis(args) => genesis::main(*args),
        Command::Node(args) => node::main(*args),
        Command::Testnet(args) => hefu_testnet::run(&args),
    };
    done.unwrap_or_else(|error| out::fail(&error))
}
