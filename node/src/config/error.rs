//! What is wrong with a configuration.

use std::net::SocketAddr;
use std::path::PathBuf;
use thiserror::Error;

/// Why a configuration cannot be used. Each says what would be right.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("reading {path}: {reason}", path = path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// It is longer than any configuration is.
    #[error("{path} has {got_bytes} bytes, and a configuration has at most {max_bytes}", path = path.display())]
    TooLong {
        /// Which file.
        path: PathBuf,
        /// The limit.
        max_bytes: u64,
        /// Its length.
        got_bytes: u64,
    },
    /// It is not TOML.
    #[error("{path}: {reason}", path = path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// There is no such setting.
    #[error("there is no setting {key}{}", suggestion(similar.as_deref()))]
    Unknown {
        /// What was set.
        key: String,
        /// A setting that may be meant.
        similar: Option<String>,
    },
    /// A setting has a value that it cannot have, or has none.
    #[error("{0}")]
    Value(String),
    /// Metrics would be served to others.
    #[error(
        "admin.listen is {address}, where metrics are for this machine alone: take a loopback \
         address, such as 127.0.0.1:9001"
    )]
    OpenAdmin {
        /// The address.
        address: SocketAddr,
    },
    /// The network is one for real people.
    #[error("{key} is for development networks, and {network} is none")]
    DevelopmentOnly {
        /// The setting.
        key: &'static str,
        /// The network's name.
        network: String,
    },
    /// Too many peers are listed.
    #[error("{got} peers are listed, where {max} may be")]
    TooManyPeers {
        /// The limit.
        max: usize,
        /// How many there are.
        got: usize,
    },
}

fn suggestion(similar: Option<&str>) -> String {
    similar.map_or_else(String::new, |similar| format!("; did you mean {similar}?"))
}
