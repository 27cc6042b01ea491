//! Which validators have which transactions, since they were sent them or sent them, so that nobody is sent the
//! same again.

use crate::limits::BELIEF_PAUSE;
use hefu_primitives::ValidatorIndex;
use hefu_primitives::limits::VALIDATORS_MAX;
use std::collections::BTreeMap;
use tokio::time::Instant;

/// For each transaction the validators that are believed to have it, a bit each.
#[derive(Clone, Debug)]
pub(super) struct Forwarded<I> {
    holders: BTreeMap<I, u128>,
    /// When this was believed first: nothing is for long.
    since: Option<Instant>,
}

impl<I> Default for Forwarded<I> {
    fn default() -> Self {
        Self { holders: BTreeMap::new(), since: None }
    }
}

const _: () = assert!(VALIDATORS_MAX <= 128, "a validator has a bit");

fn bit(validator: ValidatorIndex) -> u128 {
    1 << validator.get()
}

impl<I: Copy + Ord> Forwarded<I> {
    /// Whether this validator has it.
    pub(super) fn has(&self, id: &I, validator: ValidatorIndex, now: Instant) -> bool {
        let holders = self.holders.get(id).filter(|_| !self.is_over(now));
        holders.is_some_and(|holders| holders & bit(validator) != 0)
    }

    /// This validator has it.
    pub(super) fn note(&mut self, id: I, validator: ValidatorIndex, now: Instant) {
        if self.is_over(now) {
            *self = Self::default();
        }
        self.since.get_or_insert(now);
        *self.holders.entry(id).or_default() |= bit(validator);
    }

    fn is_over(&self, now: Instant) -> bool {
        self.since.is_some_and(|since| now.duration_since(since) >= BELIEF_PAUSE)
    }

    /// This validator may have lost what it had.
    pub(super) fn forget(&mut self, validator: ValidatorIndex) {
        self.holders.values_mut().for_each(|holders| *holders &= !bit(validator));
    }

    /// Forgets all but these once there are twice as many as there should be.
    pub(super) fn keep(&mut self, count: usize, keeps: impl Fn(&I) -> bool) {
        if self.holders.len() > 2 * count + 64 {
            self.holders.retain(|id, _| keeps(id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const FIRST: ValidatorIndex = ValidatorIndex::new(0);

    fn id(byte: u8) -> [u8; 32] {
        [byte; 32]
    }

    #[test]
    fn each_validator_is_remembered_for_itself() {
        let (mut forwarded, now) = (Forwarded::default(), Instant::now());
        let last = ValidatorIndex::new(u8::try_from(VALIDATORS_MAX).unwrap() - 1);
        forwarded.note(id(1), FIRST, now);
        forwarded.note(id(1), last, now);
        let has = |forwarded: &Forwarded<_>, byte, validator| {
            forwarded.has(&id(byte), ValidatorIndex::new(validator), now)
        };
        assert!(has(&forwarded, 1, 0) && has(&forwarded, 1, last.get()));
        assert!(!has(&forwarded, 1, 1) && !has(&forwarded, 2, 0));
        forwarded.forget(FIRST);
        assert!(!has(&forwarded, 1, 0) && has(&forwarded, 1, last.get()));
    }

    #[test]
    fn what_no_longer_waits_is_forgotten_in_time() {
        let (mut forwarded, now) = (Forwarded::default(), Instant::now());
        (0..200).for_each(|byte| forwarded.note(id(byte), FIRST, now));
        forwarded.keep(100, |_| false);
        assert!(forwarded.has(&id(7), FIRST, now));
        forwarded.keep(10, |one| *one == id(7));
        assert!(forwarded.has(&id(7), FIRST, now) && !forwarded.has(&id(8), FIRST, now));
    }

    #[test]
    fn nothing_is_believed_for_long() {
        let (mut forwarded, now) = (Forwarded::default(), Instant::now());
        forwarded.note(id(1), FIRST, now);
        let later = now + BELIEF_PAUSE;
        assert!(forwarded.has(&id(1), FIRST, later - Duration::from_millis(1)));
        assert!(!forwarded.has(&id(1), FIRST, later));
        forwarded.note(id(2), FIRST, later);
        assert!(!forwarded.has(&id(1), FIRST, later) && forwarded.has(&id(2), FIRST, later));
    }
}
