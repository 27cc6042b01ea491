//! When transactions become final, as one node tells: its stream of events rings for each block, and
//! the block says which transactions it holds. So nobody waits on a connection for each of them.

use crate::api::Api;
use anyhow::Result;
use hefu_ledger::TransactionId;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// A transaction, and when it was seen to be final.
type Seen = (TransactionId, Instant);

/// Watches a node, as long as this lives.
pub(super) struct Watch {
    seen: UnboundedReceiver<Seen>,
    _task: JoinSet<Result<()>>,
}

impl Watch {
    /// Watches a node from its newest block on.
    pub(super) async fn begin(api: Api, node: SocketAddr) -> Result<Self> {
        let events = api.events(node).await?;
        let next = api.status(node).await?.height + 1;
        let (tell, seen) = unbounded_channel();
        let mut task = JoinSet::new();
        task.spawn(follow(api, node, events, next, tell));
        Ok(Self { seen, _task: task })
    }

    /// When those became final that did until the deadline. It is over earlier once all have.
    pub(super) async fn collect(
        mut self,
        mut wanted: BTreeSet<TransactionId>,
        deadline: Instant,
    ) -> BTreeMap<TransactionId, Instant> {
        let mut finals = BTreeMap::new();
        while !wanted.is_empty()
            && let Ok(Some((id, when))) = timeout_at(deadline, self.seen.recv()).await
        {
            wanted.remove(&id);
            finals.insert(id, when);
        }
        finals
    }
}

async fn follow(
    api: Api,
    node: SocketAddr,
    mut events: Incoming,
    mut next: u64,
    tell: UnboundedSender<Seen>,
) -> Result<()> {
    while let Some(event) = events.frame().await {
        event?;
        let now = Instant::now();
        // A node that has too much to do is asked again at the next block.
        while let Ok(Some(ids)) = api.transactions(node, next).await {
            for id in ids {
                // Whoever has stopped to listen needs to know nothing.
                let _ = tell.send((id, now));
            }
            next += 1;
        }
    }
    Ok(())
}
