//! How long a node may take, and how much it may say.

use hefu_ledger::limits::{BUNDLE_BYTES_MAX, GENESIS_BYTES_MAX};
use std::time::Duration;

/// How long it may take until there is a connection.
pub(crate) const CONNECT: Duration = Duration::from_secs(3);

/// How long an answer may take, from the first byte sent to the last received.
pub(crate) const ANSWER: Duration = Duration::from_secs(10);

/// How long a node may keep back the answer to a submission that waits until it is final; a
/// deadline that is longer is met by asking again.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(20);

/// How long a node that is a few blocks behind another may take to come up with it.
pub(crate) const CATCH_UP: Duration = Duration::from_secs(3);

/// The pause before a node is asked again, at first; it doubles from one time to the next.
pub(crate) const PAUSE_MIN: Duration = Duration::from_millis(20);

/// The longest such pause.
pub(crate) const PAUSE_MAX: Duration = Duration::from_millis(500);

/// The most bytes of a bundle: the hash at its end is beside the limit.
pub(crate) const BUNDLE_ANSWER_BYTES_MAX: u64 = BUNDLE_BYTES_MAX as u64 + 32;

/// The most bytes of a JSON answer: a page of a thousand rows is far shorter.
pub(crate) const JSON_ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The most bytes of a genesis file.
pub(crate) const GENESIS_ANSWER_BYTES_MAX: u64 = GENESIS_BYTES_MAX as u64;

/// How many characters of what a node says are repeated to people.
pub(crate) const QUOTED_CHARS_MAX: usize = 300;
