//! The command as a person or a script runs it.

#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod commands;
mod live;
mod node;
mod people;
mod ran;
mod report;
mod trace;
mod usage;
mod violation;
