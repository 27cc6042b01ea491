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

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_primitives::Hash;
    use serde_json::json;
    use std::io::{BufRead, BufReader, Write};
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::sync::mpsc::{Receiver, channel};
    use std::sync::{Arc, Mutex};
    use std::thread;
    use std::time::Duration;

    const BUSY: &str = "503 Service Unavailable";
    const ANSWERED: Duration = Duration::from_millis(20);

    /// A node that sends an event for each thing that comes in `rings`, and when it is asked for a block
    /// gives what comes next.
    fn node(rings: Receiver<()>, answers: Vec<String>) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let rings = Mutex::new(rings);
        let answers = Mutex::new(answers.into_iter());
        let known = Arc::new((rings, answers));
        thread::spawn(move || {
            for client in listener.incoming() {
                let known = Arc::clone(&known);
                thread::spawn(move || serve(client.unwrap(), &known.0, &known.1));
            }
        });
        address
    }

    fn serve(
        mut client: TcpStream,
        rings: &Mutex<Receiver<()>>,
        answers: &Mutex<std::vec::IntoIter<String>>,
    ) {
        let mut lines = BufReader::new(client.try_clone().unwrap()).lines();
        let asked = lines.next().unwrap().unwrap();
        lines.find(|line| line.as_ref().is_ok_and(String::is_empty)).unwrap().unwrap();
        if !asked.contains("/v1/events") {
            let answer = answers.lock().unwrap().next();
            return client
                .write_all(answer.unwrap_or(said("404 Not Found", "{}")).as_bytes())
                .unwrap();
        }
        client.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").unwrap();
        for () in rings.lock().unwrap().iter() {
            client.write_all(b"event: block\n\n").unwrap();
        }
    }

    fn said(status: &str, body: &str) -> String {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
    }

    fn id(byte: u8) -> TransactionId {
        TransactionId::new(Hash::from_bytes([byte; 32]))
    }

    /// A block that holds the transaction of this byte.
    fn block(byte: u8) -> String {
        let none = "00".repeat(32);
        let held = format!("{byte:02x}").repeat(32);
        let block = json!({
            "header": {
                "digest": none, "protocol_version": 1, "genesis": none, "epoch": 0, "height": 1,
                "parent": none, "time_ms": 1, "transaction_root": none, "state_root": none,
                "history_root": none, "validators": none, "next_validators": none,
            },
            "transactions": [{
                "id": held, "height": 1, "place": 0, "time_ms": 1, "kind": "did.create",
                "subject": { "organisation": 1 },
            }],
        });
        said("200 OK", &block.to_string())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_node_that_is_busy_once_is_asked_again_at_its_next_block() {
        let (ring, rings) = channel();
        let answers = vec![block(1), said(BUSY, "{}"), block(2), block(3)];
        let (api, node) = (Api::new(), node(rings, answers));
        let events = api.events(node).await.unwrap();
        let (tell, mut seen) = unbounded_channel();
        let following = tokio::spawn(follow(api, node, events, 1, tell));
        ring.send(()).unwrap();
        assert_eq!(seen.recv().await.unwrap().0, id(1));
        // It was busy when it was asked for the next, and has had two since.
        ring.send(()).unwrap();
        assert_eq!(seen.recv().await.unwrap().0, id(2));
        assert_eq!(seen.recv().await.unwrap().0, id(3));
        drop(ring);
        following.await.unwrap().unwrap();
        assert!(seen.recv().await.is_none());
    }

    #[tokio::test]
    async fn what_is_seen_is_collected_until_all_is_there_or_time_is_up() {
        let (tell, seen) = unbounded_channel();
        let (begun, wanted) = (Instant::now(), BTreeSet::from([id(1), id(2)]));
        for one in [id(7), id(1)] {
            tell.send((one, begun)).unwrap();
        }
        let watch = Watch { seen, _task: JoinSet::new() };
        let finals = watch.collect(wanted, begun + ANSWERED).await;
        assert!(finals.contains_key(&id(1)) && !finals.contains_key(&id(2)), "{finals:?}");
        assert!(begun.elapsed() >= ANSWERED);
        let (tell, seen) = unbounded_channel();
        tell.send((id(1), begun)).unwrap();
        let watch = Watch { seen, _task: JoinSet::new() };
        let never = begun + Duration::from_hours(1);
        assert_eq!(watch.collect([id(1)].into(), never).await.len(), 1);
    }
}
