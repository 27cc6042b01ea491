//! What nodes say and nobody can prove: how they are, what they hold back, why nothing moves.

use crate::client::Client;
use crate::error::ClientError;
use crate::limits::{ANSWER, JSON_ANSWER_BYTES_MAX, QUOTED_CHARS_MAX};
use crate::node_url::NodeUrl;
use crate::transport::{Reply, Transport};
use hefu_api::{OrganisationView, Page, Problem, Reason, Status, TransactionStatus, Why, paths};
use hefu_ledger::TransactionId;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// How a node says that too few validators are there ([`hefu_api::Reason::code`]).
const NO_QUORUM: &str = "why.no_quorum";

impl Client {
    /// How a node of the network says it is.
    pub fn status(&self, url: &NodeUrl) -> Result<Status, ClientError> {
        let status = self.said(url, paths::STATUS)?;
        self.check_said(url, &status)?;
        Ok(status)
    }

    /// Why nothing moves, as a node of the network sees it.
    pub fn why(&self, url: &NodeUrl) -> Result<Why, ClientError> {
        self.check_network(url)?;
        self.said(url, paths::WHY)
    }

    /// What the first node that answers says became of a transaction.
    pub fn fate(&self, id: &TransactionId) -> Result<TransactionStatus, ClientError> {
        self.first_answer(|url| self.said(url, &paths::transaction(id)))
    }

    /// The organisations, as the first node that answers lists them.
    pub fn listed_organisations(&self) -> Result<Vec<OrganisationView>, ClientError> {
        let page: Page<OrganisationView> =
            self.first_answer(|url| self.said(url, paths::ORGANISATIONS))?;
        Ok(page.items)
    }

    /// What the first node that answers says of a DID, as it stands. Nothing of it is proved. That
    /// a DID has ended is an answer too.
    pub fn believed(&self, did: &str) -> Result<Value, ClientError> {
        let path = paths::identifier(did);
        self.first_answer(|url| match self.reply(url, &path, JSON_ANSWER_BYTES_MAX)? {
            reply if matches!(reply.status, 200 | 410) => parsed(url, &reply),
            reply => Err(problem(url, &reply)),
        })
    }

    /// Why nothing can become final, if a node says that too few validators are there.
    pub(crate) fn stuck(&self) -> Option<String> {
        let why = self.first_answer(|url| self.why(url)).ok()?;
        no_quorum(&why).map(|reason| quoted(&reason.detail))
    }

    /// What a node says at `path`.
    pub(crate) fn said<T: DeserializeOwned>(
        &self,
        url: &NodeUrl,
        path: &str,
    ) -> Result<T, ClientError> {
        parsed(url, &self.get(url, path, JSON_ANSWER_BYTES_MAX)?)
    }
}

/// How a node says it is, of whichever network, and what it finds of the last block and the next.
pub fn node_says(url: &NodeUrl) -> Result<(Status, Why), ClientError> {
    let transport = Transport::new(ANSWER);
    Ok((told(&transport, url, paths::STATUS)?, told(&transport, url, paths::WHY)?))
}

fn told<T: DeserializeOwned>(
    transport: &Transport,
    url: &NodeUrl,
    path: &str,
) -> Result<T, ClientError> {
    let reply = transport.reply(url, path, JSON_ANSWER_BYTES_MAX)?;
    if reply.status == 200 { parsed(url, &reply) } else { Err(problem(url, &reply)) }
}

/// Whether a node says that too few validators are there for anything to become final.
pub fn is_stuck(why: &Why) -> bool {
    no_quorum(why).is_some()
}

fn no_quorum(why: &Why) -> Option<&Reason> {
    why.reasons.iter().find(|reason| reason.code == NO_QUORUM)
}

/// The value of a JSON answer.
pub(crate) fn parsed<T: DeserializeOwned>(url: &NodeUrl, reply: &Reply) -> Result<T, ClientError> {
    let foreign = |error: serde_json::Error| ClientError::Foreign {
        url: url.clone(),
        // Such an error repeats a part of the answer.
        what: quoted(&format!("its answer is not the JSON that it should be: {error}")),
    };
    serde_json::from_slice(&reply.body).map_err(foreign)
}

/// What an answer other than 200 says.
pub(crate) fn problem(url: &NodeUrl, reply: &Reply) -> ClientError {
    let url = url.clone();
    if let Ok(Problem { code, detail, .. }) = serde_json::from_slice(&reply.body) {
        let (code, detail) = (quoted(&code), quoted(&detail));
        return ClientError::Node { url, status: reply.status, code, detail };
    }
    ClientError::Foreign { url, what: format!("status {} without a reason", reply.status) }
}

/// What a node says, short enough for a terminal and without what would steer one.
pub(crate) fn quoted(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(QUOTED_CHARS_MAX).collect()
}
