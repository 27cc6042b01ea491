//! The genesis of a network, from a file or from a node, against a hash that is known.

use crate::error::ClientError;
use crate::limits::{ANSWER, GENESIS_ANSWER_BYTES_MAX};
use crate::node_url::NodeUrl;
use crate::transport::Transport;
use crate::unproved::problem;
use hefu_ledger::genesis::{FoundersError, Genesis, SignedGenesis};
use hefu_ledger::json::{Json, JsonError, Value};
use hefu_primitives::{Ed25519, GenesisHash};
use thiserror::Error;

/// Why a file is not the genesis that is meant.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PinError {
    /// It is no genesis file.
    #[error("this is not a genesis file: {0}")]
    Form(#[from] JsonError),
    /// Nobody could have founded such a network, or not everybody has.
    #[error("the founders have not signed this genesis: {0}")]
    Founders(#[from] FoundersError),
    /// It is another network's.
    #[error("this genesis is {got}, and {expected} is meant")]
    Other {
        /// The hash that is meant.
        expected: GenesisHash,
        /// The file's.
        got: GenesisHash,
    },
}

impl PinError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form(error) => error.code(),
            Self::Founders(_) => "genesis.founders",
            Self::Other { .. } => "genesis.other",
        }
    }
}

/// The genesis of a file whose founders have all signed it; of the network `expected`, if one is
/// named.
pub fn parse_genesis(text: &str, expected: Option<GenesisHash>) -> Result<Genesis, PinError> {
    let signed = SignedGenesis::from_file(text)?;
    let got = signed.verify(&Ed25519)?;
    match expected.filter(|expected| *expected != got) {
        Some(expected) => Err(PinError::Other { expected, got }),
        None => Ok(signed.genesis),
    }
}

/// The text of the genesis file that a node gives out. Nothing of it is checked.
pub fn fetch_genesis(url: &NodeUrl) -> Result<String, ClientError> {
    let reply = Transport::new(ANSWER).reply(url, "/genesis", GENESIS_ANSWER_BYTES_MAX)?;
    if reply.status != 200 {
        return Err(problem(url, &reply));
    }
    let foreign = |_| ClientError::Foreign { url: url.clone(), what: "no text".to_owned() };
    String::from_utf8(reply.body).map_err(foreign)
}

/// The hash that a text of 64 hexadecimal digits stands for.
pub fn parse_genesis_hash(text: &str) -> Result<GenesisHash, JsonError> {
    GenesisHash::read(&Value::Text(text.to_owned()))
}
