//! Every limit of what the mempool holds, with its reason.

use hefu_ledger::limits::{BATCH_BYTES_MAX, TRANSACTION_BYTES_MAX};

/// How much a mempool holds. Bytes are those of the encoded transactions; what stands around one in
/// memory is bounded by their count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all pending transactions.
    pub bytes_max: usize,
    /// Pending transactions.
    pub count_max: usize,
    /// Bytes of all transactions whose signatures are being checked.
    pub checking_bytes_max: usize,
    /// Bytes that one source may have pending and being checked.
    pub source_bytes_max: usize,
    /// Bytes of transactions from one source that may fail their checks within one window.
    pub source_waste_bytes_max: usize,
    /// Sources that are told apart at one time.
    pub sources_max: usize,
    /// Successive operations of one DID.
    pub did_pending_max: u32,
    /// How long a transaction stays that is not executed, in milliseconds.
    pub time_to_live_ms: u64,
    /// Bytes of transactions from elsewhere whose verdicts are remembered.
    pub verdict_bytes_max: usize,
    /// Identifiers of executed transactions that are remembered.
    pub executed_max: usize,
    /// Rejections that are remembered.
    pub rejected_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Sixteen full blocks: more than this waits longer than anybody does.
            bytes_max: 64 * 1024 * 1024,
            // One lane gets a half at most: what a small machine executes in five seconds. Whoever
            // waits longer is better told to come back, and a node is free again soon after a flood.
            count_max: 8_192,
            // A second and a half's work for one core: 2 KiB an enrolment, 60 µs each of three
            // signatures.
            checking_bytes_max: 8 * BATCH_BYTES_MAX,
            // A peer passes on what many organisations send, so not less than several of their
            // shares.
            source_bytes_max: 8 * BATCH_BYTES_MAX,
            // One batch, or 128 of the longest operations: a client that errs does so less often,
            // and a malicious one makes us work for two hundredths of the time.
            source_waste_bytes_max: BATCH_BYTES_MAX,
            // As many connections as an API serves, and every peer, several times over.
            sources_max: 8_192,
            // A wallet that sets itself up registers a few keys and services in a row.
            did_pending_max: 8,
            // Twenty heartbeats. Whoever still waits then has long asked what became of it.
            time_to_live_ms: 10 * 60_000,
            // The bodies of as many blocks as may be unfinal without much trouble.
            verdict_bytes_max: 32 * 1024 * 1024,
            // A minute at two thousand a second; afterwards the state itself turns them away.
            executed_max: 131_072,
            // So that each of the longest block's worth of losers can ask why.
            rejected_max: 16_384,
        }
    }
}

/// The span over which a source's failed checks are counted, in milliseconds. Short, since several
/// clients may share an address with one that errs.
pub const WASTE_WINDOW_MS: u64 = 10_000;

/// How long a check may take before its ticket is forgotten, in milliseconds. The largest batch
/// takes a fifth of a second; only a worker that has died takes longer than this.
pub const CHECKING_MS_MAX: u64 = 60_000;

/// How long a transaction rests that may apply later, in milliseconds, when it has been left out
/// once. It doubles each time.
pub const REST_MS_MIN: u64 = 1_000;

/// The longest such rest. A cap is counted over hours and a sequence is mended within seconds.
pub const REST_MS_MAX: u64 = 64_000;

/// When to try again if there is no room, in milliseconds: a few blocks later.
pub const RETRY_FULL_MS: u64 = 5_000;

/// When to try again if something must be executed before, in milliseconds: about a block later.
pub const RETRY_SOON_MS: u64 = 1_000;

const _: () = assert!(TRANSACTION_BYTES_MAX <= BATCH_BYTES_MAX);
const _: () = assert!(REST_MS_MIN <= REST_MS_MAX);
