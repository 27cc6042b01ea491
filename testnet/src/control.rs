//! Orders from other shells to the supervisor, over a socket in the network's directory.

use crate::fault::Fault;
use crate::place::Place;
use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

/// Bytes of an order and of a reply.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// How long whoever connects may take to say what it wants.
const ORDER_LIMIT: Duration = Duration::from_secs(2);

/// What a supervisor is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Let something go wrong, or right again.
    Fault(Fault),
    /// End the network, saved to a directory if one is named.
    Down(Option<PathBuf>),
}

/// What becomes of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Done,
    Failed(String),
}

/// Where orders come in.
#[derive(Debug)]
pub(crate) struct Desk {
    listener: UnixListener,
}

/// Whoever gave an order, who waits for what becomes of it.
#[derive(Debug)]
pub(crate) struct Caller {
    stream: UnixStream,
}

impl Desk {
    /// Opens the socket of the network at `place`.
    pub(crate) fn open(place: &Place) -> Result<Self> {
        let path = place.control();
        let listener = UnixListener::bind(&path);
        Ok(Self { listener: listener.with_context(|| format!("opening {}", path.display()))? })
    }

    /// The next who has an order. Nobody is lost when this is dropped before it gives somebody.
    pub(crate) async fn next(&self) -> Result<Caller> {
        let (stream, _) = self.listener.accept().await?;
        Ok(Caller { stream })
    }
}

impl Caller {
    /// The order. Whoever says nothing intelligible is told so and heard no more.
    pub(crate) async fn order(mut self) -> Option<(Order, Self)> {
        match timeout(ORDER_LIMIT, receive(&mut self.stream)).await {
            Ok(Ok(order)) => return Some((order, self)),
            Ok(Err(error)) => self.tell(Err(error)).await,
            Err(_) => {}
        }
        None
    }

    /// Tells what became of the order. Whoever has gone away does not hear it.
    pub(crate) async fn tell(mut self, result: Result<()>) {
        let reply = match result {
            Ok(()) => Reply::Done,
            Err(error) => Reply::Failed(format!("{error:#}")),
        };
        let _unheard = send(&mut self.stream, &reply).await;
    }
}

/// Gives an order to the supervisor of the network at `place`, and waits until it is carried out.
pub(crate) async fn order(place: &Place, order: &Order) -> Result<()> {
    let stream = UnixStream::connect(place.control()).await;
    let mut stream = stream.context("no supervisor answers; has the network ended?")?;
    send(&mut stream, order).await?;
    match receive(&mut stream).await? {
        Reply::Done => Ok(()),
        Reply::Failed(reason) => bail!(reason),
    }
}

async fn send<T: Serialize>(stream: &mut UnixStream, value: &T) -> Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(stream.write_all(&line).await?)
}

async fn receive<T: DeserializeOwned>(stream: &mut UnixStream) -> Result<T> {
    let mut line = Vec::new();
    BufReader::new(stream.take(LINE_BYTES_MAX)).read_until(b'\n', &mut line).await?;
    Ok(serde_json::from_slice(&line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_order_is_carried_out_before_it_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::make(&folder.path().join("net")).unwrap();
        let desk = Desk::open(&place).unwrap();
        let told = Order::Fault(Fault::Heal { nodes: vec!["validator-1".to_owned()] });
        let supervisor = async {
            let (first, caller) = desk.next().await.unwrap().order().await.unwrap();
            caller.tell(Ok(())).await;
            let (second, caller) = desk.next().await.unwrap().order().await.unwrap();
            caller.tell(Err(anyhow::anyhow!("not today"))).await;
            (first, second)
        };
        let shell = async {
            order(&place, &told).await.unwrap();
            order(&place, &Order::Down(None)).await.unwrap_err().to_string()
        };
        let (heard, refused) = tokio::join!(supervisor, shell);
        assert_eq!(heard, (told.clone(), Order::Down(None)));
        assert_eq!(refused, "not today");
    }

    #[tokio::test]
    async fn nonsense_is_refused_and_the_next_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::make(&folder.path().join("net")).unwrap();
        let desk = Desk::open(&place).unwrap();
        let shell = async {
            let mut stream = UnixStream::connect(place.control()).await.unwrap();
            stream.write_all(b"what?\n").await.unwrap();
            assert!(matches!(receive(&mut stream).await.unwrap(), Reply::Failed(_)));
            let _unanswered = order(&place, &Order::Down(None)).await;
        };
        let supervisor = async {
            assert!(desk.next().await.unwrap().order().await.is_none());
            desk.next().await.unwrap().order().await.unwrap().0
        };
        let ((), heard) = tokio::join!(shell, supervisor);
        assert_eq!(heard, Order::Down(None));
    }

    #[tokio::test]
    async fn who_has_not_said_anything_yet_is_not_lost_while_others_are_looked_after() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::make(&folder.path().join("net")).unwrap();
        let desk = Desk::open(&place).unwrap();
        let mut stream = UnixStream::connect(place.control()).await.unwrap();
        // Whoever waits for the next does something else in between, again and again.
        let caller = loop {
            if let Ok(caller) = timeout(Duration::from_millis(1), desk.next()).await {
                break caller.unwrap();
            }
        };
        send(&mut stream, &Order::Down(None)).await.unwrap();
        assert_eq!(caller.order().await.unwrap().0, Order::Down(None));
    }

    #[tokio::test]
    async fn without_a_supervisor_nothing_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::make(&folder.path().join("net")).unwrap();
        assert!(order(&place, &Order::Down(None)).await.is_err());
    }
}
