//! The command as a person or a script runs it.

mod live;
mod ran;
mod report;
mod trace;
mod usage;
mod violation;
