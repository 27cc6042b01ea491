//! `hefu node`: making, checking, running and asking a node.

mod args;
mod check;
mod ending;
pub(crate) mod home;
mod init;
mod log;
mod start;
mod status;

pub(crate) use args::NodeArgs;

pub(crate) use ending::Ended;

use crate::args::Common;
use anyhow::Error;
use args::Command;
use std::process::ExitCode;

/// Does what was typed after `hefu node`.
pub(crate) fn main(args: NodeArgs, common: Common) -> Result<ExitCode, Error> {
    match args.command {
        Command::Init(args) => init::main(&args, common),
        Command::Check(args) => check::main(&args, common),
        Command::Start(args) => start::main(&args),
        Command::Status(args) => status::main(&args, common),
    }
}
