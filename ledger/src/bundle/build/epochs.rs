//! How the epochs before the newest block's ended.

use super::{BuildError, Builder, bounded};
use crate::ReadError;
use crate::bundle::EpochEnd;
use crate::effects::{Effects, Written};
use crate::limits::BUNDLE_EPOCHS_MAX;
use crate::state::{self, StateKey, StateValue};
use crate::store::Store;
use hefu_primitives::{BoundedVec, Epoch, Header, Height, ValidatorSet};

impl<S: Store> Builder<'_, S> {
    pub(super) fn epochs(&self) -> Result<BoundedVec<EpochEnd, BUNDLE_EPOCHS_MAX>, BuildError> {
        let past = (0..self.head.epoch.get()).map(Epoch::new);
        bounded(past.map(|epoch| self.end(epoch)).collect::<Result<_, _>>()?)
    }

    fn end(&self, epoch: Epoch) -> Result<EpochEnd, BuildError> {
        let height = self.last_of(epoch)?;
        let boundary = self.checkpoint(height)?;
        let next = self.validators_after(&boundary.header)?;
        Ok(EpochEnd { boundary, next: next.ok_or(BuildError::ValidatorsUnknown(epoch))? })
    }

    /// The last block of an epoch before the newest block's. Epochs ascend with heights.
    fn last_of(&self, epoch: Epoch) -> Result<Height, ReadError> {
        let (mut inside, mut beyond) = (0, self.head.height.get());
        while beyond.saturating_sub(inside) > 1 {
            let middle = inside.midpoint(beyond);
            if self.header(Height::new(middle))?.epoch <= epoch {
                inside = middle;
            } else {
                beyond = middle;
            }
        }
        Ok(Height::new(inside))
    }

    /// The validators that a boundary block names as the next ones. They stand in the state while
    /// their epoch lasts; the effects of the boundary block keep them for ever.
    fn validators_after(&self, boundary: &Header) -> Result<Option<ValidatorSet>, ReadError> {
        let named = |set: &ValidatorSet| set.hash() == boundary.next_validators;
        let newest = state::validators(self.store)?.map(|validators| validators.current);
        if let Some(set) = newest.filter(named) {
            return Ok(Some(set));
        }
        let effects = self.store.effects(boundary.height)?;
        Ok(effects.iter().filter_map(decided).find(|set| named(set)))
    }
}

/// The next validators that a transaction wrote.
fn decided(effects: &Effects) -> Option<ValidatorSet> {
    let write = effects.writes.iter().find(|write| write.key == StateKey::Validators)?;
    match &write.written {
        Written::Plain(value) => match value.as_ref() {
            StateValue::Validators(validators) => Some(validators.next.clone()),
            _ => None,
        },
        Written::Sealed(_) | Written::Removed => None,
    }
}
