//! `hefu login`: a platform asks, a holder answers, and the platform verifies without asking anybody.

use crate::args::Common;
use crate::chance;
use crate::config::{NetworkArgs, unusable};
use crate::explain::advice;
use crate::holder::{Holder, HolderArgs};
use crate::input;
use crate::network::{Network, make_directory, now};
use crate::out::{self, Failure, Shown, Usage};
use crate::proof::Proof;
use anyhow::Result;
use clap::{Args, Subcommand};
use hefu_client::{Exit, Fetched};
use hefu_ledger::bundle::{Origin, Policy, Query};
use hefu_ledger::did::Did;
use hefu_ledger::json::{Json, JsonError};
use hefu_ledger::limits::CHECKPOINT_AGE_MAX_MS;
use hefu_ledger::record::Relationships;
use hefu_ledger::state::StateKey;
use hefu_ledger::text::Title;
use hefu_login::{
    Answer, Challenge, ChallengeVersion, Domain, Expected, LoggedIn, LoginError, NonceError,
    Nonces, Seen, Stapled, verify,
};
use hefu_primitives::{Ed25519, Hash, Timestamp};
use serde::Serialize;
use std::fs::File;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;

/// The arguments of `hefu login`.
#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    #[command(subcommand)]
    command: LoginCommand,
}

/// The three steps.
#[derive(Debug, Subcommand)]
enum LoginCommand {
    /// Ask, as a platform: print a challenge, to be kept until it is answered
    Challenge(ChallengeArgs),
    /// Answer, as a holder: sign a challenge and staple the proof of the DID
    Answer(Box<AnswerArgs>),
    /// Verify an answer, as the platform; no node is asked
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct ChallengeArgs {
    /// The platform's own DID
    #[arg(long, value_name = "DID")]
    platform: Did,
    /// Where the holder meets the platform, such as shop.example
    #[arg(long)]
    domain: Domain,
    /// What the holder is shown
    #[arg(long, default_value = "Log in")]
    purpose: Title,
    /// For how many seconds it can be answered
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=120))]
    valid: u64,
    #[command(flatten)]
    network: NetworkArgs,
}

#[derive(Debug, Args)]
struct AnswerArgs {
    /// The challenge; - for standard input
    #[arg(long, value_name = "FILE")]
    challenge: String,
    /// Where the holder is; a challenge of another place is not signed
    #[arg(long)]
    domain: Domain,
    #[command(flatten)]
    holder: HolderArgs,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// The answer; - for standard input
    answer: String,
    /// The challenge that the platform has made and kept
    #[arg(long, value_name = "FILE")]
    challenge: String,
    /// How old the proof may be, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = CHECKPOINT_AGE_MAX_MS / 1_000)]
    max_age: u64,
    #[command(flatten)]
    network: NetworkArgs,
}

/// Who is in.
#[derive(Debug, Serialize)]
struct In {
    did: String,
    class: String,
    registrar: u16,
    assurance: String,
    proof: Proof,
}

impl Shown for In {
    fn table(&self) -> String {
        out::fields(&[
            ("logged in", self.did.clone()),
            ("class", self.class.clone()),
            ("registrar", format!("{}, assurance {}", self.registrar, self.assurance)),
            ("verified", self.proof.words()),
        ])
    }
}

/// Carries the command out.
pub(crate) fn main(args: &LoginArgs, common: Common) -> Result<ExitCode> {
    match &args.command {
        LoginCommand::Challenge(args) => challenge(args)?,
        LoginCommand::Answer(args) => answer(args, common)?,
        LoginCommand::Verify(args) => verified(args, common)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn challenge(args: &ChallengeArgs) -> Result<()> {
    let network = Network::open(&args.network)?;
    let issued = now();
    let challenge = Challenge {
        network: network.client.trusted().hash(),
        version: ChallengeVersion::V1,
        platform: network.did(&args.platform)?,
        domain: args.domain.clone(),
        nonce: chance::bytes()?,
        issued,
        expires: issued.saturating_add(args.valid.saturating_mul(1_000)),
        purpose: args.purpose.clone(),
    };
    out::data(&challenge.to_json())
}

/// Reads a challenge or an answer.
fn read<T>(file: &str, parse: impl FnOnce(&str) -> Result<T, JsonError>) -> Result<T> {
    let text = input::text(file)?;
    parse(&text).map_err(|error| {
        let what = format!("{file} is not what it should be: {error}");
        let next = "see whether it is the right file, and whole".to_owned();
        Failure { exit: Exit::Usage, code: error.code(), what, next }.into()
    })
}

fn answer(args: &AnswerArgs, common: Common) -> Result<()> {
    let challenge = read(&args.challenge, Challenge::from_json)?;
    let holder = Holder::open(&args.holder, common)?;
    let network = &holder.network;
    let genesis = network.client.trusted().hash();
    let seen = Seen { network: genesis, domain: args.domain.clone(), platform: None };
    let key = holder.account()?.secret_for(Relationships::AUTHENTICATION)?;
    let query = Query::Record(StateKey::Did(holder.did));
    let Fetched { bytes, .. } = network.client.fetch(&query)?;
    let bundle = Stapled::new(bytes).map_err(Usage::of)?;
    let answer = Answer::sign(challenge, &seen, holder.did, &key, bundle);
    let answer = answer.map_err(|error| refused(&error))?;
    out::data(&answer.to_json())
}

fn verified(args: &VerifyArgs, common: Common) -> Result<()> {
    let network = Network::open(&args.network)?;
    let challenge = read(&args.challenge, Challenge::from_json)?;
    let answer = read(&args.answer, Answer::from_json)?;
    let origin = Origin::from(network.genesis());
    // Holders staple proofs of different ages, so the newest one seen is no floor for the next.
    let max_age_ms = Some(args.max_age.saturating_mul(1_000));
    let policy = Policy { max_age_ms, ..Policy::any_age(now()) };
    let expected = Expected { challenge: &challenge, origin: &origin, policy };
    let mut used = Used::of(&network)?;
    let outcome = verify(&answer, &expected, &mut used, &Ed25519);
    used.broken.map_or(Ok(()), Err)?;
    let LoggedIn { did, class, registrar, assurance, checkpoint, .. } =
        outcome.map_err(|error| refused(&error))?;
    let shown = In {
        did: network.full(did).to_string(),
        class: word(&class),
        registrar: registrar.get(),
        assurance: word(&assurance),
        proof: Proof::from(&checkpoint),
    };
    out::show(common.output, &shown)
}

/// The word of a value whose JSON form is one.
fn word(value: &impl Json) -> String {
    match value.write() {
        hefu_ledger::json::Value::Text(word) => word,
        _ => String::new(),
    }
}

/// Which nonces were used: an empty file each, so that the next command knows.
struct Used {
    directory: PathBuf,
    broken: Option<anyhow::Error>,
}

impl Used {
    fn of(network: &Network) -> Result<Self> {
        let (name, _) = network.settings.network()?;
        let directory = network.settings.directory(name).join("logins");
        make_directory(&directory)?;
        Ok(Self { directory, broken: None })
    }
}

impl Nonces for Used {
    fn spend(&mut self, challenge: &Challenge, _: Timestamp) -> Result<(), NonceError> {
        let path = self.directory.join(Hash::from_bytes(challenge.nonce).to_string());
        match File::create_new(&path) {
            Ok(_) => Ok(()),
            Err(error) => {
                if error.kind() != ErrorKind::AlreadyExists {
                    self.broken = Some(unusable(&path, "cannot be made", &error));
                }
                Err(NonceError::Replayed)
            }
        }
    }
}

/// A login that is refused: because of what the ledger says of the DID, or because of the answer.
fn refused(error: &LoginError) -> anyhow::Error {
    let by_ledger = matches!(
        error,
        LoginError::Suspended { .. }
            | LoginError::Revoked
            | LoginError::Deactivated
            | LoginError::UnknownDid(_)
            | LoginError::KeyNotOfDid
            | LoginError::KeyNotForAuthentication
            | LoginError::KeyNotValidNow
    );
    let exit = if by_ledger { Exit::Rejected } else { Exit::Unverified };
    let next = advice(error.code()).unwrap_or("hefu login challenge makes a new one").to_owned();
    Failure { exit, code: error.code(), what: error.to_string(), next }.into()
}
