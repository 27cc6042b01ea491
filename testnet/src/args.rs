//! What is typed after `hefu testnet`.

use crate::condition::Condition;
use crate::fault::Fault;
use crate::founding::{Cables, Size};
use crate::load::Mix;
use crate::span;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// A local network of real processes.
#[derive(Debug, Args)]
pub struct TestnetArgs {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a network and keep it until Ctrl-C or `down`
    Up(UpArgs),
    /// End the network
    Down(DownArgs),
    /// Tell how every node is
    Status(PlaceArgs),
    /// Print what tells a shell which network is meant: `eval "$(hefu testnet env)"`
    Env(PlaceArgs),
    /// Print what nodes have logged
    Logs(LogsArgs),
    /// Let something go wrong, or right again
    Fault(FaultArgs),
    /// Wait until a condition holds, and fail if it does not
    Expect(ExpectArgs),
    /// Submit transactions at a rate, and tell how long they took and what they cost
    Load(LoadArgs),
    /// Kill each node, have followers lose everything, and tell how long they take to come back
    Comeback(PlaceArgs),
    /// Hold connections and send rubbish, and tell how honest clients fare meanwhile
    Siege(SiegeArgs),
    /// Run a command with a network around it
    Run(RunArgs),
    /// Kill validators and let their disks fail under load, and see that nothing final is lost
    Endure(EndureArgs),
    /// Have people enrol, rotate and leave while validators fail, and compare what comes of it
    MainJob(JobArgs),
}

/// Which network is meant.
#[derive(Clone, Debug, Args)]
pub(crate) struct PlaceArgs {
    /// The network's directory; else that in `$HEFU_TESTNET`, else the last one that was started
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// What a network is like.
#[derive(Clone, Debug, Args)]
pub(crate) struct NetworkArgs {
    /// How many validators
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) validators: u8,
    /// How many followers
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) followers: u8,
    /// A new directory, which stays when the network ends; else one that goes with it
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Let the nodes talk directly: their links cannot be made bad, and cost nothing
    #[arg(long)]
    pub(crate) direct: bool,
    /// Take up the network that `down --save` wrote to a directory
    #[arg(long, value_name = "DIR", conflicts_with_all = ["validators", "followers", "direct"])]
    pub(crate) load: Option<PathBuf>,
}

impl NetworkArgs {
    /// How many nodes.
    pub(crate) const fn size(&self) -> Size {
        Size { validators: self.validators, followers: self.followers }
    }

    /// How they reach each other.
    pub(crate) const fn cables(&self) -> Cables {
        if self.direct { Cables::Direct } else { Cables::Links }
    }
}

/// `up`.
#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// `down`.
#[derive(Debug, Args)]
pub(crate) struct DownArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Write the stopped network to a new directory, for `up --load`
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,
}

/// `logs`.
#[derive(Debug, Args)]
pub(crate) struct LogsArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Of which node; of all, if none is named
    pub(crate) node: Option<String>,
    /// Go on with what is added
    #[arg(short, long)]
    pub(crate) follow: bool,
}

/// `fault`.
#[derive(Debug, Args)]
pub(crate) struct FaultArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(subcommand)]
    pub(crate) fault: Fault,
}

/// `expect`.
#[derive(Debug, Args)]
pub(crate) struct ExpectArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// What: height>=N, agree, ready, up NODE or down NODE
    #[arg(required = true, num_args = 1..)]
    pub(crate) condition: Vec<String>,
    /// How long it may take
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "10s")]
    pub(crate) within: Duration,
}

impl ExpectArgs {
    /// What is expected, from all words together.
    pub(crate) fn parsed(&self) -> Result<Condition, String> {
        self.condition.join(" ").parse()
    }
}

/// `load`.
#[derive(Debug, Args)]
pub(crate) struct LoadArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Transactions a second
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: u32,
    /// For how many seconds
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub(crate) seconds: u32,
    /// Weights of enrol, batch (of a thousand), rotate, suspend and revoke
    #[arg(long, default_value = "enrol=80,rotate=15,revoke=5")]
    pub(crate) mix: Mix,
}

/// `siege`.
#[derive(Debug, Args)]
pub(crate) struct SiegeArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Connections that strangers hold or try to
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub(crate) connections: u32,
    /// For how many seconds honest clients are measured, before and meanwhile
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub(crate) seconds: u32,
}

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    /// The command and its arguments, after `--`
    #[arg(required = true, last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

/// `endure`.
#[derive(Debug, Args)]
pub(crate) struct EndureArgs {
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    /// How many kills, of which every tenth is of all validators at once
    #[arg(long, default_value_t = 100)]
    pub(crate) kills: u32,
    /// How many starts on a disk that fails, which strace does
    #[arg(long, default_value_t = 0)]
    pub(crate) disks: u32,
}

/// `main-job`.
#[derive(Debug, Args)]
pub(crate) struct JobArgs {
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    /// How many people
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(40..))]
    pub(crate) people: u32,
    /// End the network afterwards instead of keeping it until Ctrl-C or `down`
    #[arg(long)]
    pub(crate) headless: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    #[derive(Debug, Parser)]
    struct Typed {
        #[command(flatten)]
        testnet: TestnetArgs,
    }

    fn typed(line: &str) -> Command {
        Typed::try_parse_from(line.split_whitespace()).unwrap().testnet.command
    }

    #[test]
    fn the_arguments_are_consistent() {
        Typed::command().debug_assert();
    }

    #[test]
    fn a_condition_may_have_several_words() {
        let Command::Expect(args) = typed("testnet expect down validator-2 --within 5s") else {
            panic!("another command");
        };
        assert_eq!(args.parsed(), Ok(Condition::Down("validator-2".to_owned())));
        assert_eq!(args.within, Duration::from_secs(5));
    }

    #[test]
    fn what_runs_inside_keeps_its_own_options() {
        let Command::Run(args) = typed("testnet run --validators 1 -- prog --dir x -- y") else {
            panic!("another command");
        };
        assert_eq!(args.command, ["prog", "--dir", "x", "--", "y"]);
        assert_eq!(args.network.size(), Size { validators: 1, followers: 1 });
    }

    #[test]
    fn a_slow_link_has_a_delay_and_a_rate() {
        let Command::Fault(args) = typed("testnet fault slow validator-1 --delay 20ms --rate 64")
        else {
            panic!("another command");
        };
        let nodes = vec!["validator-1".to_owned()];
        let (delay, rate) = (Duration::from_millis(20), std::num::NonZeroU32::new(64));
        assert_eq!(args.fault, Fault::Slow { nodes, delay, rate });
    }
}
