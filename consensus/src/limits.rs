//! Every limit of the agreement protocol, with its reason. Sizes of single values stand in
//! `hefu_primitives::limits`.

use hefu_primitives::limits::BODY_BYTES_MAX;

/// Views above the current one whose votes and proposals are kept. A validator that is further
/// behind is brought forward by certificates, not by votes.
pub const VIEWS_AHEAD: u64 = 8;

/// Views below the current one whose votes and own acts are kept, so that late votes still make
/// certificates and late contradictions still make evidence. What is older than this on both
/// sides of a quorum is settled by a later block.
pub const VIEWS_BEHIND: u64 = 16;

/// Nullifications that a proposal carries itself; older ones are asked for. Eight leaders out of
/// order in a row are more than a network with one in ten crashed meets in a year.
pub const GAP_INLINE_MAX: usize = 8;

/// Full notarizations kept in memory. Older ones lie in the driver's store.
pub const NOTARIZATIONS_KEPT: usize = 16;

/// Certificates in the answer to one request; at 100 validators they fill 100 KiB.
pub const CERTIFICATES_PER_FETCH: u64 = 16;

/// Own votes repeated to a peer that is behind.
pub const VOTES_PER_ANSWER: usize = 32;

/// Heights between the last final block and the parent of a proposal from which on only an empty
/// block is valid (R2): what is executed but not final is memory that nobody has agreed to spend.
pub const UNFINAL_HEIGHTS_MAX: u64 = 16;

/// Heights above the last final block from which the engine walks back by itself, a block at a
/// time; what it walks over waits on disk, 256 full bodies being one gigabyte. A node that lags
/// further is told so, and its driver fetches blocks by range.
pub const CATCH_UP_HEIGHTS_MAX: u64 = 256;

/// The unit of all deadlines unless configured otherwise: a message's delay between
/// continents, its two syncs and signature checks included.
pub const DELTA_DEFAULT_MS: u64 = 300;

/// The leader's deadline in units of Δ: one for the certificate that lets the leader begin, one
/// for its proposal (R11).
pub const LEADER_DEADLINE_DELTAS: u64 = 2;

/// The view's deadline in units of Δ: one more for the votes (R11).
pub const VIEW_DEADLINE_DELTAS: u64 = 3;

/// How long the view's deadline may grow (R11): people wait for it.
pub const VIEW_DEADLINE_MAX_MS: u64 = 20_000;

/// Pause after a final block until an empty one is due, so that proofs stay fresh (R11).
pub const HEARTBEAT_MS: u64 = 30_000;

/// Pause between two keep-alives (R10).
pub const KEEP_ALIVE_MS: u64 = 2_000;

/// How far a block's time may be ahead of the voter's clock (R13): clocks kept by NTP differ by
/// far less.
pub const CLOCK_AHEAD_MAX_MS: u64 = 2_000;

/// How far a block's time may be behind the voter's clock (R13): the longest view and the drift.
pub const CLOCK_BEHIND_MAX_MS: u64 = 25_000;

/// The smallest body budget; what the halving of R2 takes below it is an empty block.
pub const BODY_BYTES_SMALLEST: u32 = 16 * 1024;

const _: () = assert!(LEADER_DEADLINE_DELTAS < VIEW_DEADLINE_DELTAS);
const _: () = assert!(VIEW_DEADLINE_MAX_MS < CLOCK_BEHIND_MAX_MS, "a block outlives its view");
const _: () = assert!(
    CLOCK_AHEAD_MAX_MS + VIEW_DEADLINE_MAX_MS < CLOCK_BEHIND_MAX_MS,
    "a fast leader and a slow view leave time to notarize"
);
const _: () = assert!(GAP_INLINE_MAX as u64 <= VIEWS_BEHIND);
const _: () = assert!(BODY_BYTES_SMALLEST < BODY_BYTES_MAX);
