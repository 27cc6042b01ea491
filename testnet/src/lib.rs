//! A local hefu network of real processes: `hefu testnet`.
//!
//! One process, the supervisor, makes a network, starts its nodes and keeps them until it ends. The
//! nodes talk through links of the supervisor's ([`proxy`]), which can be made slow or cut; they can
//! be killed and paused; other shells ask for that over a socket. The checks on the whole workspace
//! are this crate's tests.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test stops where something is wrong"))]

mod api;
mod args;
mod canary;
mod comeback;
mod commands;
mod condition;
mod control;
mod courier;
mod disk;
mod endure;
mod environment;
mod fault;
mod founding;
mod job;
mod keep;
mod links;
mod load;
mod logs;
mod metrics;
mod network;
mod office;
mod out;
mod parallel;
mod place;
mod ports;
mod process;
pub mod proxy;
mod sample;
mod siege;
mod span;
mod state;
mod status;
mod usage;
mod wait;

pub use args::TestnetArgs;
pub use commands::{NotUnderstood, run};
pub use disk::NoStrace;
pub use place::NoNetwork;
