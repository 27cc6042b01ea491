//! `hefu context`: the networks that are known, and which one commands are about.

use crate::args::Common;
use crate::config::{ConfigFile, KnownNetwork, NetworkArgs, Settings, check_name, unusable};
use crate::network::make_directory;
use crate::out::{self, Failure, Shown, Usage};
use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use hefu_client::{Exit, NodeUrl, PinError, fetch_genesis, parse_genesis, parse_genesis_hash};
use hefu_ledger::genesis::Genesis;
use hefu_primitives::GenesisHash;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;

/// The arguments of `hefu context`.
#[derive(Debug, Args)]
pub(crate) struct ContextArgs {
    #[command(subcommand)]
    command: ContextCommand,
}

/// What can be done with contexts.
#[derive(Debug, Subcommand)]
enum ContextCommand {
    /// List them
    List,
    /// Use this one from now on
    Use { name: String },
    /// Make one, and use it if it is the first
    Add(AddArgs),
    /// Show one [default: the current one]
    Show { name: Option<String> },
    /// Forget one. Wallets and keys stay
    Remove { name: String },
}

#[derive(Debug, Args)]
struct AddArgs {
    /// Its name
    name: String,
    /// The address of a node (repeatable)
    #[arg(long, value_name = "URL", required = true)]
    url: Vec<NodeUrl>,
    /// The genesis file of the network, from somebody who is trusted
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
    /// The hash of the genesis, which is then fetched from the node
    #[arg(long, value_name = "HASH", value_parser = hash, required_unless_present = "genesis")]
    genesis_hash: Option<GenesisHash>,
    /// The number of the registrar that enrols here
    #[arg(long, value_name = "NUMBER")]
    registrar: Option<u16>,
    /// A key file of an organisation (repeatable)
    #[arg(long, value_name = "NUMBER=FILE", value_parser = numbered)]
    key: Vec<(String, PathBuf)>,
    /// A file whose first line is the passphrase of wallets and keys, where nobody can be asked
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

fn hash(text: &str) -> Result<GenesisHash> {
    parse_genesis_hash(text).map_err(|error| anyhow!("{error}"))
}

fn numbered(text: &str) -> Result<(String, PathBuf)> {
    let (number, file) = text.split_once('=').ok_or_else(|| anyhow!("NUMBER=FILE is needed"))?;
    let number: u16 =
        number.parse().map_err(|_| anyhow!("NUMBER=FILE is needed, such as 1=a.pem"))?;
    Ok((number.to_string(), file.into()))
}

/// A context.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    current: bool,
    #[serde(flatten)]
    network: KnownNetwork,
}

/// All contexts.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Rows(Vec<Row>);

impl Shown for Rows {
    fn table(&self) -> String {
        let rows: Vec<[String; 4]> = self.0.iter().map(Row::cells).collect();
        out::columns(["", "name", "genesis", "nodes"], &rows)
    }
}

impl Row {
    fn cells(&self) -> [String; 4] {
        let mark = if self.current { "*" } else { "" };
        let genesis = self.network.genesis_hash.chars().take(16).collect();
        [mark.to_owned(), self.name.clone(), genesis, self.network.urls.join(", ")]
    }
}

impl Shown for Row {
    fn table(&self) -> String {
        let network = &self.network;
        let path = |path: &Option<PathBuf>| {
            path.as_ref().map_or(String::new(), |path| path.display().to_string())
        };
        let mut rows = vec![
            ("context", self.name.clone()),
            ("nodes", network.urls.join(", ")),
            ("genesis", network.genesis_hash.clone()),
            ("file", network.genesis.display().to_string()),
            ("registrar", network.registrar.map_or(String::new(), |number| number.to_string())),
            ("passphrase", path(&network.passphrase_file)),
        ];
        let keys = network.keys.iter();
        rows.extend(keys.map(|(number, file)| ("key", format!("{number}: {}", file.display()))));
        out::fields(&rows)
    }
}

/// Carries the command out.
pub(crate) fn main(args: &ContextArgs, common: Common) -> Result<ExitCode> {
    let settings = Settings::read(&NetworkArgs::default())?;
    match &args.command {
        ContextCommand::List => {
            let current = settings.context.as_ref().map(|context| context.value.clone());
            let contexts = settings.file.contexts.clone();
            let row = |(name, network): (String, KnownNetwork)| {
                let current = current.as_ref() == Some(&name);
                Row { name, current, network }
            };
            out::show(common.output, &Rows(contexts.into_iter().map(row).collect()))?;
        }
        ContextCommand::Use { name } => {
            settings.file.context(name)?;
            let file = ConfigFile { current: Some(name.clone()), ..settings.file };
            file.write(&settings.home.value)?;
            common.tell(format_args!("{name} is used from now on"));
        }
        ContextCommand::Add(args) => add(&settings, args, common)?,
        ContextCommand::Show { name } => show(&settings, name.as_deref(), common)?,
        ContextCommand::Remove { name } => remove(&settings, name, common)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(settings: &Settings, name: Option<&str>, common: Common) -> Result<()> {
    let (name, network) = match name {
        Some(name) => (name, settings.file.context(name)?),
        None => settings.network()?,
    };
    let current = settings.context.as_ref().is_some_and(|context| context.value == name);
    out::show(common.output, &Row { name: name.to_owned(), current, network: network.clone() })
}

fn add(settings: &Settings, args: &AddArgs, common: Common) -> Result<()> {
    check_name(&args.name)?;
    if settings.file.contexts.contains_key(&args.name) {
        let name = &args.name;
        return Err(Usage::of(format!(
            "there is a context {name} already; hefu context remove {name}"
        )));
    }
    let (text, genesis) = genesis(args)?;
    let directory = settings.directory(&args.name);
    make_directory(&directory)?;
    let path = directory.join("genesis.json");
    fs::write(&path, text).map_err(|error| unusable(&path, "cannot be written", &error))?;
    let network = KnownNetwork {
        urls: args.url.iter().map(ToString::to_string).collect(),
        genesis_hash: genesis.hash().to_string(),
        genesis: path.strip_prefix(&settings.home.value).unwrap_or(&path).to_owned(),
        registrar: args.registrar,
        passphrase_file: args.passphrase_file.as_deref().map(whole).transpose()?,
        keys: args
            .key
            .iter()
            .map(|(number, file)| Ok((number.clone(), whole(file)?)))
            .collect::<Result<BTreeMap<_, _>>>()?,
    };
    let mut file = settings.file.clone();
    file.contexts.insert(args.name.clone(), network);
    file.current.get_or_insert_with(|| args.name.clone());
    file.write(&settings.home.value)?;
    let (name, network) = (&args.name, &genesis.network);
    common.tell(format_args!("{name} is the network {network}, genesis {}", genesis.hash()));
    Ok(())
}

/// A path that means the same from everywhere.
fn whole(path: &Path) -> Result<PathBuf> {
    Ok(absolute(path)?)
}

/// The genesis from a file, or from the first node that answers, against the hash that is known.
fn genesis(args: &AddArgs) -> Result<(String, Genesis)> {
    let text = match (&args.genesis, args.url.first()) {
        (Some(file), _) => fs::read_to_string(file)
            .map_err(|error| Usage::of(format!("{} cannot be read: {error}", file.display())))?,
        (None, Some(url)) => fetch_genesis(url)?,
        (None, None) => return Err(Usage::of("neither a genesis file nor a node is named")),
    };
    let genesis = parse_genesis(&text, args.genesis_hash).map_err(|error| refused(&error))?;
    Ok((text, genesis))
}

fn refused(error: &PinError) -> anyhow::Error {
    let next = match error {
        PinError::Other { .. } => "ask whoever gave you the hash; do not take this genesis",
        PinError::Form(_) | PinError::Founders(_) => "get the file anew from a founder",
    };
    let (what, next) = (error.to_string(), next.to_owned());
    Failure { exit: Exit::Unverified, code: error.code(), what, next }.into()
}

fn remove(settings: &Settings, name: &str, common: Common) -> Result<()> {
    settings.file.context(name)?;
    let mut file = settings.file.clone();
    file.contexts.remove(name);
    file.current = file.current.filter(|current| current != name);
    file.write(&settings.home.value)?;
    // What was verified of its chain is of no use to anybody else.
    let _gone = fs::remove_dir_all(settings.directory(name));
    common.tell(format_args!("{name} is forgotten; wallets and keys stay where they are"));
    Ok(())
}
