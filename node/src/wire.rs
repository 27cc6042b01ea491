//! What nodes say to each other, in bytes.

use crate::content::Content;
use crate::limits::{CERTIFICATES_PER_ANSWER, PACKET_BYTES_MAX, TRANSACTIONS_PER_PACKET};
use hefu_consensus::Message;
use hefu_ledger::Transaction;
use hefu_primitives::codec::CodecError;
use hefu_primitives::{BoundedVec, Certificate, Digest, Epoch, Header, View, codec};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is said without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Packet {
    /// From engine to engine.
    Engine {
        /// The epoch of the sender's engine.
        epoch: Epoch,
        /// The message.
        message: Box<Message>,
        /// The content of the block that a proposal is about.
        content: Option<Arc<Content>>,
    },
    /// Transactions that wait, for the leader.
    Transactions(BoundedVec<Arc<Transaction>, TRANSACTIONS_PER_PACKET>),
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// A certified block that is not final yet, or has become so.
    Block(Digest),
    /// The certificates of these views that the other holds.
    Certificates {
        /// Their epoch.
        epoch: Epoch,
        /// The first view.
        first: View,
        /// The last view.
        last: View,
    },
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// The block, if the other has it.
    Block(Option<Box<(Header, Content)>>),
    /// Certificates.
    Certificates(BoundedVec<Certificate, CERTIFICATES_PER_ANSWER>),
}

/// The bytes of a packet, a question or an answer.
pub fn encode<T: Serialize>(value: &T) -> Arc<[u8]> {
    codec::encode(value).into()
}

/// What these bytes say.
pub fn decode<T: Serialize + for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, CodecError> {
    codec::decode(bytes, PACKET_BYTES_MAX)
}

#[cfg(test)]
mod tests;
