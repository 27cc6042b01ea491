//! What a hefu transaction means.
//!
//! Everything here is pure, deterministic and total: no clock, no random numbers, no input or
//! output. The one exception is the durable store behind the feature `rocksdb`, which the node
//! alone switches on.

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
        clippy::expect_used,
        clippy::unwrap_used,
        clippy::print_stdout,
        reason = "a test that fails may panic, and its tables are meant to be read"
    )
)]

pub mod author;
pub mod block;
pub mod bundle;
pub mod did;
pub mod document;
pub mod effects;
pub mod enrolment;
pub mod execute;
pub mod genesis;
pub mod json;
pub mod key;
pub mod layers;
pub mod limits;
pub mod log;
pub mod merkle;
pub mod operation;
pub mod organisation;
pub mod parameters;
pub mod read_error;
pub mod record;
pub mod rejection;
pub mod replay;
pub mod resolution;
pub mod rule;
pub mod state;
pub mod step;
pub mod store;
pub mod text;
pub mod transaction;
pub mod tree;

pub use did::{Did, DidId, NetworkName};
pub use read_error::ReadError;
pub use transaction::{CheckedTransaction, Transaction, TransactionId};
