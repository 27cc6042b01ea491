//! `hefu key`: the keys of a holder's document.

use crate::args::Common;
use crate::config::NetworkArgs;
use crate::holder::HolderArgs;
use crate::network::Network;
use crate::operate;
use crate::out::{self, Shown, Usage};
use crate::proof::Proof;
use crate::resolve::{self, key_line, moment};
use crate::submit::WriteArgs;
use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use hefu_api::KeyView;
use hefu_client::Proved;
use hefu_keys::wallet::Change;
use hefu_ledger::did::Did;
use hefu_ledger::json::{Json, Value};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::record::{KeyRevocationReason, Relationships};
use hefu_primitives::Timestamp;
use serde::Serialize;
use std::process::ExitCode;

/// The arguments of `hefu key`.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

/// What can be done with keys.
#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Put another key of the wallet into the document
    Add(AddArgs),
    /// Take a key out of the document, for good
    Revoke(RevokeArgs),
    /// Show the keys of a DID's document, verified
    List(ListArgs),
}

#[derive(Debug, Args)]
struct AddArgs {
    #[command(flatten)]
    holder: HolderArgs,
    /// What it is for (repeatable)
    #[arg(long = "for", value_name = "PURPOSE", value_enum, default_values_t = [Purpose::Authentication])]
    purposes: Vec<Purpose>,
    /// From this time on it is not in the document, such as 2026-11-22T05:40:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Debug, Args)]
struct RevokeArgs {
    #[command(flatten)]
    holder: HolderArgs,
    /// The key: 64 hexadecimal digits, as hefu key list -o json shows it
    #[arg(long, value_name = "HEX", value_parser = key)]
    key: KeyBytes,
    /// Why
    #[arg(long, value_name = "REASON", value_enum, default_value_t)]
    reason: Why,
    /// Since when it is believed to be in other hands
    #[arg(long, value_name = "TIME", value_parser = moment)]
    compromised_since: Option<Timestamp>,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// The DID
    did: Did,
    #[command(flatten)]
    network: NetworkArgs,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Purpose {
    /// To log in
    Authentication,
    /// To sign statements
    Assertion,
    /// To act, for instance as a controller
    Invocation,
    /// To let others act
    Delegation,
}

impl From<Purpose> for Relationships {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Authentication => Self::AUTHENTICATION,
            Purpose::Assertion => Self::ASSERTION_METHOD,
            Purpose::Invocation => Self::CAPABILITY_INVOCATION,
            Purpose::Delegation => Self::CAPABILITY_DELEGATION,
        }
    }
}

/// Why a key goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Why {
    /// Nothing is said
    #[default]
    Unspecified,
    /// Another key takes its place
    Superseded,
    /// Somebody else has it
    Compromised,
    /// It is no longer used
    Ceased,
}

impl From<Why> for KeyRevocationReason {
    fn from(why: Why) -> Self {
        match why {
            Why::Unspecified => Self::Unspecified,
            Why::Superseded => Self::Superseded,
            Why::Compromised => Self::Compromised,
            Why::Ceased => Self::Ceased,
        }
    }
}

/// Reads a key of 64 hexadecimal digits.
pub(crate) fn key(text: &str) -> Result<KeyBytes> {
    KeyBytes::read(&Value::Text(text.to_owned())).map_err(Usage::of)
}

/// The keys of a document.
#[derive(Debug, Serialize)]
struct Shelf {
    did: String,
    keys: Vec<KeyView>,
    proof: Proof,
}

impl Shown for Shelf {
    fn table(&self) -> String {
        let mut rows: Vec<_> = self.keys.iter().map(|key| ("key", key_line(key))).collect();
        rows.push(("verified", self.proof.words()));
        out::fields(&rows)
    }
}

/// Carries the command out.
pub(crate) fn main(args: &KeyArgs, common: Common) -> Result<ExitCode> {
    match &args.command {
        KeyCommand::Add(add) => {
            let purposes = add.purposes.iter().copied().map(Relationships::from);
            let relationships = purposes.reduce(Relationships::and);
            let relationships = relationships.unwrap_or(Relationships::AUTHENTICATION);
            let change = Change::Register { relationships, until: add.until };
            operate::make(&add.holder, &change, &add.write, common)
        }
        KeyCommand::Revoke(revoke) => {
            let RevokeArgs { key, reason, compromised_since, .. } = *revoke;
            let change = Change::Revoke { key, reason: reason.into(), compromised_since };
            operate::make(&revoke.holder, &change, &revoke.write, common)
        }
        KeyCommand::List(list) => show(list, common),
    }
}

fn show(args: &ListArgs, common: Common) -> Result<ExitCode> {
    let network = Network::open(&args.network)?;
    let id = network.did(&args.did)?;
    let Proved { value, checkpoint } = network.client.record(&id)?;
    let proof = Proof::from(&checkpoint);
    let record = value.ok_or_else(|| resolve::absent(&args.did, &proof))?;
    let did = args.did.to_string();
    let keys = record.content.methods.iter().map(KeyView::from).collect();
    out::show(common.output, &Shelf { did, keys, proof })?;
    Ok(ExitCode::SUCCESS)
}
