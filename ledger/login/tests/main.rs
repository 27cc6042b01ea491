//! Logins on real chains: one program of tests.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails may panic")]

mod codes;
mod floor;
mod golden;
mod holder;
mod json;
mod mutations;
mod nonces;
mod scene;
mod statuses;
