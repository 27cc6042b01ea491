//! Validators.

use crate::hex::{Hex16, Hex32};
use serde::{Deserialize, Serialize};

/// Who votes, in this epoch and in the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Validators {
    /// This epoch.
    pub epoch: u64,
    /// How many of them must agree.
    pub quorum: u32,
    /// Those of this epoch, by place.
    pub current: Vec<ValidatorView>,
    /// Those of the next; the same until a change is decided.
    pub next: Vec<ValidatorView>,
}

/// A validator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ValidatorView {
    /// Its place in the set, from zero.
    pub place: u8,
    /// Its key.
    pub key: Hex32,
    /// The life of its key.
    pub incarnation: Hex16,
    /// What this node calls it, if it knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether this node is connected with it, or is it.
    pub reachable: bool,
}
