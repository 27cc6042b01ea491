//! Block headers: what a digest commits to.

use crate::codec;
use crate::hash::{Digest, GenesisHash, Hash, Purpose};
use crate::position::{Epoch, Height, Timestamp};
use serde::{Deserialize, Serialize};

/// What a block is, its body apart. It names neither a view nor a proposer, so that its digest
/// stays the same when it is proposed again (R12).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Header {
    /// The version of the rules by which the block is executed.
    pub protocol_version: u32,
    /// The network.
    pub genesis: GenesisHash,
    /// The epoch whose validators agree on the block.
    pub epoch: Epoch,
    /// One more than the parent's.
    pub height: Height,
    /// The block below.
    pub parent: Digest,
    /// When it was proposed, by the proposer's clock; greater than the parent's (R13).
    pub time: Timestamp,
    /// What the body holds.
    pub transaction_root: Hash,
    /// The ledger after the body has been executed.
    pub state_root: Hash,
    /// All headers below.
    pub history_root: Hash,
    /// The validators of this epoch.
    pub validators: Hash,
    /// The validators that agree on the block above.
    pub next_validators: Hash,
}

impl Header {
    /// What names the block.
    pub fn digest(&self) -> Digest {
        Digest::new(Hash::of(Purpose::Header, &codec::encode(self)))
    }

    /// The transaction root of a body that holds nothing.
    pub fn empty_transaction_root() -> Hash {
        Hash::of(Purpose::EmptyBody, &[])
    }

    /// Whether the body holds nothing.
    pub fn is_empty(&self) -> bool {
        self.transaction_root == Self::empty_transaction_root()
    }

    /// Whether the block ends its epoch (R12).
    pub fn is_boundary(&self) -> bool {
        self.validators != self.next_validators
    }
}

#[cfg(test)]
mod tests;
