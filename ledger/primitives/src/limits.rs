//! Every limit of what the protocol's values may hold, with its reason.
//!
//! The agreement protocol's own limits (windows, timers) stand in `hefu_consensus::limits`.

/// Members of one validator set. Above a hundred a full mesh (n² connections) and certificates
/// that list every signature stop being the simple choice.
pub const VALIDATORS_MAX: usize = 100;

/// Members of a validator set outside a development network: the least that tolerates one fault.
pub const VALIDATORS_MIN_OUTSIDE_DEVELOPMENT: usize = 4;

/// Bytes of a bitmap over the largest validator set.
pub const BITMAP_BYTES_MAX: usize = VALIDATORS_MAX.div_ceil(8);

/// Bytes of an Ed25519 signature (RFC 8032, 5.1.6).
pub const SIGNATURE_BYTES: usize = 64;

/// Bytes of an Ed25519 public key (RFC 8032, 5.1.5).
pub const PUBLIC_KEY_BYTES: usize = 32;

/// Bytes of the largest encoded vote: 8 epoch, 8 view, 33 subject, 1 signer, 64 signature.
pub const VOTE_BYTES_MAX: usize = 114;

/// Bytes of an encoded certificate of the largest set: 32 genesis, 8 epoch, 8 view, 33 subject,
/// the bitmap and the signatures, each after a length of one byte.
pub const CERTIFICATE_BYTES_MAX: usize =
    32 + 8 + 8 + 33 + (1 + BITMAP_BYTES_MAX) + (1 + VALIDATORS_MAX * SIGNATURE_BYTES);

/// Bytes of an encoded header, which has no variable part.
pub const HEADER_BYTES: usize = 4 + 3 * 8 + 7 * 32;

/// How deep encoded containers may nest. Our deepest value nests five times; the codec recurses
/// once a level, so this bounds its stack.
pub const DECODE_DEPTH_MAX: usize = 16;

/// Bytes of a block body. At 150 bytes a record this is some 10,000 enrolments, and a body of this
/// size crosses a 100 Mbit/s link in a third of a second.
pub const BODY_BYTES_MAX: u32 = 4 * 1024 * 1024;

const _: () = assert!(VALIDATORS_MAX <= u8::MAX as usize, "an index is one byte");
const _: () = assert!(VALIDATORS_MIN_OUTSIDE_DEVELOPMENT <= VALIDATORS_MAX);
const _: () = assert!(VALIDATORS_MAX < 128, "a length prefix is one byte");
