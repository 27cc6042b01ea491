//! Submitting at a fixed rate, whatever the network makes of it: whoever waits for answers measures
//! only how fast it was let wait.

use super::mix::Kind;
use super::supply::Parcel;
use crate::api::{Api, Fate};
use std::iter;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// How long a transaction may take to be final.
const PATIENCE: Duration = Duration::from_secs(30);

/// The last bytes of the addresses from which clients come: so many times the connections that a node
/// grants one address, and fewer than it grants all together.
const CLIENTS: RangeInclusive<u8> = 1..=7;

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Final, so long after it was due.
    Final(Duration),
    /// Turned away for a while.
    Busy,
    /// Refused.
    Refused,
    /// Taken, and neither final nor refused in time.
    Pending,
    /// The node did not answer, or hung up at once because it has enough connections.
    Unanswered,
}

/// Submits everything to the nodes in turn, so many a second. What became of each, and how long all of
/// it took.
pub(super) async fn drive(
    nodes: &[SocketAddr],
    parcels: Vec<Parcel>,
    rate: u32,
) -> (Vec<(Kind, End)>, Duration) {
    let clients: Vec<Api> =
        CLIENTS.map(|last: u8| Api::at(Ipv4Addr::new(127, 0, 0, last))).collect();
    // A client sends to each node once before the next client does.
    let clients = clients.iter().flat_map(|client| iter::repeat_n(client, nodes.len())).cycle();
    let start = Instant::now();
    let mut under_way = JoinSet::new();
    let targets = nodes.iter().copied().cycle().zip(clients);
    for ((number, parcel), (node, client)) in (0_u32..).zip(parcels).zip(targets) {
        let due = start + Duration::from_secs(1).saturating_mul(number) / rate;
        sleep_until(due).await;
        let client = client.clone();
        under_way.spawn(async move { (parcel.kind, one(&client, node, parcel, due).await) });
    }
    (under_way.join_all().await, start.elapsed())
}

async fn one(api: &Api, node: SocketAddr, parcel: Parcel, due: Instant) -> End {
    match api.submit(node, parcel.bytes, PATIENCE).await {
        Ok(Fate::Final(_)) => End::Final(due.elapsed()),
        Ok(Fate::Later(..)) => End::Busy,
        Ok(Fate::Refused(_)) => End::Refused,
        Ok(Fate::Pending) => End::Pending,
        Err(_) => End::Unanswered,
    }
}
