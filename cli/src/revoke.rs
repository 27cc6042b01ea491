//! `hefu revoke`: organisations end a DID, for good. It takes two of them.

use crate::args::Common;
use crate::authority::{self, Act, AuthorityArgs};
use crate::config::NetworkArgs;
use crate::network::Network;
use crate::out::Usage;
use crate::reason::Reason;
use crate::resolve::enrolled;
use crate::suspend::DetailArgs;
use anyhow::Result;
use clap::Args;
use hefu_ledger::did::Did;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::did_revoke::DidRevoke;
use hefu_ledger::rule::Action;
use hefu_ledger::transaction::Subject;
use std::process::ExitCode;

/// The arguments of `hefu revoke`.
#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// The DID
    did: Did,
    /// Why, coarsely: everybody can read it
    #[arg(long, value_name = "REASON", value_enum)]
    reason: Reason,
    /// The last eight characters of the DID: nothing brings it back
    #[arg(long, value_name = "END")]
    confirm: Option<String>,
    #[command(flatten)]
    detail: DetailArgs,
    #[command(flatten)]
    authority: AuthorityArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

/// Carries the command out.
pub(crate) fn main(args: &RevokeArgs, common: Common) -> Result<ExitCode> {
    if !args.authority.write.dry_run {
        check_confirmed(&args.did, args.confirm.as_deref())?;
    }
    let network = Network::open(&args.network)?;
    let did = enrolled(&network, &args.did)?;
    let detail = args.detail.commitment()?;
    let act = Act {
        action: Action::Revoke,
        subject: Subject::Did(did),
        payload: Payload::DidRevoke(DidRevoke { reason: args.reason.into(), detail }),
        new_keys: Vec::new(),
        did: Some(args.did.to_string()),
    };
    authority::act(&network, act, &args.authority, common)
}

/// Refuses what nobody has confirmed by the end of the DID's name.
fn check_confirmed(did: &Did, confirm: Option<&str>) -> Result<()> {
    let name = did.to_string();
    let end = name.get(name.len().saturating_sub(8)..).unwrap_or_default();
    if confirm == Some(end) {
        return Ok(());
    }
    let what = "a DID that is revoked never comes back";
    Err(Usage::of(format!("{what}: say that you mean it with --confirm={end}")))
}
