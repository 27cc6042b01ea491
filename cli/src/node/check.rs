//! `hefu node check`: everything that `start` needs, looked at without starting.

use super::args::PlaceArgs;
use super::ending::Ending;
use super::home::{find, open};
use crate::out;
use anyhow::Error;
use data_encoding::HEXLOWER;
use hefu_node::node::{NodeError, look};
use std::fmt::Write;
use std::process::ExitCode;

/// Prints what would be started, or says what keeps it from starting.
pub(super) fn main(args: &PlaceArgs) -> Result<ExitCode, Error> {
    let found = find(args)?;
    let home = open(&args.directory, &found)?;
    let head = look(&home, &found.genesis.genesis, &found.key, found.incarnation);
    let head = head.map_err(ending)?;
    let mut text = String::new();
    for row in found.settings.rows() {
        writeln!(text, "{:<24} {:<28} {}", row.key, row.value, row.origin)?;
    }
    let config = &found.settings.config;
    writeln!(text, "{:<24} {}", "peers", config.peers.known.len())?;
    writeln!(text, "{:<24} {}", "network", found.genesis.genesis.network)?;
    writeln!(text, "{:<24} {}", "genesis hash", found.genesis.genesis.hash())?;
    let own = HEXLOWER.encode(found.key.public_key().as_bytes());
    writeln!(text, "{:<24} {own}", "public key")?;
    writeln!(text, "{:<24} {}", "height", head.height)?;
    writeln!(text, "{:<24} {}", "state root", head.state_root)?;
    out::data(&text)?;
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
