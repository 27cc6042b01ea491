//! A load on a network, and what it costs: `hefu testnet load`.

mod drive;
mod floor;
mod mix;
mod parts;
mod supply;
mod watch;

pub(crate) use mix::Mix;

use crate::api::Api;
use crate::courier::Courier;
use crate::office::Office;
use crate::out;
use crate::place::Place;
use crate::sample::Sample;
use crate::state::{NodeState, Role, State};
use crate::status::align;
use crate::usage::Usage;
use anyhow::{Context, Result};
use drive::{Driven, End};
use floor::Probe;
use mix::Kind;
use parts::Parts;
use std::net::SocketAddr;
use std::process;
use std::time::Duration;

/// What is to be submitted.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// Transactions a second.
    pub(crate) rate: u32,
    /// For how many seconds.
    pub(crate) seconds: u32,
    /// Of which kinds.
    pub(crate) mix: Mix,
}

/// What every process has used.
struct Meter {
    own: Usage,
    nodes: Vec<(NodeState, Usage)>,
}

impl Meter {
    fn read(state: &State) -> Self {
        let usage = |node: &NodeState| Some((node.clone(), Usage::of(node.pid?)?));
        let own = Usage::of(process::id()).unwrap_or_default();
        Self { own, nodes: state.nodes.iter().filter_map(usage).collect() }
    }

    /// Time on a processor of all nodes together.
    fn cpu(&self) -> Duration {
        self.nodes.iter().map(|(_, usage)| usage.cpu).sum()
    }
}

impl Load {
    /// Puts the load on the network at `place`, and tells what came of it.
    pub(crate) async fn run(&self, place: &Place, state: &State) -> Result<()> {
        let office = Office::open(place)?;
        let nodes: Vec<SocketAddr> = state.of(Role::Validator).map(|node| node.http).collect();
        let courier = Courier::new(Api::new(), nodes.clone());
        let count = usize::try_from(self.rate.saturating_mul(self.seconds))?;
        let (parcels, check) = supply::prepare(&office, &courier, &self.mix, count).await?;
        let (api, before) = (Api::new(), Meter::read(state));
        let parts = Parts::ask(&api, state).await;
        let probe = Probe::begin(place);
        let driven = drive::drive(&nodes, parcels, self.rate).await?;
        let floor = probe.end(check)?;
        let after = Meter::read(state);
        let spent = Parts::ask(&api, state).await;
        let all = finals_of(&driven, |_| true);
        let finals = u32::try_from(all.count())?;
        self.tell(&driven, finals);
        out::data(floor.beside(&all));
        costs(&before, &after, finals, nodes.len(), check, driven.took + driven.drained)?;
        out::data(spent.table(&parts, finals));
        Ok(())
    }

    fn tell(&self, driven: &Driven, finals: u32) {
        let Driven { ends, took, drained } = driven;
        let count = |wanted: End| ends.iter().filter(|(_, end)| *end == wanted).count();
        let goodput = f64::from(finals) / (*took + *drained).as_secs_f64();
        let Self { rate, seconds, mix } = self;
        out::data(format_args!(
            "{rate} a second for {seconds} s ({mix}): {finals} of {} final ({goodput:.1} a second), \
             {} turned away for a while, {} refused, {} pending still, {} without an answer; the \
             last {:.1} s after the load was over",
            ends.len(),
            count(End::Busy),
            count(End::Refused),
            count(End::Pending),
            count(End::Unanswered),
            drained.as_secs_f64(),
        ));
        for (kind, word) in Kind::NAMED {
            let sample = finals_of(driven, |one| one == kind);
            if sample.count() > 0 {
                out::data(format_args!("  {word:<8} submitted to final: {sample}"));
            }
        }
    }
}

/// How long it took until those of some kinds were final.
fn finals_of(driven: &Driven, chosen: impl Fn(Kind) -> bool) -> Sample {
    let spans = driven.ends.iter().filter_map(|(kind, end)| match end {
        End::Final(span) if chosen(*kind) => Some(*span),
        _ => None,
    });
    spans.collect()
}

/// What the load cost, beside what the checks of signatures alone would.
fn costs(
    before: &Meter,
    after: &Meter,
    finals: u32,
    validators: usize,
    check: Duration,
    took: Duration,
) -> Result<()> {
    let mut rows = vec![["NODE", "CPU", "OF ONE CORE", "RSS"].map(str::to_owned)];
    for (node, now) in &after.nodes {
        let then = before.nodes.iter().find(|(other, _)| other.name == node.name);
        let cpu = now.cpu.saturating_sub(then.map(|(_, usage)| usage.cpu).unwrap_or_default());
        rows.push(row(&node.name, cpu, took, now.rss_bytes));
    }
    let own = after.own.cpu.saturating_sub(before.own.cpu);
    rows.push(row("this program", own, took, after.own.rss_bytes));
    out::data(align(&rows));
    let all = after.cpu().saturating_sub(before.cpu());
    let each = all.checked_div(finals).context("nothing became final")?;
    let floor = check * u32::try_from(validators)?;
    let ratio = each.as_secs_f64() / floor.as_secs_f64();
    out::data(format_args!(
        "CPU of all nodes per final transaction: {} µs, {ratio:.1} times the {} µs that {validators} \
         validators need for its checks ({} µs each, measured here)",
        each.as_micros(),
        floor.as_micros(),
        check.as_micros(),
    ));
    Ok(())
}

fn row(name: &str, cpu: Duration, took: Duration, rss_bytes: u64) -> [String; 4] {
    let share = 100.0 * cpu.as_secs_f64() / took.as_secs_f64();
    let rss = rss_bytes / (1024 * 1024);
    [
        name.to_owned(),
        format!("{:.2} s", cpu.as_secs_f64()),
        format!("{share:.0} %"),
        format!("{rss} MiB"),
    ]
}
