//! The few records that nearly every block reads and hardly any changes: rules, parameters, validators,
//! organisations. They are full of keys, and to read a key is to check that it is one, which takes as long
//! as a signature; so what was read once is kept as it was read.

use crate::ReadError;
use crate::state::{StateKey, StateValue};
use quick_cache::sync::Cache;
use std::sync::Arc;

/// Records that are kept at most. Organisations take some hundred bytes for each of their keys.
const RECORDS_MAX: usize = 1_024;

/// Records that were read and have not changed since.
pub(super) struct Familiar(Cache<StateKey, Arc<StateValue>>);

impl Default for Familiar {
    fn default() -> Self {
        Self(Cache::new(RECORDS_MAX))
    }
}

/// Whether a record is one of the few.
const fn is_familiar(key: &StateKey) -> bool {
    match key {
        StateKey::Organisation(_)
        | StateKey::Rules
        | StateKey::Parameters
        | StateKey::Validators
        | StateKey::Protocol => true,
        StateKey::Did(_) | StateKey::Usage(_) | StateKey::Pending(_) | StateKey::Anchor(..) => {
            false
        }
    }
}

impl Familiar {
    /// The record as it was read before, or as it is read now.
    pub(super) fn or_read(
        &self,
        key: &StateKey,
        read: impl FnOnce() -> Result<Option<Arc<StateValue>>, ReadError>,
    ) -> Result<Option<Arc<StateValue>>, ReadError> {
        if !is_familiar(key) {
            return read();
        }
        if let Some(known) = self.0.get(key) {
            return Ok(Some(known));
        }
        let value = read()?;
        if let Some(value) = &value {
            self.0.insert(*key, Arc::clone(value));
        }
        Ok(value)
    }

    /// These have changed. Nobody may read meanwhile.
    pub(super) fn forget<'a>(&mut self, keys: impl Iterator<Item = &'a StateKey>) {
        keys.filter(|key| is_familiar(key)).for_each(|key| drop(self.0.remove(key)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Protocol;
    use std::cell::Cell;

    fn protocol(version: u32) -> Arc<StateValue> {
        Arc::new(StateValue::Protocol(Protocol { version, next: None }))
    }

    #[test]
    fn a_record_is_read_once_until_it_changes() {
        let (mut familiar, reads) = (Familiar::default(), Cell::new(0));
        let read = |version| {
            reads.set(reads.get() + 1);
            Ok(Some(protocol(version)))
        };
        for _ in 0..2 {
            let found = familiar.or_read(&StateKey::Protocol, || read(1)).unwrap();
            assert_eq!((found, reads.get()), (Some(protocol(1)), 1));
        }
        familiar.forget([StateKey::Rules, StateKey::Protocol].iter());
        let found = familiar.or_read(&StateKey::Protocol, || read(2)).unwrap();
        assert_eq!((found, reads.get()), (Some(protocol(2)), 2));
    }

    #[test]
    fn what_is_not_there_is_looked_for_again() {
        let familiar = Familiar::default();
        assert_eq!(familiar.or_read(&StateKey::Rules, || Ok(None)).unwrap(), None);
        let found = familiar.or_read(&StateKey::Rules, || Ok(Some(protocol(3)))).unwrap();
        assert_eq!(found, Some(protocol(3)));
    }

    #[test]
    fn what_many_blocks_change_is_never_kept() {
        let familiar = Familiar::default();
        for version in 1..3 {
            let found = familiar.or_read(&StateKey::Pending(7), || Ok(Some(protocol(version))));
            assert_eq!(found.unwrap(), Some(protocol(version)));
        }
    }
}
