//! Power cuts and failing disks in a row under load: whatever was acknowledged as final must still be
//! there, and whoever went down must soon be back.

mod disks;

use crate::api::Api;
use crate::canary::somebody;
use crate::condition;
use crate::courier::Courier;
use crate::fault::Fault;
use crate::network::Network;
use crate::office::Office;
use crate::out;
use crate::place::Place;
use crate::sample::Sample;
use crate::state::{NodeState, Role, State};
use crate::wait::until;
use anyhow::{Context, Result, bail, ensure};
use futures::future::try_join_all;
use hefu_ledger::TransactionId;
use std::sync::Mutex as Shared;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, watch};

/// How long a validator that went down may take until it answers and is as high as the others were.
const BACK_LIMIT: Duration = Duration::from_secs(5);

/// How long the network may take until something is final again.
const PROGRESS_LIMIT: Duration = Duration::from_secs(20);

/// How long the network may take to agree once all is quiet.
const AGREE_LIMIT: Duration = Duration::from_mins(1);

/// Of so many kills, one is of all validators at once.
const ALL_EVERY: usize = 10;

/// Clients that enrol somebody, again and again.
const CLIENTS: usize = 8;

/// A network that is put to the test.
pub(crate) struct Endurance<'a> {
    api: Api,
    office: Office,
    courier: Courier,
    state: &'a State,
    network: &'a Mutex<Network>,
    /// What was acknowledged as final, with its height.
    acknowledged: Shared<Vec<(TransactionId, u64)>>,
}

impl<'a> Endurance<'a> {
    /// A test of the network at `place`.
    pub(crate) fn new(
        place: &Place,
        state: &'a State,
        network: &'a Mutex<Network>,
    ) -> Result<Self> {
        let (api, office) = (Api::new(), Office::open(place)?);
        let validators = state.of(Role::Validator).map(|node| node.http).collect();
        let courier = Courier::new(api.clone(), validators);
        Ok(Self { api, office, courier, state, network, acknowledged: Shared::default() })
    }

    /// Kills validators so many times under load, has so many disks fail, and tells what came of it.
    pub(crate) async fn run(&self, kills: usize, disks: usize) -> Result<()> {
        let (over, running) = watch::channel(false);
        let harm = async {
            let harm = self.harm(kills, disks).await;
            over.send_replace(true);
            harm
        };
        let clients = try_join_all((0..CLIENTS).map(|_| self.enrol(running.clone())));
        tokio::try_join!(harm, clients)?;
        self.compare().await
    }

    async fn harm(&self, kills: usize, disks: usize) -> Result<()> {
        if kills > 0 {
            self.cut_power(kills).await?;
        }
        if disks > 0 {
            self.fail_disks(disks).await?;
        }
        Ok(())
    }

    async fn cut_power(&self, kills: usize) -> Result<()> {
        let start = Instant::now();
        let backs = self.kill_all(kills).await?;
        let (all, single) = (kills / ALL_EVERY, kills - kills / ALL_EVERY);
        let seconds = start.elapsed().as_secs_f64();
        out::data(format_args!(
            "{single} kills -9 of one validator and {all} of all at once in {seconds:.0} s; back after: \
             {backs}"
        ));
        Ok(())
    }

    async fn kill_all(&self, kills: usize) -> Result<Sample> {
        let validators: Vec<&NodeState> = self.state.of(Role::Validator).collect();
        let mut backs = Vec::with_capacity(kills);
        for number in 1..=kills {
            let victims = match number % ALL_EVERY {
                0 => validators.clone(),
                turn => validators.get(turn % validators.len()).copied().into_iter().collect(),
            };
            let back = self.kill(&victims).await;
            backs.push(back.with_context(|| format!("after {number} kills"))?);
            self.progress().await?;
        }
        Ok(backs.into_iter().collect())
    }

    /// Kills these at once and starts them again. How long it took until they were back.
    async fn kill(&self, victims: &[&NodeState]) -> Result<Duration> {
        let aim = self.highest();
        let nodes = || victims.iter().map(|node| node.name.clone()).collect();
        let mut network = self.network.lock().await;
        network.apply(&Fault::Kill { nodes: nodes() }).await?;
        let start = Instant::now();
        network.apply(&Fault::Restart { nodes: nodes(), set: Vec::new() }).await?;
        drop(network);
        for victim in victims {
            self.come_back(victim, aim).await?;
        }
        Ok(start.elapsed())
    }

    /// Waits until a validator answers and has this height.
    async fn come_back(&self, victim: &NodeState, aim: u64) -> Result<()> {
        let look = async || self.api.has_height(victim, aim).await;
        until(BACK_LIMIT, format_args!("{} is back", victim.name), look).await
    }

    /// Waits until somebody is told of a new final block: power cuts that follow each other too fast
    /// would hit a network that does nothing.
    async fn progress(&self) -> Result<()> {
        let before = self.highest();
        let look = async || {
            ensure!(self.highest() > before, "nothing final since height {before}");
            Ok(())
        };
        until(PROGRESS_LIMIT, "at work again", look).await
    }

    /// The height of the last block that somebody was told is final.
    fn highest(&self) -> u64 {
        self.list().iter().map(|(_, height)| *height).max().unwrap_or(0)
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<(TransactionId, u64)>> {
        self.acknowledged.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Enrols one after the other until it is over.
    async fn enrol(&self, over: watch::Receiver<bool>) -> Result<()> {
        while !*over.borrow() {
            let (_, request) = somebody(&self.office)?;
            let transaction = self.office.enrol(request)?;
            let delivered = self.courier.deliver(&transaction).await?;
            self.list().push((transaction.envelope.id(), delivered.outcome.height));
        }
        Ok(())
    }

    /// Whether all nodes agree and have everything that was acknowledged, where it was.
    async fn compare(&self) -> Result<()> {
        let look = async || condition::agree(&self.api, self.state).await;
        let (height, root) = until(AGREE_LIMIT, "agree", look).await?;
        ensure!(height >= self.highest(), "the nodes agree at {height}, below what was final");
        let acknowledged = std::mem::take(&mut *self.list());
        let first = self.state.nodes.first().context("there is no node")?;
        for (id, height) in &acknowledged {
            let known = self.api.transaction(first.http, id).await?;
            match known.and_then(|status| status.outcome()) {
                Some(outcome) if outcome.height == *height => {}
                got => bail!("LOST: transaction {id} was final at {height}, and now is {got:?}"),
            }
        }
        let (count, nodes) = (acknowledged.len(), self.state.nodes.len());
        out::data(format_args!(
            "{count} transactions acknowledged as final meanwhile, none lost; {nodes} nodes have state \
             root {root} at height {height}"
        ));
        Ok(())
    }
}
