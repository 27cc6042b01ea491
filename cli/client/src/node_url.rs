//! Addresses of nodes.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Where a node answers, such as `http://127.0.0.1:8001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeUrl(String);

/// Why a text is not the address of a node.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NodeUrlError {
    /// It has no scheme, or another.
    #[error("{0:?} is not the address of a node: one begins with http://")]
    Scheme(String),
    /// It asks for TLS, which this client does not speak.
    #[error(
        "{0:?}: https is not spoken; every answer is verified, so http does, and who reads it on \
         the way is kept out by a tunnel or a proxy on this machine"
    )]
    Tls(String),
    /// It has no host, or what no address has.
    #[error("{0:?} is not the address of a node: http://HOST:PORT is needed")]
    Host(String),
}

impl NodeUrl {
    /// The address of what lies at `path`, which begins with a slash.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NodeUrl {
    type Err = NodeUrlError;

    fn from_str(text: &str) -> Result<Self, NodeUrlError> {
        let named = || text.chars().take(100).collect::<String>();
        if text.starts_with("https://") {
            return Err(NodeUrlError::Tls(named()));
        }
        let rest = text.strip_prefix("http://").ok_or_else(|| NodeUrlError::Scheme(named()))?;
        let rest = rest.trim_end_matches('/');
        let url = Self(format!("http://{rest}"));
        let uri: Option<ureq::http::Uri> = url.0.parse().ok();
        // Names, passwords and questions have no place in it; they would be sent to every path.
        let plain = !rest.starts_with('/') && !rest.contains(['@', '?', '#']);
        let host = uri.filter(|uri| uri.host().is_some_and(|host| plain && !host.is_empty()));
        host.map(|_| url).ok_or_else(|| NodeUrlError::Host(named()))
    }
}

impl fmt::Display for NodeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_without_its_last_slash() {
        let url: NodeUrl = "http://127.0.0.1:8001/".parse().unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:8001");
        assert_eq!(url.at("/v1/status"), "http://127.0.0.1:8001/v1/status");
        let deep: NodeUrl = "http://example.org/hefu".parse().unwrap();
        assert_eq!(deep.at("/genesis"), "http://example.org/hefu/genesis");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let parse = |text: &str| text.parse::<NodeUrl>().unwrap_err();
        assert!(matches!(parse("127.0.0.1:8001"), NodeUrlError::Scheme(_)));
        assert!(matches!(parse("https://example.org"), NodeUrlError::Tls(_)));
        for wrong in
            ["http://", "http:///x", "http://a b", "http://u@h", "http://h?x", "http://h#x"]
        {
            assert!(matches!(parse(wrong), NodeUrlError::Host(_)), "{wrong}");
        }
    }
}
