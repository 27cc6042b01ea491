//! What can go wrong between a client and its nodes, and which exit code of a command it is.

use crate::node_url::NodeUrl;
use crate::trusted::StateError;
use hefu_ledger::TransactionId;
use hefu_ledger::bundle::{BuildError, BundleError, ChainError, PolicyError, WrongAnswer};
use hefu_primitives::{GenesisHash, Height};
use thiserror::Error;

/// How a command ends. The numbers never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// Something failed: a machine, a network, this program.
    Fault = 1,
    /// The command cannot be understood or carried out as it stands.
    Usage = 2,
    /// The ledger does not take it, and says why.
    Rejected = 3,
    /// There is no such thing.
    NotFound = 4,
    /// What was answered is not true, or cannot be shown to be.
    Unverified = 5,
    /// Nobody can say whether it was done. To repeat it does no harm.
    Unknown = 6,
    /// Too few validators are there.
    NoQuorum = 7,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// What has gone wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientError {
    /// No node was named.
    #[error("no node is named")]
    NoNode,
    /// No node answers.
    #[error("no node answers: {}", listed(.0))]
    Unreachable(Vec<(NodeUrl, String)>),
    /// Something answers that is no node, or not one of this version.
    #[error("{url} does not answer as a node of hefu does: {what}")]
    Foreign {
        /// Who.
        url: NodeUrl,
        /// In which way.
        what: String,
    },
    /// A node says why it cannot answer.
    #[error("{url}: {detail}")]
    Node {
        /// Which.
        url: NodeUrl,
        /// The status of HTTP.
        status: u16,
        /// Its stable code.
        code: String,
        /// What it says.
        detail: String,
    },
    /// A node belongs to another network.
    #[error("{url} is a node of network {got}, and the pinned genesis is {expected}")]
    OtherNetwork {
        /// Which.
        url: NodeUrl,
        /// The network that is meant.
        expected: GenesisHash,
        /// The node's.
        got: GenesisHash,
    },
    /// What a node has answered does not hold.
    #[error("{url} answers what does not hold: {error}")]
    Unverified {
        /// Which.
        url: NodeUrl,
        /// What is wrong with it.
        error: Box<BundleError>,
    },
    /// What a node has answered holds, and is too old to say anything about now.
    #[error("{url} answers from the past: {error}")]
    Old {
        /// Which.
        url: NodeUrl,
        /// How old it is.
        error: Box<PolicyError>,
    },
    /// What a node has answered holds, and is not what was asked.
    #[error("{url} answers another question: {error}")]
    OtherAnswer {
        /// Which.
        url: NodeUrl,
        /// In which way.
        error: WrongAnswer,
    },
    /// A receipt is not one of the transaction, or not signed as receipts are.
    #[error("{url} gives a receipt that does not hold: {what}")]
    Receipt {
        /// Who.
        url: NodeUrl,
        /// What is wrong with it.
        what: &'static str,
    },
    /// There is no such thing. Where the ledger can prove it, that is no error.
    #[error("{0}")]
    NotFound(String),
    /// The ledger does not take a transaction.
    #[error("the transaction {id} is refused: {reason}")]
    Refused {
        /// Which.
        id: TransactionId,
        /// The stable code of the reason.
        code: String,
        /// The reason.
        reason: String,
    },
    /// Nobody can say whether a transaction was done.
    #[error("it is not known what becomes of the transaction {id}: {why}")]
    OutcomeUnknown {
        /// Which.
        id: TransactionId,
        /// Why.
        why: String,
    },
    /// Too few validators are there for anything to become final.
    #[error("no quorum: {why}")]
    NoQuorum {
        /// The transaction that waits, if one does.
        id: Option<TransactionId>,
        /// What a node says of it, unproved.
        why: String,
    },
    /// What was accepted cannot be kept.
    #[error(transparent)]
    State(#[from] StateError),
}

fn listed(tried: &[(NodeUrl, String)]) -> String {
    let each: Vec<_> = tried.iter().map(|(url, why)| format!("{url} ({why})")).collect();
    each.join(", ")
}

impl ClientError {
    /// What a bundle that is refused means, coming from `url`.
    pub(crate) fn of_bundle(url: &NodeUrl, error: BundleError) -> Self {
        let url = url.clone();
        match error {
            BundleError::Chain(ChainError::OtherNetwork { expected, got }) => {
                Self::OtherNetwork { url, expected, got }
            }
            BundleError::Policy(
                error @ (PolicyError::Stale { .. } | PolicyError::Behind { .. }),
            ) => Self::Old { url, error: Box::new(error) },
            error => Self::Unverified { url, error: Box::new(error) },
        }
    }

    /// The stable code, for programs. Where a node or the ledger has one, it is that.
    pub fn code(&self) -> &str {
        match self {
            Self::NoNode => "client.no_node",
            Self::Unreachable(_) => "client.unreachable",
            Self::Foreign { .. } => "client.foreign",
            Self::Node { code, .. } | Self::Refused { code, .. } => code,
            Self::OtherNetwork { .. } => "client.other_network",
            Self::Unverified { error, .. } => error.code(),
            Self::Old { error, .. } => error.code(),
            Self::OtherAnswer { error, .. } => error.code(),
            Self::Receipt { .. } => "client.receipt",
            Self::NotFound(_) => "client.not_found",
            Self::OutcomeUnknown { .. } => "client.outcome_unknown",
            Self::NoQuorum { .. } => "client.no_quorum",
            Self::State(error) => error.code(),
        }
    }

    /// Whether a node has nothing that it could prove, since no block of its is final yet.
    pub fn is_before_the_first_block(&self) -> bool {
        let not_final = BuildError::NotFinal(Height::ZERO);
        matches!(self, Self::Node { code, .. } if code == not_final.code())
    }

    /// How a command ends that this has stopped.
    pub fn exit(&self) -> Exit {
        match self {
            Self::NoNode => Exit::Usage,
            Self::Unreachable(_) | Self::Foreign { .. } | Self::State(_) => Exit::Fault,
            Self::Node { .. } if self.is_before_the_first_block() => Exit::Fault,
            Self::Node { status, .. } => exit_of_status(*status),
            Self::OtherNetwork { .. }
            | Self::Unverified { .. }
            | Self::Old { .. }
            | Self::OtherAnswer { .. }
            | Self::Receipt { .. } => Exit::Unverified,
            Self::NotFound(_) => Exit::NotFound,
            Self::Refused { .. } => Exit::Rejected,
            Self::OutcomeUnknown { .. } => Exit::Unknown,
            Self::NoQuorum { .. } => Exit::NoQuorum,
        }
    }

    /// What to do next, in a sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NoNode => "name one with --url, or choose a context: hefu context list",
            Self::Unreachable(_) => "see whether a node runs there: hefu node status URL",
            Self::Foreign { .. } => "see whether the address and the port are a node's HTTP API",
            Self::Node { .. } | Self::Refused { .. } => "hefu explain says more of this code",
            Self::OtherNetwork { .. } => {
                "choose the context of that network, or the address of a node of this one"
            }
            Self::Unverified { .. } | Self::OtherAnswer { .. } | Self::Receipt { .. } => {
                "ask another node, and tell whoever runs this one"
            }
            Self::Old { .. } => "ask another node; hefu why says whether this one is behind",
            Self::NotFound(_) => "see whether the name is spelt right",
            Self::OutcomeUnknown { .. } => {
                "repeat the command, or ask with: hefu tx wait and the identifier"
            }
            Self::NoQuorum { .. } => "hefu why says who is missing; what was submitted waits",
            Self::State(_) => "make the directory writable, or name another with HEFU_HOME",
        }
    }
}

/// What a refusal of HTTP comes to.
const fn exit_of_status(status: u16) -> Exit {
    match status {
        404 => Exit::NotFound,
        400 | 409 | 413 | 415 | 422 => Exit::Rejected,
        _ => Exit::Fault,
    }
}
