//! What can be made to go wrong.

use crate::disk::{Failure, Part};
use crate::span;
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

/// Something that is done to nodes, or to the links between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// Kill nodes at once, as a power cut would (SIGKILL)
    Kill {
        /// Which nodes
        #[arg(required = true)]
        nodes: Vec<String>,
    },
    /// Let nodes stand still (SIGSTOP)
    Pause {
        /// Which nodes
        #[arg(required = true)]
        nodes: Vec<String>,
    },
    /// Let paused nodes go on (SIGCONT)
    Resume {
        /// Which nodes
        #[arg(required = true)]
        nodes: Vec<String>,
    },
    /// Stop nodes, if they run, and start them
    Restart {
        /// Which nodes
        #[arg(required = true)]
        nodes: Vec<String>,
        /// Set a setting of theirs, until they are started again; may be repeated
        #[arg(long, value_name = "KEY=VALUE")]
        set: Vec<String>,
    },
    /// Have followers lose all that they hold, and start them: they get every block again
    Renew {
        /// Which followers
        #[arg(required = true)]
        nodes: Vec<String>,
    },
    /// Restart nodes with a wrong clock, until they are started again
    Clock {
        /// Which nodes
        #[arg(required = true)]
        nodes: Vec<String>,
        /// How far it is ahead, such as +1h; or behind, such as -1h
        #[arg(long, value_name = "SPAN", value_parser = span::parse_offset, allow_hyphen_values = true)]
        offset: i64,
    },
    /// Restart a node on a disk that fails, which ends it (with strace)
    Disk {
        /// Which node
        node: String,
        /// What lies on that disk
        #[arg(long)]
        part: Part,
        /// How it fails
        #[arg(long)]
        failure: Failure,
        /// At which sync or write, counted from 1 for each thread of the node and each kind of call
        #[arg(long, value_name = "NUMBER", default_value = "1")]
        call: NonZeroU16,
    },
    /// Cut nodes off from all others, though not from one another
    Partition {
        /// Which nodes
        #[arg(required = true)]
        nodes: Vec<String>,
        /// Leave connections standing, with nothing passing, as when packets are lost
        #[arg(long)]
        silent: bool,
    },
    /// Make the links of nodes good again; of all, if none is named
    Heal {
        /// Which nodes
        nodes: Vec<String>,
    },
    /// Make the links of nodes slow
    Slow {
        /// Which nodes
        #[arg(required = true)]
        nodes: Vec<String>,
        /// How long every byte is under way, in each direction
        #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "0ms")]
        delay: Duration,
        /// How many kibibytes pass each link in a second
        #[arg(long, value_name = "KIB")]
        rate: Option<NonZeroU32>,
    },
}
