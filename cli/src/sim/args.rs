//! What is typed after `hefu sim`.

use super::parse::{Outage, Pace, Rate, Share, Skew, Span, Split, Squad, Travel, Validators};
use clap::{Args, ValueEnum};
use hefu_sim::Signatures;
use std::path::PathBuf;

/// The options of `hefu sim`.
#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    /// The run.
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// How it is shown.
    #[command(flatten)]
    pub(crate) show: ShowArgs,
    /// Its file.
    #[command(flatten)]
    pub(crate) file: FileArgs,
}

/// What is run. Everything in the run follows from this.
#[derive(Debug, Args)]
#[command(next_help_heading = "The network")]
pub(crate) struct RunArgs {
    /// How many validators there are, 4 to 100; the first is node 0
    #[arg(long, value_name = "N", default_value = "4")]
    pub(crate) validators: Validators,
    /// Let the last COUNT nodes break the rules: conflicter, equivocator, … (repeatable)
    #[arg(long, value_name = "NAME:COUNT", long_help = byzantine_help())]
    pub(crate) byzantine: Vec<Squad>,
    /// Allow more Byzantine validators than the protocol tolerates, to see it fail
    #[arg(long)]
    pub(crate) beyond_tolerance: bool,
    /// How long messages travel, in milliseconds; a range reorders them
    #[arg(long, value_name = "MS|MIN..MAX", default_value = "20")]
    pub(crate) delay: Travel,
    /// The share of messages that are lost, such as 0.1 or 10%
    #[arg(long, value_name = "P", default_value = "0")]
    pub(crate) loss: Share,
    /// The share of messages that arrive twice
    #[arg(long, value_name = "P", default_value = "0")]
    pub(crate) duplicate: Share,
    /// Cut the network: the first A nodes from the next B, from T1 to T2 (repeatable)
    #[arg(long, value_name = "A/B@T1..T2")]
    pub(crate) partition: Vec<Split>,
    /// Stop a node at a time and start it at T2, or after 5 s (repeatable)
    #[arg(long, value_name = "NODE@T[..T2]")]
    pub(crate) crash: Vec<Outage>,
    /// Stop all nodes at the same moment; they come up some seconds later (repeatable)
    #[arg(long, value_name = "T")]
    pub(crate) power_cut: Vec<Span>,
    /// Set a node's clock wrong: ahead (3:+500ms) or behind (3:-2s) (repeatable)
    #[arg(long, value_name = "NODE:±TIME")]
    pub(crate) skew: Vec<Skew>,
    /// Make every write take 50 ms to be durable
    #[arg(long)]
    pub(crate) slow_disk: bool,
    /// How signatures are made: a cheap stand-in, or real ones
    #[arg(long, value_name = "KIND", value_enum, default_value_t)]
    pub(crate) signatures: Signing,
    /// How many transactions arrive a second, or `idle`
    #[arg(long, value_name = "N", default_value = "100")]
    pub(crate) load: Rate,
    /// Change the validator set so many times, every 20 blocks: one joins, another leaves
    #[arg(long, value_name = "COUNT", default_value = "0", value_parser = clap::value_parser!(u8).range(..=20))]
    pub(crate) epochs: u8,
    /// Where all chance comes from: the same seed takes the same course [default: drawn from the clock]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// End after so many views [default: 500, unless --time is given or the load is idle]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) views: Option<u64>,
    /// End after so much simulated time [default of an idle network: 2m]
    #[arg(long, value_name = "T")]
    pub(crate) time: Option<Span>,
}

/// How the run is shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "The picture and the report")]
pub(crate) struct ShowArgs {
    /// How fast simulated time passes: 0.5x, 2x, a time for each view (100ms), or max
    #[arg(long, value_name = "SPEED")]
    pub(crate) pace: Option<Pace>,
    /// Print lines instead of drawing a picture, as is done off a terminal
    #[arg(long)]
    pub(crate) plain: bool,
}

/// The file of a run.
#[derive(Debug, Args)]
#[command(next_help_heading = "The trace")]
pub(crate) struct FileArgs {
    /// Write the run to a file from which it can be replayed; done anyway after a violation
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// Run a trace file again and check that it takes the same course
    #[arg(long, value_name = "FILE", conflicts_with_all = OF_A_NEW_RUN)]
    pub(crate) replay: Option<PathBuf>,
}

/// How signatures are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Signing {
    /// A hash of key and message, which the simulator checks
    #[default]
    Mock,
    /// Ed25519, which costs what it costs
    Ed25519,
}

impl From<Signing> for Signatures {
    fn from(signing: Signing) -> Self {
        match signing {
            Signing::Mock => Self::Mock,
            Signing::Ed25519 => Self::Ed25519,
        }
    }
}

fn byzantine_help() -> String {
    format!(
        "Let the last COUNT nodes break the rules (repeatable). All squads together may have at \
         most f = ⌊(n − 1) / 3⌋ nodes. Names: {}",
        hefu_sim::ATTACKERS.join(", ")
    )
}

/// What `hefu sim --help` begins with.
pub(crate) const ABOUT: &str = "\
Watch simulated validators agree while things go wrong.

All validators run in this process, with the engine that real ones run. The network between them, \
their disks and clocks are simulated, and everything follows from the seed: the same command with \
the same seed takes the same course to the last bit, which the trace hash shows.

While they run, oracles check every message, write and delivery against the rules of the \
protocol. A rule seen broken ends the run with exit code 1, the shortest run that shows it, and a \
file that replays it.";

/// The options that a replay takes from its file.
const OF_A_NEW_RUN: [&str; 18] = [
    "validators",
    "byzantine",
    "beyond_tolerance",
    "delay",
    "loss",
    "duplicate",
    "partition",
    "crash",
    "power_cut",
    "skew",
    "slow_disk",
    "signatures",
    "load",
    "epochs",
    "seed",
    "views",
    "time",
    "trace",
];

/// What `hefu sim --help` ends with.
pub(crate) const EXAMPLES: &str = "\
Examples:
  Seven validators; one equivocates, a tenth of all messages is lost, the network falls
  apart for 15 seconds and a machine stops:
    hefu sim --validators 7 --byzantine equivocator:1 --loss 0.1 \\
             --partition 3/4@10s..25s --crash 2@5s --seed 42 --views 500

  A hundred validators, as fast as the machine can:
    hefu sim --validators 100 --views 50 --pace max

  What happens if more validators lie than any protocol can bear:
    hefu sim --validators 4 --byzantine equivocator:2 --beyond-tolerance --pace max

  The same run as numbers, and again from its file:
    hefu sim --seed 42 --trace run.json -o json --quiet
    hefu sim --replay run.json

Keys in the picture: q quit, space pause, + faster, - slower, arrows scroll.

Exit codes:
  0  the run ended and no rule was seen broken
  1  a rule was seen broken
  2  the command cannot be understood or carried out as it stands
130  interrupted by Ctrl-C";
