//! The floor, and which records it makes superfluous.

use hefu_consensus::Record;
use hefu_primitives::{Digest, Epoch, Height, View};
use serde::{Deserialize, Serialize};

/// The last final block that the store holds durably.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor {
    /// Its height.
    pub height: Height,
    /// Which.
    pub digest: Digest,
    /// The epoch of its header.
    pub epoch: Epoch,
    /// The view of its own finalization; none if it is final through a descendant only, whose
    /// finalization says nothing yet about records of views up to its own.
    pub view: Option<View>,
}

/// What decides how long a record is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// A proposal: as long as its view or its block is not settled.
    Block { epoch: Epoch, view: View, height: Height },
    /// An act or a certificate: as long as its view is not settled.
    View { epoch: Epoch, view: View },
    /// A foreign signature: as long as the incarnation lasts.
    Always,
}

impl Need {
    pub(super) fn of(epoch: Epoch, record: &Record) -> Self {
        match record {
            Record::Proposal(proposal) => {
                let (view, height) = (proposal.signed.statement.view, proposal.header.height);
                Self::Block { epoch, view, height }
            }
            Record::Act(vote) => Self::View { epoch, view: vote.view },
            Record::Certificate(certificate) => Self::View { epoch, view: certificate.view },
            Record::ForeignSignature(_) => Self::Always,
        }
    }
}

impl Floor {
    /// Whether a record of an engine of `epoch`, written before this floor, is needed no more (R7).
    /// Records of the epoch before stay: its engine still helps those who are behind.
    pub fn settles(&self, epoch: Epoch, record: &Record) -> bool {
        self.ends(&Need::of(epoch, record))
    }

    pub(super) fn ends(&self, need: &Need) -> bool {
        match need {
            Need::Block { epoch, view, height } => {
                self.is_past(*epoch) || self.is_beyond(*epoch, *view) && *height <= self.height
            }
            Need::View { epoch, view } => self.is_past(*epoch) || self.is_beyond(*epoch, *view),
            Need::Always => false,
        }
    }

    fn is_past(&self, epoch: Epoch) -> bool {
        epoch < self.epoch.saturating_sub(1)
    }

    fn is_beyond(&self, epoch: Epoch, view: View) -> bool {
        epoch == self.epoch && self.view.is_some_and(|settled| view <= settled)
    }
}
