//! How long nodes take to come back: each validator that is killed and started, until it serves what it
//! had; each follower that has lost everything, until it has every block again.

use crate::api::Api;
use crate::control::{self, Order};
use crate::fault::Fault;
use crate::out;
use crate::place::Place;
use crate::state::{NodeState, Role, State};
use crate::status::align;
use crate::usage::Usage;
use crate::wait::until;
use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// How long a node may take: a follower has the whole chain before it.
const BACK_LIMIT: Duration = Duration::from_hours(1);

/// A chain that stands still for longer has nothing to do: its time is that of its work. Blocks that are
/// full of batches come seconds after each other; an idle network makes one every half minute.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// A network whose nodes are to come back.
#[derive(Debug)]
pub(crate) struct Comeback<'a> {
    api: Api,
    place: &'a Place,
    state: &'a State,
}

/// What a node needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Back {
    took: Duration,
    rss_bytes: u64,
}

impl<'a> Comeback<'a> {
    /// Of the network at `place`.
    pub(crate) fn new(place: &'a Place, state: &'a State) -> Self {
        Self { api: Api::new(), place, state }
    }

    /// Has all nodes come back one after the other, and tells how long that took.
    pub(crate) async fn run(&self) -> Result<()> {
        let first = self.state.nodes.first().context("a network without nodes")?;
        let head = self.api.status(first.http).await?.height;
        let worked = worked(&self.times(first, head).await?);
        out::data(format_args!("{head} blocks, made in {:.1} s of work", worked.as_secs_f64()));
        let mut rows =
            vec![["NODE", "BACK AFTER", "RSS THEN", "AS FAST AS IT WAS MADE"].map(str::to_owned)];
        for node in &self.state.nodes {
            let nodes = vec![node.name.clone()];
            self.order(Fault::Kill { nodes: nodes.clone() }).await?;
            let fault = match node.role {
                Role::Validator => Fault::Restart { nodes, set: Vec::new() },
                Role::Follower => Fault::Renew { nodes },
            };
            let back = self.time(node, fault, head).await?;
            rows.push(row(node, back, worked));
        }
        out::data(align(&rows));
        Ok(())
    }

    async fn order(&self, fault: Fault) -> Result<()> {
        control::order(self.place, &Order::Fault(fault)).await
    }

    /// How long it takes from this until the node has this height.
    async fn time(&self, node: &NodeState, fault: Fault, height: u64) -> Result<Back> {
        let start = Instant::now();
        self.order(fault).await?;
        let back = format_args!("{} is back", node.name);
        until(BACK_LIMIT, back, async || self.api.has_height(node, height).await).await?;
        let took = start.elapsed();
        let state = State::read(self.place)?;
        let pid = state.nodes.get(state.find(&node.name)?).and_then(|node| node.pid);
        let usage = pid.and_then(Usage::of).context("it has ended")?;
        Ok(Back { took, rss_bytes: usage.rss_bytes })
    }

    /// The times of all blocks up to this height, in order.
    async fn times(&self, node: &NodeState, head: u64) -> Result<Vec<u64>> {
        let (mut times, mut after) = (Vec::new(), None);
        loop {
            let page = self.api.blocks(node.http, after.as_deref()).await?;
            let known = page.items.iter().filter(|block| block.height <= head);
            times.extend(known.map(|block| block.time_ms));
            match page.next {
                Some(next) if page.items.last().is_some_and(|block| block.height < head) => {
                    after = Some(next);
                }
                _ => return Ok(times),
            }
        }
    }
}

/// How long a chain with blocks of these times, in milliseconds, was at work.
fn worked(times: &[u64]) -> Duration {
    let gaps = times.windows(2).map(|pair| match pair {
        [one, next] => Duration::from_millis(next.saturating_sub(*one)),
        _ => Duration::ZERO,
    });
    gaps.filter(|gap| *gap <= PAUSE_MAX).sum()
}

fn row(node: &NodeState, Back { took, rss_bytes }: Back, worked: Duration) -> [String; 4] {
    let ratio = worked.as_secs_f64() / took.as_secs_f64();
    let speed = match node.role {
        Role::Validator => String::new(),
        Role::Follower => format!("{ratio:.1} times"),
    };
    let (seconds, mib) = (took.as_secs_f64(), rss_bytes / (1024 * 1024));
    [node.name.clone(), format!("{seconds:.2} s"), format!("{mib} MiB"), speed]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_that_rests_is_not_at_work() {
        assert_eq!(worked(&[5, 105, 30_105, 40_105, 40_106]), Duration::from_millis(10_101));
        assert_eq!((worked(&[]), worked(&[7])), (Duration::ZERO, Duration::ZERO));
    }
}
