//! What nodes say to each other, in bytes.

use crate::application::Application;
use crate::limits::{
    CERTIFICATES_PER_ANSWER, CONTENTS_PER_ANSWER, HEADERS_PER_ANSWER_MAX, PACKET_BYTES_MAX,
    TRANSACTIONS_PER_PACKET,
};
use hefu_consensus::Message;
use hefu_primitives::codec::CodecError;
use hefu_primitives::{BoundedVec, Certificate, Digest, Epoch, Header, Height, View, codec};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// What is said without an answer: about contents `C` and transactions named with `I`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Packet<C, I> {
    /// From engine to engine.
    Engine {
        /// The epoch of the sender's engine.
        epoch: Epoch,
        /// The message.
        message: Box<Message>,
        /// The content of the block that a proposal is about.
        content: Option<Arc<C>>,
    },
    /// Transactions that wait, for the leader.
    Transactions(BoundedVec<Parcel<I>, TRANSACTIONS_PER_PACKET>),
}

/// A transaction on its way. Whoever has it already leaves it packed: to unpack takes a hundred times
/// longer than to look for a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel<I> {
    /// How the sender calls it. Whoever lies has its own parcel overlooked, and nothing else.
    pub id: I,
    /// Its encoding.
    pub packed: Packed,
}

/// Bytes that are copied at once, and not one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed(pub Vec<u8>);

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(PackedVisitor)
    }
}

struct PackedVisitor;

impl Visitor<'_> for PackedVisitor {
    type Value = Packed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Packed, E> {
        Ok(Packed(bytes.to_vec()))
    }
}

/// What nodes say to each other that run this application.
pub type PacketOf<A> = Packet<<A as Application>::Content, <A as Application>::Id>;

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
    /// The headers of final blocks from this height on, of one epoch, up to one that a finalization
    /// of its own proves.
    Headers {
        /// The first height.
        first: Height,
    },
    /// The contents of final blocks, as many as fit, from the first on.
    Contents {
        /// The first height.
        first: Height,
        /// The last height.
        last: Height,
    },
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer<C> {
    /// The block, if the other has it.
    Block(Option<Box<(Header, C)>>),
    /// Certificates.
    Certificates(BoundedVec<Certificate, CERTIFICATES_PER_ANSWER>),
    /// Headers of consecutive heights, with the finalization of the last; nothing if there is none.
    Headers(Option<Box<Page>>),
    /// Contents of consecutive heights.
    Contents(BoundedVec<C, CONTENTS_PER_ANSWER>),
}

/// Headers that one finalization proves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The headers, each the parent of the next.
    pub headers: BoundedVec<Header, HEADERS_PER_ANSWER_MAX>,
    /// The finalization of the last one.
    pub proof: Certificate,
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
