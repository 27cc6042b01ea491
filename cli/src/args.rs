//! What is typed after `hefu`.

use crate::completions::{CompletionsArgs, ManArgs};
use crate::config::ConfigArgs;
use crate::context::ContextArgs;
use crate::deactivate::DeactivateArgs;
use crate::enrol::EnrolArgs;
use crate::explain::ExplainArgs;
use crate::genesis::GenesisArgs;
use crate::key::KeyArgs;
use crate::login::LoginArgs;
use crate::node::NodeArgs;
use crate::org::OrgArgs;
use crate::out::{self, Form};
use crate::registrar::RegistrarArgs;
use crate::resolve::ResolveArgs;
use crate::revoke::RevokeArgs;
use crate::rotate::RotateArgs;
use crate::sim::args::{ABOUT, EXAMPLES, SimArgs};
use crate::status::{StatusArgs, WhyArgs};
use crate::suspend::{ReinstateArgs, SuspendArgs};
use crate::tx::TxArgs;
use crate::wallet::WalletArgs;
use clap::{Args, Parser, Subcommand};
use hefu_testnet::TestnetArgs;
use std::fmt::Display;

/// A ledger for digital identity that no single party can rewrite.
#[derive(Debug, Parser)]
#[command(name = "hefu", version, after_help = EXITS)]
pub(crate) struct Cli {
    /// How to speak.
    #[command(flatten)]
    pub(crate) common: Common,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command is told.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "How to speak")]
pub(crate) struct Common {
    /// The form of the data on standard output
    #[arg(short, long, global = true, value_name = "FORM", value_enum, default_value_t)]
    pub(crate) output: Form,
    /// Say nothing on standard error but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Ask nothing: fail where something would be asked
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
}

impl Common {
    /// Says something that a person may want to know, unless nobody does.
    pub(crate) fn tell(self, text: impl Display) {
        if !self.quiet {
            out::note(text);
        }
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a DID for a platform, have it attested, and wait until it is final
    Enrol(Box<EnrolArgs>),
    /// Show what the ledger says of a DID, verified
    Resolve(Box<ResolveArgs>),
    /// Give a DID other control keys
    Rotate(Box<RotateArgs>),
    /// Add, revoke and list the keys of a DID's document
    Key(Box<KeyArgs>),
    /// End a DID of one's own, for good
    Deactivate(Box<DeactivateArgs>),
    /// Stop a DID for a time, as an organisation
    Suspend(Box<SuspendArgs>),
    /// Lift a suspension, as organisations
    Reinstate(Box<ReinstateArgs>),
    /// End a DID for good, as organisations
    Revoke(Box<RevokeArgs>),
    /// Show how the network and its nodes are
    Status(StatusArgs),
    /// Say why nothing moves, or that it does
    Why(WhyArgs),
    /// Make, show and save the wallet of a holder
    Wallet(Box<WalletArgs>),
    /// Attest enrolments, one or thousands
    Registrar(RegistrarArgs),
    /// Show, admit and change organisations
    Org(Box<OrgArgs>),
    /// Sign, hand in and follow transactions that were made elsewhere
    Tx(Box<TxArgs>),
    /// Ask for, give and verify a login by DID
    Login(LoginArgs),
    /// Choose the network that commands are about
    Context(ContextArgs),
    /// Show the settings, and where each comes from
    Config(ConfigArgs),
    /// Say more of a code that an error names
    Explain(ExplainArgs),
    /// Print what completes commands in a shell
    Completions(CompletionsArgs),
    /// Print or write the manual
    Man(ManArgs),
    /// Make, check, sign or join a network's genesis
    Genesis(Box<GenesisArgs>),
    /// Make, check, run or ask a validator or follower
    Node(Box<NodeArgs>),
    /// Run a local network of real processes, and let things go wrong in it
    Testnet(Box<TestnetArgs>),
    /// Watch simulated validators agree while things go wrong
    #[command(long_about = ABOUT, after_long_help = EXAMPLES)]
    Sim(Box<SimArgs>),
}

const EXITS: &str = "\
Exit codes:
  0  done
  1  something failed: a machine, a network, this program
  2  the command cannot be understood or carried out as it stands
  3  the ledger does not take it, and says why
  4  there is no such thing
  5  what was answered is not true, or cannot be shown to be
  6  nobody can say whether it was done; to repeat it does no harm
  7  too few validators are there for anything to become final";

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
