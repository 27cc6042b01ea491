//! The main job: people enrol, rotate, are suspended and revoked, and leave, while validators are
//! killed, paused and cut off; then everything is compared with what the wallets expect.

mod audit;
mod crowd;
mod deeds;
mod logins;
mod trouble;

use crate::api::Api;
use crate::condition;
use crate::courier::Courier;
use crate::network::Network;
use crate::office::Office;
use crate::out;
use crate::place::Place;
use crate::sample::Sample;
use crate::state::{NodeState, Role, State};
use crate::wait::until;
use anyhow::{Context, Result};
use crowd::Crowd;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, watch};

/// How long the nodes may take to agree once all is quiet.
const AGREE_LIMIT: Duration = Duration::from_mins(1);

/// A network to work on.
pub(crate) struct Job<'a> {
    api: Api,
    office: Office,
    courier: Courier,
    place: &'a Place,
    state: &'a State,
    /// Where DIDs are resolved: a follower, which has no vote.
    reader: SocketAddr,
}

impl<'a> Job<'a> {
    /// A job on the network at `place`.
    pub(crate) fn new(place: &'a Place, state: &'a State) -> Result<Self> {
        let (api, office) = (Api::new(), Office::open(place)?);
        let validators = state.of(Role::Validator).map(|node| node.http).collect();
        let reader = state.of(Role::Follower).next().or(state.nodes.first());
        let reader = reader.context("the network has no node")?.http;
        let courier = Courier::new(api.clone(), validators);
        Ok(Self { api, office, courier, place, state, reader })
    }

    /// Does all of it with so many people, and tells what came of each part.
    pub(crate) async fn run(&self, network: &Mutex<Network>, people: usize) -> Result<()> {
        let start = Instant::now();
        let mut crowd = told("requests made by wallets", people, async || {
            Crowd::gather(self.place, &self.office, people)
        })
        .await?;
        let begun = Instant::now();
        let (done, progress) = watch::channel(0);
        let work = deeds::all(self, &mut crowd, &done);
        let (deeds, faults) = tokio::try_join!(work, trouble::make(self, network, progress))?;
        deeds.tell(begun.elapsed());
        faults.tell();
        let height = self.agree().await?;
        until(AGREE_LIMIT, "caught up", async || self.behind(height).await).await?;
        told("DIDs resolved as expected", people, async || audit::resolve(self, &crowd).await)
            .await?;
        audit::bundles(self, &crowd).await?;
        logins::all(self, &crowd).await?;
        let seconds = start.elapsed().as_secs_f64();
        out::data(format_args!("all of it as the wallets expect, in {seconds:.1} s"));
        Ok(())
    }

    /// Waits until all nodes have one state, and tells it.
    async fn agree(&self) -> Result<u64> {
        let look = async || condition::agree(&self.api, self.state).await;
        let (height, root) = until(AGREE_LIMIT, "agree", look).await?;
        let nodes = self.state.nodes.len();
        out::data(format_args!("{nodes} nodes have state root {root} at height {height}"));
        Ok(height)
    }

    /// Whether the node at which DIDs are resolved has come to a height.
    async fn behind(&self, height: u64) -> Result<()> {
        let got = self.api.status(self.reader).await?.height;
        anyhow::ensure!(got >= height, "height {got} of {height}");
        Ok(())
    }

    /// The validators, in order.
    fn validators(&self) -> Vec<&NodeState> {
        self.state.of(Role::Validator).collect()
    }
}

/// Does something and tells how many of what came of it, and how long it took.
async fn told<T>(what: &str, count: usize, work: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let done = work().await?;
    let seconds = start.elapsed().as_secs_f64();
    out::data(format_args!("{count} {what} in {seconds:.1} s"));
    Ok(done)
}

/// A line of the summary: how many, how long each took.
fn line(count: usize, what: &str, sample: &Sample) {
    out::data(format_args!("{count:>7} {what:<16} {sample}"));
}
