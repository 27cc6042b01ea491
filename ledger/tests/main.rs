//! What holds of the ledger as its users see it.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails may panic, and its tables are meant to be read"
)]

mod bundle;
mod operations;
mod oracle;
mod replay;
mod resolution;
mod store;
