//! The client against nodes that tell the truth, lie, are behind, are silent.

#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod asked;
mod chain;
mod node;
mod pinned;
mod reads;
mod submits;
mod waits;
