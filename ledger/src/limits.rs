//! Every limit of what the ledger holds, with its reason.
//!
//! Limits on what validators say to each other stand in `hefu_primitives::limits`.

use hefu_primitives::limits::BODY_BYTES_MAX;

/// Characters of a network's name, as the grammar of `did:hefu` has it.
pub const NETWORK_NAME_CHARS_MAX: usize = 16;

/// The least characters of a network's name: a letter and one more.
pub const NETWORK_NAME_CHARS_MIN: usize = 2;

/// Characters of the longest DID: the scheme and method, a network, a colon, an identifier.
pub const DID_CHARS_MAX: usize = 9 + NETWORK_NAME_CHARS_MAX + 1 + IDENTIFIER_CHARS;

/// Characters of an identifier: 256 bits, five a character.
pub const IDENTIFIER_CHARS: usize = 52;

/// Characters of a DID URL, which may carry a path, a query and a fragment besides.
pub const DID_URL_CHARS_MAX: usize = 2_048;

/// Verification methods that a document shows at once: one a device and purpose, generously.
pub const METHODS_MAX: usize = 16;

/// Keys that a DID has ever had and has no more. Each leaves a trace for ever, so that it can
/// never be registered again; whoever has used up so many enrols anew.
pub const FORMER_KEYS_MAX: usize = 128;

/// Services of a document.
pub const SERVICES_MAX: usize = 8;

/// Characters of a service's name, type or address.
pub const SERVICE_TEXT_BYTES_MAX: usize = 256;

/// Other names of the subject.
pub const ALSO_KNOWN_AS_MAX: usize = 4;

/// Controllers of a DID: parents or guardians, or the seats of a board.
pub const CONTROLLERS_MAX: usize = 8;

/// Control keys that an operation commits to.
pub const CONTROL_KEYS_MAX: usize = 8;

/// Signers of one transaction: every control key, controller and new key of a holder, or so many
/// organisations.
pub const SIGNERS_MAX: usize = CONTROL_KEYS_MAX + CONTROLLERS_MAX + METHODS_MAX;

/// Entries of a batch. Its outcome is a bitmap of 125 bytes, and it executes within one block.
pub const BATCH_ENTRIES_MAX: usize = 1_000;

/// Bytes of an encoded transaction that is no batch. The largest, an update that fills every
/// list, needs less; so a node may refuse anything longer before it decodes it.
pub const TRANSACTION_BYTES_MAX: usize = 16 * 1024;

/// Bytes of an encoded batch.
pub const BATCH_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Transactions of one block, so that its list is bounded before its bytes are.
pub const BLOCK_TRANSACTIONS_MAX: usize = 16_384;

/// Organisations of a network. Several roles may be one organisation's.
pub const ORGANISATIONS_MAX: usize = 1_024;

/// Keys of an organisation: those of its officers, and of its machines.
pub const ORGANISATION_KEYS_MAX: usize = 16;

/// Bytes of a label. It stands in names of records and in fragments of URLs.
pub const LABEL_BYTES_MAX: usize = 64;

/// Bytes of an organisation's name: forty characters of Chinese and more.
pub const ORGANISATION_NAME_BYTES_MAX: usize = 128;

/// Branches of one level of an authority rule.
pub const RULE_BRANCHES_MAX: usize = 8;

/// Levels of an authority rule. Two suffice for every rule we know of.
pub const RULE_DEPTH_MAX: usize = 4;

/// How finely the expiry of authority operations and batches is told apart when their identifiers are kept.
pub const REPLAY_BUCKET_MS: u64 = 60_000;

/// How far ahead an authority operation may expire at the most, in milliseconds: 31 days. The
/// buckets of unexpired identifiers are walked through when the chain has been idle for long.
pub const AUTHORITY_WINDOW_MAX_MS: u64 = 31 * 24 * 3_600_000;

/// Identifiers that one organisation may have in one such bucket. Each of them writes the whole
/// bucket anew, so it stays small; an organisation that acts more often spreads its expiries.
pub const REPLAY_PER_ORGANISATION_MAX: usize = 64;

/// Bytes of a bundle. A history of ten thousand operations with their proofs fits.
pub const BUNDLE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Epochs that lead to the checkpoint of a bundle. A set that changes once a month has fewer in three
/// hundred years.
pub const BUNDLE_EPOCHS_MAX: usize = 4_096;

/// Entries of a DID's log in a bundle. A daily change has fewer in a century and a half.
pub const BUNDLE_LOG_ENTRIES_MAX: usize = 65_536;

/// Bytes of a batch's outcome, a bit for each entry.
pub const BATCH_OUTCOME_BYTES_MAX: usize = BATCH_ENTRIES_MAX.div_ceil(8);

/// Records that one transaction writes: a batch's DIDs, its registrar's count and the identifiers that
/// are remembered; anything else writes a record and the counts of its signers.
pub const EFFECT_WRITES_MAX: usize = BATCH_ENTRIES_MAX + SIGNERS_MAX + 2;

/// Identifiers in one bucket, by every organisation of a network.
pub const REPLAY_BUCKET_MAX: usize = ORGANISATIONS_MAX * REPLAY_PER_ORGANISATION_MAX;

/// How old a checkpoint may be for whoever says nothing else, in milliseconds: three heartbeats of
/// 30 s (docs/protocol.md, R11).
pub const CHECKPOINT_AGE_MAX_MS: u64 = 3 * 30_000;

/// Bytes of a genesis file: the largest, with every organisation, key and signature, fits.
pub const GENESIS_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The last millisecond of the year 9999, after which RFC 3339 has no times.
pub const GENESIS_START_MAX_MS: u64 = 253_402_300_799_999;

/// The least assumed delay of a message: one below it is no network's, but a slip of units.
pub const DELTA_MS_MIN: u64 = 10;

/// The longest assumed delay of a message. Deadlines of three such delays keep people waiting.
pub const DELTA_MS_MAX: u64 = 5_000;

/// The assumed delay of a message in development networks, whose validators share a machine.
pub const DELTA_MS_DEVELOPMENT: u64 = 100;

/// Bytes of a transaction in JSON. The largest batch with the wordiest entries, every key with all
/// relationships and times, is six times as long as in the canonical form.
pub const TRANSACTION_JSON_BYTES_MAX: usize = 8 * BATCH_BYTES_MAX;

/// How deep JSON may nest. A key's relationships in a batch lie nine levels deep, the deepest
/// authority rule twelve; reading recurses once a level.
pub const JSON_DEPTH_MAX: usize = 24;

/// Values in one JSON text, each of which takes up to a hundred bytes of memory. The largest batch
/// has half as many.
pub const JSON_VALUES_MAX: usize = 512 * 1024;

/// Bytes of a stored record: the largest DID record has every list full.
pub const STATE_VALUE_BYTES_MAX: usize = 4 * 1024 * 1024;

const _: () = assert!(BATCH_BYTES_MAX < BODY_BYTES_MAX as usize, "a batch fits into a block");
const _: () = assert!(TRANSACTION_BYTES_MAX < BATCH_BYTES_MAX);
const _: () = assert!(SIGNERS_MAX < 128, "a length prefix is one byte");
const _: () = assert!(FORMER_KEYS_MAX >= METHODS_MAX, "every key of a full document can retire");
const _: () = assert!(
    REPLAY_BUCKET_MAX * 34 < STATE_VALUE_BYTES_MAX,
    "a bucket that every organisation fills can be read again"
);
