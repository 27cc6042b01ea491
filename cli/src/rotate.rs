//! `hefu rotate`: other control keys for a DID, without any other change.

use crate::args::Common;
use crate::holder::HolderArgs;
use crate::operate;
use crate::submit::WriteArgs;
use anyhow::Result;
use clap::Args;
use hefu_keys::wallet::Change;
use std::process::ExitCode;

/// The arguments of `hefu rotate`.
#[derive(Debug, Args)]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    holder: HolderArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// Carries the command out.
pub(crate) fn main(args: &RotateArgs, common: Common) -> Result<ExitCode> {
    operate::make(&args.holder, &Change::Rotate, &args.write, common)
}
