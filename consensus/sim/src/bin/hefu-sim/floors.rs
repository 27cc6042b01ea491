//! The least that a search must have tried for its silence to mean something.
//!
//! Each floor is about a tenth of what two idle cores do, so that a slow or busy machine passes and
//! a search that has stopped searching does not.

/// Random scenarios a second of the search, both workers together.
pub(crate) const SEEDS_PER_SECOND: u64 = 4;
/// Messages delivered a second.
pub(crate) const DELIVERIES_PER_SECOND: u64 = 80_000;
/// Blocks that became final, a second.
pub(crate) const BLOCKS_PER_SECOND: u64 = 180;
/// Machines that stopped, a second.
pub(crate) const CRASHES_PER_SECOND: u64 = 8;
/// Changes of the validator set, a second.
pub(crate) const EPOCHS_PER_SECOND: u64 = 1;
/// Twins schedules a second.
pub(crate) const TWINS_PER_SECOND: u64 = 35;
/// Defects that must be found.
pub(crate) const DEFECTS: usize = 38;
