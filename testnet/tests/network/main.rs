//! Networks of real processes, as a person runs them and lets things go wrong in them.
//!
//! The tests run the command `hefu` that lies beside them in the target directory, or the one that
//! `HEFU_BINARY` names.

#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod bed;
mod clocks;
mod comebacks;
mod disks;
mod jobs;
mod life;
mod quorum;
mod sieges;
mod strangers;
mod transcripts;
