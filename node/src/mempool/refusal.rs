//! Why a transaction is not taken up.

use super::fate::Fate;
use super::lane::Lane;
use super::limits::{RETRY_FULL_MS, RETRY_SOON_MS};
use crate::application::DiskLow;
use hefu_ledger::ReadError;
use hefu_ledger::rejection::Rejection;
use hefu_ledger::transaction::{TransactionError, TransactionId};
use thiserror::Error;

/// Why a transaction is not taken up. Each says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It is longer than its kind may be.
    #[error("the transaction has {got_bytes} bytes, where at most {max_bytes} are allowed")]
    TooLarge {
        /// The limit.
        max_bytes: usize,
        /// Its length.
        got_bytes: usize,
    },
    /// It is no transaction, or not signed as it should be.
    #[error(transparent)]
    Malformed(#[from] TransactionError),
    /// It does not apply to the last final state, nor after what is pending.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Another operation has the DID's next sequence.
    #[error("operation {0} of the same sequence is pending; wait until it is final or has failed")]
    SequenceTaken(TransactionId),
    /// Too many operations of the DID are pending.
    #[error("{max} operations of the DID are pending; wait until the first of them is final")]
    DidBusy {
        /// How many may be.
        max: u32,
    },
    /// The source has as much pending as it may.
    #[error("{max_bytes} bytes from this source are pending; wait until some of them are final")]
    SourceFull {
        /// The limit.
        max_bytes: usize,
    },
    /// Too much of what came from the source was no good.
    #[error("too many transactions from this source failed; try again in {retry_after_ms} ms")]
    SourceWasteful {
        /// When it is listened to again.
        retry_after_ms: u64,
    },
    /// The lane has its share of the room.
    #[error("{0} has its share of pending transactions; wait until some of them are final")]
    ShareFull(Lane),
    /// There is no room at all.
    #[error("there is no room for more transactions; try again in {retry_after_ms} ms")]
    Full {
        /// When there may be.
        retry_after_ms: u64,
    },
    /// The node's disk is nearly full.
    #[error("the disk of this node is nearly full, so it takes nothing up; ask another node")]
    DiskLow,
    /// The state cannot be read. This is the node's fault.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

impl From<DiskLow> for Refusal {
    fn from(_: DiskLow) -> Self {
        Self::DiskLow
    }
}

impl Refusal {
    /// There is no room.
    pub(super) const FULL: Self = Self::Full { retry_after_ms: RETRY_FULL_MS };

    /// The stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "mempool.too_large",
            Self::Malformed(error) => error.code(),
            Self::Rejected(rejection) => rejection.code(),
            Self::SequenceTaken(_) => "mempool.sequence_taken",
            Self::DidBusy { .. } => "mempool.did_busy",
            Self::SourceFull { .. } => "mempool.source_full",
            Self::SourceWasteful { .. } => "mempool.source_wasteful",
            Self::ShareFull(_) => "mempool.share_full",
            Self::Full { .. } => "mempool.full",
            Self::DiskLow => "mempool.disk_low",
            Self::Unreadable(_) => "mempool.unreadable",
        }
    }

    /// After how many milliseconds the same transaction may be taken up; never, if there is none.
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::TooLarge { .. } | Self::Malformed(_) | Self::Unreadable(_) => None,
            Self::Rejected(rejection) => {
                (Fate::of(rejection) != Fate::Never).then_some(RETRY_SOON_MS)
            }
            Self::SequenceTaken(_) | Self::DidBusy { .. } => Some(RETRY_SOON_MS),
            Self::SourceFull { .. } | Self::ShareFull(_) | Self::DiskLow => Some(RETRY_FULL_MS),
            Self::SourceWasteful { retry_after_ms } | Self::Full { retry_after_ms } => {
                Some(*retry_after_ms)
            }
        }
    }

    /// Whether the source is to blame that signatures were checked in vain.
    pub(super) const fn wastes(&self) -> bool {
        matches!(self, Self::Malformed(_) | Self::Rejected(_) | Self::SequenceTaken(_))
    }
}
