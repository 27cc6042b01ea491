//! `hefu node check`: everything that `start` needs, looked at without starting.

use super::args::PlaceArgs;
use super::ending::Ending;
use super::home::{find, open};
use crate::args::Common;
use crate::out::{self, Shown};
use anyhow::Error;
use data_encoding::HEXLOWER;
use hefu_node::config::Row;
use hefu_node::node::{NodeError, look};
use serde::Serialize;
use std::process::ExitCode;

/// What would be started.
#[derive(Debug, Serialize)]
struct Checked {
    settings: Vec<Setting>,
    peers: usize,
    network: String,
    genesis_hash: String,
    public_key: String,
    height: u64,
    state_root: String,
}

/// A setting, and where it comes from.
#[derive(Debug, Serialize)]
struct Setting {
    key: &'static str,
    /// As a file has it.
    value: String,
    origin: String,
}

impl Shown for Checked {
    fn table(&self) -> String {
        let set =
            |Setting { key, value, origin }: &Setting| format!("{key:<24} {value:<28} {origin}\n");
        let found = [
            ("peers", self.peers.to_string()),
            ("network", self.network.clone()),
            ("genesis hash", self.genesis_hash.clone()),
            ("public key", self.public_key.clone()),
            ("height", self.height.to_string()),
            ("state root", self.state_root.clone()),
        ];
        let found = found.iter().map(|(name, value)| format!("{name:<24} {value}\n"));
        self.settings.iter().map(set).chain(found).collect()
    }
}

/// Prints what would be started, or says what keeps it from starting.
pub(super) fn main(args: &PlaceArgs, common: Common) -> Result<ExitCode, Error> {
    let found = find(args)?;
    let home = open(&args.directory, &found)?;
    let head = look(&home, &found.genesis.genesis, &found.key, found.incarnation);
    let head = head.map_err(ending)?;
    let (genesis, rows) = (&found.genesis.genesis, found.settings.rows());
    let setting = |row: &Row| Setting {
        key: row.key,
        value: row.value.clone(),
        origin: row.origin.to_string(),
    };
    let checked = Checked {
        settings: rows.iter().map(setting).collect(),
        peers: found.settings.config.peers.known.len(),
        network: genesis.network.to_string(),
        genesis_hash: genesis.hash().to_string(),
        public_key: HEXLOWER.encode(found.key.public_key().as_bytes()),
        height: head.height.get(),
        state_root: head.state_root.to_string(),
    };
    out::show(common.output, &checked)?;
    Ok(ExitCode::SUCCESS)
}

/// The ending of a node that does not start.
pub(super) fn ending(error: NodeError) -> Error {
    let ending = match &error {
        NodeError::Store(_) | NodeError::Unreadable(_) => Ending::Store,
        NodeError::Acts(_) => Ending::Acts,
        NodeError::Network(_) => Ending::Listen,
        NodeError::Thread(_) => Ending::Failed,
    };
    ending.because(error)
}
