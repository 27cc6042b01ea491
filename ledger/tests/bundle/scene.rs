//! A small chain with something of every kind, and verification of what is proved from it.

use super::members::Members;
use hefu_fixtures::{BLOCK_MS, Chain, MEMBER, REGISTRAR, Wallet, World};
use hefu_ledger::block::FinalBlock;
use hefu_ledger::bundle::{
    At, Bundle, BundleError, Operations, Origin, Policy, Proven, Query, build, verify,
};
use hefu_ledger::effects::{TransactionLeaf, Write, Written};
use hefu_ledger::execute::{Built, Outcome};
use hefu_ledger::genesis::Genesis;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::merkle::{self, List};
use hefu_ledger::state::{StateEntry, StateKey, StateValue, Validators};
use hefu_ledger::store::{MemoryStore, Store};
use hefu_ledger::transaction::TransactionId;
use hefu_ledger::{DidId, Transaction, tree};
use hefu_primitives::{
    BoundedVec, Checkpoint, Ed25519, Hash, Height, Purpose, SecretKey, Timestamp,
};
use std::sync::Arc;

/// A chain, and who acts in it.
///
/// | block | what happens |
/// | --- | --- |
/// | 1 | alice is enrolled |
/// | 2 | bob and carol are enrolled in a batch, which names alice again |
/// | 3 | alice registers a second key |
/// | 4 | alice revokes her first key |
/// | 5 | alice is suspended |
/// | 6 | bob rotates, dave is enrolled |
/// | 7 | nothing |
/// | 8 | alice rotates, and is reinstated |
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) chain: Chain<MemoryStore>,
    pub(super) members: Vec<Members>,
    pub(super) alice: Wallet,
    pub(super) bob: Wallet,
    pub(super) carol: Wallet,
    pub(super) dave: Wallet,
    /// The key that alice revoked.
    pub(super) former: SecretKey,
    /// The batch.
    pub(super) batch: TransactionId,
}

/// A DID that nobody has.
pub(super) fn nobody() -> DidId {
    DidId::new(Hash::from_bytes([0x77; 32]))
}

pub(super) fn key_bytes(key: &SecretKey) -> KeyBytes {
    KeyBytes::from(&key.public_key())
}

/// A bundle's bytes without the hash at their end.
pub(super) fn content(bundle: &Bundle) -> Vec<u8> {
    let bytes = bundle.to_bytes();
    bytes[..bytes.len() - 32].to_vec()
}

/// These bytes with their hash, as anybody can make it.
pub(super) fn checked(content: &[u8]) -> Vec<u8> {
    [content, Hash::of(Purpose::Bundle, content).as_bytes()].concat()
}

impl Scene {
    /// The chain in the table above.
    pub(super) fn one_epoch() -> Self {
        Self::of(World::new(1))
    }

    /// The same in another network.
    pub(super) fn elsewhere() -> Self {
        Self::with(|genesis| genesis.network = "elsewhere".parse().unwrap())
    }

    /// The same with another genesis.
    pub(super) fn with(change: impl FnOnce(&mut Genesis)) -> Self {
        Self::of(World::with(1, change))
    }

    fn of(mut world: World) -> Self {
        let committee = world.committee(hefu_primitives::Epoch::ZERO);
        let members = vec![Members::new(committee, &world.validators)];
        let [alice, bob, carol, dave] = [(); 4].map(|()| Wallet::person(&mut world));
        let store = MemoryStore::new(&world.genesis).unwrap();
        let (former, chain) = (alice.login[0].clone(), Chain::new(world, store));
        let batch = TransactionId::default();
        let mut scene = Self { chain, members, alice, bob, carol, dave, former, batch };
        scene.enrol();
        scene.live();
        scene
    }

    fn enrol(&mut self) {
        let create = self.chain.world.create(&self.alice);
        self.chain.extend([create]);
        let batch = self.chain.world.batch([&self.bob, &self.carol, &self.alice]);
        self.batch = batch.envelope.id();
        self.chain.extend([batch]);
    }

    fn live(&mut self) {
        let Self { chain, alice, .. } = self;
        let register = alice.register(&mut chain.world);
        chain.extend([register]);
        let revoke = alice.revoke(&mut chain.world, 0);
        chain.extend([revoke]);
        let suspend = chain.world.suspend(&[REGISTRAR], alice.did, 100 * BLOCK_MS);
        chain.extend([suspend]);
        let rotate = self.bob.rotate(&mut chain.world);
        let create = chain.world.create(&self.dave);
        chain.extend([rotate, create]);
        chain.extend([]);
        let rotate = alice.rotate(&mut chain.world);
        let reinstate = chain.world.reinstate(&[MEMBER], alice.did);
        chain.extend([rotate, reinstate]);
    }

    /// The same chain with two changes of the validators after it: epoch 0 ends with block 9, epoch
    /// 1 with block 11, and block 13 is the newest. The ledger has no operation for this yet, so
    /// what an operation would write is written by hand.
    pub(super) fn three_epochs() -> Self {
        let mut scene = Self::one_epoch();
        for _ in 0..2 {
            let newcomer = scene.chain.world.seeds.key();
            let now = scene.members.last().unwrap().clone();
            let next = now.successor(newcomer);
            let (current, then) = (&now.committee, &next.committee);
            scene.enact(&now, &validators_of(current, then));
            scene.members.push(next.clone());
            scene.enact(&next, &validators_of(then, then));
        }
        let anchor = scene.anchor();
        let built = scene.build(anchor);
        let last = scene.members.last().unwrap().clone();
        scene.commit(&last, built);
        scene
    }

    fn anchor(&mut self) -> Transaction {
        let digest = self.chain.world.seeds.hash();
        self.chain.world.anchor(MEMBER, digest)
    }

    fn build(&self, transaction: Transaction) -> Built {
        self.chain.build([self.chain.check(transaction).unwrap()])
    }

    fn enact(&mut self, members: &Members, validators: &Validators) {
        let anchor = self.anchor();
        let mut built = self.build(anchor);
        write(&self.chain.store, &mut built.outcome, validators);
        self.commit(members, built);
    }

    fn commit(&mut self, members: &Members, built: Built) {
        let block = self.chain.seal(built);
        let finalization = members.finalization(&block.header);
        self.chain.store.commit(&FinalBlock { finalization, ..block }).unwrap();
        self.chain.wait(BLOCK_MS);
    }

    /// The bundle that answers `query`.
    pub(super) fn prove(&self, query: Query) -> Bundle {
        build(&self.chain.store, &query).unwrap()
    }

    /// The bundle of a DID's record.
    pub(super) fn prove_did(&self, did: DidId) -> Bundle {
        self.prove(Query::Record(StateKey::Did(did)))
    }

    /// The bundle of a DID's history, with all transactions.
    pub(super) fn prove_history(&self, did: DidId) -> Bundle {
        self.prove(Query::History { did, operations: Operations::Proved })
    }

    /// The bundle of what a DID was after a block, with the transaction.
    pub(super) fn prove_past(&self, did: DidId, height: u64) -> Bundle {
        let at = At::Height(Height::new(height));
        self.prove(Query::Past { did, at, operations: Operations::Proved })
    }

    /// The first transaction of the block at a height.
    pub(super) fn first_of(&self, height: u64) -> TransactionId {
        let body = self.chain.store.body(Height::new(height)).unwrap().unwrap();
        body.transactions[0].envelope.id()
    }

    /// The bundle of the first transaction of the block at a height.
    pub(super) fn prove_block(&self, height: u64) -> Bundle {
        self.prove(Query::Transaction { id: self.first_of(height), of: None })
    }

    /// The bundle of an entry of the batch.
    pub(super) fn prove_entry(&self, did: DidId) -> Bundle {
        self.prove(Query::Transaction { id: self.batch, of: Some(did) })
    }

    /// The bundle that shows that the chain grew from a height.
    pub(super) fn prove_growth(&self, older: u64) -> Bundle {
        self.prove(Query::Consistency { older: Height::new(older) })
    }

    pub(super) fn origin(&self) -> Origin {
        Origin::from(&self.chain.world.genesis)
    }

    /// The newest block's time.
    pub(super) fn time(&self) -> Timestamp {
        self.chain.store.head().header.time
    }

    pub(super) fn policy(&self) -> Policy {
        Policy::strict(self.time().saturating_add(BLOCK_MS))
    }

    /// What a bundle proves once it has travelled as bytes.
    pub(super) fn verify(&self, bundle: &Bundle) -> Result<Proven, BundleError> {
        let bundle = Bundle::from_bytes(&bundle.to_bytes())?;
        verify(bundle, &self.origin(), &self.policy(), &Ed25519)
    }

    /// Why a bundle is refused.
    pub(super) fn refused(&self, bundle: &Bundle) -> BundleError {
        self.verify(bundle).expect_err("the bundle is not what it should be")
    }

    /// Lets the validators of the header's epoch sign it anew, so that only what the header says
    /// can be wrong with it.
    pub(super) fn sign(&self, checkpoint: &mut Checkpoint) {
        let of = |members: &&Members| members.committee.epoch == checkpoint.header.epoch;
        let members = self.members.iter().find(of).expect("the epoch has validators");
        checkpoint.finalization = members.finalization(&checkpoint.header);
    }
}

fn validators_of(
    current: &hefu_primitives::Committee,
    next: &hefu_primitives::Committee,
) -> Validators {
    let (epoch, current) = (current.epoch, current.validators.clone());
    Validators { epoch, current, next: next.validators.clone() }
}

/// Adds a write of the validators to what the one transaction of a block did.
fn write(store: &MemoryStore, outcome: &mut Outcome, validators: &Validators) {
    let (key, value) = (StateKey::Validators, StateValue::Validators(validators.clone()));
    let entry = StateEntry::new(Arc::new(value.clone()));
    outcome.changes.records.insert(key, Some(Arc::clone(&entry.value)));
    outcome.entries.insert(key, Some(entry));
    let effects = &mut outcome.effects[0];
    let write = Write { key, written: Written::Plain(Box::new(value)) };
    effects.writes = BoundedVec::first_of(effects.writes.iter().cloned().chain([write]));
    outcome.leaves[0].effects = effects.root();
    let entries = outcome.entries.iter();
    let leaves = entries.map(|(key, entry)| (key.tree_key(), entry.as_ref().map(|e| e.hash)));
    outcome.tree = tree::update(store, leaves.collect()).unwrap();
    let commitments = &mut outcome.commitments;
    commitments.epoch = validators.epoch;
    commitments.state_root = outcome.tree.root;
    commitments.validators = validators.current.hash();
    commitments.next_validators = validators.next.hash();
    let leaves: Vec<_> = outcome.leaves.iter().map(TransactionLeaf::hash).collect();
    commitments.transaction_root = merkle::root(List::Transactions, &leaves);
}
