//! Sources: where transactions come from, and how much each may burden us.
//!
//! Signatures cost more than anything else here, and anybody can send bad ones. So a source is
//! charged for what it has pending, for what is being checked, and for what has failed.

use super::limits::{Limits, RETRY_FULL_MS, WASTE_WINDOW_MS};
use super::refusal::Refusal;
use crate::application::Source;
use hefu_primitives::Timestamp;
use std::collections::BTreeMap;

/// How much a source burdens us.
#[derive(Clone, Copy, Debug, Default)]
struct Burden {
    pending_bytes: usize,
    checking_bytes: usize,
    /// Bytes that failed, in this window.
    wasted_bytes: usize,
    window: u64,
}

impl Burden {
    const fn wasted_bytes(&self, now: Timestamp) -> usize {
        if self.window == window(now) { self.wasted_bytes } else { 0 }
    }

    const fn is_idle(&self, now: Timestamp) -> bool {
        self.pending_bytes == 0 && self.checking_bytes == 0 && self.wasted_bytes(now) == 0
    }
}

/// All sources that burden us.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    burdens: BTreeMap<Source, Burden>,
    checking_bytes: usize,
}

const fn window(now: Timestamp) -> u64 {
    now.get() / WASTE_WINDOW_MS
}

impl Sources {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.burdens.len()
    }

    /// Bytes being checked for all of them.
    pub(super) const fn checking_bytes(&self) -> usize {
        self.checking_bytes
    }

    /// Refuses a source that burdens us as much as it may.
    pub(super) fn admit(
        &self,
        source: Source,
        bytes: usize,
        now: Timestamp,
        limits: &Limits,
    ) -> Result<(), Refusal> {
        let burden = self.burdens.get(&source).copied().unwrap_or_default();
        if burden.wasted_bytes(now) >= limits.source_waste_bytes_max {
            let retry_after_ms = WASTE_WINDOW_MS - now.get() % WASTE_WINDOW_MS;
            return Err(Refusal::SourceWasteful { retry_after_ms });
        }
        let max_bytes = limits.source_bytes_max;
        if burden.pending_bytes + burden.checking_bytes + bytes > max_bytes {
            return Err(Refusal::SourceFull { max_bytes });
        }
        // However many sources take all they can, something is left for another.
        let free = limits.checking_bytes_max - self.checking_bytes;
        if burden.checking_bytes + bytes > free {
            return Err(Refusal::Full { retry_after_ms: RETRY_FULL_MS });
        }
        Ok(())
    }

    /// Makes room for a source that is not known yet: forgets those that do not burden us, and, if
    /// these are too few, how much others have wasted. Whether there is room then.
    pub(super) fn make_room(&mut self, source: Source, now: Timestamp, limits: &Limits) -> bool {
        if self.has_room(source, limits) {
            return true;
        }
        self.forget_idle(now);
        if !self.has_room(source, limits) {
            self.burdens.retain(|_, burden| burden.pending_bytes + burden.checking_bytes > 0);
        }
        self.has_room(source, limits)
    }

    fn has_room(&self, source: Source, limits: &Limits) -> bool {
        self.burdens.contains_key(&source) || self.burdens.len() < limits.sources_max
    }

    /// Forgets the sources that do not burden us.
    pub(super) fn forget_idle(&mut self, now: Timestamp) {
        self.burdens.retain(|_, burden| !burden.is_idle(now));
    }

    /// A check has begun.
    pub(super) fn begin(&mut self, source: Source, bytes: usize) {
        self.burdens.entry(source).or_default().checking_bytes += bytes;
        self.checking_bytes += bytes;
    }

    /// A check has ended.
    pub(super) fn end(&mut self, source: Source, bytes: usize) {
        self.burdens.entry(source).or_default().checking_bytes -= bytes;
        self.checking_bytes -= bytes;
    }

    /// A transaction is pending.
    pub(super) fn hold(&mut self, source: Source, bytes: usize) {
        self.burdens.entry(source).or_default().pending_bytes += bytes;
    }

    /// A transaction is pending no more.
    pub(super) fn release(&mut self, source: Source, bytes: usize) {
        self.burdens.entry(source).or_default().pending_bytes -= bytes;
    }

    /// A check was in vain.
    pub(super) fn waste(&mut self, source: Source, bytes: usize, now: Timestamp) {
        let burden = self.burdens.entry(source).or_default();
        burden.wasted_bytes = burden.wasted_bytes(now).saturating_add(bytes);
        burden.window = window(now);
    }
}
