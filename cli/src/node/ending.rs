//! How a node ends: its exit codes.

use crate::out;
use anyhow::Error;
use std::fmt;
use std::process::ExitCode;
use thiserror::Error;

/// What ended a node, or kept it from starting. A service manager can tell from the code whether to try
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The configuration, the genesis or the key is not right. To try again changes nothing.
    Setup,
    /// Another process uses the directory, or the directory is not there.
    Home,
    /// The store cannot be opened.
    Store,
    /// The acts log cannot be opened: without it the validator must not sign.
    Acts,
    /// An address cannot be listened on.
    Listen,
    /// A write, a sync or a read failed while it ran.
    Failed,
}

/// The exit codes of `hefu node`, as its help lists them.
pub(super) const EXITS: &str = "\
Exit codes:
   0  stopped as it was told, or all is well
   1  the program failed
   2  the command cannot be understood
  20  configuration, genesis or key are not right
  21  the directory is in use, or missing
  22  the store cannot be opened
  23  the acts log cannot be opened; a validator must not sign without it
  24  an address cannot be listened on
  25  a write, a sync or a read failed while the node ran";

impl Ending {
    const fn code(self) -> u8 {
        match self {
            Self::Setup => 20,
            Self::Home => 21,
            Self::Store => 22,
            Self::Acts => 23,
            Self::Listen => 24,
            Self::Failed => 25,
        }
    }
}

/// An error that a node ends with.
#[derive(Debug, Error)]
pub(super) struct Ended {
    ending: Ending,
    reason: Error,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.reason.to_string();
        f.write_str(&said)?;
        // Some errors tell of their causes themselves.
        for cause in self.reason.chain().skip(1).map(ToString::to_string) {
            if !said.contains(&cause) {
                write!(f, ": {cause}")?;
            }
            said.push_str(&cause);
        }
        Ok(())
    }
}

impl Ending {
    /// The error of this ending.
    pub(super) fn because(self, reason: impl Into<Error>) -> Error {
        Ended { ending: self, reason: reason.into() }.into()
    }
}

/// Says what ended the node, if it is a way in which nodes end.
pub(super) fn of(error: &Error) -> Option<ExitCode> {
    let ended = error.downcast_ref::<Ended>()?;
    out::note(format_args!("error: {ended}"));
    Some(ExitCode::from(ended.ending.code()))
}
