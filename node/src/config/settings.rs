//! Settings, each from the first of command line, environment, file and default that has it.

use super::{CLOCK_OFFSET, Config, ConfigError, FILE, FILE_BYTES_MAX, PEERS_MAX};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use toml::{Table, Value};

/// The settings that are one value each, with their defaults. The peers are listed in the file alone.
const SETTINGS: [(&str, Option<&str>); 9] = [
    ("name", None),
    ("role", Some("validator")),
    ("genesis", Some("genesis.json")),
    ("key", Some("node.key.pem")),
    ("peers.listen", Some("0.0.0.0:4001")),
    ("http.listen", Some("127.0.0.1:8001")),
    ("admin.listen", Some("127.0.0.1:9001")),
    ("storage.low_water_mib", Some("512")),
    (CLOCK_OFFSET, None),
];

/// Beside the settings, the keys that a file may have.
const LISTED: [&str; 4] =
    ["peers.known", "peers.known.key", "peers.known.name", "peers.known.address"];

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// This variable of the environment.
    Environment(String),
    /// The file.
    File,
    /// Nobody has said anything else.
    Default,
}

/// A setting, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub key: &'static str,
    /// Its value, as a file would have it.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// A configuration, and where each part of it comes from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What it comes to.
    pub config: Config,
    rows: Vec<Row>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("command line"),
            Self::Environment(name) => f.write_str(name),
            Self::File => f.write_str(FILE),
            Self::Default => f.write_str("default"),
        }
    }
}

/// How the variables of the environment begin that are settings.
pub const VARIABLES: &str = "HEFU_NODE_";

/// The variable of the environment for a setting: `HEFU_NODE_HTTP_LISTEN` for `http.listen`.
pub(super) fn variable(key: &str) -> String {
    format!("{VARIABLES}{}", key.replace('.', "_").to_uppercase())
}

/// Refuses a variable that looks like a setting and is none: it would be passed over without a word.
fn check_variables(environment: &BTreeMap<String, String>) -> Result<(), ConfigError> {
    let known: Vec<String> = SETTINGS.iter().map(|(key, _)| variable(key)).collect();
    let mut ours = environment.keys().filter(|name| name.starts_with(VARIABLES));
    match ours.find(|name| !known.contains(name)) {
        Some(name) => Err(unlike(name, known.iter().map(String::as_str))),
        None => Ok(()),
    }
}

impl Settings {
    /// The settings of a node's directory. `environment` has the variables that begin with
    /// [`VARIABLES`], and may have others; `flags` are pairs of a setting's name and its value.
    pub fn load(
        directory: &Path,
        environment: &BTreeMap<String, String>,
        flags: &[(String, String)],
    ) -> Result<Self, ConfigError> {
        check_variables(environment)?;
        let mut table = read(&directory.join(FILE))?;
        check_known(&table, "")?;
        let flags: BTreeMap<&str, &str> =
            flags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        if let Some(key) = flags.keys().find(|key| !is_setting(key)) {
            return Err(unknown(key));
        }
        let mut rows = Vec::new();
        for (key, default) in SETTINGS {
            let variable = variable(key);
            let found = flags.get(key).map(|value| ((*value).to_owned(), Origin::Flag));
            let found = found.or_else(|| {
                let value = environment.get(&variable).cloned();
                value.map(|value| (value, Origin::Environment(variable)))
            });
            let in_file = get(&table, key).is_some();
            let default = default.filter(|_| !in_file);
            let found = found.or_else(|| default.map(|text| (text.to_owned(), Origin::Default)));
            let origin = found.as_ref().map_or(Origin::File, |(_, origin)| origin.clone());
            if let Some((text, _)) = found {
                set(&mut table, key, &text);
            }
            let value = get(&table, key).map(Value::to_string);
            rows.extend(value.map(|value| Row { key, value, origin }));
        }
        let config = Config::deserialize(table);
        let config = config.map_err(|error| ConfigError::Value(error.message().to_owned()))?;
        let got = config.peers.known.len();
        if got > PEERS_MAX {
            return Err(ConfigError::TooManyPeers { max: PEERS_MAX, got });
        }
        let address = config.admin.listen;
        if !address.ip().is_loopback() {
            return Err(ConfigError::OpenAdmin { address });
        }
        Ok(Self { config, rows })
    }

    /// All settings that have a value, but for the peers, with their origins.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

fn read(path: &Path) -> Result<Table, ConfigError> {
    let unreadable = |reason| ConfigError::Unreadable { path: path.to_owned(), reason };
    let got_bytes = fs::metadata(path).map_err(unreadable)?.len();
    if got_bytes > FILE_BYTES_MAX {
        let max_bytes = FILE_BYTES_MAX;
        return Err(ConfigError::TooLong { path: path.to_owned(), max_bytes, got_bytes });
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let malformed = |error: toml::de::Error| ConfigError::Malformed {
        path: path.to_owned(),
        reason: error.to_string().trim_end().to_owned(),
    };
    text.parse().map_err(malformed)
}

fn is_setting(key: &str) -> bool {
    SETTINGS.iter().any(|(known, _)| *known == key)
}

/// Refuses what no version of this program would read.
fn check_known(table: &Table, above: &str) -> Result<(), ConfigError> {
    for (name, value) in table {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let is_section = SETTINGS.iter().any(|(known, _)| known.starts_with(&format!("{key}.")));
        if !is_setting(&key) && !is_section && !LISTED.contains(&key.as_str()) {
            return Err(unknown(&key));
        }
        let inner = value.as_array().into_iter().flatten().chain([value]);
        for table in inner.filter_map(Value::as_table) {
            check_known(table, &key)?;
        }
    }
    Ok(())
}

fn unknown(key: &str) -> ConfigError {
    unlike(key, SETTINGS.iter().map(|(known, _)| *known).chain(LISTED))
}

/// The error of a name that is none of these.
fn unlike<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> ConfigError {
    let near = known.map(|known| (strsim::osa_distance(key, known), known));
    let near = near.filter(|(distance, _)| *distance <= key.len().div_ceil(2)).min();
    ConfigError::Unknown { key: key.to_owned(), similar: near.map(|(_, known)| known.to_owned()) }
}

fn get<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        Some((section, rest)) => get(table.get(section)?.as_table()?, rest),
        None => table.get(key),
    }
}

/// Sets a value that came as text. What is a number in TOML stays one.
fn set(table: &mut Table, key: &str, text: &str) {
    let Some((section, rest)) = key.split_once('.') else {
        let value = text.parse().map_or_else(|_| Value::String(text.to_owned()), Value::Integer);
        table.insert(key.to_owned(), value);
        return;
    };
    let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    if let Some(inner) = inner.as_table_mut() {
        set(inner, rest, text);
    }
}
