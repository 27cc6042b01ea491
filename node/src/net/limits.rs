//! Every limit of the network, with its reason.

use hefu_primitives::limits::{BODY_BYTES_MAX, VALIDATORS_MAX};
use std::time::Duration;

/// Bytes of a frame on a message stream and of an answer: a full body, and two mebibytes beside
/// it for the certificates of a full justification at a hundred validators, several times over.
pub const FRAME_BYTES_MAX: usize = BODY_BYTES_MAX as usize + 2 * 1024 * 1024;

/// Bytes of a request. It names what is wanted and never carries it, and several of each peer may
/// be in memory at once.
pub const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a greeting. It has 44; a later version may add to it and is still to be understood
/// well enough to be refused by name.
pub const GREETING_BYTES_MAX: usize = 256;

/// Bytes that memory grows by while a frame comes in: what a peer announces but does not send
/// costs no more than this.
pub const FRAME_STEP_BYTES: usize = 64 * 1024;

/// Messages waiting for one peer. A view makes some ten messages for each peer, so this is a
/// hundred views of a peer that has stalled; what it misses after that it gets by asking.
pub const QUEUE_MESSAGES_MAX: usize = 1024;

/// Bytes waiting for one peer: two full frames and a half, since a leader that is late may have
/// two proposals on their way. With a hundred stalled peers it is 1.6 GB only if each message
/// were its own; they are shared.
pub const QUEUE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Events of all peers that are ahead of a peer whose turn has come. Each peer waits with one
/// message in hand; few places in front of the reader keep a flood from building a lead there.
pub const EVENTS_AHEAD: usize = 8;

/// Requests to one peer that wait for their answers, and of one peer that wait for ours. Block
/// sync keeps a link full with four; the rest is for certificates and transactions.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 8;

/// Inbound connections that have not yet shown their key. All validators may dial at once after a
/// restart of the network.
pub const HANDSHAKES_MAX: usize = VALIDATORS_MAX + 28;

/// The same from one address, so that one stranger cannot take every place. Organisations that
/// run some nodes behind one address stay below it, and a test network on one machine merely
/// dials again.
pub const HANDSHAKES_PER_SOURCE_MAX: usize = 32;

/// Connections with one key: the one in use, its successor, and some that are being closed while
/// the other end no longer answers.
pub const CONNECTIONS_PER_PEER_MAX: usize = 8;

/// Inbound streams of one connection that have not yet named their protocol: the message stream
/// and as many requests as may be in flight, twice.
pub const STREAMS_NEGOTIATING_MAX: usize = 2 * (1 + REQUESTS_IN_FLIGHT_MAX);

/// Streams of one connection as Yamux is told. Yamux lets the windows of a connection grow to
/// 1 GiB less 256 KiB for each of these, which is all that libp2p lets us set: this number leaves
/// 8 MiB of growth, enough to fill 1 Gbit/s over 60 ms. How many streams are really kept is
/// bounded by [`STREAMS_NEGOTIATING_MAX`] and [`REQUESTS_IN_FLIGHT_MAX`].
pub const YAMUX_STREAMS: usize = (1024 - 8) * 4;

/// Keys of refused strangers that are remembered for the log. Keys cost nothing to make, so
/// further ones are only counted.
pub const STRANGERS_REMEMBERED: usize = 64;

/// How long a stranger may take until it has shown its key and agreed on a multiplexer, and then
/// a peer to say hello: six round trips between continents and a busy machine.
pub const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// Pause after which a line with nothing to say sends an empty frame.
pub const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// Silence after which a peer counts as gone: three empty frames missed.
pub const SILENCE_LIMIT: Duration = Duration::from_secs(16);

/// How long this node may take to answer a request of a peer. Whoever asked has its own limit.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// The first pause before dialling again: a peer that restarts is back within a second.
pub const REDIAL_FIRST: Duration = Duration::from_millis(250);

/// The longest pause, which is how late a peer that was away for hours is found again.
pub const REDIAL_MAX: Duration = Duration::from_secs(15);

const _: () = assert!(QUEUE_BYTES_MAX >= 2 * FRAME_BYTES_MAX);
const _: () = assert!(FRAME_BYTES_MAX <= u32::MAX as usize, "a length is four bytes");

/// The limits in time, which tests shorten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// [`HANDSHAKE_LIMIT`].
    pub handshake: Duration,
    /// [`KEEP_ALIVE`].
    pub keep_alive: Duration,
    /// [`SILENCE_LIMIT`].
    pub silence: Duration,
    /// [`ANSWER_LIMIT`].
    pub answer: Duration,
    /// [`REDIAL_FIRST`].
    pub redial_first: Duration,
    /// [`REDIAL_MAX`].
    pub redial_max: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            handshake: HANDSHAKE_LIMIT,
            keep_alive: KEEP_ALIVE,
            silence: SILENCE_LIMIT,
            answer: ANSWER_LIMIT,
            redial_first: REDIAL_FIRST,
            redial_max: REDIAL_MAX,
        }
    }
}
