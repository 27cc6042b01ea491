//! What a node is told by whoever runs it: the file `hefu.toml`, and what stands above it.
//!
//! A setting may come from the command line, the environment, the file or the default, in this order of
//! precedence, and every setting remembers from where ([`Settings::rows`]). Nothing here is about agreement:
//! what validators must share stands in the genesis. An unknown key is an error that names the most
//! similar known one.

mod error;
mod settings;

pub use error::ConfigError;
pub use settings::{Origin, Row, Settings, VARIABLES};

use crate::clock::Clock;
use crate::net::Known;
use crate::node::Role;
use hefu_ledger::document::parse_signature_key;
use hefu_ledger::genesis::Genesis;
use hefu_primitives::PublicKey;
use serde::{Deserialize, Deserializer, de::Error as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The name of the file in a node's directory.
pub const FILE: &str = "hefu.toml";

/// Bytes of a configuration file: a hundred validators and as many followers take 30 KB.
pub const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Peers that may be listed: all validators of two epochs, and followers.
pub const PEERS_MAX: usize = 1024;

/// The setting that makes a clock wrong.
const CLOCK_OFFSET: &str = "development.clock_offset_ms";

/// What a node is told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What people call it.
    pub name: String,
    /// Validator or follower.
    #[serde(deserialize_with = "role")]
    pub role: Role,
    /// The signed genesis file; a relative path begins at the node's directory.
    pub genesis: PathBuf,
    /// The file with its key; likewise.
    pub key: PathBuf,
    /// The nodes that it talks to.
    pub peers: Peers,
    /// The API.
    pub http: Listener,
    /// Metrics, for whoever runs it alone.
    pub admin: Listener,
    /// The disk.
    pub storage: Storage,
    /// What only development networks let a node be told.
    #[serde(default)]
    pub development: Development,
}

/// The nodes that a node talks to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peers {
    /// Where they reach it.
    pub listen: SocketAddr,
    /// Who they are. Nobody else gets a connection.
    #[serde(default)]
    pub known: Vec<Peer>,
}

/// A node that may connect.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Its public key, in hexadecimal digits or as a multikey.
    #[serde(deserialize_with = "key")]
    pub key: PublicKey,
    /// What people call it.
    pub name: String,
    /// Where to dial it, if it is to be dialled.
    pub address: Option<SocketAddr>,
}

/// An address that a server listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// Address and port.
    pub listen: SocketAddr,
}

/// How the disk is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// With less free space than this, in mebibytes, the node neither votes nor accepts.
    pub low_water_mib: u64,
}

/// What makes a node misbehave, so that others can be seen to bear it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Development {
    /// How far its clock is ahead of the machine's, in milliseconds; behind it, if negative.
    #[serde(default)]
    pub clock_offset_ms: i64,
}

impl Config {
    /// The clock that the node goes by. Only in a development network may it be another than the
    /// machine's.
    pub fn clock(&self, genesis: &Genesis) -> Result<Clock, ConfigError> {
        let offset_ms = self.development.clock_offset_ms;
        if offset_ms != 0 && !genesis.development {
            let network = genesis.network.to_string();
            return Err(ConfigError::DevelopmentOnly { key: CLOCK_OFFSET, network });
        }
        Ok(Clock::ahead_by(offset_ms))
    }

    /// A path of the configuration, seen from the node's directory.
    pub fn path(directory: &Path, path: &Path) -> PathBuf {
        directory.join(path)
    }

    /// The peers as the network wants them.
    pub fn known(&self) -> Vec<Known> {
        let known =
            |peer: &Peer| Known { key: peer.key, name: peer.name.clone(), address: peer.address };
        self.peers.known.iter().map(known).collect()
    }
}

impl Role {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Validator => "validator",
            Self::Follower => "follower",
        }
    }
}

fn role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Role, D::Error> {
    let word = String::deserialize(deserializer)?;
    let roles = [Role::Validator, Role::Follower];
    let found = roles.into_iter().find(|role| role.word() == word);
    found.ok_or_else(|| D::Error::custom(format!("`{word}` is neither validator nor follower")))
}

fn key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PublicKey, D::Error> {
    let text = String::deserialize(deserializer)?;
    key_of(&text).ok_or_else(|| {
        D::Error::custom(format!(
            "`{text}` is not a public key: 64 hexadecimal digits, or z6Mk… as documents show it"
        ))
    })
}

/// The key that 64 hexadecimal digits stand for, or a multikey as documents show it.
pub fn key_of(text: &str) -> Option<PublicKey> {
    let key = parse_signature_key(text);
    let key = key.or_else(|| parse_signature_key(&text.to_ascii_lowercase()));
    PublicKey::from_bytes(key?.as_bytes()).ok()
}

#[cfg(test)]
mod tests;
