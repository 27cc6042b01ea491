//! The command `hefu`.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test stops where something is wrong"))]

mod args;
mod attest;
mod authority;
mod chance;
mod completions;
mod config;
mod context;
mod deactivate;
mod enrol;
mod explain;
mod foresee;
mod genesis;
mod holder;
mod input;
mod key;
mod login;
mod network;
mod node;
mod office;
mod operate;
mod org;
mod out;
mod partial;
mod passphrase;
mod progress;
mod proof;
mod reason;
mod registrar;
mod resolve;
mod revoke;
mod rotate;
mod sim;
mod status;
mod submit;
mod suspend;
mod told;
mod tx;
mod usage;
mod wallet;

use anyhow::Result;
use args::{Cli, Command, Common};
use clap::Parser;
use std::process::ExitCode;

/// A ledger in memory is millions of small values of few sizes that come and go: the system's own
/// allocator leaves ever more holes between them, and searches those ever longer.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(Cli { common, command }) => {
            run(command, common).unwrap_or_else(|error| out::fail(&error, common.output))
        }
        Err(error) => usage::not_understood(&error),
    }
}

fn run(command: Command, common: Common) -> Result<ExitCode> {
    match command {
        Command::Enrol(args) => enrol::main(&args, common),
        Command::Resolve(args) => resolve::main(&args, common),
        Command::Rotate(args) => rotate::main(&args, common),
        Command::Key(args) => key::main(&args, common),
        Command::Deactivate(args) => deactivate::main(&args, common),
        Command::Suspend(args) => suspend::main(&args, common),
        Command::Reinstate(args) => suspend::reinstate(&args, common),
        Command::Revoke(args) => revoke::main(&args, common),
        Command::Status(args) => status::main(&args, common),
        Command::Why(args) => status::why(&args, common),
        Command::Wallet(args) => wallet::main(&args, common),
        Command::Registrar(args) => registrar::main(&args, common),
        Command::Org(args) => org::main(&args, common),
        Command::Tx(args) => tx::main(&args, common),
        Command::Login(args) => login::main(&args, common),
        Command::Context(args) => context::main(&args, common),
        Command::Config(args) => config::main(&args, common),
        Command::Explain(args) => explain::main(&args, common),
        Command::Completions(args) => completions::main(&args),
        Command::Man(args) => completions::man(&args),
        Command::Genesis(args) => genesis::main(*args, common),
        Command::Node(args) => node::main(*args, common),
        Command::Testnet(args) => hefu_testnet::run(&args).map_err(told::of_testnet),
        Command::Sim(args) => sim::main(&args, common),
    }
}
