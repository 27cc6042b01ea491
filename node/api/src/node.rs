//! How a node is.

use crate::hex::Hex32;
use serde::{Deserialize, Serialize};

/// How a node is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// The network's name.
    pub network: String,
    /// What names the network.
    pub genesis: Hex32,
    /// Whether the network is for trying out: its keys are well known.
    pub development: bool,
    /// The node's key.
    pub key: Hex32,
    /// What it does.
    pub role: Role,
    /// The version of its software.
    pub software: String,
    /// The version of the rules of execution at its last block.
    pub protocol_version: u32,
    /// The height of its last block.
    pub height: u64,
    /// What names that block.
    pub digest: Hex32,
    /// That block's time.
    pub time_ms: u64,
    /// The epoch that it is in.
    pub epoch: u64,
    /// The view that it is in.
    pub view: u64,
    /// The validator that may propose in it.
    pub leader: Hex32,
    /// How many of the validators must agree.
    pub quorum: u32,
    /// Its peers, by key.
    pub peers: Vec<PeerView>,
    /// What waits for a block.
    pub pending: PendingView,
    /// The height that it knows to be final and has not reached, while that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catching_up_to: Option<u64>,
    /// Why it signs nothing any more, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halted: Option<HaltView>,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// It votes.
    Validator,
    /// It keeps the ledger and does not vote.
    Follower,
}

/// A peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PeerView {
    /// Its key.
    pub key: Hex32,
    /// What this node calls it.
    pub name: String,
    /// Whether they are connected.
    pub reachable: bool,
    /// The height that it gave when they connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected_at_height: Option<u64>,
    /// Messages to it that were dropped.
    pub dropped: u64,
}

/// What waits for a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingView {
    /// Transactions.
    pub transactions: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Why a node signs nothing any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HaltView {
    /// For programs.
    pub code: String,
    /// A sentence for people.
    pub reason: String,
}
