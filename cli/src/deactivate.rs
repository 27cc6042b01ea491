//! `hefu deactivate`: a holder ends a DID, for good.

use crate::args::Common;
use crate::holder::HolderArgs;
use crate::operate;
use crate::out::Usage;
use crate::submit::WriteArgs;
use anyhow::Result;
use clap::Args;
use hefu_keys::wallet::Change;
use std::process::ExitCode;

/// The arguments of `hefu deactivate`.
#[derive(Debug, Args)]
pub(crate) struct DeactivateArgs {
    #[command(flatten)]
    holder: HolderArgs,
    /// The wallet's name once more: nothing brings the DID back
    #[arg(long, value_name = "WALLET")]
    confirm: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
}

/// Carries the command out.
pub(crate) fn main(args: &DeactivateArgs, common: Common) -> Result<ExitCode> {
    let wallet = &args.holder.wallet;
    if !args.write.dry_run && args.confirm.as_ref() != Some(wallet) {
        let what = "a DID that is deactivated never comes back";
        return Err(Usage::of(format!("{what}: say that you mean it with --confirm={wallet}")));
    }
    operate::make(&args.holder, &Change::Deactivate, &args.write, common)
}
