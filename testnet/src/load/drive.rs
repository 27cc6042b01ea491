//! Submitting at a fixed rate, whatever the network makes of it: whoever waits for answers measures
//! only how fast it was let wait.

use super::mix::Kind;
use super::supply::Parcel;
use super::watch::Watch;
use crate::api::{Api, Fate};
use anyhow::{Context, Result};
use hefu_ledger::TransactionId;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How long a transaction may take to be final once all are submitted.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Final, so long after it was due.
    Final(Duration),
    /// Turned away for a while.
    Busy,
    /// Refused.
    Refused,
    /// Taken, and not final in time.
    Pending,
    /// The node did not answer.
    Unanswered,
}

/// What came of a load.
#[derive(Debug)]
pub(super) struct Driven {
    /// What became of each transaction.
    pub(super) ends: Vec<(Kind, End)>,
    /// How long it was submitted.
    pub(super) took: Duration,
    /// How long after that the last one became final.
    pub(super) drained: Duration,
}

/// A transaction that was submitted: when it was due, and what the node said.
struct Handed {
    kind: Kind,
    id: TransactionId,
    due: Instant,
    end: End,
}

/// Submits everything to the nodes in turn, so many a second.
pub(super) async fn drive(nodes: &[SocketAddr], parcels: Vec<Parcel>, rate: u32) -> Result<Driven> {
    let api = Api::new();
    let first = *nodes.first().context("there is no validator")?;
    let watch = Watch::begin(api.clone(), first).await?;
    let start = Instant::now();
    let mut beats = beats(start, u32::try_from(parcels.len())?, rate);
    let mut under_way = JoinSet::new();
    for (parcel, node) in parcels.into_iter().zip(nodes.iter().copied().cycle()) {
        let due = beats.recv().await.context("the beat has stopped")?;
        under_way.spawn(one(api.clone(), node, parcel, due));
    }
    let handed = under_way.join_all().await;
    let stop = Instant::now();
    let taken = handed.iter().filter(|one| one.end == End::Pending).map(|one| one.id);
    let finals = watch.collect(taken.collect(), stop + PATIENCE).await;
    let drained = finals.values().max().map_or(Duration::ZERO, |last| *last - stop);
    let end = |one: &Handed| match (one.end, finals.get(&one.id)) {
        (End::Pending, Some(when)) => End::Final(*when - one.due),
        (end, _) => end,
    };
    let ends = handed.iter().map(|one| (one.kind, end(one))).collect();
    Ok(Driven { ends, took: stop - start, drained })
}

/// The times at which so many are due, each when it has come. They come from a thread: timers of the runtime
/// are up to two milliseconds late, which would count as if the network had taken them.
fn beats(start: Instant, count: u32, rate: u32) -> UnboundedReceiver<Instant> {
    let (beat, beats) = unbounded_channel();
    thread::spawn(move || {
        for number in 0..count {
            let due = start + Duration::from_secs(1).saturating_mul(number) / rate;
            // For a time that is known, and not for something to happen.
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if beat.send(due).is_err() {
                return;
            }
        }
    });
    beats
}

async fn one(api: Api, node: SocketAddr, parcel: Parcel, due: Instant) -> Handed {
    let Parcel { kind, id, bytes } = parcel;
    let end = match api.hand_in(node, bytes).await {
        // One that is final already is among those that are seen to be.
        Ok(Fate::Pending | Fate::Final(_)) => End::Pending,
        Ok(Fate::Later(..)) => End::Busy,
        Ok(Fate::Refused(_)) => End::Refused,
        Err(_) => End::Unanswered,
    };
    Handed { kind, id, due, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_due_before_its_time_and_all_is_some_time() {
        let start = Instant::now();
        let (mut beats, mut due) = (beats(start, 20, 1_000), Vec::new());
        while let Some(beat) = beats.recv().await {
            assert!(Instant::now() >= beat);
            due.push((beat - start).as_millis());
        }
        assert_eq!(due, (0..20).collect::<Vec<_>>());
    }
}
