//! The client: which node it asks, and what it does with the answer.

use crate::error::ClientError;
use crate::limits::{
    ANSWER, BUNDLE_ANSWER_BYTES_MAX, CATCH_UP, JSON_ANSWER_BYTES_MAX, PAUSE_MAX, PAUSE_MIN,
};
use crate::node_url::NodeUrl;
use crate::route;
use crate::transport::{Reply, Transport};
use crate::trusted::Trusted;
use crate::unproved::{parsed, problem};
use hefu_api::{Status, paths};
use hefu_ledger::bundle::{PolicyError, Proven, Query};
use hefu_primitives::{GenesisHash, Hash};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How patient a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long an answer may take.
    pub answer: Duration,
    /// How long a node that is behind what was seen elsewhere is asked again.
    pub catch_up: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { answer: ANSWER, catch_up: CATCH_UP }
    }
}

/// A client of one network. Several threads may share it.
#[derive(Debug)]
pub struct Client {
    nodes: Vec<NodeUrl>,
    /// The place of the node that answered last: it is asked first.
    preferred: AtomicUsize,
    pub(crate) transport: Transport,
    trusted: Trusted,
    settings: Settings,
}

/// What a bundle proves, with its bytes for whoever else is to verify it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// What it proves.
    pub proven: Proven,
    /// The bundle.
    pub bytes: Vec<u8>,
    /// Who gave it.
    pub url: NodeUrl,
}

impl Client {
    /// A client of the network that is trusted, through these nodes. The first that answers is used.
    pub fn new(nodes: Vec<NodeUrl>, trusted: Trusted, settings: Settings) -> Self {
        let transport = Transport::new(settings.answer);
        Self { nodes, preferred: AtomicUsize::new(0), transport, trusted, settings }
    }

    /// The network, and what was seen of it.
    pub const fn trusted(&self) -> &Trusted {
        &self.trusted
    }

    /// The nodes.
    pub fn nodes(&self) -> &[NodeUrl] {
        &self.nodes
    }

    /// The verified answer to a question, from the first node that has one. A node that answers what
    /// does not hold ends the search: to go on would hide it.
    pub fn fetch(&self, query: &Query) -> Result<Fetched, ClientError> {
        let path = route::of(query, &self.trusted.genesis().network);
        let path = path.ok_or_else(|| not_served(query))?;
        let outcome = self.first_answer(|url| self.fetch_from(url, &path, query));
        match outcome {
            Err(error) if waits_for_a_block(&error) => match self.stuck() {
                Some(why) => Err(ClientError::NoQuorum { id: None, why }),
                None => Err(error),
            },
            outcome => outcome,
        }
    }

    /// What `ask` gives for the first node that can answer at all.
    pub(crate) fn first_answer<T>(
        &self,
        ask: impl Fn(&NodeUrl) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let mut silent = Vec::new();
        let mut last = None;
        for (place, url) in self.in_turn() {
            match ask(url) {
                Ok(answer) => {
                    self.preferred.store(place, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(ClientError::Unreachable(tried)) => silent.extend(tried),
                Err(error) if another_may_answer(&error) => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| unreachable(silent)))
    }

    /// The nodes with their places, the one that answered last first.
    pub(crate) fn in_turn(&self) -> impl Iterator<Item = (usize, &NodeUrl)> {
        let first = self.preferred.load(Ordering::Relaxed);
        let all = self.nodes.iter().enumerate();
        all.clone().skip(first).chain(all.take(first))
    }

    /// The verified answer of one node, which may need a moment to come up with what was seen.
    fn fetch_from(&self, url: &NodeUrl, path: &str, query: &Query) -> Result<Fetched, ClientError> {
        let begun = Instant::now();
        let mut pause = PAUSE_MIN;
        loop {
            let outcome = self.fetch_once(url, path, query);
            let passing = outcome.as_ref().err().is_some_and(is_soon_over);
            if !passing || begun.elapsed() >= self.settings.catch_up {
                return outcome;
            }
            // Nobody tells when the node is level again.
            thread::sleep(pause);
            pause = pause.saturating_mul(2).min(PAUSE_MAX);
        }
    }

    fn fetch_once(&self, url: &NodeUrl, path: &str, query: &Query) -> Result<Fetched, ClientError> {
        let seen = self.trusted.seen();
        let reply = self.get(url, path, BUNDLE_ANSWER_BYTES_MAX)?;
        let proven = self.trusted.verify(&reply.body, seen);
        let proven = proven.map_err(|error| ClientError::of_bundle(url, error))?;
        let wrong = |error| ClientError::OtherAnswer { url: url.clone(), error };
        proven.check_answer(query).map_err(wrong)?;
        self.trusted.accept(proven.checkpoint().accepted())?;
        Ok(Fetched { proven, bytes: reply.body, url: url.clone() })
    }

    /// What a node gives at `path`, if it gives anything.
    pub(crate) fn get(
        &self,
        url: &NodeUrl,
        path: &str,
        max_bytes: u64,
    ) -> Result<Reply, ClientError> {
        let reply = self.reply(url, path, max_bytes)?;
        match reply.status {
            200 => return Ok(reply),
            // What another network does not know or cannot prove says nothing of this one.
            404 | 409 => self.check_network(url)?,
            _ => {}
        }
        Err(problem(url, &reply))
    }

    /// Refuses a node that says that it belongs to another network.
    pub(crate) fn check_network(&self, url: &NodeUrl) -> Result<(), ClientError> {
        let reply = self.reply(url, paths::STATUS, JSON_ANSWER_BYTES_MAX);
        let said = reply.and_then(|reply| parsed::<Status>(url, &reply));
        said.map_or(Ok(()), |status| self.check_said(url, &status))
    }

    /// Refuses what a node of another network says of itself.
    pub(crate) fn check_said(&self, url: &NodeUrl, status: &Status) -> Result<(), ClientError> {
        let got = GenesisHash::new(Hash::from_bytes(status.genesis.0));
        let expected = self.trusted.hash();
        if got == expected {
            return Ok(());
        }
        Err(ClientError::OtherNetwork { url: url.clone(), expected, got })
    }

    /// What a node answers to `path`, whatever it is.
    pub(crate) fn reply(
        &self,
        url: &NodeUrl,
        path: &str,
        max_bytes: u64,
    ) -> Result<Reply, ClientError> {
        self.transport.reply(url, path, max_bytes)
    }
}

/// No node was reached; or none was named.
fn unreachable(silent: Vec<(NodeUrl, String)>) -> ClientError {
    if silent.is_empty() { ClientError::NoNode } else { ClientError::Unreachable(silent) }
}

fn not_served(query: &Query) -> ClientError {
    ClientError::NotFound(format!("nodes are not asked for {query:?}"))
}

/// Whether it is no wonder that this node cannot answer while another can.
fn another_may_answer(error: &ClientError) -> bool {
    match error {
        ClientError::Node { status, .. } => *status >= 500 || *status == 429,
        ClientError::Foreign { .. } | ClientError::Old { .. } => true,
        _ => false,
    }
}

/// Whether there is nothing to answer with until the network makes another block, or its first.
fn waits_for_a_block(error: &ClientError) -> bool {
    matches!(error, ClientError::Old { .. }) || error.is_before_the_first_block()
}

/// Whether the same node may answer in a moment: it is a block behind another, or its newest block
/// has no finalization of its own.
fn is_soon_over(error: &ClientError) -> bool {
    match error {
        ClientError::Old { error, .. } => matches!(**error, PolicyError::Behind { .. }),
        error => error.is_before_the_first_block(),
    }
}
