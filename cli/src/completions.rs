//! `hefu completions` and `hefu man`: what shells and manuals need.

use crate::args::Cli;
use crate::out::{self, Usage};
use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};
use clap_mangen::{Man, generate_to};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// The arguments of `hefu completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The arguments of `hefu man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// A directory for a page of every command, instead of the first page on standard output
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

/// Carries `hefu completions` out.
pub(crate) fn main(args: &CompletionsArgs) -> Result<ExitCode> {
    let mut text = Vec::new();
    generate(args.shell, &mut Cli::command(), "hefu", &mut text);
    out::data(&String::from_utf8(text)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Carries `hefu man` out.
pub(crate) fn man(args: &ManArgs) -> Result<ExitCode> {
    let command = Cli::command();
    let Some(directory) = &args.to else {
        let mut text = Vec::new();
        Man::new(command).render(&mut text)?;
        out::data(&String::from_utf8(text)?)?;
        return Ok(ExitCode::SUCCESS);
    };
    let named = directory.display();
    let made = fs::create_dir_all(directory);
    made.and_then(|()| generate_to(command, directory))
        .map_err(|error| Usage::of(format!("{named} cannot be written: {error}")))?;
    out::note(format_args!("a page of every command is in {named}"));
    Ok(ExitCode::SUCCESS)
}
