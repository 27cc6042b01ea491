//! Handing in transactions. To hand one in twice does nothing: it is known by its identifier.

use crate::client::Client;
use crate::error::ClientError;
use crate::limits::{JSON_ANSWER_BYTES_MAX, PAUSE_MAX, PAUSE_MIN};
use crate::node_url::NodeUrl;
use crate::transport::{NoReply, Reply};
use crate::unproved::{parsed, problem};
use hefu_api::{Receipt, Submitted, TransactionState, paths};
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::codec;
use std::thread;
use std::time::{Duration, Instant};

/// How a node refuses what was signed for another network than its own.
const OTHER_NETWORK: &str = "transaction.network";

/// A transaction that a node has taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Its identifier.
    pub id: TransactionId,
    /// The node's signed word for it, verified.
    pub receipt: Receipt,
    /// The node.
    pub url: NodeUrl,
}

/// A transaction on its way to some node.
struct Errand<'a> {
    client: &'a Client,
    id: TransactionId,
    bytes: Vec<u8>,
    deadline: Instant,
    /// How long a node may keep its answer back until the transaction is final.
    wait: Duration,
    /// How long a node that is busy wants to be left alone.
    pause: Duration,
    /// Whether a node may have it though none has said so.
    lost: Option<String>,
    /// The nodes that were not reached in this round.
    silent: Vec<(NodeUrl, String)>,
    /// Why the last node that answered does not take it now.
    busy: Option<ClientError>,
}

/// What becomes of one attempt.
enum Attempt {
    Taken(Submission),
    Refused(ClientError),
    Later,
}

impl Client {
    /// Hands in a transaction, again and again until a node takes or refuses it or the deadline has
    /// passed. If no node can be reached at all, it fails at once.
    pub fn submit(
        &self,
        transaction: &Transaction,
        deadline: Instant,
    ) -> Result<Submission, ClientError> {
        self.submit_within(transaction, deadline, Duration::ZERO)
    }

    /// Hands in a transaction to a node that answers once it is final, or after `wait`.
    pub(crate) fn submit_within(
        &self,
        transaction: &Transaction,
        deadline: Instant,
        wait: Duration,
    ) -> Result<Submission, ClientError> {
        let id = transaction.envelope.id();
        let bytes = codec::encode(transaction);
        let (lost, silent, busy, pause) = (None, Vec::new(), None, Duration::ZERO);
        Errand { client: self, id, bytes, deadline, wait, pause, lost, silent, busy }.run()
    }
}

impl Errand<'_> {
    fn run(mut self) -> Result<Submission, ClientError> {
        let mut pause = PAUSE_MIN;
        loop {
            if let Some(outcome) = self.round() {
                return outcome;
            }
            let unreached = self.lost.is_none() && self.busy.is_none();
            let rest = pause.max(self.pause);
            if unreached || Instant::now() + rest >= self.deadline {
                return Err(self.given_up());
            }
            // A node that is busy said how long to stay away; one that is down says nothing.
            thread::sleep(rest);
            pause = pause.saturating_mul(2).min(PAUSE_MAX);
        }
    }

    /// Tries each node once.
    fn round(&mut self) -> Option<Result<Submission, ClientError>> {
        self.silent.clear();
        self.pause = Duration::ZERO;
        let nodes: Vec<NodeUrl> = self.client.in_turn().map(|(_, url)| url.clone()).collect();
        nodes.iter().find_map(|url| match self.attempt(url) {
            Attempt::Taken(submission) => Some(Ok(submission)),
            Attempt::Refused(error) => Some(Err(error)),
            Attempt::Later => None,
        })
    }

    fn attempt(&mut self, url: &NodeUrl) -> Attempt {
        let wait_ms = self.wait.as_millis();
        let path = match wait_ms {
            0 => paths::TRANSACTIONS.to_owned(),
            _ => format!("{}?wait=final&timeout_ms={wait_ms}", paths::TRANSACTIONS),
        };
        let transport = &self.client.transport;
        match transport.post(url, &path, &self.bytes, self.wait, JSON_ANSWER_BYTES_MAX) {
            Ok(reply) => self.answered(url, &reply),
            Err(NoReply::Unsent(why)) => {
                self.silent.push((url.clone(), why));
                Attempt::Later
            }
            Err(NoReply::Lost(why)) => {
                self.lost = Some(format!("{url} ({why})"));
                Attempt::Later
            }
        }
    }

    fn answered(&mut self, url: &NodeUrl, reply: &Reply) -> Attempt {
        if reply.status == 200 || reply.status == 202 {
            return match self.taken(url, reply) {
                Ok(submission) => Attempt::Taken(submission),
                Err(error) => Attempt::Refused(error),
            };
        }
        let error = problem(url, reply);
        if is_for_later(&error) {
            self.busy = Some(error);
            self.pause = self.pause.max(reply.retry_after.unwrap_or_default());
            return Attempt::Later;
        }
        if error.code() == OTHER_NETWORK
            && let Err(other) = self.client.check_network(url)
        {
            return Attempt::Refused(other);
        }
        // It may be refused only because an attempt whose answer was lost has done it.
        match self.lost.is_some().then(|| self.client.fate(&self.id)) {
            Some(Ok(fate)) if fate.status == TransactionState::Final => {
                let why = "it is final already".to_owned();
                Attempt::Refused(ClientError::OutcomeUnknown { id: self.id, why })
            }
            _ => Attempt::Refused(refused(self.id, error)),
        }
    }

    /// The submission, if its receipt holds. Which nodes there are besides validators nobody can
    /// prove, so any node's receipt does.
    fn taken(&self, url: &NodeUrl, reply: &Reply) -> Result<Submission, ClientError> {
        let Submitted { id, receipt, .. } = parsed(url, reply)?;
        let wrong = |what| ClientError::Receipt { url: url.clone(), what };
        if id.transaction() != self.id || receipt.id.transaction() != self.id {
            return Err(wrong("it is about another transaction"));
        }
        let genesis = self.client.trusted().hash();
        receipt.verify(&genesis).map_err(|_| wrong("its signature does not hold here"))?;
        Ok(Submission { id: self.id, receipt, url: url.clone() })
    }

    /// What to say once there is no more time, or nobody to ask.
    fn given_up(self) -> ClientError {
        match (self.lost, self.busy) {
            (Some(why), _) => {
                let why = format!("no answer from {why}");
                ClientError::OutcomeUnknown { id: self.id, why }
            }
            (None, Some(error)) => error,
            (None, None) if self.silent.is_empty() => ClientError::NoNode,
            (None, None) => ClientError::Unreachable(self.silent),
        }
    }
}

/// Whether the same transaction may be taken up in a moment, by this node or another.
fn is_for_later(error: &ClientError) -> bool {
    match error {
        ClientError::Node { status, code, .. } => {
            let waits = ["mempool.sequence_taken", "mempool.did_busy"];
            *status == 429 || *status >= 500 || waits.contains(&code.as_str())
        }
        ClientError::Foreign { .. } => true,
        _ => false,
    }
}

/// The ledger's refusal of a transaction, if that is what a node's answer is.
pub(crate) fn refused(id: TransactionId, error: ClientError) -> ClientError {
    match error {
        ClientError::Node { status: 400 | 409 | 413 | 422, code, detail, .. } => {
            ClientError::Refused { id, code, reason: detail }
        }
        other => other,
    }
}
