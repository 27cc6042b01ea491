//! The hefu validator and follower: everything with a socket, a disk or a clock.
//!
//! ```text
//!  submissions ──► mempool ──► executor (builds, validates, writes)
//!                     ▲            ▲ │
//!  peers ◄──► net ──► driver ──► engines ──► acts log (durable before anything is said)
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test stops where something is wrong"))]

pub mod acts;
pub mod application;
pub mod clock;
pub mod config;
pub mod content;
mod cpu;
mod driver;
pub mod executor;
pub mod files;
mod glance;
pub mod home;
pub mod http;
pub mod ledger;
pub mod limits;
pub mod mempool;
pub mod net;
pub mod node;
pub mod pipeline;
pub mod space;
pub mod wire;
pub mod worker;
