//! Why a transaction is refused before any state is looked at.

use crate::operation::OperationKind;
use hefu_primitives::KeyError;
use thiserror::Error;

/// Why a transaction is no transaction, whatever the state. Each says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TransactionError {
    /// It was made for another network.
    #[error("the transaction names another network; this one's genesis hash must stand in it")]
    OtherNetwork,
    /// Its payload belongs to another operation than its envelope names.
    #[error("the envelope says {envelope}, but the payload is one of {payload}")]
    Kind {
        /// What the envelope says.
        envelope: OperationKind,
        /// What the payload is.
        payload: OperationKind,
    },
    /// Its ordering is another than its operation needs.
    #[error(
        "{kind} is ordered in another way: creations by nothing, holders' operations by a sequence, authorities' by a reference"
    )]
    Ordering {
        /// The operation.
        kind: OperationKind,
    },
    /// Its subject is another than its operation needs.
    #[error("{kind} is about another subject: {expected}")]
    Subject {
        /// The operation.
        kind: OperationKind,
        /// What the subject must be.
        expected: &'static str,
    },
    /// Signatures and signers differ in number.
    #[error("{signatures} signatures for {signers} signers; each signer signs once, in order")]
    SignatureCount {
        /// How many signers the envelope names.
        signers: usize,
        /// How many signatures there are.
        signatures: usize,
    },
    /// Signers stand twice, or not in ascending order.
    #[error("signer {at} is out of order; signers stand in ascending order, each once")]
    SignerOrder {
        /// Its place, from zero.
        at: usize,
    },
    /// A signer is of a kind that its operation has no use for, or names a place of the payload
    /// that is empty.
    #[error("signer {at} has no place in {kind}")]
    Signer {
        /// Its place, from zero.
        at: usize,
        /// The operation.
        kind: OperationKind,
    },
    /// Somebody who must sign does not.
    #[error("{0} must sign")]
    SignerMissing(&'static str),
    /// The payload is not the one that the envelope commits to.
    #[error("the payload or its salt differs from what the envelope commits to")]
    PayloadHash,
    /// The payload was erased, so that nothing can be checked.
    #[error("the payload was erased; only whole transactions can be submitted")]
    Erased,
    /// A key is none that may sign.
    #[error("{what}: {error}")]
    Key {
        /// Which key.
        what: &'static str,
        /// What is wrong with it.
        error: KeyError,
    },
    /// A signature does not hold.
    #[error("the signature of signer {at} does not hold")]
    Signature {
        /// Its place, from zero.
        at: usize,
    },
    /// A proof of possession does not hold.
    #[error("new key {at} has not signed for itself as docs/wire-and-storage.md says")]
    Possession {
        /// Its place, from zero.
        at: usize,
    },
    /// A controller's consent does not hold.
    #[error("controller {at} has not signed for this DID")]
    Consent {
        /// Its place, from zero.
        at: usize,
    },
    /// The subject is not the DID that the genesis operation makes.
    #[error("the subject is not the DID that follows from the genesis operation")]
    Identifier,
    /// A list, a number or a combination that no state would allow.
    #[error("{0}")]
    Malformed(&'static str),
    /// An entry of a batch is wrong, and so the batch.
    #[error("entry {at}: {error}")]
    Entry {
        /// Its place, from zero.
        at: usize,
        /// What is wrong with it.
        error: Box<TransactionError>,
    },
}

impl TransactionError {
    /// The stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherNetwork => "transaction.network",
            Self::Kind { .. } => "transaction.kind",
            Self::Ordering { .. } => "transaction.ordering",
            Self::Subject { .. } => "transaction.subject",
            Self::SignatureCount { .. } => "transaction.signature_count",
            Self::SignerOrder { .. } => "transaction.signer_order",
            Self::Signer { .. } => "transaction.signer",
            Self::SignerMissing(_) => "transaction.signer_missing",
            Self::PayloadHash => "transaction.payload_hash",
            Self::Erased => "transaction.erased",
            Self::Key { .. } => "transaction.key",
            Self::Signature { .. } => "transaction.signature",
            Self::Possession { .. } => "transaction.possession",
            Self::Consent { .. } => "transaction.consent",
            Self::Identifier => "transaction.identifier",
            Self::Malformed(_) => "transaction.malformed",
            Self::Entry { error, .. } => error.code(),
        }
    }
}
