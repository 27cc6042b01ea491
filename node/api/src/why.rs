//! Why no block comes, or that they do.

use crate::hex::Hex32;
use serde::{Deserialize, Serialize};

/// What a node can say about the last block and the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Why {
    /// Whether all is as it should be: blocks come, or there is no work for one.
    pub well: bool,
    /// The height of the last block.
    pub height: u64,
    /// How long ago it was, by this node's clock.
    pub age_ms: u64,
    /// The view that the node is in.
    pub view: u64,
    /// How long it has been in it.
    pub in_view_ms: u64,
    /// What it finds, the weightiest first.
    pub reasons: Vec<Reason>,
}

/// Something that a node finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// For programs.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
    /// The validators that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub validators: Vec<Hex32>,
}
