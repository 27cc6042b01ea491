//! Why a wallet does not do what it is asked.

use super::lock::LockError;
use crate::files::FileError;
use crate::random::RandomError;
use hefu_ledger::document::show_datetime as date;
use hefu_ledger::{DidId, TransactionId};
use hefu_primitives::Timestamp;
use hefu_primitives::bounded::TooMany;
use thiserror::Error;

/// Why an account does not do what it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WalletError {
    /// The wallet has no such DID.
    #[error("this wallet has no DID {0}")]
    UnknownDid(DidId),
    /// There is a DID for the platform already.
    #[error("this wallet has the DID {0} for that platform")]
    Enrolled(DidId),
    /// The ledger does not have the DID yet, as far as the wallet knows.
    #[error("the DID {0} is not enrolled yet: hand its request to the registrar")]
    NotEnrolled(DidId),
    /// The DID has ended.
    #[error("the DID {0} has ended")]
    Ended(DidId),
    /// An operation is under way, and a second one could be executed in its place.
    #[error(
        "operation {id} is under way: submit it again, or wait until it expires at {}",
        date(*expires)
    )]
    Pending {
        /// Which.
        id: TransactionId,
        /// When it ceases to apply, in milliseconds since 1970.
        expires: Timestamp,
    },
    /// That operation is not the one that is under way.
    #[error("operation {0} is not the one that is under way")]
    NotPending(TransactionId),
    /// An operation that may still be executed cannot be given up.
    #[error("the operation applies until {}, and the ledger has come to {}", date(*expires), date(*now))]
    NotExpired {
        /// When it ceases to apply, in milliseconds since 1970.
        expires: Timestamp,
        /// The newest block's time, in milliseconds since 1970.
        now: Timestamp,
    },
    /// The DID has control keys that are not this wallet's.
    #[error(
        "the control key of {0} is not of this wallet: it was rotated elsewhere, with another \
         wallet or by whoever stole a key"
    )]
    ControlUnknown(DidId),
    /// The ledger has operations of the DID that this wallet did not make.
    #[error(
        "the ledger has {got} operations of {did}, and this wallet knows of {known}: another copy \
         of it has made the others, or a thief"
    )]
    Elsewhere {
        /// The DID.
        did: DidId,
        /// How many this wallet knows of.
        known: u32,
        /// How many the ledger has.
        got: u32,
    },
    /// Controllers must agree, and this wallet has no way to ask them.
    #[error("controllers must agree to operations of {0}, and this wallet cannot ask them")]
    Controllers(DidId),
    /// The DID has no such key, or the key is not one of this wallet.
    #[error("{0} has no such key that is this wallet's")]
    UnknownKey(DidId),
    /// No key of the DID is of this wallet.
    #[error("no key of {0} is of this wallet's seed at that platform and index")]
    NotOurs(DidId),
    /// A number that only goes up has come to its end.
    #[error("{0} has used up its keys; deactivate it and enrol anew")]
    UsedUp(DidId),
    /// The operation would be too large.
    #[error("the operation is too large: {0}")]
    TooLarge(#[from] TooMany),
    /// There are too many accounts.
    #[error("a wallet holds {} DIDs at most", super::ACCOUNTS_MAX)]
    Full,
}

impl WalletError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownDid(_) => "wallet.unknown_did",
            Self::Enrolled(_) => "wallet.enrolled",
            Self::NotEnrolled(_) => "wallet.not_enrolled",
            Self::Ended(_) => "wallet.ended",
            Self::Pending { .. } => "wallet.pending",
            Self::NotPending(_) => "wallet.not_pending",
            Self::NotExpired { .. } => "wallet.not_expired",
            Self::ControlUnknown(_) => "wallet.control_unknown",
            Self::Elsewhere { .. } => "wallet.elsewhere",
            Self::Controllers(_) => "wallet.controllers",
            Self::UnknownKey(_) => "wallet.unknown_key",
            Self::NotOurs(_) => "wallet.not_ours",
            Self::UsedUp(_) => "wallet.used_up",
            Self::TooLarge(_) => "wallet.too_large",
            Self::Full => "wallet.full",
        }
    }
}

/// Why bytes are not a wallet that a passphrase opens.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// They are something else.
    #[error("it is not a wallet")]
    NotAWallet,
    /// They are a wallet of a later version.
    #[error("it is a wallet of a version that this program does not know")]
    Version,
    /// They are not as they were written.
    #[error("it is damaged: bring a copy back, or make the wallet anew from its 24 words")]
    Damaged,
    /// To open it would take more memory or time than any honest wallet.
    #[error(
        "it asks for {memory_kib} KiB, {passes} passes and {lanes} lanes, which is out of bounds"
    )]
    Hardness {
        /// Memory, in KiB.
        memory_kib: u32,
        /// Passes over it.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// The passphrase is another one. Or somebody has altered the wallet on purpose: it is not
    /// damaged by accident.
    #[error("the passphrase is wrong")]
    Passphrase,
}

impl SealError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAWallet => "wallet.not_a_wallet",
            Self::Version => "wallet.version",
            Self::Damaged => "wallet.damaged",
            Self::Hardness { .. } => "wallet.hardness",
            Self::Passphrase => "wallet.passphrase",
        }
    }
}

/// Why a wallet's file was not opened or written.
#[derive(Debug, Error)]
pub enum WalletFileError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Another process uses it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// It does not open.
    #[error("{path}: {error}")]
    Seal {
        /// Which file.
        path: String,
        /// Why.
        error: SealError,
    },
    /// There are no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The wallet does not do what it is asked. Its file is as before.
    #[error(transparent)]
    Wallet(#[from] WalletError),
}

impl WalletFileError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Lock(error) => error.code(),
            Self::Seal { error, .. } => error.code(),
            Self::Random(error) => error.code(),
            Self::Wallet(error) => error.code(),
        }
    }
}
