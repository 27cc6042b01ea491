//! Submitting at a fixed rate, whatever the network makes of it: whoever waits for answers measures
//! only how fast it was let wait.

use super::mix::Kind;
use super::supply::Parcel;
use crate::api::{Api, Fate};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// How long a transaction may take to be final.
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
    /// Neither final nor refused in time.
    Lost,
}

/// Submits everything to the nodes in turn, so many a second. What became of each, and how long all of
/// it took.
pub(super) async fn drive(
    api: &Api,
    nodes: &[SocketAddr],
    parcels: Vec<Parcel>,
    rate: u32,
) -> (Vec<(Kind, End)>, Duration) {
    let start = Instant::now();
    let mut under_way = JoinSet::new();
    let targets = nodes.iter().copied().cycle();
    for ((number, parcel), node) in (0_u32..).zip(parcels).zip(targets) {
        let due = start + Duration::from_secs(1).saturating_mul(number) / rate;
        sleep_until(due).await;
        let api = api.clone();
        under_way.spawn(async move { (parcel.kind, one(&api, node, parcel, due).await) });
    }
    (under_way.join_all().await, start.elapsed())
}

async fn one(api: &Api, node: SocketAddr, parcel: Parcel, due: Instant) -> End {
    match api.submit(node, parcel.bytes, PATIENCE).await {
        Ok(Fate::Final(_)) => End::Final(due.elapsed()),
        Ok(Fate::Later(..)) => End::Busy,
        Ok(Fate::Refused(_)) => End::Refused,
        Ok(Fate::Pending) | Err(_) => End::Lost,
    }
}
