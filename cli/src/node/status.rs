//! `hefu node status`: how one node is. Asked by its directory, it says of a stopped one that it is
//! stopped; what a running one says of itself nobody can prove.

use super::args::StatusArgs;
use super::ending::Ending;
use super::home::{parse_genesis, settings};
use crate::args::Common;
use crate::out::{self, Failure, Shown, Usage};
use crate::status;
use anyhow::{Error, Result};
use hefu_api::{PeerView, Status, Why};
use hefu_client::{ClientError, Exit, NodeUrl, node_says};
use hefu_node::config::Config;
use hefu_node::home::{Home, HomeError, LockError};
use hefu_node::space::free_bytes;
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;

const MIB: u64 = 1024 * 1024;

/// How a node is.
#[derive(Debug, Serialize)]
struct State {
    url: String,
    /// The process that has the directory, if it was asked by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk: Option<Disk>,
    /// What it says of itself, unproved.
    status: Status,
    why: Why,
}

/// How much room a node's disk has.
#[derive(Clone, Copy, Debug, Serialize)]
struct Disk {
    free_bytes: u64,
    /// With less than this the node takes no part.
    low_water_bytes: u64,
}

impl Shown for State {
    fn table(&self) -> String {
        let (status, disk) = (&self.status, self.disk.as_ref());
        let process = self.process.map_or(String::new(), |pid| format!(", process {pid}"));
        let mut rows = vec![
            ("node", format!("{}{process}", self.url)),
            ("network", status.network.clone()),
            ("key", status.key.to_string()),
            ("role", status::role(status)),
            ("height", status::height(status)),
            ("epoch", status.epoch.to_string()),
            ("pending", format!("{} transactions", status.pending.transactions)),
            ("disk", disk.map_or(String::new(), Disk::words)),
        ];
        rows.extend(status::found(&self.why));
        let peers: Vec<[String; 4]> = status.peers.iter().map(peer).collect();
        let headings = ["peer", "connected", "dropped", "key"];
        format!("{}\n{}", out::fields(&rows), out::columns(headings, &peers))
    }
}

impl Disk {
    fn of(directory: &Path, config: &Config) -> Option<Self> {
        let low_water_bytes = config.storage.low_water_mib.saturating_mul(MIB);
        free_bytes(directory).ok().map(|free_bytes| Self { free_bytes, low_water_bytes })
    }

    fn words(&self) -> String {
        let (free, low) = (self.free_bytes / MIB, self.low_water_bytes / MIB);
        format!("{free} MiB free; below {low} MiB it takes no part")
    }
}

fn peer(peer: &PeerView) -> [String; 4] {
    let connected = if peer.reachable { "yes" } else { "no" };
    [peer.name.clone(), connected.to_owned(), peer.dropped.to_string(), peer.key.to_string()]
}

/// Shows how the node is: exit code 7 if it says that too few validators are there.
pub(super) fn main(args: &StatusArgs, common: Common) -> Result<ExitCode> {
    let state = if args.node.contains("://") {
        let (url, disk, process) = (args.node.parse().map_err(Usage::of)?, None, None);
        let (status, why) = node_says(&url)?;
        State { url: url.to_string(), process, disk, status, why }
    } else {
        of_directory(Path::new(&args.node))?
    };
    out::show(common.output, &state)?;
    Ok(status::exit([&state.why].into_iter()))
}

/// How the node of a directory is, as far as its own address says.
fn of_directory(directory: &Path) -> Result<State> {
    let config = settings(directory, &[])?.config;
    let process = process(directory)?;
    let url = own_url(config.http.listen)?;
    let (status, why) = node_says(&url).map_err(|error| silent(directory, error))?;
    let genesis = parse_genesis(&directory.join(&config.genesis));
    let ours = genesis.map_err(|error| Ending::Setup.because(error))?.genesis.hash();
    if status.genesis != ours.into() {
        return Err(other(&url, &status));
    }
    let disk = Disk::of(directory, &config);
    Ok(State { url: url.to_string(), process, disk, status, why })
}

/// The process that works in the directory, if its number is known.
fn process(directory: &Path) -> Result<Option<u32>> {
    match Home::check_free(directory) {
        Err(HomeError::Locked(LockError::Taken { pid, .. })) => Ok(pid),
        Err(error) => Err(Ending::Home.because(error)),
        Ok(()) => {
            let what = format!("the node in {} does not run", directory.display());
            let next = format!("hefu node start {}", directory.display());
            Err(Failure { exit: Exit::Fault, code: "node.stopped", what, next }.into())
        }
    }
}

/// Where a node on this machine is asked that listens here.
fn own_url(listen: SocketAddr) -> Result<NodeUrl> {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    format!("http://{}", SocketAddr::new(ip, listen.port())).parse().map_err(Usage::of)
}

fn silent(directory: &Path, error: ClientError) -> Error {
    let ClientError::Unreachable(_) = error else { return error.into() };
    let what = format!("a process works in {}, and {error}", directory.display());
    let next = "look at the node's log; while it starts or stops it answers nobody".to_owned();
    Failure { exit: Exit::Fault, code: "node.silent", what, next }.into()
}

fn other(url: &NodeUrl, status: &Status) -> Error {
    let (network, genesis) = (&status.network, status.genesis);
    let what = format!("{url} is a node of the network {network} with the genesis {genesis}");
    let next = "compare http.listen of both nodes: hefu node check DIR".to_owned();
    Failure { exit: Exit::Unverified, code: "node.other_network", what, next }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_listens_everywhere_is_asked_here() {
        let asked = |listen: &str| own_url(listen.parse().unwrap()).unwrap().to_string();
        assert_eq!(asked("0.0.0.0:8001"), "http://127.0.0.1:8001");
        assert_eq!(asked("[::]:8001"), "http://[::1]:8001");
        assert_eq!(asked("10.0.0.2:80"), "http://10.0.0.2:80");
    }
}
