//! `hefu registrar attest`: enrolments that holders ask for, from one request or a stream of
//! thousands, one a line.

mod stream;

use crate::args::Common;
use crate::attest::{Attested, Level, Registrar};
use crate::config::NetworkArgs;
use crate::network::Network;
use crate::office::Offices;
use crate::out::{self, Failure};
use crate::passphrase::PassphraseArgs;
use crate::progress::Progress;
use crate::submit::{self, WriteArgs};
use anyhow::{Error, Result};
use clap::{Args, Subcommand};
use hefu_api::Hex32;
use hefu_client::{ClientError, Exit, Final};
use hefu_ledger::limits::BATCH_ENTRIES_MAX;
use hefu_ledger::organisation::OrganisationId;
use serde::Serialize;
use std::process::ExitCode;
use stream::{Request, requests};

/// The arguments of `hefu registrar`.
#[derive(Debug, Args)]
pub(crate) struct RegistrarArgs {
    #[command(subcommand)]
    command: RegistrarCommand,
}

/// What a registrar does.
#[derive(Debug, Subcommand)]
enum RegistrarCommand {
    /// Sign enrolments, after the people were checked elsewhere
    Attest(Box<AttestArgs>),
}

#[derive(Debug, Args)]
struct AttestArgs {
    /// The request, or several, one a line; - for standard input
    file: String,
    /// The number of the registrar [default: the context's]
    #[arg(long, value_name = "NUMBER")]
    registrar: Option<u16>,
    /// How far the people were checked
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "2")]
    assurance: Level,
    /// Put up to a thousand into one transaction
    #[arg(long)]
    batch: bool,
    /// Hand the transactions in and wait; else they are printed, one a line
    #[arg(long)]
    submit: bool,
    /// Begin at this line: what came before it is done
    #[arg(long, value_name = "LINE", default_value_t = 1)]
    from_line: usize,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

/// What became of one request: a line of the report.
#[derive(Debug, Serialize)]
struct Report {
    /// The line of the request.
    line: usize,
    did: String,
    /// What opens the commitment of the enrolment.
    opening: Hex32,
    transaction: Hex32,
    height: u64,
    /// Whether it was enrolled. An entry of a batch is skipped if its DID is enrolled already, a
    /// key is taken or the registrar's cap is reached.
    applied: bool,
}

/// Carries the command out.
pub(crate) fn main(args: &RegistrarArgs, common: Common) -> Result<ExitCode> {
    let RegistrarCommand::Attest(args) = &args.command;
    let network = Network::open(&args.network)?;
    let id =
        args.registrar.map_or_else(|| network.registrar(), |id| Ok(OrganisationId::new(id)))?;
    let requests = requests(&args.file, args.from_line)?;
    let key = Offices::of(&network, &args.passphrase, common).key(id)?;
    let registrar = Registrar { genesis: network.client.trusted().hash(), id, key };
    let size = if args.batch { BATCH_ENTRIES_MAX } else { 1 };
    let progress = Progress::new(requests.len(), common);
    let mut rest = requests.into_iter();
    loop {
        let some: Vec<Request> = rest.by_ref().take(size).collect();
        let Some(first) = some.first().map(|request| request.line) else { break };
        let count = some.len();
        let outcome = portion(&network, &registrar, some, args, common);
        outcome.map_err(|error| resumable(error, first, args))?;
        progress.advance(count);
    }
    progress.finish();
    Ok(ExitCode::SUCCESS)
}

/// Attests some requests in one transaction, and hands that in or prints it.
fn portion(
    network: &Network,
    registrar: &Registrar,
    requests: Vec<Request>,
    args: &AttestArgs,
    common: Common,
) -> Result<()> {
    let mut attested = Vec::with_capacity(requests.len());
    for Request { line, request } in requests {
        let one = registrar.attest(request, args.assurance);
        attested.push((line, one.map_err(|error| at_line(error, line))?));
    }
    let transaction = match &attested[..] {
        [(_, one)] if !args.batch => registrar.single(one)?,
        all => registrar.batch(&all.iter().map(|(_, one)| one.clone()).collect::<Vec<_>>())?,
    };
    if !args.submit || args.write.dry_run {
        let line = serde_json::to_string(&submit::tree(&transaction)?)? + "\n";
        return Ok(out::data(&line)?);
    }
    let quiet = Common { quiet: true, ..common };
    let done = submit::submit(network, &transaction, &args.write, quiet)?;
    report(network, &attested, &done)
}

/// Prints a line for each request. Whoever keeps them knows where to go on.
fn report(network: &Network, attested: &[(usize, Attested)], done: &Final) -> Result<()> {
    let applied = done.applied();
    let mut text = String::new();
    for (place, (line, one)) in attested.iter().enumerate() {
        let outcome = applied.as_ref().and_then(|all| all.get(place));
        let row = Report {
            line: *line,
            did: network.full(one.did).to_string(),
            opening: one.opening.into(),
            transaction: done.transaction.id.into(),
            height: done.transaction.header.height.get(),
            applied: outcome.is_none_or(|(_, applied)| *applied),
        };
        text += &(serde_json::to_string(&row)? + "\n");
    }
    Ok(out::data(&text)?)
}

fn at_line(error: Error, line: usize) -> Error {
    match error.downcast::<Failure>() {
        Ok(failure) => {
            let what = format!("line {line}: {}", failure.what);
            Failure { what, ..failure }.into()
        }
        Err(error) => error.context(format!("line {line}")),
    }
}

/// The error with the command that goes on from the first line that is not known to be done.
fn resumable(error: Error, line: usize, args: &AttestArgs) -> Error {
    if !args.submit || args.file == "-" {
        return error;
    }
    let (exit, code) = match error.downcast_ref::<ClientError>() {
        Some(known) => (known.exit(), "registrar.interrupted"),
        None => return error,
    };
    let batch = if args.batch { " --batch" } else { "" };
    let what = format!("from line {line} on nothing is known to be done: {error:#}");
    let file = &args.file;
    let next = format!("hefu registrar attest {file}{batch} --submit --from-line {line}");
    let exit = if exit == Exit::Usage { Exit::Fault } else { exit };
    Failure { exit, code, what, next }.into()
}
