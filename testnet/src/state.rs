//! What runs, written down for commands in other shells.

use crate::place::Place;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs;
use std::net::SocketAddr;

/// A network that runs, or did when this was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The process that keeps it.
    pub(crate) supervisor: u32,
    /// Its name.
    pub(crate) network: String,
    /// Whether its directory goes when it ends.
    pub(crate) temporary: bool,
    /// Whether the nodes talk through links that can be made bad.
    pub(crate) linked: bool,
    /// Its nodes, validators first.
    pub(crate) nodes: Vec<NodeState>,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NodeState {
    /// Its name.
    pub(crate) name: String,
    /// What it does.
    pub(crate) role: Role,
    /// Its public key, in hexadecimal.
    pub(crate) key: String,
    /// Where it listens for peers.
    pub(crate) peers: SocketAddr,
    /// Where it answers HTTP.
    pub(crate) http: SocketAddr,
    /// Where it tells its metrics.
    pub(crate) admin: SocketAddr,
    /// Where it dials each node, in the order of the nodes.
    pub(crate) dials: Vec<SocketAddr>,
    /// Its process, while there is one.
    pub(crate) pid: Option<u32>,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// It votes.
    Validator,
    /// It follows.
    Follower,
}

impl Role {
    /// The word for it, as in a node's configuration.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Validator => "validator",
            Self::Follower => "follower",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl State {
    /// What is written down at `place`.
    pub(crate) fn read(place: &Place) -> Result<Self> {
        let path = place.state();
        let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("reading {}", path.display()))
    }

    /// Writes it down. Whoever reads meanwhile sees the old or the new, never half of it.
    pub(crate) fn write(&self, place: &Place) -> Result<()> {
        let path = place.state();
        let fresh = path.with_extension("new");
        fs::write(&fresh, serde_json::to_vec_pretty(self)?)?;
        fs::rename(fresh, &path).with_context(|| format!("writing {}", path.display()))
    }

    /// The place in the list of the node of this name.
    pub(crate) fn find(&self, name: &str) -> Result<usize> {
        let found = self.nodes.iter().position(|node| node.name == name);
        found.with_context(|| {
            let names: Vec<_> = self.nodes.iter().map(|node| node.name.as_str()).collect();
            format!("there is no node {name:?}; there are {}", names.join(", "))
        })
    }

    /// The places of several.
    pub(crate) fn find_all(&self, names: &[String]) -> Result<Vec<usize>> {
        names.iter().map(|name| self.find(name)).collect()
    }

    /// The nodes of a role.
    pub(crate) fn of(&self, role: Role) -> impl Iterator<Item = &NodeState> {
        self.nodes.iter().filter(move |node| node.role == role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str) -> NodeState {
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let (name, key) = (name.to_owned(), "00".to_owned());
        let role = Role::Validator;
        let (peers, http, admin, dials) = (address, address, address, vec![address]);
        NodeState { name, role, key, peers, http, admin, dials, pid: Some(1) }
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::make(&folder.path().join("net")).unwrap();
        let nodes = vec![node("validator-1"), node("follower-1")];
        let (network, temporary, linked) = ("testnet".to_owned(), true, true);
        let state = State { supervisor: 7, network, temporary, linked, nodes };
        state.write(&place).unwrap();
        assert_eq!(State::read(&place).unwrap(), state);
        assert_eq!(state.find("follower-1").unwrap(), 1);
        let unknown = state.find_all(&["follower-2".to_owned()]).unwrap_err().to_string();
        assert!(unknown.contains("validator-1, follower-1"), "{unknown}");
    }
}
