//! What is typed after `hefu`.

use crate::genesis::GenesisArgs;
use crate::node::NodeArgs;
use crate::sim::args::{ABOUT, EXAMPLES, SimArgs};
use clap::{Parser, Subcommand};
use hefu_testnet::TestnetArgs;

/// A ledger for digital identity that no single party can rewrite.
#[derive(Debug, Parser)]
#[command(name = "hefu", version, after_help = EXITS)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Watch simulated validators agree while things go wrong
    #[command(long_about = ABOUT, after_long_help = EXAMPLES)]
    Sim(Box<SimArgs>),
    /// Make, check, sign or join a network's genesis
    Genesis(Box<GenesisArgs>),
    /// Make, check or run a validator or follower
    Node(Box<NodeArgs>),
    /// Run a local network of real processes, and let things go wrong in it
    Testnet(Box<TestnetArgs>),
}

const EXITS: &str = "\
Exit codes:
  0  done
  1  a rule of the protocol was seen broken, or the program failed
  2  the command cannot be understood or carried out as it stands";

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
