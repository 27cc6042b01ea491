//! Wallets on a ledger: what they sign is executed, and nothing is signed twice.

use super::*;
use hefu_fixtures::{OTHER_REGISTRAR, REGISTRAR, Sandbox, World};
use hefu_ledger::Transaction;
use hefu_ledger::operation::Payload;
use hefu_ledger::state;
use hefu_ledger::transaction::{Ordering, Subject};
use hefu_primitives::Timestamp;

mod lives;
mod pending;
mod resumed;

/// A ledger, and a wallet with a DID on it.
struct Scene {
    sandbox: Sandbox,
    wallet: Wallet,
    did: DidId,
}

fn bank() -> Platform {
    "bank.example".parse().unwrap()
}

fn seeded(seed: u8) -> Wallet {
    Wallet::in_memory(Seed::from_bytes([seed; 32]))
}

impl Scene {
    /// A person who has asked a registrar.
    fn requested() -> Self {
        let sandbox = Sandbox::new(World::new(1));
        let mut wallet = seeded(1);
        let asked = wallet.request(sandbox.world.hash, &bank(), REGISTRAR, Class::Person);
        Self { sandbox, wallet, did: asked.unwrap().0 }
    }

    /// A person who has been enrolled.
    fn enrolled() -> Self {
        let mut scene = Self::requested();
        let hash = scene.sandbox.world.hash;
        let (did, request) = scene.wallet.request(hash, &bank(), REGISTRAR, Class::Person).unwrap();
        scene.enrol(did, request);
        assert_eq!(scene.settle(), Ok(Settled::Nothing));
        scene
    }

    fn enrol(&mut self, did: DidId, request: EnrolmentRequest) {
        let world = &mut self.sandbox.world;
        let registrar = request.operation.registrar;
        let payload = Payload::DidCreate(world.attest(request));
        let mut draft = world.act(&[registrar], Subject::Did(did), payload);
        draft.terms.ordering = Ordering::Creation;
        self.sandbox.submit(draft.sign()).unwrap();
    }

    fn account(&mut self) -> &mut Account {
        self.wallet.account_mut(&self.did).unwrap()
    }

    fn record(&self) -> Box<DidRecord> {
        state::did(&self.sandbox.state, &self.did).unwrap().unwrap()
    }

    /// Lets the wallet see the ledger as of the last block.
    fn settle(&mut self) -> Result<Settled, WalletError> {
        let (record, now) = (self.record(), self.sandbox.last);
        self.account().settle(&record, now)
    }

    /// An hour after the next block.
    fn expires(&self) -> Timestamp {
        self.sandbox.world.now.saturating_add(3_600_000)
    }

    fn prepare(&mut self, change: &Change) -> Result<Transaction, WalletError> {
        let expires = self.expires();
        self.account().prepare(change, expires)
    }

    /// Makes an operation, which must be executed.
    fn make(&mut self, change: &Change) {
        let transaction = self.prepare(change).unwrap();
        let id = transaction.envelope.id();
        self.sandbox.submit(transaction).unwrap();
        assert_eq!(self.settle(), Ok(Settled::Final(id)));
    }

    /// The wallet as it comes back from its words.
    fn restored(&self) -> Wallet {
        let words = self.wallet.seed().words();
        let mut wallet = Wallet::in_memory(Seed::from_words(&words).unwrap());
        let place = self.wallet.account(&self.did).unwrap().place().clone();
        let key = wallet.first_key(&place).hash();
        let did = state::StateReader::key_holder(&self.sandbox.state, &key).unwrap().unwrap();
        assert_eq!(did, self.did);
        wallet.resume(place, did, &self.record()).unwrap();
        wallet
    }
}

#[test]
fn a_request_is_the_same_until_it_is_enrolled() {
    let mut scene = Scene::requested();
    let hash = scene.sandbox.world.hash;
    let mut ask = |registrar, class| scene.wallet.request(hash, &bank(), registrar, class);
    let first = ask(REGISTRAR, Class::Person).unwrap();
    assert_eq!(ask(REGISTRAR, Class::Person).unwrap(), first);
    let other = ask(OTHER_REGISTRAR, Class::Person).unwrap();
    let third = ask(OTHER_REGISTRAR, Class::Public).unwrap();
    let key = |request: &EnrolmentRequest| request.operation.methods[0];
    assert!(key(&first.1) != key(&other.1) && key(&other.1) != key(&third.1));
    let places: Vec<_> = scene.wallet.accounts().map(|account| account.place().index).collect();
    assert_eq!(places, [0, 1, 2]);
}

#[test]
fn a_platform_has_one_did_at_a_time() {
    let mut scene = Scene::enrolled();
    let hash = scene.sandbox.world.hash;
    let again = scene.wallet.request(hash, &bank(), REGISTRAR, Class::Person);
    assert_eq!(again, Err(WalletError::Enrolled(scene.did)));
    scene.make(&Change::Deactivate);
    let (did, request) = scene.wallet.request(hash, &bank(), REGISTRAR, Class::Person).unwrap();
    assert_ne!(did, scene.did);
    scene.enrol(did, request);
    assert_eq!(scene.wallet.latest(hash, &bank()).unwrap().did(), did);
}

#[test]
fn nothing_ties_the_dids_of_two_platforms_together() {
    let mut wallet = seeded(1);
    let shop = "shop.example".parse().unwrap();
    let mut ask = |genesis: u8, platform: &Platform| {
        let genesis = GenesisHash::new(hefu_primitives::Hash::from_bytes([genesis; 32]));
        let asked = wallet.request(genesis, platform, REGISTRAR, Class::Person).unwrap().1;
        let operation = asked.operation;
        (*operation.methods[0].key.bytes(), operation.control.keys[0], operation.nonce)
    };
    let all = [ask(1, &bank()), ask(1, &shop), ask(2, &bank())];
    for (place, first) in all.iter().enumerate() {
        for second in &all[place + 1..] {
            assert!(first.0 != second.0 && first.1 != second.1 && first.2 != second.2);
        }
    }
}

#[test]
fn a_wallet_is_bounded() {
    let mut wallet = seeded(1);
    let mut ask = |number: usize| {
        let platform = format!("p{number}").parse().unwrap();
        wallet.request(GenesisHash::default(), &platform, REGISTRAR, Class::Person)
    };
    assert!((0..ACCOUNTS_MAX).all(|number| ask(number).is_ok()));
    assert_eq!(ask(ACCOUNTS_MAX), Err(WalletError::Full));
    assert!(ask(0).is_ok(), "it is there already");
}

#[test]
fn no_secret_of_a_wallet_is_printed() {
    let scene = Scene::enrolled();
    let shown = format!("{:?}", scene.wallet);
    assert!(shown.contains("Seed(…)") && shown.contains("AccountKeys(…)"), "{shown}");
    let secret = scene.wallet.account(&scene.did).unwrap();
    let secret = secret.secret_for(hefu_ledger::record::Relationships::AUTHENTICATION).unwrap();
    let hex = data_encoding::HEXLOWER.encode(&secret.to_seed());
    assert!(!shown.contains(&hex));
}
