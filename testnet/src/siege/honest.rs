//! Honest clients: they come at a fixed rate, each on a connection of its own, and want to be served.

use super::table;
use crate::api::{Api, Fate, encode};
use crate::canary::somebody;
use crate::office::Office;
use crate::sample::Sample;
use crate::state::{Role, State};
use anyhow::{Context, Result, ensure};
use hefu_api::paths;
use hefu_ledger::did::Did;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Somebody resolves a DID so often.
const RESOLVE_PAUSE: Duration = Duration::from_millis(10);

/// Somebody is enrolled so often.
const ENROL_PAUSE: Duration = Duration::from_millis(100);

/// The last bytes of the addresses from which clients come.
const CLIENTS: RangeInclusive<u8> = 1..=7;

/// How long an enrolment may take to be final.
const PATIENCE: Duration = Duration::from_secs(20);

/// Clients of all validators in turn.
pub(super) struct Honest {
    office: Office,
    nodes: Vec<SocketAddr>,
    /// Where a DID is resolved that everybody asks for.
    path: String,
}

/// What came of the requests of one kind.
struct Tally {
    asked: usize,
    spans: Sample,
}

/// What came of all requests.
pub(super) struct Served {
    resolved: Tally,
    enrolled: Tally,
}

impl Honest {
    /// Enrols somebody whose DID is then asked for.
    pub(super) async fn settle(office: Office, state: &State) -> Result<Self> {
        let nodes: Vec<_> = state.of(Role::Validator).map(|node| node.http).collect();
        let (id, request) = somebody(&office)?;
        let bytes = encode(&office.enrol(request)?);
        let first = *nodes.first().context("there is no validator")?;
        let fate = Api::new().submit(first, bytes, PATIENCE).await?;
        ensure!(matches!(fate, Fate::Final(_)), "nobody can be enrolled: {fate:?}");
        let did = Did { network: office.genesis().network.clone(), id };
        Ok(Self { office, nodes, path: paths::identifier(&did.to_string()) })
    }

    /// How clients fare for so long.
    pub(super) async fn measure(&self, span: Duration) -> Result<Served> {
        let (resolved, enrolled) = tokio::try_join!(self.resolve(span), self.enrol(span))?;
        Ok(Served { resolved, enrolled })
    }

    async fn resolve(&self, span: Duration) -> Result<Tally> {
        let path = self.path.clone();
        let ask = |api: Api, node| {
            let path = path.clone();
            Ok(async move { Ok(api.get(node, &path).await?.status.is_success()) })
        };
        self.come(span, RESOLVE_PAUSE, ask).await
    }

    async fn enrol(&self, span: Duration) -> Result<Tally> {
        let ask = |api: Api, node| {
            let (_, request) = somebody(&self.office)?;
            let bytes = encode(&self.office.enrol(request)?);
            Ok(async move {
                let fate = api.submit(node, bytes, PATIENCE).await?;
                Ok(matches!(fate, Fate::Final(_)))
            })
        };
        self.come(span, ENROL_PAUSE, ask).await
    }

    /// Asks at a fixed rate, whether or not what was asked before is answered.
    async fn come<F>(
        &self,
        span: Duration,
        pause: Duration,
        ask: impl Fn(Api, SocketAddr) -> Result<F>,
    ) -> Result<Tally>
    where
        F: Future<Output = Result<bool>> + Send + 'static,
    {
        let (start, mut due, mut under_way) = (Instant::now(), Instant::now(), JoinSet::new());
        for (node, last) in self.nodes.iter().cycle().zip(CLIENTS.cycle()) {
            if due >= start + span {
                break;
            }
            sleep_until(due).await;
            // One that has no connection yet.
            let api = Api::at(Ipv4Addr::new(127, 0, 0, last));
            let asked = ask(api, *node)?;
            under_way.spawn(async move {
                let served = asked.await.unwrap_or(false);
                served.then(|| due.elapsed())
            });
            due += pause;
        }
        let spans = under_way.join_all().await;
        Ok(Tally { asked: spans.len(), spans: spans.into_iter().flatten().collect() })
    }
}

impl Tally {
    fn row(what: &str, before: &Self, meanwhile: &Self) -> [String; 6] {
        let served = |tally: &Self| format!("{} of {}", tally.spans.count(), tally.asked);
        let p99 = |tally: &Self| tally.spans.percentile(99).as_secs_f64() * 1e3;
        let (was, is) = (p99(before), p99(meanwhile));
        [
            what.to_owned(),
            served(before),
            format!("{was:.1} ms"),
            served(meanwhile),
            format!("{is:.1} ms"),
            format!("{:.2}", is / was),
        ]
    }
}

impl Served {
    /// How many requests were not served.
    pub(super) fn unserved(&self) -> usize {
        let unserved = |tally: &Tally| tally.asked - tally.spans.count();
        unserved(&self.resolved) + unserved(&self.enrolled)
    }

    /// How clients fared, and how much worse.
    pub(super) fn table(before: &Self, meanwhile: &Self) -> String {
        let headings = ["HONEST CLIENTS", "BEFORE", "P99", "MEANWHILE", "P99", "RATIO"];
        table(
            headings,
            [
                Tally::row("resolve a DID", &before.resolved, &meanwhile.resolved),
                Tally::row("enrol, until final", &before.enrolled, &meanwhile.enrolled),
            ],
        )
    }
}
