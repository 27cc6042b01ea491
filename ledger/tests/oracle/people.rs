//! A DID as the naive ledger keeps it, and what both ledgers show of one.

use hefu_ledger::did::DidId;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::{
    Class, Content, EndCause, Relationships, Service, Status, VerificationMethod,
};
use hefu_primitives::{Hash, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A DID.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) class: Class,
    pub(crate) registrar: OrganisationId,
    pub(crate) keys: BTreeMap<KeyBytes, VerificationMethod>,
    pub(crate) former: BTreeSet<Hash>,
    pub(crate) services: Vec<Service>,
    pub(crate) controllers: BTreeSet<DidId>,
    pub(crate) controllers_needed: usize,
    pub(crate) control: BTreeSet<Hash>,
    pub(crate) control_needed: usize,
    pub(crate) sequence: u32,
    pub(crate) previous: Hash,
    pub(crate) suspension: Option<(OrganisationId, Timestamp, Timestamp)>,
    pub(crate) ended: Option<Status>,
}

/// What both ledgers show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    class: Class,
    registrar: OrganisationId,
    keys: Vec<VerificationMethod>,
    former: BTreeSet<Hash>,
    services: Vec<Service>,
    controllers: (usize, Vec<DidId>),
    control: (usize, Vec<Hash>),
    sequence: u32,
    previous: Hash,
    suspension: Option<(OrganisationId, Timestamp, Timestamp)>,
    status: Status,
}

impl Person {
    /// What it is at a time.
    pub(crate) fn status(&self, now: Timestamp) -> Status {
        let stopped = self.suspension.is_some_and(|(_, since, until)| since <= now && now < until);
        match self.ended {
            Some(ended) => ended,
            None if stopped => Status::Suspended,
            None => Status::Active,
        }
    }

    /// Whether a key of its acts for it.
    pub(crate) fn acts_with(&self, key: &KeyBytes, now: Timestamp) -> bool {
        let method = self.keys.get(key);
        self.ended.is_none()
            && method.is_some_and(|method| {
                method.relationships.contain(Relationships::CAPABILITY_INVOCATION)
                    && method.from.is_none_or(|from| from <= now)
                    && method.until.is_none_or(|until| now < until)
            })
    }

    /// Ends it. Its keys are never free again.
    pub(crate) fn end(&mut self, how: Status) {
        let keys = std::mem::take(&mut self.keys);
        self.former.extend(keys.keys().map(|key| *key.hash().hash()));
        self.services.clear();
        self.controllers.clear();
        self.control.clear();
        (self.controllers_needed, self.control_needed) = (0, 0);
        self.ended = Some(how);
    }

    /// What it shows at a time.
    pub(crate) fn view(&self, now: Timestamp) -> View {
        View {
            class: self.class,
            registrar: self.registrar,
            keys: self.keys.values().copied().collect(),
            former: self.former.clone(),
            services: self.services.clone(),
            controllers: (self.controllers_needed, self.controllers.iter().copied().collect()),
            control: (self.control_needed, self.control.iter().copied().collect()),
            sequence: self.sequence,
            previous: self.previous,
            suspension: self.suspension,
            status: self.status(now),
        }
    }
}

/// What a record of the real ledger shows at a time.
pub(crate) fn view(content: &Content, now: Timestamp) -> View {
    let status = match (content.end, content.status(now)) {
        (Some(end), _) if end.cause == EndCause::Deactivated => Status::Deactivated,
        (Some(_), _) => Status::Revoked,
        (None, status) => status,
    };
    View {
        class: content.class,
        registrar: content.registrar,
        keys: content.methods.to_vec(),
        former: content.former_keys.iter().map(|former| *former.key.hash()).collect(),
        services: content.services.to_vec(),
        controllers: (content.controllers.threshold.into(), content.controllers.dids.to_vec()),
        control: (content.control.threshold.into(), content.control.keys.to_vec()),
        sequence: content.sequence,
        previous: content.last_holder_operation,
        suspension: content.suspension.map(|stop| (stop.by, stop.since, stop.until)),
        status,
    }
}
