//! Every limit of the acts log, with its reason.

use hefu_consensus::limits::GAP_INLINE_MAX;
use hefu_primitives::limits::{BODY_BYTES_MAX, CERTIFICATE_BYTES_MAX, HEADER_BYTES};
use std::time::Duration;

/// Bytes of the largest encoded record, which is a proposal: the certificates of its parent, of
/// its gap and of its checkpoint, two headers, and less than a kilobyte of what is signed and of
/// lengths.
pub const RECORD_BYTES_MAX: usize =
    1_024 + 2 * HEADER_BYTES + (GAP_INLINE_MAX + 2) * CERTIFICATE_BYTES_MAX;

/// Bytes of the largest payload of a frame: a proposal after its length, and its body. A damaged
/// length is thus known before it is believed.
pub const PAYLOAD_BYTES_MAX: u64 = 8 + RECORD_BYTES_MAX as u64 + BODY_BYTES_MAX as u64;

/// Bytes from which on a segment is replaced by one that holds only what is still needed, provided
/// that this is at most half of it, so that copying never costs more than writing did. An idle
/// chain fills this in months, a chain of full blocks in a dozen blocks.
pub const SEGMENT_BYTES: u64 = 64 << 20;

/// Requests that wait for the disk. An engine writes five records a view, so this many are
/// hundreds of views, or a peer's answers to many requests for certificates: whoever has as many
/// has a disk that stands still.
pub const QUEUE_REQUESTS: usize = 4_096;

/// Bytes of bodies that wait for the disk: sixteen full blocks.
pub const QUEUE_BYTES: usize = 16 * BODY_BYTES_MAX as usize;

/// How long a certificate may wait for an act with which it is synced. Longer than a view lasts on a quick
/// network; and on a quiet one, where none follows, nobody waits for that sync.
pub const CERTIFICATES_PAUSE: Duration = Duration::from_millis(20);

/// Bytes that one sync covers at most, a frame more or less: two full blocks. More would make the
/// votes in it wait for bodies that they do not need.
pub const BATCH_BYTES: usize = 2 * BODY_BYTES_MAX as usize;

const _: () = assert!(PAYLOAD_BYTES_MAX < SEGMENT_BYTES / 8, "a segment holds several bodies");
const _: () = assert!(BATCH_BYTES <= QUEUE_BYTES);
