//! `hefu node`: making, checking and running a node.

mod args;
mod check;
mod ending;
pub(crate) mod home;
mod init;
mod log;
mod start;

pub(crate) use args::NodeArgs;

use anyhow::Error;
use args::Command;
use std::process::ExitCode;

/// Does what was typed after `hefu node`.
pub(crate) fn main(args: NodeArgs) -> Result<ExitCode, Error> {
    let done = match args.command {
        Command::Init(args) => init::main(&args),
        Command::Check(args) => check::main(&args),
        Command::Start(args) => start::main(&args),
    };
    done.or_else(|error| ending::of(&error).ok_or(error))
}
