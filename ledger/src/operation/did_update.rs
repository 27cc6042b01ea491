//! `did.update`: other services, names or controllers.

use super::holder::{Change, is_strictly_sorted};
use crate::did::DidId;
use crate::document::is_like_multikey;
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
        // Both stand in fragments of one document, where a key's is the key itself.
        if names.iter().any(|name| is_like_multikey(name.as_str())) {
            return Err(TransactionError::Malformed("a service is not named like a key"));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> DidUpdate {
        let service = Service {
            name: name.parse().unwrap(),
            service_type: "FileStore".parse().unwrap(),
            endpoint: "https://files.example".parse().unwrap(),
        };
        DidUpdate { services: Some(BoundedVec::first_of([service])), ..DidUpdate::default() }
    }

    #[test]
    fn a_service_is_not_named_like_a_key() {
        assert_eq!(named("files").check(), Ok(()));
        for name in ["z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw", "z6LS"] {
            let wrong = TransactionError::Malformed("a service is not named like a key");
            assert_eq!(named(name).check(), Err(wrong), "{name}");
        }
    }
}
