//! What every store keeps to, and what the durable one does when the machine fails it.

#[cfg(feature = "rocksdb")]
mod rocks;
mod suite;

use hefu_fixtures::{Chain, MEMBER, OTHER_MEMBER, Wallet, World};
use hefu_ledger::block::BlockBody;
use hefu_ledger::effects::Effects;
use hefu_ledger::genesis::Genesis;
use hefu_ledger::key::KeyHash;
use hefu_ledger::log::LogEntry;
use hefu_ledger::operation::OperationKind;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::DidRecord;
use hefu_ledger::state;
use hefu_ledger::store::{Index, Location, MemoryStore, Store};
use hefu_ledger::transaction::Transaction;
use hefu_ledger::{DidId, tree};
use hefu_primitives::{Certificate, Hash, Header, Height, SecretKey, Timestamp};
use std::path::Path;
use std::sync::Arc;

/// A store that can be closed and opened again.
trait Shelf: Store + Sized {
    /// The store in this directory, made if it is not there.
    fn open(directory: &Path, genesis: &Genesis) -> Self;

    /// The same store, closed and opened again.
    fn reopen(self, directory: &Path, genesis: &Genesis) -> Self;
}

impl Shelf for MemoryStore {
    fn open(_: &Path, genesis: &Genesis) -> Self {
        Self::new(genesis).unwrap()
    }

    fn reopen(self, _: &Path, _: &Genesis) -> Self {
        self
    }
}

/// All that a store says of one block.
#[derive(Debug, PartialEq)]
struct SeenBlock {
    header: Option<Header>,
    finalization: Option<Certificate>,
    body: Option<BlockBody>,
    effects: Vec<Effects>,
    places: Vec<Option<Location>>,
}

/// All that a store says of one DID.
#[derive(Debug, PartialEq)]
struct SeenDid {
    record: Option<Box<DidRecord>>,
    log: Vec<LogEntry>,
    versions: Vec<Option<Vec<u8>>>,
    places: Vec<Location>,
}

/// All that a store says.
#[derive(Debug, PartialEq)]
struct Seen {
    blocks: Vec<SeenBlock>,
    dids: Vec<SeenDid>,
    root: Hash,
    nodes: Vec<Option<Hash>>,
    holders: Vec<Option<DidId>>,
    by_organisation: Vec<Vec<Location>>,
    by_kind: Vec<Vec<Location>>,
    heights: Vec<Option<Height>>,
}

fn see_block(store: &impl Store, height: Height) -> SeenBlock {
    let body = store.body(height).unwrap();
    let transactions = body.iter().flat_map(|body| body.transactions.iter());
    let envelopes: Vec<_> = transactions.clone().map(|one| one.envelope.clone()).collect();
    assert_eq!(store.envelopes(height).unwrap(), envelopes, "also where payloads were erased");
    for (place, envelope) in (0..).zip(&envelopes) {
        let at = Location { height, place };
        assert_eq!(store.envelope(&at).unwrap().as_ref(), Some(envelope));
    }
    let beyond = Location { height, place: u32::MAX };
    assert_eq!(store.envelope(&beyond).unwrap(), None);
    let locate = |one: &Arc<Transaction>| store.locate(&one.envelope.id()).unwrap();
    SeenBlock {
        header: store.header(height).unwrap(),
        finalization: store.finalization(height).unwrap(),
        places: transactions.map(locate).collect(),
        effects: store.effects(height).unwrap(),
        body,
    }
}

fn see_did(store: &impl Store, did: &DidId) -> SeenDid {
    let log = store.log(did, 0, usize::MAX).unwrap();
    let numbers = 0..=u32::try_from(log.len()).unwrap();
    SeenDid {
        record: state::did(store, did).unwrap(),
        versions: numbers.map(|number| store.version(did, number).unwrap()).collect(),
        places: store.search(Index::Did(*did), None, usize::MAX).unwrap(),
        log,
    }
}

fn key_hash(key: &SecretKey) -> KeyHash {
    hefu_ledger::key::KeyBytes::from(&key.public_key()).hash()
}

fn see(store: &impl Store, wallets: &[Wallet]) -> Seen {
    let head = &store.head().header;
    let search = |index| store.search(index, None, usize::MAX).unwrap();
    let organisations = (0..16).map(OrganisationId::new).map(Index::Organisation);
    let kinds = OperationKind::NAMED.map(|(kind, ..)| Index::Kind(kind));
    let levels = 0..8_u8;
    let nodes = levels.flat_map(|level| (0..=head.height.get()).map(move |at| (level, at)));
    let keys = wallets.iter().flat_map(|wallet| &wallet.login).map(key_hash);
    let times = (0..=head.time.get().saturating_add(5)).rev().step_by(997).take(300);
    Seen {
        blocks: (0..=head.height.get() + 1).map(|at| see_block(store, Height::new(at))).collect(),
        dids: wallets.iter().map(|wallet| see_did(store, &wallet.did)).collect(),
        root: tree::root(store).unwrap(),
        nodes: nodes.map(|(level, at)| store.node(level, at).unwrap()).collect(),
        holders: keys.map(|key| store.key_holder(&key).unwrap()).collect(),
        by_organisation: organisations.map(search).collect(),
        by_kind: kinds.into_iter().map(search).collect(),
        heights: times.map(|at| store.height_at(Timestamp::new(at)).unwrap()).collect(),
    }
}

/// A chain in which most things have happened, and its holders: the first has rotated twice in one
/// block and ended; the second was revoked, and a batch has skipped a second enrolment of it; the
/// others go on.
fn sample<S: Store>(world: World, store: S) -> (Chain<S>, Vec<Wallet>) {
    let mut chain = Chain::new(world, store);
    let mut wallets = Wallet::people(&mut chain.world, 6);
    let world = &mut chain.world;
    let first = [world.create(&wallets[0]), world.batch(&wallets[1..4])];
    chain.extend(first);
    let second = [wallets[0].rotate(&mut chain.world), wallets[0].rotate(&mut chain.world)];
    chain.extend(second);
    let world = &mut chain.world;
    let third = [world.batch([&wallets[1], &wallets[4]]), wallets[0].register(world)];
    chain.extend(third);
    chain.extend([]);
    let world = &mut chain.world;
    let anchor = world.seeds.hash();
    let fourth = [
        world.suspend(&[MEMBER], wallets[2].did, 100_000),
        wallets[0].deactivate(world),
        world.revoke(&[MEMBER, OTHER_MEMBER], wallets[1].did),
        world.anchor(MEMBER, anchor),
    ];
    chain.extend(fourth);
    (chain, wallets)
}
