//! The two streams: data to standard output, everything else to standard error.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes a line of data. A reader that has gone away has what it wanted.
pub(crate) fn data(line: impl Display) {
    let _unread = writeln!(io::stdout().lock(), "{line}");
}

/// Says something beside the data. Nobody may be listening.
pub(crate) fn note(line: impl Display) {
    let _unheard = writeln!(io::stderr().lock(), "{line}");
}
