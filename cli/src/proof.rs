//! Under which checkpoint something is verified, or that it is not.

use hefu_api::Hex32;
use hefu_ledger::bundle::ProvenCheckpoint;
use hefu_ledger::document::show_datetime;
use hefu_primitives::Timestamp;
use serde::Serialize;

/// The checkpoint under which what stands beside it is verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Proof {
    /// Always `true`: what is not verified has no proof.
    verified: bool,
    /// The checkpoint's height.
    height: u64,
    /// What names its block.
    digest: Hex32,
    /// Its time.
    time_ms: u64,
    /// How old it is.
    age_ms: u64,
}

impl From<&ProvenCheckpoint> for Proof {
    fn from(checkpoint: &ProvenCheckpoint) -> Self {
        let header = &checkpoint.header;
        Self {
            verified: true,
            height: header.height.get(),
            digest: checkpoint.digest.into(),
            time_ms: header.time.get(),
            age_ms: checkpoint.age_ms,
        }
    }
}

impl Proof {
    /// It, in words.
    pub(crate) fn words(&self) -> String {
        let (height, age) = (self.height, self.age_ms / 1_000);
        format!("from the genesis, at block {height}, {age} s ago")
    }
}

/// A time for people.
pub(crate) fn time(ms: u64) -> String {
    show_datetime(Timestamp::new(ms))
}
