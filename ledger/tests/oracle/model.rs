//! The naive ledger: plain maps, rules as they read in prose, and nothing that is clever.
//!
//! It knows the rules of the fixtures' network by heart.

use super::people::Person;
use super::shape;
use hefu_ledger::did::DidId;
use hefu_ledger::enrolment::Enrolment;
use hefu_ledger::genesis::Genesis;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::did_suspend::DidSuspend;
use hefu_ledger::operation::holder::{ControlReveal, ControllerKey};
use hefu_ledger::operation::org_admit::OrgAdmit;
use hefu_ledger::operation::org_update::OrgUpdate;
use hefu_ledger::organisation::{OrganisationId, Role, Roles, Standing};
use hefu_ledger::parameters::Parameters;
use hefu_ledger::record::{Class, ReasonClass, Status, VerificationMethod};
use hefu_ledger::transaction::{Body, Ordering, SignerRef, Subject, Transaction, TransactionId};
use hefu_primitives::{GenesisHash, Hash, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// An organisation.
#[derive(Clone, Debug)]
pub(crate) struct Office {
    pub(crate) roles: Roles,
    pub(crate) standing: Standing,
    pub(crate) keys: Vec<KeyBytes>,
}

/// What is counted against a cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Enrolment,
    Suspension,
    Revocation,
}

/// Everything that the naive ledger knows.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    genesis: GenesisHash,
    parameters: Parameters,
    pub(crate) people: BTreeMap<DidId, Person>,
    pub(crate) organisations: BTreeMap<OrganisationId, Office>,
    /// Which DID has, or ever had, a signature key.
    pub(crate) owners: BTreeMap<KeyBytes, DidId>,
    pub(crate) anchors: BTreeSet<(OrganisationId, Hash)>,
    /// Every operation by authority that was ever executed.
    executed: BTreeSet<TransactionId>,
    /// How many of them, first signed by one organisation, expire in one minute.
    expiring: BTreeMap<(OrganisationId, u64), usize>,
    /// What each organisation did in each span of time.
    counts: BTreeMap<(OrganisationId, u64, Act), u32>,
}

/// The answer to "does it apply?". `None` says no.
type Applies<T = ()> = Option<T>;

/// Yes, if it holds.
fn given(holds: bool) -> Applies {
    holds.then_some(())
}

impl Model {
    pub(crate) fn new(genesis: &Genesis) -> Self {
        let office = |founder: &hefu_ledger::genesis::Founder| Office {
            roles: founder.roles,
            standing: Standing::Good,
            keys: founder.keys.to_vec(),
        };
        Self {
            genesis: genesis.hash(),
            parameters: genesis.parameters,
            people: BTreeMap::new(),
            organisations: genesis.organisations.iter().map(|one| (one.id, office(one))).collect(),
            owners: BTreeMap::new(),
            anchors: BTreeSet::new(),
            executed: BTreeSet::new(),
            expiring: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Executes a transaction whose signatures hold, and tells whether it applied. Nothing changes
    /// before all that could be wrong with it has been looked at.
    pub(crate) fn apply(&mut self, transaction: &Transaction, now: Timestamp) -> bool {
        shape::is_well_made(transaction, &self.genesis)
            && transaction.envelope.expires > now
            && self.execute(transaction, now).is_some()
    }

    fn execute(&mut self, transaction: &Transaction, now: Timestamp) -> Applies {
        let Body::Single(_) = transaction.body else { return self.batch(transaction, now) };
        let payload = shape::payload(transaction)?;
        match (payload, transaction.envelope.subject) {
            (Payload::DidCreate(enrolment), Subject::Did(did)) => {
                self.create(transaction, did, enrolment, now)
            }
            (Payload::OrgAdmit(admit), Subject::Organisation(id)) => {
                self.admit(transaction, id, admit, now)
            }
            (Payload::OrgUpdate(update), Subject::Organisation(id)) => {
                self.update_organisation(transaction, id, update, now)
            }
            (Payload::AnchorPut(put), Subject::Organisation(id)) => {
                self.anchor(transaction, id, put.digest, now)
            }
            (_, Subject::Did(did)) => match shape::held(payload) {
                Some((control, agreeing, _)) => {
                    self.hold(transaction, did, payload, (control, agreeing), now)
                }
                None => self.act(transaction, did, payload, now),
            },
            _ => None,
        }
    }

    // Enrolment.

    /// The one organisation that signs, if it is a registrar that may.
    fn registrar(&self, transaction: &Transaction, now: Timestamp) -> Applies<OrganisationId> {
        let SignerRef::Organisation { organisation, key } = transaction.envelope.signers[0] else {
            return None;
        };
        let office = self.organisations.get(&organisation)?;
        given(office.standing == Standing::Good && office.keys.contains(&key))?;
        given(office.roles.contain(Role::Registrar))?;
        given(self.is_soon(transaction, now))?;
        Some(organisation)
    }

    fn create(
        &mut self,
        transaction: &Transaction,
        did: DidId,
        enrolment: &Enrolment,
        now: Timestamp,
    ) -> Applies {
        let registrar = self.registrar(transaction, now)?;
        given(enrolment.request.operation.registrar == registrar)?;
        given(self.is_enrollable(&did, enrolment, now))?;
        given(self.is_below_cap(registrar, Act::Enrolment, now))?;
        self.enrol(did, enrolment, now);
        Some(())
    }

    fn batch(&mut self, transaction: &Transaction, now: Timestamp) -> Applies {
        let registrar = self.registrar(transaction, now)?;
        given(transaction.envelope.subject == Subject::Organisation(registrar))?;
        let entries: Vec<_> = shape::entries(transaction).collect();
        let names = |enrolment: &Enrolment| enrolment.request.operation.registrar == registrar;
        given(entries.iter().all(|(_, enrolment)| enrolment.is_some_and(names)))?;
        given(!self.executed.contains(&transaction.envelope.id()))?;
        let (mut applied, mut deferred) = (0, false);
        for (did, enrolment) in entries {
            let enrolment = enrolment?;
            let free = self.is_below_cap(registrar, Act::Enrolment, now);
            if free && self.is_enrollable(&did, enrolment, now) {
                self.enrol(did, enrolment, now);
                applied += 1;
            } else {
                deferred |= !free || self.is_new(&did, enrolment);
            }
        }
        // Traffic never fills a registrar's minute with batches, so there is room for this one.
        if deferred && applied > 0 {
            self.remember(transaction, &[registrar]);
        }
        given(applied > 0)
    }

    fn is_enrollable(&self, did: &DidId, enrolment: &Enrolment, now: Timestamp) -> bool {
        let operation = &enrolment.request.operation;
        let mut consents = operation.controllers.dids.iter().zip(&enrolment.request.consents);
        self.is_new(did, enrolment)
            && consents.all(|(controller, consent)| self.acts(controller, &consent.key, now))
    }

    /// Whether neither the DID nor one of its keys is there.
    fn is_new(&self, did: &DidId, enrolment: &Enrolment) -> bool {
        let methods = enrolment.request.operation.methods.iter();
        let mut keys = methods.filter(|method| shape::is_signature_key(method));
        !self.people.contains_key(did)
            && !keys.any(|method| self.owners.contains_key(method.key.bytes()))
    }

    fn enrol(&mut self, did: DidId, enrolment: &Enrolment, now: Timestamp) {
        let operation = &enrolment.request.operation;
        self.own(did, &operation.methods);
        let person = Person {
            class: operation.class,
            registrar: operation.registrar,
            keys: operation.methods.iter().map(|method| (*method.key.bytes(), *method)).collect(),
            former: BTreeSet::new(),
            services: Vec::new(),
            controllers: operation.controllers.dids.iter().copied().collect(),
            controllers_needed: operation.controllers.threshold.into(),
            control: operation.control.keys.iter().copied().collect(),
            control_needed: operation.control.threshold.into(),
            sequence: 0,
            previous: *did.hash(),
            suspension: None,
            ended: None,
        };
        self.people.insert(did, person);
        self.count(operation.registrar, Act::Enrolment, now);
    }

    fn own(&mut self, did: DidId, methods: &[VerificationMethod]) {
        let keys = methods.iter().filter(|method| shape::is_signature_key(method));
        self.owners.extend(keys.map(|method| (*method.key.bytes(), did)));
    }

    /// Whether a DID is there, goes on, and this key acts for it.
    fn acts(&self, did: &DidId, key: &KeyBytes, now: Timestamp) -> bool {
        self.people.get(did).is_some_and(|person| person.acts_with(key, now))
    }

    // Holders.

    fn hold(
        &mut self,
        transaction: &Transaction,
        did: DidId,
        payload: &Payload,
        (control, agreeing): (&ControlReveal, &[ControllerKey]),
        now: Timestamp,
    ) -> Applies {
        let person = self.people.get(&did).filter(|person| person.ended.is_none())?;
        let ordering =
            Ordering::Holder { sequence: person.sequence + 1, previous: person.previous };
        given(transaction.envelope.ordering == ordering)?;
        let committed = |key: &KeyBytes| person.control.contains(&key.control_hash());
        given(control.keys.iter().all(committed) && !control.keys.is_empty())?;
        given(control.keys.len() >= person.control_needed)?;
        given(agreeing.iter().all(|one| self.acts(&one.did, &one.key, now)))?;
        let own = agreeing.iter().filter(|one| person.controllers.contains(&one.did));
        let lives = |did: &&DidId| self.people.get(did).is_some_and(|one| one.ended.is_none());
        let living = person.controllers.iter().filter(lives).count();
        given(own.count() >= person.controllers_needed.min(living))?;
        let mut after = person.clone();
        after.sequence += 1;
        after.previous = *transaction.envelope.id().hash();
        after.control = control.next.keys.iter().copied().collect();
        after.control_needed = control.next.threshold.into();
        self.change(did, &mut after, payload, agreeing, now)?;
        self.people.insert(did, after);
        Some(())
    }

    fn change(
        &mut self,
        did: DidId,
        person: &mut Person,
        payload: &Payload,
        agreeing: &[ControllerKey],
        now: Timestamp,
    ) -> Applies {
        match payload {
            Payload::KeyRegister(held) => self.register(did, person, &held.change.methods),
            Payload::KeyRevoke(held) => {
                given(held.change.compromised_since.is_none_or(|since| since <= now))?;
                for key in &held.change.keys {
                    let gone = person.keys.remove(key)?;
                    person.former.extend(
                        shape::is_signature_key(&gone).then_some(*gone.key.bytes().hash().hash()),
                    );
                }
                Some(())
            }
            Payload::DidUpdate(held) => {
                let change = &held.change;
                let shows = change.services.is_some() || change.also_known_as.is_some();
                given(!shows || person.class != Class::Person)?;
                if let Some(named) = &change.controllers {
                    let agrees = |new: &DidId| agreeing.iter().any(|one| one.did == *new);
                    let mut new = named.dids.iter().filter(|new| !person.controllers.contains(new));
                    given(new.all(agrees) && !named.dids.contains(&did))?;
                    person.controllers = named.dids.iter().copied().collect();
                    person.controllers_needed = named.threshold.into();
                }
                if let Some(services) = &change.services {
                    person.services = services.to_vec();
                }
                Some(())
            }
            Payload::DidDeactivate(_) => {
                person.end(Status::Deactivated);
                Some(())
            }
            _ => Some(()),
        }
    }

    fn register(
        &mut self,
        did: DidId,
        person: &mut Person,
        methods: &[VerificationMethod],
    ) -> Applies {
        for method in methods {
            let key = method.key.bytes();
            let taken = shape::is_signature_key(method) && self.owners.contains_key(key);
            given(!taken && person.keys.insert(*key, *method).is_none())?;
        }
        given(person.keys.len() <= 16 && person.keys.len() + person.former.len() <= 128)?;
        self.own(did, methods);
        Some(())
    }

    // Authority.

    /// The organisations that sign, all of which may; an operation that was not executed before,
    /// and that is soon over.
    fn signers(&self, transaction: &Transaction, now: Timestamp) -> Applies<Vec<OrganisationId>> {
        let mut found = BTreeSet::new();
        for signer in &transaction.envelope.signers {
            let SignerRef::Organisation { organisation, key } = signer else { continue };
            let office = self.organisations.get(organisation)?;
            given(office.standing == Standing::Good && office.keys.contains(key))?;
            found.insert(*organisation);
        }
        given(!self.executed.contains(&transaction.envelope.id()))?;
        given(self.is_soon(transaction, now))?;
        let by = found.into_iter().collect::<Vec<_>>();
        let expiring = self.expiring.get(&(by[0], minute(transaction))).copied();
        given(expiring.unwrap_or_default() < 64)?;
        Some(by)
    }

    fn is_soon(&self, transaction: &Transaction, now: Timestamp) -> bool {
        transaction.envelope.expires.since(now) <= self.parameters.authority_window_ms
    }

    fn remember(&mut self, transaction: &Transaction, by: &[OrganisationId]) {
        self.executed.insert(transaction.envelope.id());
        *self.expiring.entry((by[0], minute(transaction))).or_default() += 1;
    }

    /// How many of these have a role.
    fn with(&self, role: Role, by: &[OrganisationId]) -> usize {
        by.iter().filter(|id| self.organisations[id].roles.contain(role)).count()
    }

    fn act(
        &mut self,
        transaction: &Transaction,
        did: DidId,
        payload: &Payload,
        now: Timestamp,
    ) -> Applies {
        let by = self.signers(transaction, now)?;
        let person = self.people.get(&did).filter(|person| person.ended.is_none())?;
        let (members, registrars) = (self.with(Role::Member, &by), self.with(Role::Registrar, &by));
        let mut after = person.clone();
        match payload {
            Payload::DidSuspend(suspend) => {
                let legal = suspend.reason == ReasonClass::Legal;
                given(if legal { members >= 2 } else { members + registrars >= 1 })?;
                after.suspension = Some(self.suspension(person, suspend, &by, now)?);
                self.spend(&by, Act::Suspension, now)?;
            }
            Payload::DidReinstate(_) => {
                given(members + registrars >= 1 && person.status(now) == Status::Suspended)?;
                after.suspension = person.suspension.map(|(by, since, _)| (by, since, now));
            }
            Payload::DidRevoke(_) => {
                given(members >= 2 || (members >= 1 && registrars >= 1))?;
                given(by.len() >= 2)?;
                self.spend(&by, Act::Revocation, now)?;
                after.end(Status::Revoked);
            }
            _ => return None,
        }
        self.people.insert(did, after);
        self.remember(transaction, &by);
        Some(())
    }

    fn suspension(
        &self,
        person: &Person,
        suspend: &DidSuspend,
        by: &[OrganisationId],
        now: Timestamp,
    ) -> Applies<(OrganisationId, Timestamp, Timestamp)> {
        let latest = now.saturating_add(self.parameters.suspension_max_ms);
        let stands_until = person.suspension.map_or(now, |(_, _, until)| until);
        given(suspend.until > now && suspend.until > stands_until && suspend.until <= latest)?;
        let rest = |until: Timestamp| until.saturating_add(self.parameters.suspension_rest_ms);
        let barred = person.suspension.filter(|(_, _, until)| now < rest(*until));
        let asking = by.iter().find(|id| barred.is_none_or(|(last, ..)| last != **id))?;
        Some((*asking, now, suspend.until))
    }

    fn admit(
        &mut self,
        transaction: &Transaction,
        id: OrganisationId,
        admit: &OrgAdmit,
        now: Timestamp,
    ) -> Applies {
        let by = self.signers(transaction, now)?;
        given(self.with(Role::Member, &by) >= 2)?;
        given(id.get() < 1_024 && !self.organisations.contains_key(&id))?;
        let (roles, keys) = (admit.roles, admit.keys.to_vec());
        self.organisations.insert(id, Office { roles, standing: Standing::Good, keys });
        self.remember(transaction, &by);
        Some(())
    }

    fn update_organisation(
        &mut self,
        transaction: &Transaction,
        id: OrganisationId,
        update: &OrgUpdate,
        now: Timestamp,
    ) -> Applies {
        let by = self.signers(transaction, now)?;
        let own = by.contains(&id) && update.roles.is_none() && update.standing.is_none();
        given(own || self.with(Role::Member, &by) >= 2)?;
        let office = self.organisations.get_mut(&id)?;
        given(office.standing != Standing::Left)?;
        office.standing = update.standing.unwrap_or(office.standing);
        office.roles = update.roles.unwrap_or(office.roles);
        if let Some(keys) = &update.keys {
            office.keys = keys.to_vec();
        }
        self.remember(transaction, &by);
        Some(())
    }

    fn anchor(
        &mut self,
        transaction: &Transaction,
        id: OrganisationId,
        digest: Hash,
        now: Timestamp,
    ) -> Applies {
        let by = self.signers(transaction, now)?;
        let only_openers = Roles::of([Role::Opener]);
        given(by.iter().any(|signer| self.organisations[signer].roles != only_openers))?;
        given(by.contains(&id) && self.anchors.insert((id, digest)))?;
        self.remember(transaction, &by);
        Some(())
    }

    // Caps.

    fn span(&self, now: Timestamp) -> u64 {
        now.get() / self.parameters.cap_window_ms
    }

    fn is_below_cap(&self, by: OrganisationId, act: Act, now: Timestamp) -> bool {
        let caps = &self.parameters.caps;
        let cap = match act {
            Act::Enrolment => caps.enrolments,
            Act::Suspension => caps.suspensions,
            Act::Revocation => caps.revocations,
        };
        self.counts.get(&(by, self.span(now), act)).copied().unwrap_or_default() < cap
    }

    fn count(&mut self, by: OrganisationId, act: Act, now: Timestamp) {
        *self.counts.entry((by, self.span(now), act)).or_default() += 1;
    }

    /// Counts an act of all of these, if one of them may still act alone.
    fn spend(&mut self, by: &[OrganisationId], act: Act, now: Timestamp) -> Applies {
        given(by.iter().any(|id| self.is_below_cap(*id, act, now)))?;
        for id in by {
            self.count(*id, act, now);
        }
        Some(())
    }
}

fn minute(transaction: &Transaction) -> u64 {
    transaction.envelope.expires.get() / 60_000
}
