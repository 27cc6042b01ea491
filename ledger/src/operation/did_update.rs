//! `did.update`: other services, names or controllers.

use super::holder::{Change, is_strictly_sorted};
use crate::did::DidId;
use crate::limits::{ALSO_KNOWN_AS_MAX, SERVICES_MAX};
use crate::record::{Class, Content, Controllers, Service};
use crate::rejection::{Refusal, Rejection};
use crate::state::StateReader;
use crate::step::Step;
use crate::text::Reference;
use crate::transaction::TransactionError;
use hefu_primitives::BoundedVec;
use serde::{Deserialize, Serialize};

/// What is to stand in the document instead; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DidUpdate {
    /// All services.
    pub services: Option<BoundedVec<Service, SERVICES_MAX>>,
    /// All other names, sorted.
    pub also_known_as: Option<BoundedVec<Reference, ALSO_KNOWN_AS_MAX>>,
    /// All controllers. Those that are new must agree.
    pub controllers: Option<Controllers>,
}

impl Change for DidUpdate {
    fn check(&self) -> Result<(), TransactionError> {
        if *self == Self::default() {
            return Err(TransactionError::Malformed("an update changes something"));
        }
        let services = self.services.as_deref().unwrap_or_default();
        let names: Vec<_> = services.iter().map(|service| &service.name).collect();
        if !is_strictly_sorted(&names) {
            return Err(TransactionError::Malformed("services are sorted by name, each once"));
        }
        if !is_strictly_sorted(self.also_known_as.as_deref().unwrap_or_default()) {
            return Err(TransactionError::Malformed("other names are sorted, each once"));
        }
        self.controllers.as_ref().map_or(Ok(()), Controllers::check)
    }

    fn new_controllers(&self) -> Option<&Controllers> {
        self.controllers.as_ref()
    }

    fn change<R: StateReader>(
        &self,
        id: DidId,
        content: &mut Content,
        _: &mut Step<'_, R>,
    ) -> Result<(), Refusal> {
        let shown = self.services.is_some() || self.also_known_as.is_some();
        if shown && content.class == Class::Person {
            return Err(Rejection::NotForPersons.into());
        }
        if self.controllers.as_ref().is_some_and(|named| named.dids.contains(&id)) {
            return Err(Rejection::Controller(id).into());
        }
        replace(&mut content.services, self.services.as_ref());
        replace(&mut content.also_known_as, self.also_known_as.as_ref());
        replace(&mut content.controllers, self.controllers.as_ref());
        Ok(())
    }
}

fn replace<T: Clone>(place: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        place.clone_from(value);
    }
}
