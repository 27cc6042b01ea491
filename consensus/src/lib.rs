//! The agreement protocol of hefu: Simplex as a pure state machine.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::float_arithmetic,
    clippy::expect_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        reason = "a test that fails may panic"
    )
)]

pub mod engine;
pub mod limits;
pub mod message;
pub mod planted;
pub mod port;

pub use engine::{Anchor, Config, Engine, Footprint, Member};
pub use message::{Justification, Message, MessageError, Proposal, ProposalError, Status};
pub use planted::{Bug, Planted};
pub use port::{Fetch, Halt, Input, Output, Record, Sequence, Timer, To, Verdict};
