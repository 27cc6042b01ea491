//! The log of a running node, on standard error.

use super::args::{Level, LogFormat};
use std::io::{self, IsTerminal};
use tracing_subscriber::filter::LevelFilter;

/// Begins to log. Text for a terminal and JSON for everything else, unless told otherwise.
pub(super) fn begin(level: Level, format: Option<LogFormat>) {
    let terminal = io::stderr().is_terminal();
    let otherwise = if terminal { LogFormat::Text } else { LogFormat::Json };
    let level = match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let colours = terminal && std::env::var_os("NO_COLOR").is_none();
    let log = tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr);
    match format.unwrap_or(otherwise) {
        LogFormat::Text => log.with_ansi(colours).with_target(false).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}
