//! Every limit of the HTTP server, with its reason.

use hefu_ledger::limits::{BATCH_BYTES_MAX, TRANSACTION_BYTES_MAX};
use std::time::Duration;

/// Connections at a time. Each costs a task and two buffers, 50 KiB together.
pub const CONNECTIONS_MAX: usize = 1_024;

/// What part of the files that the process may open connections get, of each listener: with those that
/// are told that there is no room they take little more than a half, and leave the rest to the store
/// and to peers.
pub const FILES_PER_CONNECTION: usize = 4;

/// What part of all connections one address gets. A browser opens six; several people may share an
/// address.
pub const CONNECTIONS_OF_ALL: usize = 8;

/// Connections at a time from one address.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = CONNECTIONS_MAX / CONNECTIONS_OF_ALL;

/// Connections beyond these that are told so, at a time. Any further one is closed without a word.
pub const TURNED_AWAY_MAX: usize = CONNECTIONS_MAX / TURNED_AWAY_OF_ALL;

/// What part of all connections these are.
pub const TURNED_AWAY_OF_ALL: usize = 8;

/// How long it may take to tell a client that there is no room for it: its request is on its way.
pub const FAREWELL_LIMIT: Duration = Duration::from_secs(2);

/// How long the head of a request may take, and how long a connection may be idle before the next:
/// whoever sends a byte a minute holds a place that others need.
pub const HEAD_LIMIT: Duration = Duration::from_secs(15);

/// How long the body of a request may take. Four megabytes within it are a slow line's work.
pub const BODY_LIMIT: Duration = Duration::from_secs(20);

/// How long a client may take nothing of what is written to it.
pub const STALL_LIMIT: Duration = Duration::from_secs(30);

/// Bytes of a request's head. A DID URL has at most two thousand characters, percent-encoded three
/// times as many; browsers add two thousand bytes of headers.
pub const HEAD_BYTES_MAX: usize = 32 * 1024;

/// Headers of a request. Browsers send twenty.
pub const HEADERS_MAX: usize = 64;

/// Bytes of the body of one operation. In JSON the largest is four times as long as in the canonical
/// form.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a body that is read at once: as JSON, that takes some tens of microseconds. Enrolments are
/// shorter.
pub const SHORT_BODY_BYTES: usize = 4 * 1024;

/// Transactions of a block that is told of at once, rather than by a thread that may take its time.
pub const SHORT_BLOCK: u32 = 8;

/// Bytes of the body of a batch. The largest in the canonical form fits, and in JSON one of a
/// thousand enrolments of the common kind.
pub const BATCH_BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Bodies of batches that are read at a time: read as JSON, one may take fifty megabytes of memory.
pub const BATCHES_MAX: usize = 4;

/// Reads of the store at a time. Each takes a thread; with more of them than this each only waits
/// for the disk longer.
pub const READS_MAX: usize = 64;

/// Bundles that are made at a time. A long history takes a second, in which no block is written.
pub const BUNDLES_MAX: usize = 4;

/// Entries of a log in a bundle that proves each operation. Longer histories come without their
/// transactions, or from a node that nobody waits for.
pub const PROVED_OPERATIONS_MAX: u32 = 1_024;

/// How long a request waits for its turn to read, before it is told to come back.
pub const TURN_LIMIT: Duration = Duration::from_secs(5);

/// How long the checks of a submitted transaction may take, before its client is told to come back.
/// The largest batch takes a fifth of a second; only a node that has far too much to do takes this long.
pub const SUBMIT_LIMIT: Duration = Duration::from_secs(15);

/// When to come back after that, in milliseconds.
pub const RETRY_BUSY_MS: u64 = 2_000;

/// Requests at a time that wait until a transaction is final. Each waits on a connection of its own.
pub const WAITERS_MAX: usize = CONNECTIONS_MAX;

/// How long a request waits until its transaction is final, unless it says otherwise, in
/// milliseconds: many views, and less than what proxies wait for an answer.
pub const WAIT_DEFAULT_MS: u64 = 20_000;

/// The longest that a request can ask to wait, in milliseconds.
pub const WAIT_MAX_MS: u64 = 60_000;

/// How often a waiting request asks whether its transaction was refused meanwhile.
pub const FATE_PAUSE: Duration = Duration::from_secs(1);

/// Streams of events at a time. Each holds a connection as long as its client wants.
pub const SUBSCRIBERS_MAX: usize = CONNECTIONS_MAX / 4;

/// Events that a subscriber may be behind before it is sent to the store for them.
pub const EVENTS_AHEAD: usize = 256;

/// Blocks that are read at a time for a subscriber that comes back.
pub const EVENTS_READ_MAX: u64 = 64;

/// Pause between two signs of life on a stream of events, so that proxies and clients know of a
/// broken line.
pub const EVENTS_KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Elements of a page, unless the request says otherwise.
pub const PAGE_DEFAULT: usize = 50;

/// The most elements of a page.
pub const PAGE_MAX: usize = 500;

/// Transactions that are read for one page of blocks or of an export. A page ends early at the block
/// with which it exceeds this.
pub const PAGE_TRANSACTIONS_MAX: usize = 4_096;

/// Bytes of transactions on one page of an export: a page is made in memory.
pub const EXPORT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long requests under way may take once the node stops.
pub const DRAIN_LIMIT: Duration = Duration::from_secs(5);

/// Pause after a connection could not be accepted, as when the process has too many files open.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long a thing that never changes may be kept by caches, in seconds: a year, as long as there
/// is a convention for.
pub const IMMUTABLE_SECONDS: u64 = 31_536_000;

const _: () = assert!(TRANSACTION_BYTES_MAX < BODY_BYTES_MAX);
const _: () = assert!(BATCH_BYTES_MAX < BATCH_BODY_BYTES_MAX);
const _: () = assert!(PAGE_DEFAULT <= PAGE_MAX);
const _: () = assert!(WAIT_DEFAULT_MS <= WAIT_MAX_MS);
