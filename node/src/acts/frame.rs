//! A frame: one entry of a segment with what proves that it is whole and in its place.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | length of the payload |
//! | 1 | kind of entry |
//! | 8 | how many bytes of the segment were durable when the frame was written |
//! | 8 | checksum of these, the *head* |
//! | … | the payload |
//! | 16 | checksum of all the above |
//!
//! Both checksums cover the frame's place and are keyed with the segment's header, so that a frame
//! from another place, segment or log does not hold here. The third field tells a torn tail from
//! damage: what a later head says was durable has been acknowledged, and must be readable.

use super::binding::take;
use super::limits::PAYLOAD_BYTES_MAX;

const CONTEXT: &str = "hefu 2026-11 acts frame v1";
const FIELDS_BYTES: usize = 8 + 1 + 8;

/// Bytes of a frame's head.
pub(super) const HEAD_BYTES: usize = FIELDS_BYTES + 8;
/// Bytes of the checksum at a frame's end.
pub(super) const CHECK_BYTES: usize = 16;
/// Bytes of a frame beside its payload.
pub(super) const OVERHEAD_BYTES: u64 = (HEAD_BYTES + CHECK_BYTES) as u64;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An engine's record.
    Record = 1,
    /// A proposal with its block's body.
    Proposal = 2,
    /// The last final block.
    Floor = 3,
    /// Nothing but how much was durable.
    Mark = 4,
}

impl Kind {
    fn of(byte: u8) -> Option<Self> {
        [Self::Record, Self::Proposal, Self::Floor, Self::Mark]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

/// What stands before a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) payload_bytes: u64,
    pub(super) kind: Kind,
    pub(super) synced: u64,
}

impl Head {
    fn fields(&self) -> [u8; FIELDS_BYTES] {
        let length = self.payload_bytes.to_le_bytes().into_iter();
        let mut fields = length.chain([self.kind as u8]).chain(self.synced.to_le_bytes());
        take(&mut fields)
    }
}

/// What the checksums of one segment are keyed with.
#[derive(Clone)]
pub(super) struct FrameKey([u8; 32]);

impl FrameKey {
    /// The key of the segment with this header.
    pub(super) fn of(header: &[u8]) -> Self {
        Self(blake3::derive_key(CONTEXT, header))
    }

    /// Adds to `out` the frame whose payload is `parts`, one after the other, and that begins at
    /// `at` in its segment.
    pub(super) fn encode(
        &self,
        at: u64,
        (kind, synced): (Kind, u64),
        parts: &[&[u8]],
        out: &mut Vec<u8>,
    ) {
        let payload_bytes = parts.iter().map(|part| part.len() as u64).sum();
        let fields = Head { payload_bytes, kind, synced }.fields();
        let check = self.head_check(at, &fields);
        let mut hasher = self.hasher(at);
        for part in [&fields, &check[..]].iter().chain(parts) {
            hasher.update(part);
            out.extend_from_slice(part);
        }
        out.extend_from_slice(&hasher.finalize().as_bytes()[..CHECK_BYTES]);
    }

    /// The head at `at`, if it is one.
    pub(super) fn head(&self, at: u64, bytes: &[u8; HEAD_BYTES]) -> Option<Head> {
        let mut rest = bytes.iter().copied();
        let payload_bytes = u64::from_le_bytes(take(&mut rest));
        let kind = Kind::of(rest.next()?)?;
        let head = Head { payload_bytes, kind, synced: u64::from_le_bytes(take(&mut rest)) };
        // These come first because they are cheap, where heads are looked for at every byte.
        let is_likely = payload_bytes <= PAYLOAD_BYTES_MAX && head.synced <= at;
        let holds = is_likely && self.head_check(at, &head.fields()) == take::<8>(&mut rest);
        holds.then_some(head)
    }

    /// Whether the frame at `at` is whole: `rest` is its payload with the checksum.
    pub(super) fn holds(&self, at: u64, head: &[u8; HEAD_BYTES], rest: &[u8]) -> bool {
        let Some((payload, check)) = rest.split_last_chunk::<CHECK_BYTES>() else {
            return false;
        };
        let mut hasher = self.hasher(at);
        hasher.update(head).update(payload);
        hasher.finalize().as_bytes()[..CHECK_BYTES] == *check
    }

    fn head_check(&self, at: u64, fields: &[u8; FIELDS_BYTES]) -> [u8; 8] {
        let hash = *self.hasher(at).update(fields).finalize().as_bytes();
        take(&mut hash.into_iter())
    }

    fn hasher(&self, at: u64) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&at.to_le_bytes());
        hasher
    }
}
