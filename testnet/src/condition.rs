//! What can be expected of a network.

use crate::api::Api;
use crate::canary;
use crate::place::Place;
use crate::state::{NodeState, State};
use crate::wait::until;
use anyhow::{Context, Result, bail, ensure};
use hefu_api::Status;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Something that holds of a network, or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Every node that answers has at least this height.
    Height(u64),
    /// Every running node has the same block at the height of the one that is furthest behind, and
    /// none is more than this far behind.
    Agree,
    /// A canary transaction becomes final.
    Ready,
    /// A node answers.
    Up(String),
    /// A node does not answer.
    Down(String),
}

/// Blocks that one node may be behind another while they agree.
const BEHIND_MAX: u64 = 8;

const FORMS: &str = "height>=N, agree, ready, up NODE or down NODE";

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<_> = text.split_whitespace().collect();
        let unknown = || format!("{text:?} is no condition; write {FORMS}");
        match words[..] {
            ["agree"] => Ok(Self::Agree),
            ["ready"] => Ok(Self::Ready),
            ["up", node] => Ok(Self::Up(node.to_owned())),
            ["down", node] => Ok(Self::Down(node.to_owned())),
            _ => {
                let number = words.concat();
                let number = number.strip_prefix("height>=").and_then(|rest| rest.parse().ok());
                number.map(Self::Height).ok_or_else(unknown)
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Height(height) => write!(f, "height>={height}"),
            Self::Agree => f.write_str("agree"),
            Self::Ready => f.write_str("ready"),
            Self::Up(node) => write!(f, "up {node}"),
            Self::Down(node) => write!(f, "down {node}"),
        }
    }
}

impl Condition {
    /// Waits until it holds, for as long as `within`.
    pub(crate) async fn expect(
        &self,
        api: &Api,
        place: &Place,
        state: &State,
        within: Duration,
    ) -> Result<()> {
        match self {
            Self::Height(least) => {
                let look = async || high(&answering(api, state).await, *least);
                until(within, self, look).await
            }
            Self::Agree => until(within, self, async || agree(api, state).await).await.map(drop),
            Self::Ready => canary::sing(api, place, state, within).await.map(drop),
            Self::Up(name) => {
                let node = state.nodes.get(state.find(name)?).context("no such node")?;
                let look = async || api.status(node.http).await;
                until(within, self, look).await.map(drop)
            }
            Self::Down(name) => {
                let node = state.nodes.get(state.find(name)?).context("no such node")?;
                let look = async || silent(api, node).await;
                until(within, self, look).await
            }
        }
    }
}

/// The nodes that answer, with what they say.
pub(crate) async fn answering(api: &Api, state: &State) -> Vec<(NodeState, Status)> {
    let mut found = Vec::new();
    for node in &state.nodes {
        if let Ok(status) = api.status(node.http).await {
            found.push((node.clone(), status));
        }
    }
    found
}

fn high(nodes: &[(NodeState, Status)], least: u64) -> Result<()> {
    ensure!(!nodes.is_empty(), "no node answers");
    for (node, status) in nodes {
        let height = status.height;
        ensure!(height >= least, "{} has height {height}", node.name);
    }
    Ok(())
}

async fn silent(api: &Api, node: &NodeState) -> Result<()> {
    ensure!(api.status(node.http).await.is_err(), "{} answers", node.name);
    Ok(())
}

/// The height at which all nodes were compared, and the state root there.
pub(crate) async fn agree(api: &Api, state: &State) -> Result<(u64, String)> {
    let nodes = answering(api, state).await;
    let running = state.nodes.iter().filter(|node| node.pid.is_some()).count();
    ensure!(nodes.len() >= running.max(1), "{} of {running} nodes answer", nodes.len());
    let heights = || nodes.iter().map(|(_, status)| status.height);
    let (low, high) = (heights().min().unwrap_or(0), heights().max().unwrap_or(0));
    ensure!(high - low <= BEHIND_MAX, "heights are between {low} and {high}");
    let mut agreed: Option<(String, String, String)> = None;
    for (node, _) in &nodes {
        let header = api.checkpoint(node.http, low).await?.header;
        let (digest, root) = (header.digest.to_string(), header.state_root.to_string());
        match &agreed {
            Some((first, name, _)) if *first != digest => {
                bail!("FORK: block {low} is {first} at {name} and {digest} at {}", node.name)
            }
            Some(_) => {}
            None => agreed = Some((digest, node.name.clone(), root)),
        }
    }
    agreed.map(|(_, _, root)| (low, root)).context("no node answers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_read_as_it_is_written() {
        for text in ["height>=12", "agree", "ready", "up validator-1", "down follower-1"] {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
        }
        assert_eq!("height >= 7".parse(), Ok(Condition::Height(7)));
        for wrong in ["", "height>=", "height>5", "height>=x", "agree now", "up", "fork"] {
            let refused = wrong.parse::<Condition>().unwrap_err();
            assert!(refused.contains("height>=N"), "{refused}");
        }
    }
}
