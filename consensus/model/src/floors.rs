//! How many different states a run must come through, or something keeps the model from working.
//!
//! Two idle cores of 2026 come through three times as many.

/// Different states in a second of a search in breadth.
pub const BREADTH_PER_SECOND: u64 = 1;

/// Different states in a second of random walks.
pub const WALKS_PER_SECOND: u64 = 1;
