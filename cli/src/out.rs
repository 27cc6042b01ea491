//! The two streams: data to standard output, everything else to standard error.

use anyhow::Error;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use thiserror::Error;

/// Something that the person at the keyboard can put right: exit code 2.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

impl Usage {
    /// The error of a sentence.
    pub(crate) fn of(sentence: impl Display) -> Error {
        Self(sentence.to_string()).into()
    }
}

/// Writes data. A reader that has gone away (`| head`) has what it wanted.
pub(crate) fn data(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Says something beside the data. Nobody may be listening.
pub(crate) fn note(text: impl Display) {
    let _unheard = writeln!(io::stderr().lock(), "{text}");
}

/// Says what went wrong; the exit code tells whose turn it is.
pub(crate) fn fail(error: &Error) -> ExitCode {
    note(format_args!("error: {error:#}"));
    let code = if error.is::<Usage>() { 2 } else { 1 };
    ExitCode::from(code)
}
