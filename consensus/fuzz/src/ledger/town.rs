//! A small network of which every secret is known: people, organisations, and a chain of blocks
//! in which each kind of operation has happened.

use hefu_fixtures::{
    Chain, Change, Draft, LOGIN, MEMBER, OTHER_MEMBER, Plan, REGISTRAR, THIRD_MEMBER, Wallet,
    World, list,
};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::anchor_put::AnchorPut;
use hefu_ledger::operation::did_reinstate::DidReinstate;
use hefu_ledger::operation::did_revoke::DidRevoke;
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::operation::key_revoke::KeyRevoke;
use hefu_ledger::operation::org_admit::OrgAdmit;
use hefu_ledger::operation::org_update::OrgUpdate;
use hefu_ledger::organisation::{OrganisationId, Role, Roles};
use hefu_ledger::record::{Class, KeyRevocationReason, ReasonClass, Service};
use hefu_ledger::store::MemoryStore;
use hefu_ledger::transaction::{SignerRef, Subject};
use hefu_ledger::{DidId, Transaction};
use hefu_primitives::SecretKey;
use std::sync::LazyLock;

/// An organisation that is admitted while the chain grows.
pub(crate) const NEWCOMER: OrganisationId = OrganisationId::new(20);

/// An hour, in milliseconds.
const HOUR_MS: u64 = 3_600_000;

/// The network.
pub(crate) struct Town {
    /// Everybody, and the chain.
    pub(crate) chain: Chain<MemoryStore>,
    /// What happened, in the order in which it did.
    pub(crate) acts: Vec<Act>,
    /// Who has ended the DID, after keys came and went.
    pub(crate) anna: Wallet,
    /// Who has a guardian and goes on.
    pub(crate) child: Wallet,
    /// The guardian.
    pub(crate) guardian: Wallet,
    /// An organisation's DID, with services.
    pub(crate) office: Wallet,
    /// Three who were enrolled together. The second was suspended for a while, the third revoked.
    pub(crate) batch: Vec<Wallet>,
    /// A key that Anna has no more.
    pub(crate) former: KeyBytes,
}

/// An operation before and after it was signed.
#[derive(Clone)]
pub(crate) struct Act {
    pub(crate) draft: Draft,
    pub(crate) transaction: Transaction,
}

/// The town that all targets share.
pub(crate) fn town() -> &'static Town {
    static TOWN: LazyLock<Town> = LazyLock::new(Town::new);
    &TOWN
}

/// What has happened so far.
struct Tale {
    chain: Chain<MemoryStore>,
    acts: Vec<Act>,
}

impl Tale {
    fn world(&mut self) -> &mut World {
        &mut self.chain.world
    }

    fn sign(&mut self, draft: Draft) -> Transaction {
        let transaction = draft.clone().sign();
        self.acts.push(Act { draft, transaction: transaction.clone() });
        transaction
    }

    fn create(&mut self, wallet: &Wallet) -> Transaction {
        let draft = self.world().create_draft(wallet);
        self.sign(draft)
    }

    fn hold(&mut self, wallet: &mut Wallet, change: Change) -> Transaction {
        let draft = wallet.draft(self.world(), change);
        let transaction = self.sign(draft);
        wallet.accept(&transaction, self.world());
        transaction
    }

    fn act(&mut self, by: &[OrganisationId], subject: Subject, payload: Payload) -> Transaction {
        let draft = self.world().act(by, subject, payload);
        self.sign(draft)
    }
}

impl Town {
    fn new() -> Self {
        let world = World::new(5);
        let store = MemoryStore::new(&world.genesis).expect("memory can be read");
        let mut tale = Tale { chain: Chain::new(world, store), acts: Vec::new() };
        let mut anna = Wallet::person(tale.world());
        let guardian = Wallet::person(tale.world());
        let batch = Wallet::people(tale.world(), 3);
        let requests: Vec<_> = batch.iter().map(|wallet| wallet.request.clone()).collect();
        let enrolled = tale.world().batch_draft(REGISTRAR, requests);
        let first = [tale.create(&anna), tale.create(&guardian), tale.sign(enrolled)];
        tale.chain.extend(first);
        let (mut child, mut office) = wards(tale.world(), &guardian);
        let former = KeyBytes::from(&anna.login[0].public_key());
        let second = [register(&mut tale, &mut anna), tale.create(&child), tale.create(&office)];
        tale.chain.extend(second);
        let third = [
            revoke_key(&mut tale, &mut anna, former),
            tale.hold(&mut office, Change::Update(update())),
            suspend(&mut tale, batch[1].did),
        ];
        tale.chain.extend(third);
        govern(&mut tale, batch[1].did);
        let fifth = [revoke(&mut tale, batch[2].did), tale.hold(&mut anna, Change::Deactivate)];
        tale.chain.extend(fifth);
        let last = tale.hold(&mut child, Change::Rotate);
        tale.chain.extend([last]);
        let Tale { chain, acts } = tale;
        Self { chain, acts, anna, child, guardian, office, batch, former }
    }
}

fn wards(world: &mut World, guardian: &Wallet) -> (Wallet, Wallet) {
    let guardians = vec![guardian.guardian()];
    let child = Plan { guardians, guardian_threshold: 1, ..Plan::default() };
    let class = Class::Organisation;
    let office = Plan { class, login_keys: 2, control_keys: 2, threshold: 2, ..Plan::default() };
    (Wallet::new(world, &child), Wallet::new(world, &office))
}

fn register(tale: &mut Tale, wallet: &mut Wallet) -> Transaction {
    let key = tale.world().seeds.key();
    wallet.login.push(key.clone());
    tale.hold(wallet, Change::Register(vec![(key, LOGIN)]))
}

fn revoke_key(tale: &mut Tale, wallet: &mut Wallet, key: KeyBytes) -> Transaction {
    let reason = KeyRevocationReason::Superseded;
    let revoke = KeyRevoke { keys: list([key]), reason, compromised_since: None };
    tale.hold(wallet, Change::Revoke(revoke))
}

/// What an organisation shows of itself.
pub(crate) fn update() -> DidUpdate {
    let service = Service {
        name: "login".parse().expect("it is a label"),
        service_type: "LinkedDomains".parse().expect("it is a label"),
        endpoint: "https://a.example".parse().expect("it is a reference"),
    };
    let name = "https://b.example".parse().expect("it is a reference");
    DidUpdate {
        services: Some(list([service])),
        also_known_as: Some(list([name])),
        controllers: None,
    }
}

fn suspend(tale: &mut Tale, did: DidId) -> Transaction {
    let reason = ReasonClass::Compromise;
    let draft = tale.world().suspend_draft(&[REGISTRAR], did, HOUR_MS, reason);
    tale.sign(draft)
}

/// A block of what organisations do to each other, and of a suspension that is lifted.
fn govern(tale: &mut Tale, suspended: DidId) {
    let detail = tale.world().seeds.hash();
    let reinstate = Payload::DidReinstate(DidReinstate { detail });
    let label = "fixture".parse().expect("it is a label");
    let digest = tale.world().seeds.hash();
    let anchor = Payload::AnchorPut(AnchorPut { digest, label });
    let name = Some("Other name".parse().expect("it is a title"));
    let update = Payload::OrgUpdate(OrgUpdate { name, ..OrgUpdate::default() });
    let members = [MEMBER, OTHER_MEMBER];
    let block = [
        tale.act(&[REGISTRAR], Subject::Did(suspended), reinstate),
        tale.act(&[MEMBER], Subject::Organisation(MEMBER), anchor),
        admit(tale),
        tale.act(&members, Subject::Organisation(THIRD_MEMBER), update),
    ];
    tale.chain.extend(block);
}

fn admit(tale: &mut Tale) -> Transaction {
    let key = tale.world().seeds.key();
    let draft = admission(tale.world(), NEWCOMER, &key);
    tale.sign(draft)
}

/// An `org.admit` by two members of an organisation with one key.
pub(crate) fn admission(world: &mut World, id: OrganisationId, key: &SecretKey) -> Draft {
    let admit = OrgAdmit {
        name: "Newcomer".parse().expect("it is a title"),
        roles: Roles::of([Role::Registrar]),
        keys: list([KeyBytes::from(&key.public_key())]),
    };
    let subject = Subject::Organisation(id);
    let mut draft = world.act(&[MEMBER, OTHER_MEMBER], subject, Payload::OrgAdmit(admit));
    draft.signers.push((SignerRef::Possession(0), key.clone()));
    world.offices.insert(id, key.clone());
    draft
}

fn revoke(tale: &mut Tale, did: DidId) -> Transaction {
    let detail = tale.world().seeds.hash();
    let revoke = Payload::DidRevoke(DidRevoke { reason: ReasonClass::Fraud, detail });
    tale.act(&[MEMBER, OTHER_MEMBER], Subject::Did(did), revoke)
}
