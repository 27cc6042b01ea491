//! `hefu config`: the settings, and where each comes from. A flag goes before the environment, that
//! before the file, and that before the default.

mod file;
mod settings;

pub(crate) use file::{ConfigFile, KnownNetwork, check_name, suggestion, unusable};
pub(crate) use settings::{NetworkArgs, Settings, Sourced};

use crate::args::Common;
use crate::out::{self, Shown};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::process::ExitCode;

/// The arguments of `hefu config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    network: NetworkArgs,
    #[command(subcommand)]
    command: ConfigCommand,
}

/// What can be done with the settings.
#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Show every setting
    Show {
        /// Say where each comes from
        #[arg(long)]
        origin: bool,
    },
}

/// One setting.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
}

/// All settings.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Rows(Vec<Row>);

impl Shown for Rows {
    fn table(&self) -> String {
        let with_origin = |row: &Row| match &row.origin {
            Some(origin) => format!("{}  ({origin})", row.value),
            None => row.value.clone(),
        };
        out::fields(&self.0.iter().map(|row| (row.name, with_origin(row))).collect::<Vec<_>>())
    }
}

/// Carries the command out.
pub(crate) fn main(args: &ConfigArgs, common: Common) -> Result<ExitCode> {
    let ConfigCommand::Show { origin } = args.command;
    let settings = Settings::read(&args.network)?;
    let row = |(name, value): (&'static str, Sourced<String>)| Row {
        name,
        value: value.value,
        origin: origin.then(|| value.origin.to_string()),
    };
    let rows = Rows(settings.listed().into_iter().map(row).collect());
    out::show(common.output, &rows)?;
    Ok(ExitCode::SUCCESS)
}
