//! Blocks and checkpoints.

use crate::hex::{Hex32, Hex64};
use crate::transaction::TransactionSummary;
use hefu_primitives::{Certificate, Header, ValidatorIndex};
use serde::{Deserialize, Serialize};

/// A header in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeaderView {
    /// What names the block: the hash of all that follows.
    pub digest: Hex32,
    /// The version of the rules of execution.
    pub protocol_version: u32,
    /// What names the network.
    pub genesis: Hex32,
    /// Its epoch.
    pub epoch: u64,
    /// Its height.
    pub height: u64,
    /// The digest of the block before.
    pub parent: Hex32,
    /// Its time.
    pub time_ms: u64,
    /// Commits to its transactions.
    pub transaction_root: Hex32,
    /// Commits to the state after it.
    pub state_root: Hex32,
    /// Commits to all headers below.
    pub history_root: Hex32,
    /// The hash of its validators.
    pub validators: Hex32,
    /// The hash of the next block's validators.
    pub next_validators: Hex32,
}

impl From<&Header> for HeaderView {
    fn from(header: &Header) -> Self {
        Self {
            digest: header.digest().into(),
            protocol_version: header.protocol_version,
            genesis: header.genesis.into(),
            epoch: header.epoch.get(),
            height: header.height.get(),
            parent: header.parent.into(),
            time_ms: header.time.get(),
            transaction_root: header.transaction_root.into(),
            state_root: header.state_root.into(),
            history_root: header.history_root.into(),
            validators: header.validators.into(),
            next_validators: header.next_validators.into(),
        }
    }
}

/// A header with the votes that made it final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Checkpoint {
    /// The header.
    pub header: HeaderView,
    /// The votes. The genesis block has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finalization: Option<Finalization>,
}

/// Votes of a quorum that a block is final, and with it all blocks below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finalization {
    /// The block that the votes name: the checkpoint's own, or one above it in the same epoch.
    pub digest: Hex32,
    /// The epoch whose validators voted.
    pub epoch: u64,
    /// The view in which they did.
    pub view: u64,
    /// The places of those that voted among the epoch's validators, ascending.
    pub signers: Vec<u8>,
    /// Their signatures, in that order.
    pub signatures: Vec<Hex64>,
}

impl Finalization {
    /// The votes of a certificate; none if it finalizes nothing.
    pub fn of(certificate: &Certificate) -> Option<Self> {
        Some(Self {
            digest: certificate.subject.digest()?.into(),
            epoch: certificate.epoch.get(),
            view: certificate.view.get(),
            signers: certificate.signers.iter().map(ValidatorIndex::get).collect(),
            signatures: certificate.signatures.iter().map(|one| Hex64::from(*one)).collect(),
        })
    }
}

/// A block as it is listed, and as an event of the stream tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockSummary {
    /// Its height.
    pub height: u64,
    /// What names it.
    pub digest: Hex32,
    /// Its epoch.
    pub epoch: u64,
    /// Its time.
    pub time_ms: u64,
    /// How many transactions it holds.
    pub transactions: u32,
}

impl BlockSummary {
    /// The summary of a block with so many transactions.
    pub fn of(header: &Header, transactions: u32) -> Self {
        Self {
            height: header.height.get(),
            digest: header.digest().into(),
            epoch: header.epoch.get(),
            time_ms: header.time.get(),
            transactions,
        }
    }
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Block {
    /// Its header.
    pub header: HeaderView,
    /// Its transactions, in the order of their execution.
    pub transactions: Vec<TransactionSummary>,
}
