//! The command as a person or a script runs it.

#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod commands;
mod liar;
mod live;
mod node;
mod people;
mod place;
mod ran;
mod report;
mod trace;
mod trouble;
mod usage;
mod violation;
