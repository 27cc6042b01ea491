//! Who offers transactions: holders and organisations that do what the input says, and somebody
//! who repeats what others have done.

use crate::ledger::town::{Town, admission, update};
use crate::ledger::transactions::spoil;
use arbitrary::{Result, Unstructured};
use hefu_fixtures::{Change, Draft, LOGIN, Plan, Wallet, World, list};
use hefu_ledger::execute::Built;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::anchor_put::AnchorPut;
use hefu_ledger::operation::did_reinstate::DidReinstate;
use hefu_ledger::operation::did_revoke::DidRevoke;
use hefu_ledger::operation::did_suspend::DidSuspend;
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::operation::key_revoke::KeyRevoke;
use hefu_ledger::operation::org_update::OrgUpdate;
use hefu_ledger::organisation::{OrganisationId, Role, Roles, Standing};
use hefu_ledger::record::{Class, Controllers, KeyRevocationReason, ReasonClass};
use hefu_ledger::transaction::Subject;
use hefu_ledger::{CheckedTransaction, DidId, Transaction, TransactionId};
use hefu_primitives::Hash;
use std::collections::BTreeSet;

/// Who can act.
pub(super) struct Stage {
    wallets: Vec<Wallet>,
    /// What was offered before.
    past: Vec<Transaction>,
    /// Wallets as they were before what they offered for the next block.
    offered: Vec<(TransactionId, usize, Wallet)>,
}

const REASONS: [ReasonClass; 6] = [
    ReasonClass::Compromise,
    ReasonClass::Fraud,
    ReasonClass::Mistake,
    ReasonClass::Ceased,
    ReasonClass::Legal,
    ReasonClass::Other,
];

impl Stage {
    pub(super) fn new(town: &Town) -> Self {
        let batch = town.batch.iter().cloned();
        let named = [&town.child, &town.office, &town.guardian, &town.anna].map(Wallet::clone);
        let past = town.acts.iter().map(|act| act.transaction.clone()).collect();
        Self { wallets: named.into_iter().chain(batch).collect(), past, offered: Vec::new() }
    }

    /// Everybody who is there, or was to be.
    pub(super) fn dids(&self) -> impl Iterator<Item = DidId> {
        self.wallets.iter().map(|wallet| wallet.did)
    }

    /// One transaction.
    pub(super) fn offer(&mut self, u: &mut Unstructured, world: &mut World) -> Result<Transaction> {
        if u.ratio(1, 8)? {
            return Ok(u.choose(&self.past)?.clone());
        }
        let (mut draft, holder) = self.draft(u, world)?;
        if u.ratio(1, 4)? {
            spoil(u, &mut draft)?;
        }
        let transaction = draft.sign();
        if let Some((at, mut wallet)) = holder {
            wallet.accept(&transaction, world);
            let before = std::mem::replace(&mut self.wallets[at], wallet);
            self.offered.push((transaction.envelope.id(), at, before));
        }
        self.past.push(transaction.clone());
        Ok(transaction)
    }

    /// Takes wallets back to what they were before those of their operations that were left out.
    pub(super) fn settle(&mut self, built: &Built) {
        let applied: BTreeSet<_> = built.transactions.iter().map(CheckedTransaction::id).collect();
        for (id, at, before) in std::mem::take(&mut self.offered).into_iter().rev() {
            if !applied.contains(&id) {
                self.wallets[at] = before;
            }
        }
    }

    /// An operation, and for one of a holder the wallet that makes it.
    fn draft(
        &mut self,
        u: &mut Unstructured,
        world: &mut World,
    ) -> Result<(Draft, Option<(usize, Wallet)>)> {
        match u.int_in_range(0..=6)? {
            0 => Ok((self.create(u, world)?, None)),
            1 => Ok((self.batch(u, world)?, None)),
            2..=4 => self.hold(u, world),
            5 => Ok((self.punish(u, world)?, None)),
            _ => Ok((govern(u, world)?, None)),
        }
    }

    fn enrol(&mut self, u: &mut Unstructured, world: &mut World) -> Result<Wallet> {
        let keys = u.int_in_range(0..=2)?;
        let class = *u.choose(&[Class::Person, Class::Organisation, Class::Public])?;
        let control_keys = u.int_in_range(1..=2)?;
        let guardian = u.choose(&self.wallets)?;
        let guarded = u.arbitrary()? && !guardian.login.is_empty();
        let guardians = if guarded { vec![guardian.guardian()] } else { Vec::new() };
        let plan = Plan {
            class,
            registrar: OrganisationId::new(u.int_in_range(1..=3)?),
            login_keys: keys,
            control_keys,
            threshold: 1,
            guardians,
            guardian_threshold: u8::from(guarded),
        };
        let wallet = Wallet::new(world, &plan);
        self.wallets.push(wallet.clone());
        Ok(wallet)
    }

    fn create(&mut self, u: &mut Unstructured, world: &mut World) -> Result<Draft> {
        let wallet = self.enrol(u, world)?;
        Ok(world.create_draft(&wallet))
    }

    /// Some who are new, and one who may be there already.
    fn batch(&mut self, u: &mut Unstructured, world: &mut World) -> Result<Draft> {
        let known = u.choose(&self.wallets)?.request.clone();
        let registrar = known.operation.registrar;
        let mut requests = Vec::new();
        for _ in 0..u.int_in_range(0..=3)? {
            requests.push(self.enrol(u, world)?.request);
        }
        if u.arbitrary()? {
            requests.push(known);
        }
        Ok(world.batch_draft(registrar, requests))
    }

    fn hold(
        &mut self,
        u: &mut Unstructured,
        world: &mut World,
    ) -> Result<(Draft, Option<(usize, Wallet)>)> {
        let at = u.choose_index(self.wallets.len())?;
        let mut wallet = self.wallets[at].clone();
        let change = match u.int_in_range(0..=4)? {
            0 => Change::Rotate,
            1 => self.register(u, world, &mut wallet)?,
            2 => self.revoke_key(u, at)?,
            3 => self.update(u)?,
            _ => Change::Deactivate,
        };
        let draft = wallet.draft(world, change);
        Ok((draft, Some((at, wallet))))
    }

    /// A new key, or one that somebody has already.
    fn register(
        &self,
        u: &mut Unstructured,
        world: &mut World,
        wallet: &mut Wallet,
    ) -> Result<Change> {
        let taken = u.choose(&self.wallets)?.login.first().filter(|_| u.ratio(1, 4) == Ok(true));
        let key = taken.cloned().unwrap_or_else(|| world.seeds.key());
        wallet.login.push(key.clone());
        Ok(Change::Register(vec![(key, LOGIN)]))
    }

    fn revoke_key(&self, u: &mut Unstructured, at: usize) -> Result<Change> {
        let owner = if u.ratio(7, 8)? { &self.wallets[at] } else { u.choose(&self.wallets)? };
        let key = if owner.login.is_empty() { None } else { Some(u.choose(&owner.login)?) };
        let keys = list(key.map(|key| KeyBytes::from(&key.public_key())));
        let compromised = u.arbitrary()?;
        let (reason, since) = if compromised {
            (KeyRevocationReason::Compromised, Some(hefu_fixtures::START))
        } else {
            (KeyRevocationReason::Superseded, None)
        };
        Ok(Change::Revoke(KeyRevoke { keys, reason, compromised_since: since }))
    }

    /// Services, or controllers: none, or somebody, who is not asked.
    fn update(&self, u: &mut Unstructured) -> Result<Change> {
        if u.arbitrary()? {
            return Ok(Change::Update(update()));
        }
        let controllers = if u.arbitrary()? {
            Controllers::default()
        } else {
            Controllers { threshold: 1, dids: list([u.choose(&self.wallets)?.did]) }
        };
        let update = DidUpdate { controllers: Some(controllers), ..DidUpdate::default() };
        Ok(Change::Update(update))
    }

    /// What organisations do to somebody.
    fn punish(&self, u: &mut Unstructured, world: &mut World) -> Result<Draft> {
        let subject = Subject::Did(u.choose(&self.wallets)?.did);
        let reason = *u.choose(&REASONS)?;
        let detail = Hash::from_bytes([u.arbitrary()?; 32]);
        let payload = match u.int_in_range(0..=2)? {
            0 => {
                let span = u64::from(u.arbitrary::<u32>()?);
                let until = world.now.saturating_add(span);
                Payload::DidSuspend(DidSuspend { until, reason, detail })
            }
            1 => Payload::DidReinstate(DidReinstate { detail }),
            _ => Payload::DidRevoke(DidRevoke { reason, detail }),
        };
        let by = organisations(u, world)?;
        Ok(world.act(&by, subject, payload))
    }
}

/// One organisation or two.
fn organisations(u: &mut Unstructured, world: &World) -> Result<Vec<OrganisationId>> {
    let known: Vec<_> = world.offices.keys().copied().collect();
    let (one, other) = (*u.choose(&known)?, *u.choose(&known)?);
    Ok(if one == other { vec![one] } else { vec![one, other] })
}

/// What organisations do to each other.
fn govern(u: &mut Unstructured, world: &mut World) -> Result<Draft> {
    let known: Vec<_> = world.offices.keys().copied().collect();
    let about = *u.choose(&known)?;
    let subject = Subject::Organisation(about);
    match u.int_in_range(0..=2)? {
        0 => {
            let label = "fixture".parse().expect("it is a label");
            let digest = Hash::from_bytes([u.arbitrary()?; 32]);
            Ok(world.act(&[about], subject, Payload::AnchorPut(AnchorPut { digest, label })))
        }
        1 => {
            let key = world.seeds.key();
            Ok(admission(world, OrganisationId::new(u.int_in_range(18..=24)?), &key))
        }
        _ => {
            let standing = [Standing::Good, Standing::Suspended, Standing::Left];
            let update = OrgUpdate {
                standing: Some(*u.choose(&standing)?),
                roles: u.arbitrary::<bool>()?.then(|| Roles::of([Role::Registrar, Role::Member])),
                ..OrgUpdate::default()
            };
            let by = organisations(u, world)?;
            Ok(world.act(&by, subject, Payload::OrgUpdate(update)))
        }
    }
}
