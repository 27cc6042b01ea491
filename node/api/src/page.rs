//! Pages of what is too long for one answer.

use serde::{Deserialize, Serialize};

/// A page of a list, and where the next one begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// What stands on it, in the list's order. May be fewer than asked for though more follow.
    pub items: Vec<T>,
    /// What to ask for the next page with, as `after`. Absent on the last page; then more may still
    /// come to be. Nothing but a node's own answer makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
