//! Which validators have which transactions, since they were sent them or sent them, so that nobody is sent the
//! same again.

use hefu_primitives::ValidatorIndex;
use hefu_primitives::limits::VALIDATORS_MAX;
use std::collections::BTreeMap;

/// For each transaction the validators that have it, a bit each.
#[derive(Clone, Debug)]
pub(super) struct Forwarded<I>(BTreeMap<I, u128>);

impl<I> Default for Forwarded<I> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

const _: () = assert!(VALIDATORS_MAX <= 128, "a validator has a bit");

fn bit(validator: ValidatorIndex) -> u128 {
    1 << validator.get()
}

impl<I: Copy + Ord> Forwarded<I> {
    /// Whether this validator has it.
    pub(super) fn has(&self, id: &I, validator: ValidatorIndex) -> bool {
        self.0.get(id).is_some_and(|holders| holders & bit(validator) != 0)
    }

    /// This validator has it.
    pub(super) fn note(&mut self, id: I, validator: ValidatorIndex) {
        *self.0.entry(id).or_default() |= bit(validator);
    }

    /// This validator may have lost what it had.
    pub(super) fn forget(&mut self, validator: ValidatorIndex) {
        self.0.values_mut().for_each(|holders| *holders &= !bit(validator));
    }

    /// Forgets all but these once there are twice as many as there should be.
    pub(super) fn keep(&mut self, count: usize, keeps: impl Fn(&I) -> bool) {
        if self.0.len() > 2 * count + 64 {
            self.0.retain(|id, _| keeps(id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> [u8; 32] {
        [byte; 32]
    }

    #[test]
    fn each_validator_is_remembered_for_itself() {
        let mut forwarded = Forwarded::default();
        let last = ValidatorIndex::new(u8::try_from(VALIDATORS_MAX).unwrap() - 1);
        forwarded.note(id(1), ValidatorIndex::new(0));
        forwarded.note(id(1), last);
        assert!(forwarded.has(&id(1), ValidatorIndex::new(0)) && forwarded.has(&id(1), last));
        assert!(
            !forwarded.has(&id(1), ValidatorIndex::new(1))
                && !forwarded.has(&id(2), ValidatorIndex::new(0))
        );
        forwarded.forget(ValidatorIndex::new(0));
        assert!(!forwarded.has(&id(1), ValidatorIndex::new(0)) && forwarded.has(&id(1), last));
    }

    #[test]
    fn what_no_longer_waits_is_forgotten_in_time() {
        let mut forwarded = Forwarded::default();
        (0..200).for_each(|byte| forwarded.note(id(byte), ValidatorIndex::new(0)));
        forwarded.keep(100, |_| false);
        assert!(forwarded.has(&id(7), ValidatorIndex::new(0)));
        forwarded.keep(10, |one| *one == id(7));
        assert!(
            forwarded.has(&id(7), ValidatorIndex::new(0))
                && !forwarded.has(&id(8), ValidatorIndex::new(0))
        );
    }
}
