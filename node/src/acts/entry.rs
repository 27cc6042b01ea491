//! What the payload of a frame says.
//!
//! A record is the canonical encoding of its epoch and itself. A proposal with a body has the length
//! of that encoding before it, and the body's bytes behind. A floor is its canonical encoding.

use super::floor::Floor;
use super::frame::Kind;
use super::limits::RECORD_BYTES_MAX;
use hefu_consensus::Record;
use hefu_primitives::{Epoch, codec};
use std::sync::Arc;

/// An entry as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// An engine's record, with its block's body if it is a proposal.
    Record { epoch: Epoch, record: Record, body: Option<Arc<[u8]>> },
    /// The last final block.
    Floor(Floor),
    /// Nothing.
    Mark,
}

impl Entry {
    /// The entry of this payload, if it is one.
    pub(super) fn decode(kind: Kind, payload: &[u8]) -> Option<Self> {
        match kind {
            Kind::Record => record(payload, None),
            Kind::Proposal => {
                let (length, rest) = payload.split_first_chunk::<8>()?;
                let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
                let (encoded, body) = rest.split_at_checked(length)?;
                record(encoded, Some(Arc::from(body)))
            }
            Kind::Floor => codec::decode(payload, payload.len()).ok().map(Self::Floor),
            Kind::Mark => payload.is_empty().then_some(Self::Mark),
        }
    }
}

fn record(encoded: &[u8], body: Option<Arc<[u8]>>) -> Option<Entry> {
    let (epoch, record) = codec::decode(encoded, RECORD_BYTES_MAX).ok()?;
    Some(Entry::Record { epoch, record, body })
}

/// Gives `write` the kind and the payload of a record, in parts, so that a body is not copied.
pub(super) fn encode<T>(
    epoch: Epoch,
    record: &Record,
    body: Option<&[u8]>,
    write: impl FnOnce(Kind, &[&[u8]]) -> T,
) -> T {
    let encoded = codec::encode(&(epoch, record));
    match body {
        None => write(Kind::Record, &[&encoded]),
        Some(body) => {
            let length = (encoded.len() as u64).to_le_bytes();
            write(Kind::Proposal, &[&length, &encoded, body])
        }
    }
}
