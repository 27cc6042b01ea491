//! How many different states the runs must come through.
//!
//! The first floor does not depend on the machine and shows that no action has been lost. The
//! others show that time was spent on states. Two idle cores of 2026 come through four times as
//! many a second; on a busy machine a build must not turn red for its neighbours.

/// In the configuration that is gone through completely. It has some two million.
pub const WHOLE: usize = 700_000;

/// In a second of a search in breadth, all configurations together.
pub const BREADTH_PER_SECOND: u64 = 70_000;

/// In a second of random walks, all configurations together.
pub const WALKS_PER_SECOND: u64 = 5_000;
