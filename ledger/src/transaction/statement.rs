//! The bytes that signatures cover. Each begins with a domain of 16 bytes and the network, so that
//! no signature of one kind, or for one network, is ever one of another.

use super::{SignerRef, TransactionId};
use crate::did::DidId;
use crate::key::KeyBytes;
use crate::record::Relationships;
use hefu_primitives::{GenesisHash, Hash, codec};

const TRANSACTION_DOMAIN: [u8; 16] = *b"hefu transact v1";
const POSSESSION_DOMAIN: [u8; 16] = *b"hefu possess v1\0";
const CONSENT_DOMAIN: [u8; 16] = *b"hefu consent v1\0";

/// What a signer of a transaction signs: domain, genesis hash, transaction, and as whom.
pub fn signing_bytes(genesis: &GenesisHash, id: &TransactionId, signer: &SignerRef) -> Vec<u8> {
    codec::encode(&(TRANSACTION_DOMAIN, genesis, id, signer))
}

/// What a new key signs: domain, genesis hash, the operation that brings it, the key, and what it
/// is to be for. The operation is the identifier of the DID when it is made, since the holder
/// signs before the registrar does, and else the transaction.
pub fn possession_bytes(
    genesis: &GenesisHash,
    operation: &Hash,
    key: &KeyBytes,
    relationships: Relationships,
) -> Vec<u8> {
    codec::encode(&(POSSESSION_DOMAIN, genesis, operation, key, relationships))
}

/// What a controller signs when a DID is made: domain, genesis hash, the DID, and its own.
pub fn consent_bytes(genesis: &GenesisHash, subject: &DidId, controller: &DidId) -> Vec<u8> {
    codec::encode(&(CONSENT_DOMAIN, genesis, subject, controller))
}
