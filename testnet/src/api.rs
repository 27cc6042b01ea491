//! What nodes say over HTTP, as far as a testnet asks.
//!
//! Many requests at a time and none of them verified: it is the network that is on trial here, and
//! what must be sure is checked from bundles.

use crate::state::NodeState;
use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use hefu_api::{
    Block, BlockSummary, Checkpoint, Outcome, Page, Problem, Status, Submitted, TransactionStatus,
    media, paths,
};
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::{Height, codec};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::time::timeout;

/// How long a node may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// How much longer than a node was told to wait its answer may take.
const GRACE: Duration = Duration::from_secs(1);

/// A client, whose copies share their connections.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    client: Client<HttpConnector, Full<Bytes>>,
}

/// An answer, whatever it says.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its body.
    pub(crate) body: Bytes,
}

/// What becomes of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is final.
    Final(Outcome),
    /// It is pending still.
    Pending,
    /// It was not taken up; the same may be taken up after a while.
    Later(Duration, Problem),
    /// It was refused for good.
    Refused(Problem),
}

impl Answer {
    /// The value that the body stands for, if the answer is a good one.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        if !self.status.is_success() {
            bail!("{}", self.problem());
        }
        serde_json::from_slice(&self.body).context("an answer that is not understood")
    }

    /// The body, if the answer is a good one.
    pub(crate) fn bytes(self) -> Result<Bytes> {
        if !self.status.is_success() {
            bail!("{}", self.problem());
        }
        Ok(self.body)
    }

    fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| Problem {
            kind: "about:blank".to_owned(),
            title: String::new(),
            status: self.status.as_u16(),
            code: String::new(),
            detail: String::from_utf8_lossy(&self.body).into_owned(),
            retry_after_ms: None,
        })
    }
}

impl Api {
    /// A client without connections, on the runtime that this is called in.
    pub(crate) fn new() -> Self {
        Self::at(Ipv4Addr::LOCALHOST)
    }

    /// A client at this address of the machine. Nodes bound how many connections one address has.
    pub(crate) fn at(own: Ipv4Addr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_local_address(Some(own.into()));
        connector.set_nodelay(true);
        Self { client: Client::builder(TokioExecutor::new()).build(connector) }
    }

    async fn send(&self, request: Request<Full<Bytes>>, limit: Duration) -> Result<Answer> {
        let exchange = async {
            let answer = self.client.request(request).await?;
            let status = answer.status();
            Ok(Answer { status, body: answer.into_body().collect().await?.to_bytes() })
        };
        timeout(limit, exchange).await.context("no answer in time")?
    }

    /// Asks a node for what is at a path.
    pub(crate) async fn get(&self, node: SocketAddr, path: &str) -> Result<Answer> {
        let request = Request::get(format!("http://{node}{path}")).body(Full::default())?;
        self.send(request, ANSWER_LIMIT).await
    }

    /// How a node is.
    pub(crate) async fn status(&self, node: SocketAddr) -> Result<Status> {
        self.get(node, paths::STATUS).await?.json()
    }

    /// Sees whether a node answers and has this height.
    pub(crate) async fn has_height(&self, node: &NodeState, aim: u64) -> Result<()> {
        let height = self.status(node.http).await?.height;
        ensure!(height >= aim, "{} has height {height} of {aim}", node.name);
        Ok(())
    }

    /// A page of a node's blocks, from the first or `after` another page.
    pub(crate) async fn blocks(
        &self,
        node: SocketAddr,
        after: Option<&str>,
    ) -> Result<Page<BlockSummary>> {
        let after = after.map(|after| format!("&after={after}")).unwrap_or_default();
        self.get(node, &format!("{}?limit=500{after}", paths::BLOCKS)).await?.json()
    }

    /// The final block at a height, as a node has it.
    pub(crate) async fn checkpoint(&self, node: SocketAddr, height: u64) -> Result<Checkpoint> {
        self.get(node, &paths::checkpoint(Height::new(height))).await?.json()
    }

    /// What a node knows of a transaction, if it knows anything.
    pub(crate) async fn transaction(
        &self,
        node: SocketAddr,
        id: &TransactionId,
    ) -> Result<Option<TransactionStatus>> {
        let answer = self.get(node, &paths::transaction(id)).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        answer.json().map(Some)
    }

    /// Submits a transaction, and waits as long as `patience` until it is final.
    pub(crate) async fn submit(
        &self,
        node: SocketAddr,
        bytes: Bytes,
        patience: Duration,
    ) -> Result<Fate> {
        let wait = format!("?wait=final&timeout_ms={}", patience.as_millis());
        self.post(node, &wait, bytes, patience + GRACE).await
    }

    /// Hands a transaction in, and does not wait until it is final.
    pub(crate) async fn hand_in(&self, node: SocketAddr, bytes: Bytes) -> Result<Fate> {
        self.post(node, "", bytes, ANSWER_LIMIT).await
    }

    async fn post(
        &self,
        node: SocketAddr,
        query: &str,
        bytes: Bytes,
        limit: Duration,
    ) -> Result<Fate> {
        let url = format!("http://{node}{}{query}", paths::TRANSACTIONS);
        let request = Request::post(url).header(CONTENT_TYPE, media::BYTES);
        let answer = self.send(request.body(Full::new(bytes))?, limit).await?;
        if !answer.status.is_success() {
            return Ok(refusal(answer.problem()));
        }
        let submitted: Submitted = answer.json()?;
        Ok(submitted.outcome.map_or(Fate::Pending, Fate::Final))
    }

    /// A node's events, as they are sent.
    pub(crate) async fn events(&self, node: SocketAddr) -> Result<Incoming> {
        let request = Request::get(format!("http://{node}{}", paths::EVENTS));
        let asked = self.client.request(request.body(Full::default())?);
        let answer = timeout(ANSWER_LIMIT, asked).await.context("no answer in time")??;
        if !answer.status().is_success() {
            bail!("the node sends no events: {}", answer.status());
        }
        Ok(answer.into_body())
    }

    /// The identifiers of the transactions of a final block, if the node has it already.
    pub(crate) async fn transactions(
        &self,
        node: SocketAddr,
        height: u64,
    ) -> Result<Option<Vec<TransactionId>>> {
        let answer = self.get(node, &paths::block(Height::new(height))).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let block: Block = answer.json()?;
        Ok(Some(block.transactions.iter().map(|one| one.id.transaction()).collect()))
    }
}

fn refusal(problem: Problem) -> Fate {
    match problem.retry_after_ms {
        Some(after) => Fate::Later(Duration::from_millis(after), problem),
        None => Fate::Refused(problem),
    }
}

/// A transaction as it is sent.
pub(crate) fn encode(transaction: &Transaction) -> Bytes {
    codec::encode(transaction).into()
}
