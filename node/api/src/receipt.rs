//! Submission receipts: a node's signed word that it took a transaction up.
//!
//! A holder who keeps one can show later that a node knew of a transaction which then did not get
//! into the chain. The node says no more by it than that the transaction was pending.

use crate::hex::{Hex32, Hex64};
use hefu_ledger::TransactionId;
use hefu_primitives::{
    Ed25519, GenesisHash, KeyError, PublicKey, SecretKey, Signer, Timestamp, Verifier, codec,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

const RECEIPT_DOMAIN: [u8; 16] = *b"hefu receipt v1\0";

/// What a node signs: domain (16 bytes), genesis hash (32), transaction (32), when it was taken up
/// (8, little-endian).
pub fn receipt_bytes(genesis: &GenesisHash, id: &TransactionId, received: Timestamp) -> Vec<u8> {
    codec::encode(&(RECEIPT_DOMAIN, genesis, id, received))
}

/// A node's signed word that a transaction was pending there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The transaction.
    pub id: Hex32,
    /// The node's key.
    pub node: Hex32,
    /// When it was taken up, by the node's clock.
    pub received_ms: u64,
    /// Over the bytes that docs/wire-and-storage.md lists (`receipt_bytes`).
    pub signature: Hex64,
}

/// Why a receipt proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// The node's key is none.
    #[error("the receipt's key is none: {0}")]
    Key(#[from] KeyError),
    /// The signature is not the node's under this receipt: altered, or made for another network.
    #[error("the receipt's signature does not hold")]
    Signature,
}

impl ReceiptError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Key(_) => "receipt.key",
            Self::Signature => "receipt.signature",
        }
    }
}

impl Receipt {
    /// The receipt of the node with this key.
    pub fn sign(
        genesis: &GenesisHash,
        id: TransactionId,
        received: Timestamp,
        key: &SecretKey,
    ) -> Self {
        let signature = key.sign(&receipt_bytes(genesis, &id, received)).into();
        let node = key.public_key().into();
        Self { id: id.into(), node, received_ms: received.get(), signature }
    }

    /// Which node has signed it, if one has. Whether that is a node of the network, and which
    /// transaction is meant, is for the caller to compare.
    pub fn verify(&self, genesis: &GenesisHash) -> Result<PublicKey, ReceiptError> {
        let node = self.node.key()?;
        let received = Timestamp::new(self.received_ms);
        let bytes = receipt_bytes(genesis, &self.id.transaction(), received);
        if Ed25519.verify(&node, &bytes, &self.signature.signature()) {
            Ok(node)
        } else {
            Err(ReceiptError::Signature)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use hefu_primitives::Hash;

    fn genesis(byte: u8) -> GenesisHash {
        GenesisHash::new(Hash::from_bytes([byte; 32]))
    }

    fn receipt() -> Receipt {
        let id = TransactionId::new(Hash::from_bytes([0x22; 32]));
        let key = SecretKey::from_seed(&[1; 32]);
        Receipt::sign(&genesis(0x11), id, Timestamp::new(1_800_000_000_000), &key)
    }

    #[test]
    fn the_signed_bytes_are_these() {
        let id = TransactionId::new(Hash::from_bytes([0x22; 32]));
        let bytes = receipt_bytes(&genesis(0x11), &id, Timestamp::new(1_800_000_000_000));
        let (hash, name) = ("11".repeat(32), "22".repeat(32));
        let expected = format!("68656675207265636569707420763100{hash}{name}00505c18a3010000");
        assert_eq!(HEXLOWER.encode(&bytes), expected);
    }

    #[test]
    fn a_receipt_names_the_node_that_signed_it() {
        let signed = receipt();
        let node = SecretKey::from_seed(&[1; 32]).public_key();
        assert_eq!(signed.verify(&genesis(0x11)), Ok(node));
        let text = serde_json::to_string(&signed).unwrap();
        assert_eq!(serde_json::from_str::<Receipt>(&text).unwrap(), signed);
    }

    #[test]
    fn an_altered_receipt_proves_nothing() {
        let signed = receipt();
        let other = SecretKey::from_seed(&[2; 32]).public_key();
        for altered in [
            Receipt { id: Hex32([0x23; 32]), ..signed },
            Receipt { node: other.into(), ..signed },
            Receipt { received_ms: signed.received_ms + 1, ..signed },
            Receipt { signature: Hex64([9; 64]), ..signed },
        ] {
            assert_eq!(altered.verify(&genesis(0x11)), Err(ReceiptError::Signature));
        }
        assert_eq!(signed.verify(&genesis(0x12)), Err(ReceiptError::Signature));
        let weak = Receipt { node: Hex32([0; 32]), ..signed };
        assert!(matches!(weak.verify(&genesis(0x11)), Err(ReceiptError::Key(_))));
    }
}
