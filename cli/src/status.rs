//! `hefu status` and `hefu why`: how the network is. Nodes say most of it, and nobody can prove it;
//! how far the chain has come is verified.

use crate::args::Common;
use crate::config::NetworkArgs;
use crate::network::Network;
use crate::out::{self, Shown};
use crate::proof::Proof;
use anyhow::Result;
use clap::Args;
use hefu_api::{Role, Status, Why};
use hefu_client::{ClientError, Exit, NodeUrl};
use serde::Serialize;
use std::process::ExitCode;

/// The arguments of `hefu status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    network: NetworkArgs,
}

/// The arguments of `hefu why`.
#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    network: NetworkArgs,
}

/// How the network is.
#[derive(Debug, Serialize)]
struct Overview {
    network: String,
    genesis: String,
    development: bool,
    /// How far the chain has come, once a block is final.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
    /// What the nodes say, unproved.
    nodes: Vec<NodeSays>,
}

/// What is verified before anything can be.
const NO_BLOCK: &str = "nothing: no block is final yet";

/// What one node says.
#[derive(Debug, Serialize)]
struct NodeSays {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// What there is instead of an answer, in two words.
    #[serde(skip)]
    instead: &'static str,
}

impl Shown for Overview {
    fn table(&self) -> String {
        let kind = if self.development { " (development: its keys are well known)" } else { "" };
        let head = out::fields(&[
            ("network", format!("{}{kind}", self.network)),
            ("genesis", self.genesis.clone()),
            ("verified", self.proof.as_ref().map_or(NO_BLOCK.to_owned(), Proof::words)),
        ]);
        let rows: Vec<[String; 5]> = self.nodes.iter().map(NodeSays::row).collect();
        format!("{head}\n{}", out::columns(["node", "role", "height", "peers", "pending"], &rows))
    }
}

impl NodeSays {
    fn of(network: &Network, url: &NodeUrl) -> Self {
        let said = network.client.status(url);
        let other = matches!(said, Err(ClientError::OtherNetwork { .. }));
        let instead = if other { "other network" } else { "no answer" };
        let (status, error) = match said {
            Ok(status) => (Some(status), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self { url: url.to_string(), status, error, instead }
    }

    fn row(&self) -> [String; 5] {
        let url = self.url.clone();
        let Some(status) = &self.status else {
            let none = String::new;
            return [url, self.instead.to_owned(), none(), none(), none()];
        };
        let peers = status.peers.iter().filter(|peer| peer.reachable).count();
        [
            url,
            role(status),
            height(status),
            format!("{peers} of {}", status.peers.len()),
            status.pending.transactions.to_string(),
        ]
    }
}

/// What a node does, in words.
pub(crate) fn role(status: &Status) -> String {
    let role = match status.role {
        Role::Validator => "validator",
        Role::Follower => "follower",
    };
    let halted = if status.halted.is_some() { ", halted" } else { "" };
    format!("{role}{halted}")
}

/// How far a node has come, and how far it is still to come.
pub(crate) fn height(status: &Status) -> String {
    let behind = status.catching_up_to.map_or(String::new(), |to| format!(" of {to}"));
    format!("{}{behind}", status.height)
}

/// Carries `hefu status` out.
pub(crate) fn main(args: &StatusArgs, common: Common) -> Result<ExitCode> {
    let network = Network::open(&args.network)?;
    let checkpoint = match network.client.checkpoint() {
        Err(error) if error.is_before_the_first_block() => None,
        found => Some(found?),
    };
    let genesis = network.genesis();
    let nodes = network.client.nodes().iter().map(|url| NodeSays::of(&network, url)).collect();
    let overview = Overview {
        network: genesis.network.to_string(),
        genesis: network.client.trusted().hash().to_string(),
        development: genesis.development,
        proof: checkpoint.as_ref().map(Proof::from),
        nodes,
    };
    out::show(common.output, &overview)?;
    Ok(ExitCode::SUCCESS)
}

/// What a node finds.
#[derive(Debug, Serialize)]
struct Finding {
    url: String,
    #[serde(flatten)]
    why: Why,
}

impl Shown for Finding {
    fn table(&self) -> String {
        let mut rows = vec![("node", self.url.clone())];
        rows.extend(found(&self.why));
        out::fields(&rows)
    }
}

/// What a node finds of the last block and the next, in rows.
pub(crate) fn found(why: &Why) -> Vec<(&'static str, String)> {
    let said = if why.well { "all is well" } else { "something is wrong" };
    let mut rows = vec![
        ("says", format!("{said} (unproved)")),
        ("last block", format!("{}, {} ms ago", why.height, why.age_ms)),
        ("view", format!("{}, for {} ms", why.view, why.in_view_ms)),
    ];
    rows.extend(why.reasons.iter().map(|reason| {
        let about: Vec<_> = reason.validators.iter().map(ToString::to_string).collect();
        let about =
            if about.is_empty() { String::new() } else { format!(": {}", about.join(", ")) };
        ("reason", format!("{}{about} [{}]", reason.detail, reason.code))
    }));
    rows
}

/// The exit code of a command that has shown what nodes find.
pub(crate) fn exit<'a>(mut found: impl Iterator<Item = &'a Why>) -> ExitCode {
    let stuck = found.any(hefu_client::is_stuck);
    ExitCode::from(if stuck { Exit::NoQuorum } else { Exit::Done }.code())
}

/// Carries `hefu why` out: exit code 7 if a node says that too few validators are there.
pub(crate) fn why(args: &WhyArgs, common: Common) -> Result<ExitCode> {
    let network = Network::open(&args.network)?;
    let mut silent = Vec::new();
    let mut found = Vec::new();
    for url in network.client.nodes() {
        match network.client.why(url) {
            Ok(why) => found.push(Finding { url: url.to_string(), why }),
            Err(ClientError::Unreachable(tried)) => silent.extend(tried),
            Err(error) => return Err(error.into()),
        }
    }
    if found.is_empty() {
        return Err(ClientError::Unreachable(silent).into());
    }
    out::show_all(common.output, &found)?;
    for (url, why) in &silent {
        out::note(format_args!("{url} does not answer: {why}"));
    }
    Ok(exit(found.iter().map(|finding| &finding.why)))
}
