//! `hefu tx`: transactions that were made elsewhere, and what became of them.

use crate::args::Common;
use crate::config::NetworkArgs;
use crate::input;
use crate::network::Network;
use crate::office::Offices;
use crate::out::{self, Failure, Shown};
use crate::partial;
use crate::passphrase::PassphraseArgs;
use crate::proof::{Proof, time};
use crate::submit::{self, Done, WriteArgs, patience};
use anyhow::Result;
use clap::{Args, Subcommand};
use hefu_api::{Hex32, TransactionState, TransactionStatus};
use hefu_client::{Client, Exit, Proved};
use hefu_ledger::bundle::ProvenTransaction;
use hefu_ledger::json::Json;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::SecretKey;
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The arguments of `hefu tx`.
#[derive(Debug, Args)]
pub(crate) struct TxArgs {
    #[command(subcommand)]
    command: TxCommand,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

/// What can be done with transactions.
#[derive(Debug, Subcommand)]
enum TxCommand {
    /// Show a transaction of the chain, verified
    Show {
        #[arg(value_name = "ID", value_parser = id)]
        id: TransactionId,
    },
    /// Sign what others have begun, with the keys of the context
    Sign {
        /// The transaction; - for standard input
        file: String,
        /// A key file besides, such as that of an organisation that is to be admitted (repeatable)
        #[arg(long, value_name = "FILE")]
        key: Vec<PathBuf>,
    },
    /// Hand in transactions that are signed, one or several, one a line
    Submit {
        /// The transactions; - for standard input
        file: String,
        /// Wait until they are final, verified
        #[arg(long)]
        wait: bool,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Say what became of a transaction
    Status {
        #[arg(value_name = "ID", value_parser = id)]
        id: TransactionId,
    },
    /// Wait until a transaction is final, verified
    Wait {
        #[arg(value_name = "ID", value_parser = id)]
        id: TransactionId,
        /// How many seconds to wait
        #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = patience())]
        timeout: u64,
    },
}

/// Reads an identifier of 64 hexadecimal digits.
fn id(text: &str) -> Result<TransactionId> {
    Ok(text.parse::<Hex32>()?.transaction())
}

/// A transaction that a node has taken up.
#[derive(Debug, Serialize)]
struct Taken {
    transaction: Hex32,
    status: &'static str,
    receipt: hefu_api::Receipt,
}

impl Shown for Taken {
    fn table(&self) -> String {
        out::fields(&[
            ("transaction", self.transaction.to_string()),
            ("status", "pending; hefu tx wait waits until it is final".to_owned()),
            ("receipt", format!("of node {}", self.receipt.node)),
        ])
    }
}

/// What became of a transaction.
#[derive(Debug, Serialize)]
struct Fate {
    #[serde(flatten)]
    status: TransactionStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
}

impl Shown for Fate {
    fn table(&self) -> String {
        let status = &self.status;
        let state = match status.status {
            TransactionState::Pending => "pending",
            TransactionState::Final => "final",
            TransactionState::Refused => "refused",
            TransactionState::Expired => "expired",
        };
        let block = status.height.zip(status.time_ms);
        let code = status.code.as_ref().map_or(String::new(), |code| format!(" [{code}]"));
        let reason = status.reason.as_ref().map(|reason| format!("{reason}{code}"));
        let proof = self.proof.as_ref().map(Proof::words);
        out::fields(&[
            ("transaction", status.id.to_string()),
            ("status", state.to_owned()),
            (
                "block",
                block.map_or(String::new(), |(height, ms)| format!("{height}, {}", time(ms))),
            ),
            ("reason", reason.unwrap_or_default()),
            ("verified", proof.unwrap_or_else(|| "no: this is what a node says".to_owned())),
        ])
    }
}

/// Carries the command out.
pub(crate) fn main(args: &TxArgs, common: Common) -> Result<ExitCode> {
    let network = Network::open(&args.network)?;
    match &args.command {
        TxCommand::Show { id } => show(&network.client, id, common)?,
        TxCommand::Sign { file, key } => {
            let offices = Offices::of(&network, &args.passphrase, common);
            sign(&offices, file, key)?;
        }
        TxCommand::Submit { file, wait, write } => hand_in(&network, file, *wait, write, common)?,
        TxCommand::Status { id } => out::show(common.output, &fate(&network.client, id)?)?,
        TxCommand::Wait { id, timeout } => {
            let deadline = Instant::now() + Duration::from_secs(*timeout);
            let done = network.client.wait_final(id, deadline)?;
            out::show(common.output, &Done::of(&done, None))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(client: &Client, id: &TransactionId, common: Common) -> Result<()> {
    let Proved { value, checkpoint } = client.transaction(id, None)?;
    let ProvenTransaction { header, place, envelope, carried, .. } = value.as_ref();
    let body = match carried {
        hefu_ledger::bundle::Carried::Whole { body, .. } => Some(body.write()),
        hefu_ledger::bundle::Carried::Entry(_) => None,
    };
    let shown = json!({
        "id": Hex32::from(*id),
        "height": header.height.get(),
        "time_ms": header.time.get(),
        "place": place,
        "envelope": envelope.write(),
        "body": body,
        "proof": Proof::from(&checkpoint),
    });
    out::show_json(common.output, &shown)
}

/// Adds the signatures of the keys that are at hand, and prints the transaction.
fn sign(offices: &Offices<'_>, file: &str, keys: &[PathBuf]) -> Result<()> {
    let transactions = input::transactions(file)?;
    let extra = keys.iter().map(|file| offices.open(file)).collect::<Result<Vec<SecretKey>>>()?;
    for transaction in transactions {
        let asked = partial::missing_organisations(&transaction);
        let ours = offices.numbers();
        let mut keys = extra.clone();
        for id in asked.into_iter().filter(|id: &OrganisationId| ours.contains(id)) {
            keys.push(offices.key(id)?);
        }
        let (signed, added) = partial::complete(transaction, &keys);
        if added == 0 {
            return Err(nothing_to_sign(&signed));
        }
        let missing = partial::missing(&signed);
        let rest = if missing.is_empty() {
            "everybody has signed".to_owned()
        } else {
            format!("{} has yet to sign", missing.join(", "))
        };
        out::note(format_args!("{added} signatures added; {rest}"));
        out::data(&(serde_json::to_string(&submit::tree(&signed)?)? + "\n"))?;
    }
    Ok(())
}

fn nothing_to_sign(transaction: &Transaction) -> anyhow::Error {
    let missing = partial::missing(transaction);
    let what = if missing.is_empty() {
        "everybody has signed this transaction".to_owned()
    } else {
        format!("no key at hand can sign it; these can: {}", missing.join(", "))
    };
    let next = "hefu tx submit hands in what everybody has signed".to_owned();
    Failure { exit: Exit::Usage, code: "tx.nothing_to_sign", what, next }.into()
}

fn hand_in(
    network: &Network,
    file: &str,
    wait: bool,
    write: &WriteArgs,
    common: Common,
) -> Result<()> {
    for transaction in input::transactions(file)? {
        let missing = partial::missing(&transaction);
        if !missing.is_empty() {
            let what = format!("{} has yet to sign", missing.join(", "));
            let next = format!("there: hefu tx sign {file}");
            return Err(Failure { exit: Exit::Usage, code: "tx.unsigned", what, next }.into());
        }
        if write.dry_run {
            submit::show_dry(&transaction, common)?;
        } else if wait {
            let done = submit::submit(network, &transaction, write, common)?;
            out::show(common.output, &Done::of(&done, None))?;
        } else {
            let taken = network.client.submit(&transaction, write.deadline())?;
            let (transaction, receipt) = (taken.id.into(), taken.receipt);
            out::show(common.output, &Taken { transaction, status: "pending", receipt })?;
        }
    }
    Ok(())
}

/// What a node says of a transaction, and the proof if it says that it is final.
fn fate(client: &Client, id: &TransactionId) -> Result<Fate> {
    let status = client.fate(id)?;
    if status.status != TransactionState::Final {
        return Ok(Fate { status, proof: None });
    }
    let proved = client.transaction(id, None)?;
    Ok(Fate { status, proof: Some(Proof::from(&proved.checkpoint)) })
}
