//! `hefu wallet`: a holder's wallet, which is one encrypted file.

use crate::args::Common;
use crate::config::{NetworkArgs, Settings, unusable};
use crate::holder;
use crate::network::Network;
use crate::out::{self, Failure, Shown, Usage};
use crate::passphrase::{PassphraseArgs, Passphrases};
use anyhow::{Context as _, Result};
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};
use hefu_client::{ClientError, Exit, Proved};
use hefu_keys::wallet::{Account, Hardness, Place, Platform, Seed, Stage, WalletFile};
use hefu_ledger::json::Json;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::Class;
use hefu_primitives::GenesisHash;
use serde::Serialize;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use zeroize::Zeroizing;

/// The arguments of `hefu wallet`.
#[derive(Debug, Args)]
pub(crate) struct WalletArgs {
    #[command(subcommand)]
    command: WalletCommand,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

/// What can be done with a wallet.
#[derive(Debug, Subcommand)]
enum WalletCommand {
    /// Make a new one
    Create {
        #[command(flatten)]
        which: Which,
    },
    /// Show its DIDs; of those that were requested the network is asked
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// List those that have names
    List,
    /// Make the request with which a registrar enrols a DID
    Request {
        #[command(flatten)]
        which: Which,
        /// The platform that the DID is for
        #[arg(long, value_name = "NAME")]
        platform: Platform,
        /// The number of the registrar [default: the context's]
        #[arg(long, value_name = "NUMBER")]
        registrar: Option<u16>,
        /// A new file for it, instead of standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Print the 24 words that bring it back
    Backup {
        #[command(flatten)]
        which: Which,
        /// The wallet's name once more: whoever reads the words has every key
        #[arg(long, value_name = "NAME")]
        confirm: Option<String>,
    },
    /// Make it anew from its 24 words, and find its DIDs again
    Restore {
        #[command(flatten)]
        which: Which,
        /// A platform at which it had a DID (repeatable)
        #[arg(long, value_name = "NAME")]
        platform: Vec<Platform>,
    },
    /// Give it another passphrase
    Passphrase {
        #[command(flatten)]
        which: Which,
        /// A file whose first line is the new passphrase
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
}

/// Which wallet.
#[derive(Debug, Args)]
struct Which {
    /// The wallet: a name, such as alice, or a file
    #[arg(value_name = "WALLET", value_parser = NonEmptyStringValueParser::new())]
    wallet: String,
}

/// A DID of a wallet.
#[derive(Debug, Serialize)]
struct Row {
    platform: String,
    did: String,
    stage: &'static str,
    keys: usize,
    operations: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<String>,
}

/// The DIDs of a wallet.
#[derive(Debug, Serialize)]
struct Contents {
    wallet: String,
    dids: Vec<Row>,
}

impl Shown for Contents {
    fn table(&self) -> String {
        let rows: Vec<_> = self.dids.iter().map(Row::cells).collect();
        out::columns(["platform", "stage", "keys", "operations", "did"], &rows)
    }
}

impl Row {
    fn of(network: Option<&Network>, account: &Account) -> Self {
        let did = account.did();
        Self {
            platform: account.platform().to_string(),
            did: network.map_or_else(|| did.to_string(), |network| network.full(did).to_string()),
            stage: match account.stage() {
                Stage::Requested => "requested",
                Stage::Active => "active",
                Stage::Ended => "ended",
            },
            keys: account.login_keys().len(),
            operations: account.sequence(),
            pending: account.pending().map(|pending| pending.id.to_string()),
        }
    }

    fn cells(&self) -> [String; 5] {
        let pending = if self.pending.is_some() { ", one under way" } else { "" };
        [
            self.platform.clone(),
            self.stage.to_owned(),
            self.keys.to_string(),
            format!("{}{pending}", self.operations),
            self.did.clone(),
        ]
    }
}

/// Carries the command out.
pub(crate) fn main(args: &WalletArgs, common: Common) -> Result<ExitCode> {
    let settings = Settings::read(&args.network)?;
    let passphrases = Passphrases::read(&args.passphrase, &settings, common);
    let at = |wallet: &str| holder::path(&settings, wallet);
    match &args.command {
        WalletCommand::Create { which: Which { wallet } } => {
            let file = at(wallet);
            holder::create(&file, Seed::generate()?, &passphrases)?;
            let next = format!("write its words down: hefu wallet backup {wallet}");
            common.tell(format_args!("made {}; {next}", file.display()));
        }
        WalletCommand::Show { which: Which { wallet } } => {
            let mut file = holder::open(&at(wallet), &passphrases)?;
            let network = Network::open(&args.network).ok();
            if let Some(Err(error)) = network.as_ref().map(|network| learn(network, &mut file)) {
                common.tell(format_args!("what was requested may be enrolled by now: {error:#}"));
            }
            out::show(common.output, &contents(wallet, &file, network.as_ref()))?;
        }
        WalletCommand::List => list(&settings, common)?,
        WalletCommand::Request { which: Which { wallet }, platform, registrar, to } => {
            let network = Network::open(&args.network)?;
            let mut file = holder::open(&at(wallet), &passphrases)?;
            let registrar = registrar.map(OrganisationId::new);
            request(&network, &mut file, platform, registrar, to.as_deref(), common)?;
        }
        WalletCommand::Backup { which: Which { wallet }, confirm } => {
            backup(wallet, confirm.as_deref(), &at(wallet), &passphrases)?;
            common.tell("write the words down on paper, in this order, and keep the paper");
        }
        WalletCommand::Restore { which: Which { wallet }, platform } => {
            let network = Network::open(&args.network)?;
            restore(&network, wallet, platform, &passphrases, common)?;
        }
        WalletCommand::Passphrase { which: Which { wallet }, new_passphrase_file } => {
            let mut file = holder::open(&at(wallet), &passphrases)?;
            let arguments = PassphraseArgs { passphrase_file: new_passphrase_file.clone() };
            let new = Passphrases::alone(&arguments, common).ask_new(wallet)?;
            file.change_passphrase(&new, Hardness::default())?;
            common.tell(format_args!("{wallet} has a new passphrase"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes in which DIDs were enrolled that had only been requested when the wallet last heard of them.
fn learn(network: &Network, file: &mut WalletFile) -> Result<()> {
    let genesis = network.client.trusted().hash();
    let here = file.wallet().accounts().filter(|account| account.place().genesis == genesis);
    let requested = here.filter(|account| account.stage() == Stage::Requested);
    for did in requested.map(Account::did).collect::<Vec<_>>() {
        let Proved { value, checkpoint } = network.client.record(&did)?;
        if let Some(record) = value {
            let time = checkpoint.header.time;
            file.change(|wallet| wallet.account_mut(&did)?.settle(&record, time))?;
        }
    }
    Ok(())
}

fn contents(wallet: &str, file: &WalletFile, network: Option<&Network>) -> Contents {
    let dids = file.wallet().accounts().map(|account| Row::of(network, account)).collect();
    Contents { wallet: wallet.to_owned(), dids }
}

/// A wallet that has a name.
#[derive(Debug, Serialize)]
struct Named {
    wallet: String,
    file: PathBuf,
}

impl Shown for Named {
    fn table(&self) -> String {
        format!("{}\n", self.wallet)
    }
}

fn list(settings: &Settings, common: Common) -> Result<()> {
    let directory = holder::directory(settings);
    let found = fs::read_dir(&directory).into_iter().flatten().flatten();
    let named = found.filter_map(|entry| {
        let file = entry.path();
        let wallet = file.file_name()?.to_str()?.strip_suffix(".wallet")?.to_owned();
        Some(Named { wallet, file })
    });
    let mut all: Vec<_> = named.collect();
    all.sort_by(|a, b| a.wallet.cmp(&b.wallet));
    out::show_all(common.output, &all)
}

fn request(
    network: &Network,
    file: &mut WalletFile,
    platform: &Platform,
    registrar: Option<OrganisationId>,
    to: Option<&Path>,
    common: Common,
) -> Result<()> {
    let registrar = registrar.map_or_else(|| network.registrar(), Ok)?;
    let genesis = network.client.trusted().hash();
    let made = file.change(|wallet| wallet.request(genesis, platform, registrar, Class::Person));
    let (did, request) = made?;
    let text = serde_json::to_string(&request.write())? + "\n";
    match to {
        Some(path) => write_new(path, &text)?,
        None => out::data(&text)?,
    }
    let did = network.full(did);
    common.tell(format_args!(
        "{did} is to be; hand this to registrar {registrar}, who runs: hefu registrar attest"
    ));
    Ok(())
}

/// Writes a file that is not there yet.
pub(crate) fn write_new(path: &Path, text: &str) -> Result<()> {
    let made = fs::File::create_new(path);
    let written = made.and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Usage::of(format!("{} is there already, and is not overwritten", path.display()))
        }
        _ => unusable(path, "cannot be written", &error),
    })
}

fn backup(
    wallet: &str,
    confirm: Option<&str>,
    path: &Path,
    passphrases: &Passphrases,
) -> Result<()> {
    if confirm != Some(wallet) {
        let what = "whoever reads the words has every key of the wallet";
        return Err(Usage::of(format!("{what}: say that you mean it with --confirm={wallet}")));
    }
    let file = holder::open(path, passphrases)?;
    let words = file.wallet().seed().words();
    out::data(&Zeroizing::new(format!("{}\n", *words)))
}

/// How many DIDs in a row a platform may lack before a restored wallet stops looking.
const GAP: u32 = 2;

fn restore(
    network: &Network,
    wallet: &str,
    platforms: &[Platform],
    passphrases: &Passphrases,
    common: Common,
) -> Result<()> {
    let seed = Seed::from_words(&words(common)?)?;
    let mut file = holder::create(&holder::path(&network.settings, wallet), seed, passphrases)?;
    let genesis = network.client.trusted().hash();
    for platform in platforms {
        find(network, &mut file, genesis, platform)?;
    }
    out::show(common.output, &contents(wallet, &file, Some(network)))
}

/// Looks for the DIDs that the wallet had at a platform, by their first keys.
fn find(
    network: &Network,
    file: &mut WalletFile,
    genesis: GenesisHash,
    platform: &Platform,
) -> Result<()> {
    let mut missed = 0;
    for index in 0.. {
        let place = Place { genesis, platform: platform.clone(), index };
        match network.client.key_holder(&file.wallet().first_key(&place)) {
            Ok(found) => {
                let holder = found.value;
                file.change(|wallet| {
                    wallet.resume(place, holder.did, &holder.record).map(Account::did)
                })?;
                missed = 0;
            }
            Err(ClientError::NotFound(_)) if missed + 1 == GAP => return Ok(()),
            Err(ClientError::NotFound(_)) => missed += 1,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The words, from standard input.
fn words(common: Common) -> Result<Zeroizing<String>> {
    if io::stdin().is_terminal() {
        if common.no_input {
            let what = "the 24 words are read from standard input".to_owned();
            let next = "hefu wallet restore NAME < FILE".to_owned();
            return Err(Failure { exit: Exit::Usage, code: "words.none", what, next }.into());
        }
        out::note("Type the 24 words, then Enter and Ctrl-D:");
    }
    let mut text = Zeroizing::new(String::with_capacity(1024));
    let read = io::stdin().take(4096).read_to_string(&mut text);
    read.context("the words cannot be read")?;
    Ok(text)
}
