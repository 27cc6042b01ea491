//! How a node ends: its exit codes.

use crate::out::sentence;
use anyhow::Error;
use std::fmt;
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
   1  the program failed; the node does not run or does not answer (status)
   2  the command cannot be understood
   5  the node is of another network than its directory (status)
   7  too few validators are there for anything to become final (status)
  20  configuration, genesis or key are not right
  21  the directory is in use, or missing
  22  the store cannot be opened
  23  the acts log cannot be opened; a validator must not sign without it
  24  an address cannot be listened on
  25  a write, a sync or a read failed while the node ran";

impl Ending {
    const fn exit(self) -> u8 {
        match self {
            Self::Setup => 20,
            Self::Home => 21,
            Self::Store => 22,
            Self::Acts => 23,
            Self::Listen => 24,
            Self::Failed => 25,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Setup => "node.setup",
            Self::Home => "node.home",
            Self::Store => "node.store",
            Self::Acts => "node.acts",
            Self::Listen => "node.listen",
            Self::Failed => "node.failed",
        }
    }
}

/// An error that a node ends with.
#[derive(Debug, Error)]
pub(crate) struct Ended {
    ending: Ending,
    reason: Error,
}

impl Ended {
    /// The exit code.
    pub(crate) const fn exit(&self) -> u8 {
        self.ending.exit()
    }

    /// The stable code that `hefu explain` expands.
    pub(crate) const fn code(&self) -> &'static str {
        self.ending.code()
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sentence(&self.reason))
    }
}

impl Ending {
    /// The error of this ending.
    pub(super) fn because(self, reason: impl Into<Error>) -> Error {
        Ended { ending: self, reason: reason.into() }.into()
    }
}
