//! What is set, and by whom.

use super::file::{ConfigFile, FILE, KnownNetwork};
use crate::out::{Failure, Usage};
use anyhow::Result;
use clap::Args;
use hefu_client::{Exit, NodeUrl, parse_genesis};
use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf, absolute};

/// Which network a command is about, and how far its nodes are believed.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "The network")]
pub(crate) struct NetworkArgs {
    /// The context [default: `HEFU_CONTEXT`, or the current one]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// A node to ask instead of the context's (repeatable) [default: `HEFU_URL`]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Vec<String>,
    /// Believe what a node says without proof; the output says so
    #[arg(long, global = true)]
    pub(crate) trust_node: bool,
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag of the command.
    Flag(&'static str),
    /// A variable of the environment.
    Environment(&'static str),
    /// A file.
    File(PathBuf),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value, with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sourced<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

/// All that is set.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The directory of settings.
    pub(crate) home: Sourced<PathBuf>,
    /// The file of contexts.
    pub(crate) file: ConfigFile,
    /// The context's name, if one is chosen.
    pub(crate) context: Option<Sourced<String>>,
    /// The nodes that are asked instead of the context's.
    urls: Option<Sourced<Vec<String>>>,
    /// The network of the genesis file that the environment names, if no context is chosen.
    unnamed: Option<(String, KnownNetwork)>,
}

impl Settings {
    /// What flags, environment and file say together.
    pub(crate) fn read(args: &NetworkArgs) -> Result<Self> {
        let home = home()?;
        let file = ConfigFile::read(&home.value)?;
        let flag = args.context.clone().map(|name| sourced(name, Origin::Flag("--context")));
        let path = home.value.join(FILE);
        let current = file.current.clone().map(|name| sourced(name, Origin::File(path)));
        let chosen = flag.or_else(|| variable("HEFU_CONTEXT"));
        let unnamed = match &chosen {
            None => variable("HEFU_GENESIS").map(|file| unnamed(&file.value)).transpose()?,
            Some(_) => None,
        };
        let genesis = unnamed.as_ref().map(|(name, _)| name.clone());
        let genesis = genesis.map(|name| sourced(name, Origin::Environment("HEFU_GENESIS")));
        let context = chosen.or(genesis).or(current);
        Ok(Self { home, file, context, urls: urls(args), unnamed })
    }

    /// The chosen context's name and what is known of its network.
    pub(crate) fn network(&self) -> Result<(&str, &KnownNetwork)> {
        if let Some((name, network)) = &self.unnamed {
            return Ok((name, network));
        }
        let Some(context) = &self.context else { return Err(no_context()) };
        Ok((&context.value, self.file.context(&context.value)?))
    }

    /// The nodes to ask: those that a flag or the environment names, or the context's.
    pub(crate) fn urls(&self, network: &KnownNetwork) -> Result<Vec<NodeUrl>> {
        let urls = self.urls.as_ref().map_or(&network.urls, |urls| &urls.value);
        urls.iter().map(|url| url.parse().map_err(Usage::of)).collect()
    }

    /// A path of a context, which is relative to the directory of settings.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.home.value.join(path)
    }

    /// Where the files of a context lie that hefu makes itself.
    pub(crate) fn directory(&self, context: &str) -> PathBuf {
        self.home.value.join("contexts").join(context)
    }

    /// Every setting with its value in words.
    pub(crate) fn listed(&self) -> Vec<(&'static str, Sourced<String>)> {
        let home = self.home.value.display().to_string();
        let mut rows = vec![("home", sourced(home, self.home.origin.clone()))];
        rows.extend(self.context.clone().map(|context| ("context", context)));
        let file = Origin::File(self.home.value.join(FILE));
        let known = self.network().ok().map(|(_, network)| network.clone()).unwrap_or_default();
        let from_file = |value: String| sourced(value, file.clone());
        let urls = self.urls.clone();
        let urls = urls.map_or_else(
            || from_file(known.urls.join(", ")),
            |urls| sourced(urls.value.join(", "), urls.origin),
        );
        rows.push(("urls", urls));
        let path = |path: &Path| self.path(path).display().to_string();
        rows.extend(
            [
                ("genesis_hash", Some(known.genesis_hash.clone())),
                ("genesis", known.genesis.file_name().map(|_| path(&known.genesis))),
                ("passphrase_file", known.passphrase_file.as_deref().map(path)),
                ("registrar", known.registrar.map(|number| number.to_string())),
            ]
            .into_iter()
            .filter_map(|(name, value)| Some((name, from_file(value?)))),
        );
        let keys = known.keys.iter().map(|(number, file)| format!("{number}: {}", path(file)));
        rows.push(("keys", from_file(keys.collect::<Vec<_>>().join(", "))));
        rows.retain(|(_, row)| !row.value.is_empty());
        rows
    }
}

/// The network of a genesis file that the environment names, as a local network does for what runs
/// in it. Its files lie under its hash.
fn unnamed(file: &str) -> Result<(String, KnownNetwork)> {
    let unreadable = |why: &dyn fmt::Display| Usage::of(format!("HEFU_GENESIS: {file}: {why}"));
    let text = fs::read_to_string(file).map_err(|error| unreadable(&error))?;
    let genesis = parse_genesis(&text, None).map_err(|error| unreadable(&error))?;
    let genesis_hash = genesis.hash().to_string();
    let name = format!("genesis-{}", genesis_hash.get(..16).unwrap_or_default());
    let genesis = absolute(file)?;
    Ok((name, KnownNetwork { genesis_hash, genesis, ..KnownNetwork::default() }))
}

fn sourced<T>(value: T, origin: Origin) -> Sourced<T> {
    Sourced { value, origin }
}

/// A variable of the environment, unless it is empty.
fn variable(name: &'static str) -> Option<Sourced<String>> {
    let value = env::var(name).ok().filter(|value| !value.is_empty())?;
    Some(sourced(value, Origin::Environment(name)))
}

/// The directory of settings (XDG Base Directory Specification).
fn home() -> Result<Sourced<PathBuf>> {
    if let Some(Sourced { value, origin }) = variable("HEFU_HOME") {
        return Ok(sourced(value.into(), origin));
    }
    let below = |base: String, origin| sourced(PathBuf::from(base).join("hefu"), origin);
    if let Some(Sourced { value, origin }) = variable("XDG_CONFIG_HOME") {
        return Ok(below(value, origin));
    }
    let home = variable("HOME").ok_or_else(|| Usage::of("neither HEFU_HOME nor HOME is set"))?;
    Ok(below(format!("{}/.config", home.value), Origin::Default))
}

fn urls(args: &NetworkArgs) -> Option<Sourced<Vec<String>>> {
    if !args.url.is_empty() {
        return Some(sourced(args.url.clone(), Origin::Flag("--url")));
    }
    let Sourced { value, origin } = variable("HEFU_URL")?;
    Some(sourced(value.split(',').map(|url| url.trim().to_owned()).collect(), origin))
}

fn no_context() -> anyhow::Error {
    let what = "no network is chosen: there is no context".to_owned();
    let next = "hefu context add NAME --url URL --genesis FILE, or hefu testnet up".to_owned();
    Failure { exit: Exit::Usage, code: "context.none", what, next }.into()
}
