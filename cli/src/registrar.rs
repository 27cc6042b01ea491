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
use hefu_ledger::did::DidId;
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
    /// Whether it was enrolled now. An entry is skipped if its DID is enrolled already, a key is
    /// taken or the registrar's cap is reached.
    applied: bool,
    #[serde(flatten)]
    outcome: Outcome,
}

/// Where an enrolment stands, or why no transaction has it.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Outcome {
    Final {
        /// What opens the commitment of the enrolment.
        opening: Hex32,
        transaction: Hex32,
        height: u64,
    },
    Refused {
        code: String,
        reason: String,
    },
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
    let desk = Desk { network: &network, registrar: &registrar, args, requests: requests.len() };
    let mut rest = requests.into_iter();
    loop {
        let some: Vec<Request> = rest.by_ref().take(size).collect();
        let Some(first) = some.first().map(|request| request.line) else { break };
        let count = some.len();
        let outcome = desk.portion(some, Common { quiet: true, ..common });
        outcome.map_err(|error| resumable(error, first, args))?;
        progress.advance(count);
    }
    progress.finish();
    Ok(ExitCode::SUCCESS)
}

/// A registrar over a stream of requests.
struct Desk<'a> {
    network: &'a Network,
    registrar: &'a Registrar,
    args: &'a AttestArgs,
    /// How many requests there are.
    requests: usize,
}

impl Desk<'_> {
    /// Attests some requests in one transaction, and hands that in or prints it.
    fn portion(&self, requests: Vec<Request>, common: Common) -> Result<()> {
        let args = self.args;
        let attested = self.attest(requests)?;
        let transaction = match &attested[..] {
            [(_, one)] if !args.batch => self.registrar.single(one)?,
            all => {
                let all: Vec<_> = all.iter().map(|(_, one)| one.clone()).collect();
                self.registrar.batch(&all)?
            }
        };
        if !args.submit || args.write.dry_run {
            let line = serde_json::to_string(&submit::tree(&transaction)?)? + "\n";
            return out::data(&line);
        }
        match submit::submit(self.network, &transaction, &args.write, common) {
            Ok(done) => self.report(&attested, &done),
            // Whoever asks for one enrolment is answered about that one.
            Err(error) if self.requests > 1 => self.passed_over(&attested, error),
            Err(error) => Err(error),
        }
    }

    fn attest(&self, requests: Vec<Request>) -> Result<Vec<(usize, Attested)>> {
        let attest = |Request { line, request }| {
            let one = self.registrar.attest(request, self.args.assurance);
            Ok((line, one.map_err(|error| at_line(error, line))?))
        };
        requests.into_iter().map(attest).collect()
    }

    /// Prints a line for each request. Whoever keeps them knows where to go on.
    fn report(&self, attested: &[(usize, Attested)], done: &Final) -> Result<()> {
        let applied = done.applied();
        let rows = attested.iter().enumerate().map(|(place, (line, one))| {
            let applied = applied.as_ref().and_then(|all| all.get(place));
            let outcome = Outcome::Final {
                opening: one.opening.into(),
                transaction: done.transaction.id.into(),
                height: done.transaction.header.height.get(),
            };
            self.row(*line, one.did, applied.is_none_or(|(_, applied)| *applied), outcome)
        });
        print(rows)
    }

    /// Prints that requests were passed over that can never be enrolled, perhaps since they were
    /// already; any other error stops the stream. So does a refusal that is not proved: a node could
    /// have anybody left out.
    fn passed_over(&self, attested: &[(usize, Attested)], error: Error) -> Result<()> {
        let Some(ClientError::Refused { code, reason, .. }) = error.downcast_ref() else {
            return Err(error);
        };
        if !PASSED_OVER.contains(&code.as_str()) {
            return Err(error);
        }
        for (line, one) in attested {
            if !self.is_taken(one)? {
                return Err(unproved(code, *line, self.args));
            }
        }
        let rows = attested.iter().map(|(line, one)| {
            let outcome = Outcome::Refused { code: code.clone(), reason: reason.clone() };
            self.row(*line, one.did, false, outcome)
        });
        print(rows)
    }

    /// Whether the ledger has the DID, or somebody has one of its keys.
    fn is_taken(&self, one: &Attested) -> Result<bool> {
        let client = &self.network.client;
        if client.record(&one.did)?.value.is_some() {
            return Ok(true);
        }
        let methods = one.enrolment.request.operation.methods.iter();
        for key in methods.filter_map(|method| method.key.signature_key()) {
            match client.key_holder(key) {
                Ok(_) => return Ok(true),
                Err(ClientError::NotFound(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(false)
    }

    fn row(&self, line: usize, did: DidId, applied: bool, outcome: Outcome) -> Report {
        Report { line, did: self.network.full(did).to_string(), applied, outcome }
    }
}

/// Why an enrolment can never be done, so that the stream goes on without it.
const PASSED_OVER: [&str; 3] =
    ["rejected.did_exists", "rejected.key_taken", "rejected.nothing_applies"];

/// A node has refused what nothing on the ledger stands in the way of.
fn unproved(code: &str, line: usize, args: &AttestArgs) -> Error {
    let what = format!("line {line} is refused with {code}, and the ledger shows nothing of that");
    let next = format!("once more, or with another node: {}", again(line, args));
    Failure { exit: Exit::Unverified, code: "registrar.unproved", what, next }.into()
}

/// The command that goes on from a line.
fn again(line: usize, args: &AttestArgs) -> String {
    let batch = if args.batch { " --batch" } else { "" };
    format!("hefu registrar attest {}{batch} --submit --from-line {line}", args.file)
}

fn print(rows: impl Iterator<Item = Report>) -> Result<()> {
    let mut text = String::new();
    for row in rows {
        text += &(serde_json::to_string(&row)? + "\n");
    }
    out::data(&text)
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
        // What can never be done is not done by the same command either.
        Some(known) if PASSED_OVER.contains(&known.code()) => return error,
        Some(known) => (known.exit(), "registrar.interrupted"),
        None => return error,
    };
    let what = format!("from line {line} on nothing is known to be done: {error:#}");
    let next = again(line, args);
    let exit = if exit == Exit::Usage { Exit::Fault } else { exit };
    Failure { exit, code, what, next }.into()
}
