//! One request and its answer, bounded in time and length.

use crate::error::ClientError;
use crate::limits::CONNECT;
use crate::node_url::NodeUrl;
use std::io::ErrorKind;
use std::time::Duration;
use ureq::http::Response;
use ureq::{Agent, Body, Error, Timeout};

/// What goes over the network.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    agent: Agent,
    answer: Duration,
}

/// What a node has answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// The status of HTTP.
    pub(crate) status: u16,
    /// After how long it may be asked again, if it says so.
    pub(crate) retry_after: Option<Duration>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoReply {
    /// Nothing was sent.
    Unsent(String),
    /// It was sent, or some of it.
    Lost(String),
}

impl Transport {
    /// What waits for so long until an answer is there as a whole.
    pub(crate) fn new(answer: Duration) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Whoever names a node means that one.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("hefu/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT))
            .build();
        Self { agent: config.new_agent(), answer }
    }

    /// Gets what lies at `path`, at most `max_bytes` of it.
    fn get(&self, url: &NodeUrl, path: &str, max_bytes: u64) -> Result<Reply, NoReply> {
        let request =
            self.agent.get(url.at(path)).config().timeout_global(Some(self.answer)).build();
        read(request.call(), max_bytes)
    }

    /// What lies at `path`, whatever the status; or that nobody answers.
    pub(crate) fn reply(
        &self,
        url: &NodeUrl,
        path: &str,
        max_bytes: u64,
    ) -> Result<Reply, ClientError> {
        self.get(url, path, max_bytes).map_err(|error| {
            let (NoReply::Unsent(why) | NoReply::Lost(why)) = error;
            ClientError::Unreachable(vec![(url.clone(), why)])
        })
    }

    /// Hands in bytes at `path`. The answer may take `within` more than any other.
    pub(crate) fn post(
        &self,
        url: &NodeUrl,
        path: &str,
        bytes: &[u8],
        within: Duration,
        max_bytes: u64,
    ) -> Result<Reply, NoReply> {
        let limit = self.answer.saturating_add(within);
        let request = self.agent.post(url.at(path)).content_type("application/octet-stream");
        let request = request.config().timeout_global(Some(limit)).build();
        read(request.send(bytes), max_bytes)
    }
}

fn read(answer: Result<Response<Body>, Error>, max_bytes: u64) -> Result<Reply, NoReply> {
    let mut response = answer.map_err(|error| no_reply(&error))?;
    let status = response.status().as_u16();
    let retry_after = retry_after(&response);
    let body = response.body_mut().with_config().limit(max_bytes).read_to_vec();
    let body = body.map_err(|error| NoReply::Lost(said(&error)))?;
    Ok(Reply { status, retry_after, body })
}

fn retry_after(response: &Response<Body>) -> Option<Duration> {
    let seconds = response.headers().get("retry-after")?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Whether anything can have been sent before it failed.
fn no_reply(error: &Error) -> NoReply {
    let unsent = match error {
        Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::AddrNotAvailable
        ),
        Error::HostNotFound | Error::ConnectionFailed | Error::BadUri(_) => true,
        Error::Timeout(timeout) => matches!(timeout, Timeout::Connect | Timeout::Resolve),
        _ => false,
    };
    let said = said(error);
    if unsent { NoReply::Unsent(said) } else { NoReply::Lost(said) }
}

fn said(error: &Error) -> String {
    match error {
        Error::Io(error) => error.to_string(),
        Error::Timeout(_) => format!("no answer in time ({error})"),
        Error::BodyExceedsLimit(max) => format!("the answer is longer than {max} bytes"),
        other => other.to_string(),
    }
}
