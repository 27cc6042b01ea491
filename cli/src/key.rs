//! `hefu key`: the keys of a holder's document.

use crate::args::Common;
use crate::config::NetworkArgs;
use crate::holder::{Holder, HolderArgs};
use crate::network::Network;
use crate::operate;
use crate::out::{self, Shown, Usage};
use crate::passphrase::PassphraseArgs;
use crate::proof::Proof;
use crate::resolve::{self, key_line, moment};
use crate::submit::WriteArgs;
use anyhow::{Result, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use hefu_api::KeyView;
use hefu_client::Proved;
use hefu_keys::wallet::{Change, Platform};
use hefu_ledger::did::DidId;
use hefu_ledger::document::parse_signature_key;
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
    /// The key, as hefu key list shows it, or its 64 hexadecimal digits
    #[arg(long, value_name = "KEY", value_parser = key)]
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

#[derive(Clone, Debug, Args)]
struct ListArgs {
    /// The DID, or a wallet that has it
    #[arg(value_name = "DID|WALLET")]
    of: String,
    /// The platform that the wallet's DID is for
    #[arg(long, value_name = "NAME")]
    platform: Option<Platform>,
    #[command(flatten)]
    passphrase: PassphraseArgs,
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

/// Reads a signature key, in hexadecimal digits or as documents show it.
pub(crate) fn key(text: &str) -> Result<KeyBytes> {
    parse_signature_key(text).ok_or_else(|| {
        anyhow!("a signature key is 64 hexadecimal digits, or begins with z6Mk as in documents")
    })
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
            if compromised_since.is_some() && reason != Why::Compromised {
                return Err(Usage::of("--compromised-since goes with --reason compromised"));
            }
            let change = Change::Revoke { key, reason: reason.into(), compromised_since };
            operate::make(&revoke.holder, &change, &revoke.write, common)
        }
        KeyCommand::List(list) => show(list, common),
    }
}

fn show(args: &ListArgs, common: Common) -> Result<ExitCode> {
    let (network, id) = meant(args, common)?;
    let Proved { value, checkpoint } = network.client.record(&id)?;
    let (did, proof) = (network.full(id), Proof::from(&checkpoint));
    let record = value.ok_or_else(|| resolve::absent(&did, &proof))?;
    let keys = record.content.methods.iter().map(KeyView::from).collect();
    out::show(common.output, &Shelf { did: did.to_string(), keys, proof })?;
    Ok(ExitCode::SUCCESS)
}

/// The DID that is named, or that of the wallet.
fn meant(args: &ListArgs, common: Common) -> Result<(Network, DidId)> {
    let ListArgs { of, platform, passphrase, network } = args.clone();
    if of.starts_with("did:") {
        let network = Network::open(&network)?;
        let id = network.did(&of.parse().map_err(Usage::of)?)?;
        return Ok((network, id));
    }
    let holder = HolderArgs { wallet: of, platform, did: None, passphrase, network };
    let Holder { network, did, .. } = Holder::open(&holder, common)?;
    Ok((network, did))
}
