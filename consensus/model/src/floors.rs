//! How many different states a run must come through in a second. A run that comes through fewer
//! has lost actions, or its time.

/// Of searches in breadth, all configurations together.
pub const BREADTH_PER_SECOND: u64 = 1;

/// Of random walks, all configurations together.
pub const WALKS_PER_SECOND: u64 = 1;
