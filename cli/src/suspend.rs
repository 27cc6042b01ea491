//! `hefu suspend` and `hefu reinstate`: organisations stop a DID for a time, and lift that again.

use crate::args::Common;
use crate::authority::{self, Act, AuthorityArgs};
use crate::config::NetworkArgs;
use crate::network::{Network, now};
use crate::out;
use crate::reason::{self, Reason};
use crate::resolve::{enrolled, moment};
use anyhow::Result;
use clap::Args;
use hefu_ledger::did::Did;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::did_reinstate::DidReinstate;
use hefu_ledger::operation::did_suspend::DidSuspend;
use hefu_ledger::parameters::DAY_MS;
use hefu_ledger::rule::Action;
use hefu_ledger::transaction::Subject;
use hefu_primitives::{Hash, Timestamp};
use std::process::ExitCode;

/// The arguments of `hefu suspend`.
#[derive(Debug, Args)]
pub(crate) struct SuspendArgs {
    /// The DID
    did: Did,
    /// Why, coarsely: everybody can read it
    #[arg(long, value_name = "REASON", value_enum)]
    reason: Reason,
    /// For how many days
    #[arg(long, value_name = "DAYS", required_unless_present = "until")]
    days: Option<u64>,
    /// Until when, such as 2026-11-22T05:40:00Z
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with = "days")]
    until: Option<Timestamp>,
    #[command(flatten)]
    detail: DetailArgs,
    #[command(flatten)]
    authority: AuthorityArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

/// The arguments of `hefu reinstate`.
#[derive(Debug, Args)]
pub(crate) struct ReinstateArgs {
    /// The DID
    did: Did,
    #[command(flatten)]
    detail: DetailArgs,
    #[command(flatten)]
    authority: AuthorityArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

/// The detail of a reason.
#[derive(Clone, Debug, Args)]
pub(crate) struct DetailArgs {
    /// The detail, such as a case number: the ledger holds a commitment to it, nobody can read it
    #[arg(long, value_name = "TEXT", default_value = "")]
    detail: String,
}

impl DetailArgs {
    /// The commitment. What opens it is told, for the organisation's own files.
    pub(crate) fn commitment(&self) -> Result<Hash> {
        let (commitment, opening) = reason::commit(&self.detail)?;
        if !self.detail.is_empty() {
            out::note(format_args!("keep what opens the detail: {opening} {:?}", self.detail));
        }
        Ok(commitment)
    }
}

/// Carries `hefu suspend` out.
pub(crate) fn main(args: &SuspendArgs, common: Common) -> Result<ExitCode> {
    let network = Network::open(&args.network)?;
    let did = enrolled(&network, &args.did)?;
    let span = args.days.unwrap_or_default().saturating_mul(DAY_MS);
    let until = args.until.unwrap_or_else(|| now().saturating_add(span));
    let detail = args.detail.commitment()?;
    let action = if args.reason == Reason::Legal { Action::SuspendLegal } else { Action::Suspend };
    let payload = Payload::DidSuspend(DidSuspend { until, reason: args.reason.into(), detail });
    let act = Act {
        action,
        subject: Subject::Did(did),
        payload,
        new_keys: Vec::new(),
        did: Some(args.did.to_string()),
    };
    authority::act(&network, act, &args.authority, common)
}

/// Carries `hefu reinstate` out.
pub(crate) fn reinstate(args: &ReinstateArgs, common: Common) -> Result<ExitCode> {
    let network = Network::open(&args.network)?;
    let did = enrolled(&network, &args.did)?;
    let act = Act {
        action: Action::Reinstate,
        subject: Subject::Did(did),
        payload: Payload::DidReinstate(DidReinstate { detail: args.detail.commitment()? }),
        new_keys: Vec::new(),
        did: Some(args.did.to_string()),
    };
    authority::act(&network, act, &args.authority, common)
}
