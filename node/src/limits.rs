//! Every limit of the node that is not a part's own, with its reason. Those of the network stand in
//! `net::limits`, those of pending transactions in `mempool::limits`, those of the acts log in
//! `acts::limits`.

use hefu_primitives::limits::BODY_BYTES_MAX;
use std::time::Duration;

/// Bytes of whatever nodes say to each other: a full body, with the roots of its effects, and what
/// justifies a proposal of a hundred validators.
pub const PACKET_BYTES_MAX: usize = BODY_BYTES_MAX as usize + 2 * 1024 * 1024;

/// Transactions that go to a leader at a time: half a thousand single ones fill a megabyte.
pub const TRANSACTIONS_PER_PACKET: usize = 512;

/// Bytes of transactions that go to a leader at a time: one batch of a thousand fits.
pub const FORWARD_BYTES_MAX: u32 = 2 * 1024 * 1024;

/// How old a transaction is when everybody is told of it, and the pause between two such times: a few
/// views. Until then only leaders were told, one at a time.
pub const GOSSIP_PAUSE: Duration = Duration::from_secs(2);

/// How long a validator is believed to have what it was sent. It may have had no room for it then; this is
/// how long it takes until it has work for fewer clients.
pub const BELIEF_PAUSE: Duration = Duration::from_secs(30);

/// Certificates in one answer: three to a view.
pub const CERTIFICATES_PER_ANSWER: usize = 48;

const _: () =
    assert!(CERTIFICATES_PER_ANSWER as u64 >= 3 * hefu_consensus::limits::CERTIFICATES_PER_FETCH);

/// Things that wait for the driver. It takes in hundreds of thousands a second, so a full queue means
/// that it hangs, and whoever adds to it waits with it.
pub const EVENTS_MAX: usize = 4_096;

/// Messages whose signatures are being checked at a time. What comes meanwhile waits in the network's
/// queues, one for each peer, so that whoever floods us waits longest.
pub const VERIFYING_MAX: usize = 64;

/// Signatures that a task checks in one turn: half a millisecond, and most of them are remembered. Those
/// of all that ten validators say.
pub const SHORT_SIGNATURES_MAX: usize = 16;

/// Bytes of a transaction that a task checks in one turn. Single operations have some hundreds, of which
/// signatures are few; batches have more.
pub const SHORT_TRANSACTION_BYTES: usize = 2 * 1024;

/// Transactions that tasks check at a time; under a load others go to threads, so that what drives the node
/// is not late.
pub const SHORT_CHECKS_MAX: usize = 2;

/// Signatures of votes and proposals that are remembered as good: those of some views of a hundred
/// validators, in half a megabyte.
pub const SIGNATURES_KEPT: usize = 2_048;

/// Questions to peers that have not been answered, of one epoch.
pub const ASKING_MAX: usize = 16;

/// How long a peer may take to answer.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// Final blocks that peers can ask for by their digests: as many as an engine walks back by itself,
/// and some more.
pub const FINAL_BLOCKS_SERVED: u64 = 2 * hefu_consensus::limits::CATCH_UP_HEIGHTS_MAX;

/// Blocks that are kept before those are dropped that no engine holds.
pub const CONTENTS_KEPT: usize = 4;

/// Headers in one answer, unless none of the last is proved by a finalization of its own: a third of a
/// megabyte.
pub const HEADERS_PER_ANSWER: usize = 1_024;

/// Headers in one answer, whatever it takes to reach a finalization: they fit into a packet.
pub const HEADERS_PER_ANSWER_MAX: usize = 16_384;

/// Contents in one answer, and blocks that one question is about. Full ones come one at a time, small
/// ones together, so that a distant peer is not asked for each.
pub const CONTENTS_PER_ANSWER: usize = 16;

/// Bytes of contents after which an answer is full; the last one may exceed it.
pub const CONTENTS_BYTES: usize = 1024 * 1024;

/// Final blocks that are asked for before those below are written: three answers' worth of small ones.
pub const RANGE_AHEAD_MAX: usize = 48;

/// Bytes of final blocks that are here and not written, after which no more are asked for but the next.
/// In memory they take some times as much.
pub const RANGE_AHEAD_BYTES: usize = 8 * 1024 * 1024;

/// Final blocks that are executed or being executed and not written. What a full one comes to takes
/// megabytes; with a few of them the executor never waits.
pub const RANGE_EXECUTED_MAX: usize = 4;

/// Questions for contents at a time, to as many peers if there are so many.
pub const RANGE_ASKING_MAX: usize = 3;

/// The pause before peers are asked again that had no answer.
pub const RANGE_PAUSE: Duration = Duration::from_millis(500);

/// How often it is looked whether the disk has room. A node writes some hundred megabytes meanwhile
/// at the very most, which the default mark leaves.
pub const SPACE_PAUSE: Duration = Duration::from_secs(2);

/// Transactions that somebody waits to see final.
pub const WAITING_MAX: usize = 65_536;
