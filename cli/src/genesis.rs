//! `hefu genesis`: what a network begins with: made, checked, signed by its founders, and joined.

use crate::args::Common;
use crate::node::home;
use crate::out::{self, Failure, Shown, Usage};
use anyhow::{Context, Error};
use clap::{Args, Subcommand};
use hefu_client::Exit;
use hefu_ledger::did::NetworkName;
use hefu_ledger::genesis::{FounderSignature, JoinError, SignedGenesis, development};
use hefu_ledger::organisation::OrganisationId;
use hefu_primitives::{Ed25519, Timestamp};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// Make, check, sign or join a network's genesis.
#[derive(Debug, Args)]
pub(crate) struct GenesisArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the genesis of a development network, whose keys everybody knows
    Development {
        /// The network's name, which stands in its DIDs
        network: NetworkName,
        /// How many validators it has
        #[arg(long, default_value_t = 4)]
        validators: u8,
    },
    /// Check a genesis file, and say who has not signed yet
    Check {
        /// The file
        file: PathBuf,
    },
    /// Print the file with one founder's signature more
    Sign {
        /// The file
        file: PathBuf,
        /// The number of the organisation that signs
        #[arg(long)]
        organisation: u16,
        /// The PKCS#8 PEM file with one of its keys
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Read the passphrase of the key from this file [default: `HEFU_PASSPHRASE_FILE`, the systemd
        /// credential hefu-passphrase, or a prompt]
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Print one file with the signatures of all these, which must be of one genesis
    Join {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Does what was typed after `hefu genesis`.
pub(crate) fn main(args: GenesisArgs, common: Common) -> Result<ExitCode, Error> {
    let text = match args.command {
        Command::Development { network, validators } => made(network, validators)?,
        Command::Check { file } => {
            out::show(common.output, &Seen::of(&checked(&file)?))?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Sign { file, organisation, key, passphrase_file } => {
            let organisation = OrganisationId::new(organisation);
            sign(&file, organisation, &key, passphrase_file.as_deref())?
        }
        Command::Join { files } => join(&files)?,
    };
    out::data(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn made(network: NetworkName, validators: u8) -> Result<String, Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let start = Timestamp::new(u64::try_from(now)?);
    let made = development(network, validators, start).map_err(Usage::of)?;
    Ok(SignedGenesis::new(made.genesis, []).to_file())
}

/// What a genesis is, and who has not signed it yet.
#[derive(Debug, Serialize)]
struct Seen {
    network: String,
    hash: String,
    validators: usize,
    development: bool,
    /// The organisations whose signatures are missing.
    missing: Vec<u16>,
}

impl Seen {
    fn of(signed: &SignedGenesis) -> Self {
        let genesis = &signed.genesis;
        Self {
            network: genesis.network.to_string(),
            hash: genesis.hash().to_string(),
            validators: genesis.validators.len(),
            development: genesis.development,
            missing: signed.missing().iter().map(|id| id.get()).collect(),
        }
    }
}

impl Shown for Seen {
    fn table(&self) -> String {
        let missing: Vec<String> = self.missing.iter().map(ToString::to_string).collect();
        let signatures = match missing.as_slice() {
            [] => "complete".to_owned(),
            missing => format!("missing of organisations {}", missing.join(", ")),
        };
        out::fields(&[
            ("network", self.network.clone()),
            ("hash", self.hash.clone()),
            ("validators", self.validators.to_string()),
            ("development", self.development.to_string()),
            ("signatures", signatures),
        ])
    }
}

/// The genesis in a file, whose signatures hold as far as they are there.
fn checked(file: &Path) -> Result<SignedGenesis, Error> {
    let signed = home::parse_genesis(file)?;
    signed.check(&Ed25519).with_context(|| format!("the genesis in {}", file.display()))?;
    Ok(signed)
}

fn sign(
    file: &Path,
    organisation: OrganisationId,
    key: &Path,
    passphrase_file: Option<&Path>,
) -> Result<String, Error> {
    let signed = checked(file)?;
    let key = home::open_key(key, &signed.genesis, passphrase_file)?;
    let signature = FounderSignature::new(&signed.genesis.hash(), organisation, &key);
    let others = signed.signatures.iter().filter(|one| one.organisation != organisation).copied();
    let all: Vec<_> = others.chain([signature]).collect();
    let joined = SignedGenesis::new(signed.genesis.clone(), all);
    joined.check(&Ed25519).with_context(|| format!("signing as organisation {organisation}"))?;
    Ok(joined.to_file())
}

fn join(files: &[PathBuf]) -> Result<String, Error> {
    let parts: Vec<_> = files.iter().map(|file| checked(file)).collect::<Result<_, _>>()?;
    let joined = SignedGenesis::join(&parts, &Ed25519).map_err(|error| match error {
        JoinError::Differs { at, field } => {
            let what = format!(
                "{} has another {field} than {}: these are not one network",
                files.get(at).unwrap_or(&files[0]).display(),
                files[0].display()
            );
            let next = "have everybody sign the same file".to_owned();
            Failure { exit: Exit::Usage, code: "join.differs", what, next }.into()
        }
        other => Error::from(other),
    })?;
    Ok(joined.to_file())
}
