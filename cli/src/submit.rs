//! What every write shares: showing it instead of doing it, handing it in, and waiting until it is
//! final.

use crate::args::Common;
use crate::chance;
use crate::network::{Network, now};
use crate::out::{self, Shown};
use crate::proof::{Proof, time};
use anyhow::Result;
use clap::builder::RangedU64ValueParser;
use clap::{Args, value_parser};
use hefu_api::Hex32;
use hefu_client::Final;
use hefu_ledger::bundle::{ProvenCheckpoint, ProvenTransaction};
use hefu_ledger::json;
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::time::{Duration, Instant};

/// How a write is done.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "The transaction")]
pub(crate) struct WriteArgs {
    /// Show the transaction that would be submitted, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How many seconds to wait until it is final
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = patience())]
    pub(crate) timeout: u64,
}

/// The most seconds that somebody waits, a year: a clock cannot tell the end of just any span.
const TIMEOUT_MAX: u64 = 365 * 24 * 60 * 60;

/// Reads for how many seconds to wait.
pub(crate) fn patience() -> RangedU64ValueParser {
    value_parser!(u64).range(..=TIMEOUT_MAX)
}

/// For how long at least what is made here is valid. Long enough for a network that stands still
/// for a while, short enough for whoever wants to know at last.
const VALIDITY_MS: u64 = 30 * 60_000;

/// How far expiries are spread beyond that: the ledger remembers only so many operations of one
/// organisation that expire in one minute.
const SPREAD_MS: u64 = 30 * 60_000;

impl WriteArgs {
    /// Until when it is waited.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + Duration::from_secs(self.timeout)
    }
}

/// When a transaction that is made now expires.
pub(crate) fn expiry() -> Result<Timestamp> {
    let drawn = u64::from_le_bytes(chance::bytes()?) % SPREAD_MS;
    Ok(now().saturating_add(VALIDITY_MS).saturating_add(drawn))
}

/// What became final.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    /// What was done, such as `key.register`.
    pub(crate) operation: &'static str,
    /// To whom, if it is a DID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) did: Option<String>,
    /// The transaction.
    pub(crate) transaction: Hex32,
    /// Its block.
    pub(crate) height: u64,
    /// The block's time.
    pub(crate) time_ms: u64,
    /// The checkpoint under which that is verified.
    pub(crate) proof: Proof,
}

impl Done {
    /// What a final transaction did.
    pub(crate) fn of(done: &Final, did: Option<String>) -> Self {
        Self::proven(&done.transaction, &done.checkpoint, did)
    }

    /// The same of a transaction that became final some time ago.
    pub(crate) fn proven(
        transaction: &ProvenTransaction,
        checkpoint: &ProvenCheckpoint,
        did: Option<String>,
    ) -> Self {
        Self {
            operation: transaction.envelope.kind.name(),
            did,
            transaction: transaction.id.into(),
            height: transaction.header.height.get(),
            time_ms: transaction.header.time.get(),
            proof: Proof::from(checkpoint),
        }
    }
}

impl Shown for Done {
    fn table(&self) -> String {
        out::fields(&[
            ("done", self.operation.to_owned()),
            ("did", self.did.clone().unwrap_or_default()),
            ("transaction", self.transaction.to_string()),
            ("final", format!("in block {}, {}", self.height, time(self.time_ms))),
            ("verified", self.proof.words()),
        ])
    }
}

/// Shows a transaction that is not submitted.
pub(crate) fn show_dry(transaction: &Transaction, common: Common) -> Result<()> {
    out::note("nothing is submitted (--dry-run)");
    out::show_json(common.output, &tree(transaction)?)
}

/// A transaction as JSON.
pub(crate) fn tree(transaction: &Transaction) -> Result<Value> {
    Ok(serde_json::from_str(&json::to_text(transaction))?)
}

/// Hands a transaction in and waits until it is final, verified.
pub(crate) fn submit(
    network: &Network,
    transaction: &Transaction,
    args: &WriteArgs,
    common: Common,
) -> Result<Final> {
    let id: TransactionId = transaction.envelope.id();
    common.tell(format_args!("submitting {} {id}", transaction.envelope.kind));
    Ok(network.client.submit_and_wait(transaction, args.deadline())?)
}
