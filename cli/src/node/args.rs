//! What is typed after `hefu node`.

use super::ending::EXITS;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueEnum};
use hefu_node::config::{Peer, key_of};
use hefu_node::node::Role;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Make, check, run or ask a validator or follower.
#[derive(Debug, Args)]
#[command(after_help = EXITS)]
pub(crate) struct NodeArgs {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a node's directory: configuration, genesis, key, and an empty acts log
    Init(InitArgs),
    /// Check everything that `start` needs, and show the settings with their origins
    Check(PlaceArgs),
    /// Run a node until it is told to stop
    Start(StartArgs),
    /// Show how a node is: whether it runs, what it sees of its peers, why no block comes
    Status(StatusArgs),
}

/// A node's directory, and how it is read.
#[derive(Debug, Args)]
pub(crate) struct PlaceArgs {
    /// The node's directory
    pub(crate) directory: PathBuf,
    /// Set a setting, above environment and file; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) set: Vec<(String, String)>,
    /// Read the passphrase of the key from this file [default: `HEFU_PASSPHRASE_FILE`, the systemd
    /// credential hefu-passphrase, or a prompt]
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// How a node is run.
#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// What is worth a line
    #[arg(long, value_enum, default_value_t = Level::Info)]
    pub(crate) log: Level,
    /// The form of a line; JSON unless a terminal reads along
    #[arg(long, value_enum)]
    pub(crate) log_format: Option<LogFormat>,
}

/// Which node is asked.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The node: its directory, or the address of its API, which begins with `http:`
    #[arg(value_name = "DIR|URL", default_value = ".")]
    pub(crate) node: String,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// What needs somebody
    Error,
    /// What may need somebody
    Warn,
    /// A line a block
    Info,
    /// What peers do wrong, and more
    Debug,
    /// Everything
    Trace,
}

/// The form of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// For programs, one object a line
    Json,
}

/// What a new node is to be.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The directory to make; it may exist if it is no node's
    pub(crate) directory: PathBuf,
    /// The network's genesis file, signed by its founders
    #[arg(long, value_name = "FILE")]
    pub(crate) genesis: PathBuf,
    /// What people call the node
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) name: String,
    /// Validator or follower
    #[arg(long, default_value = "validator", value_parser = role)]
    pub(crate) role: Role,
    /// A PKCS#8 PEM file with the node's Ed25519 key; a follower without one gets a new key
    #[arg(long, value_name = "FILE", conflicts_with = "development_validator")]
    pub(crate) key: Option<PathBuf>,
    /// Take the well-known key of this validator of a development network, counted from 1
    #[arg(long, value_name = "NUMBER")]
    pub(crate) development_validator: Option<u8>,
    /// Where peers reach it
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:4001")]
    pub(crate) peers_listen: SocketAddr,
    /// Where the API is served
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8001")]
    pub(crate) http_listen: SocketAddr,
    /// Where metrics are served
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9001")]
    pub(crate) admin_listen: SocketAddr,
    /// A node that may connect, with the address to dial if it is to be dialled; may be repeated
    #[arg(long = "peer", value_name = "KEY[@ADDRESS]=NAME", value_parser = peer)]
    pub(crate) peers: Vec<Peer>,
    /// Read the passphrase of the key from this file [default: `HEFU_PASSPHRASE_FILE`, the systemd
    /// credential hefu-passphrase, or a prompt]
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn role(text: &str) -> Result<Role, String> {
    let roles = [Role::Validator, Role::Follower];
    roles.into_iter().find(|role| role.word() == text).ok_or("validator or follower".to_owned())
}

fn peer(text: &str) -> Result<Peer, String> {
    let (place, name) = text.split_once('=').ok_or("write KEY@ADDRESS=NAME or KEY=NAME")?;
    let (key, address) = match place.split_once('@') {
        Some((key, address)) => (key, Some(address.parse().map_err(|_| wrong_address(address))?)),
        None => (place, None),
    };
    let key = key_of(key).ok_or_else(|| {
        format!("`{key}` is not a public key: 64 hexadecimal digits, or z6Mk… as documents show it")
    })?;
    Ok(Peer { key, name: name.to_owned(), address })
}

fn wrong_address(text: &str) -> String {
    format!("`{text}` is not an address such as 10.0.0.2:4001")
}
