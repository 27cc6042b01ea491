//! The hefu validator and follower: everything with a socket, a disk or a clock.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test stops where something is wrong"))]

pub mod acts;
pub mod content;
pub mod executor;
pub mod home;
pub mod limits;
pub mod mempool;
pub mod net;
pub mod wire;
pub mod worker;
