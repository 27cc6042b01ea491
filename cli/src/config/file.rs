//! The file of contexts, `config.toml` in the directory of settings.

use crate::out::{Failure, Usage};
use anyhow::{Result, anyhow};
use hefu_client::Exit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The name of the file.
pub(crate) const FILE: &str = "config.toml";

/// What stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigFile {
    /// The context that is used if no other is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) current: Option<String>,
    /// The contexts by name.
    #[serde(default)]
    pub(crate) contexts: BTreeMap<String, KnownNetwork>,
}

/// A context: a network that is known, how it is reached, and who acts there. Paths are relative to
/// the directory of settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnownNetwork {
    /// The addresses of its nodes.
    pub(crate) urls: Vec<String>,
    /// The hash of its genesis.
    pub(crate) genesis_hash: String,
    /// The genesis file.
    pub(crate) genesis: PathBuf,
    /// The number of the registrar that enrols here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registrar: Option<u16>,
    /// A file with the passphrase of its wallets and keys, where a person need not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The key files of organisations, by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) keys: BTreeMap<String, PathBuf>,
}

/// The names that a field may have, in the file and in a context.
const FIELDS: [&str; 2] = ["current", "contexts"];
const NETWORK_FIELDS: [&str; 6] =
    ["urls", "genesis_hash", "genesis", "registrar", "passphrase_file", "keys"];

impl ConfigFile {
    /// What the directory of settings says; nothing if it has no such file.
    pub(crate) fn read(home: &Path) -> Result<Self> {
        let path = home.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(unusable(&path, "cannot be read", &error)),
        };
        let wrong = |why: &dyn std::fmt::Display| Usage::of(format!("{}: {why}", path.display()));
        let table: Table = text.parse().map_err(|error| wrong(&error))?;
        check_fields(&table).map_err(|error| wrong(&error))?;
        table.try_into().map_err(|error: toml::de::Error| wrong(&error))
    }

    /// Writes the file anew, whole or not at all.
    pub(crate) fn write(&self, home: &Path) -> Result<()> {
        let path = home.join(FILE);
        let text = toml::to_string(self)?;
        let new = path.with_extension("toml.new");
        let made = fs::create_dir_all(home).and_then(|()| fs::write(&new, text));
        let written = made.and_then(|()| fs::rename(&new, &path));
        written.map_err(|error| unusable(&path, "cannot be written", &error))
    }

    /// The context of this name.
    pub(crate) fn context(&self, name: &str) -> Result<&KnownNetwork> {
        let known = || self.contexts.keys().map(String::as_str);
        self.contexts.get(name).ok_or_else(|| {
            let near = suggestion(name, known());
            let what = format!("there is no context {name:?}{near}");
            let next = "hefu context list shows them, hefu context add makes one".to_owned();
            Failure { exit: Exit::Usage, code: "context.unknown", what, next }.into()
        })
    }
}

/// Refuses fields that nobody knows, with the nearest that somebody does.
fn check_fields(table: &Table) -> Result<()> {
    check_known(table, &FIELDS, "")?;
    let Some(Value::Table(contexts)) = table.get("contexts") else { return Ok(()) };
    contexts.iter().try_for_each(|(name, context)| match context {
        Value::Table(context) => {
            check_known(context, &NETWORK_FIELDS, &format!("contexts.{name}."))
        }
        _ => Ok(()),
    })
}

fn check_known(table: &Table, known: &[&str], within: &str) -> Result<()> {
    match table.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => {
            let near = suggestion(name, known.iter().copied());
            Err(anyhow!(
                "there is no setting {within}{name}{near}; there are: {}",
                known.join(", ")
            ))
        }
        None => Ok(()),
    }
}

/// How alike a name must be to one that there is, from 0 to 1, so as to be taken for it.
const ALIKE: f64 = 0.75;

/// A question after the name that was probably meant.
pub(crate) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let rated = known.map(|known| (strsim::jaro_winkler(name, known), known));
    let nearest = rated.filter(|rated| rated.0 > ALIKE).max_by(|a, b| a.0.total_cmp(&b.0));
    nearest.map_or_else(String::new, |(_, known)| format!("; did you mean {known:?}?"))
}

/// Refuses names that cannot be those of directories.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let plain = !name.is_empty() && name.len() <= 32 && name.chars().all(part);
    if plain && !name.starts_with('-') {
        return Ok(());
    }
    let wrong = format!("{name:?} cannot be the name of a context: up to 32 of a-z, 0-9 and -");
    Err(Usage::of(wrong))
}

/// A file of the settings cannot be used.
pub(crate) fn unusable(path: &Path, how: &str, error: &std::io::Error) -> anyhow::Error {
    let what = format!("{} {how}: {error}", path.display());
    let next = "make the directory yours, or name another with HEFU_HOME".to_owned();
    Failure { exit: Exit::Fault, code: "config.unusable", what, next }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ConfigFile> {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(FILE), text).unwrap();
        ConfigFile::read(home.path())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let home = tempfile::tempdir().unwrap();
        let network = KnownNetwork {
            urls: vec!["http://127.0.0.1:8001".to_owned()],
            genesis_hash: "00".repeat(32),
            genesis: "contexts/local/genesis.json".into(),
            registrar: Some(1),
            passphrase_file: None,
            keys: BTreeMap::from([("1".to_owned(), "one.pem".into())]),
        };
        let contexts = BTreeMap::from([("local".to_owned(), network)]);
        let config = ConfigFile { current: Some("local".to_owned()), contexts };
        config.write(home.path()).unwrap();
        assert_eq!(ConfigFile::read(home.path()).unwrap(), config);
        let unknown = config.context("locl").unwrap_err().to_string();
        assert!(unknown.contains("did you mean \"local\"?"), "{unknown}");
    }

    #[test]
    fn nothing_is_known_where_there_is_no_file() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(ConfigFile::read(home.path()).unwrap(), ConfigFile::default());
    }

    #[test]
    fn an_unknown_setting_is_refused_with_the_nearest() {
        for (text, words) in [
            ("curent = 'x'", "did you mean \"current\"?"),
            ("[contexts.x]\nurl = []", "no setting contexts.x.url; did you mean \"urls\"?"),
            ("[contexts.x]\nurls = []", "missing field"),
            ("current = 7", "invalid type"),
            ("current = ", "TOML parse error"),
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.contains(words), "{text}: {refused}");
        }
    }

    #[test]
    fn a_context_has_a_name_that_a_directory_may_have() {
        assert!(check_name("test-net2").is_ok());
        for wrong in ["", "..", "a/b", "Ä", "UPPER", "-x", &"x".repeat(33)] {
            assert!(check_name(wrong).is_err(), "{wrong}");
        }
    }
}
