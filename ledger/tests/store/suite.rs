//! One suite for both stores.

use super::{Shelf, sample, see};
use hefu_fixtures::{BLOCK_MS, Chain, MEMBER, OTHER_MEMBER, REGISTRAR, Wallet, World};
use hefu_ledger::DidId;
use hefu_ledger::block::{FinalBlock, history_leaf};
use hefu_ledger::bundle::{BuildError, Query, build};
use hefu_ledger::effects::TransactionLeaf;
use hefu_ledger::layers::Layers;
use hefu_ledger::log::LogHead;
use hefu_ledger::merkle::{self, List};
use hefu_ledger::operation::OperationKind;
use hefu_ledger::operation::org_update::OrgUpdate;
use hefu_ledger::organisation::Standing;
use hefu_ledger::record::version_hash;
use hefu_ledger::replay::Replay;
use hefu_ledger::state::{self, StateEntry, StateKey, StateReader};
use hefu_ledger::store::{Index, Location, MemoryStore, Store, WriteError};
use hefu_ledger::transaction::{Body, Sealed, TransactionId};
use hefu_ledger::tree;
use hefu_primitives::{BoundedVec, Digest, Ed25519, Hash, Height, Subject};
use std::sync::Arc;
use tempfile::TempDir;

macro_rules! suite {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[test]
            fn $name() {
                super::$name::<hefu_ledger::store::MemoryStore>();
            })*
        }

        #[cfg(feature = "rocksdb")]
        mod rocks {
            $(#[test]
            fn $name() {
                super::$name::<hefu_ledger::store::rocks::RocksStore>();
            })*
        }
    };
}

suite!(
    a_block_may_be_final_through_the_one_above,
    a_block_is_read_back_as_it_was_committed,
    a_store_says_the_same_when_it_is_opened_again,
    a_block_that_does_not_follow_is_refused_and_leaves_no_trace,
    an_index_is_read_in_pages_in_the_order_of_the_chain,
    a_log_names_every_version_also_those_within_one_block,
    what_is_unknown_is_absent,
    a_time_leads_to_the_last_block_before_it,
    a_key_leads_to_its_did_even_when_it_has_ended,
    several_keys_are_found_in_their_order,
    an_unfinal_block_hides_what_is_below,
    what_a_block_makes_of_an_organisation_is_read_behind_it,
    every_header_is_proved_by_the_history,
    what_is_erased_is_gone_and_leaves_every_root_provable,
    only_a_did_that_has_ended_is_erased,
    what_was_skipped_is_erased_though_its_did_never_came_to_be,
);

/// The sample chain in a store in a directory.
fn stored<S: Shelf>() -> (TempDir, Chain<S>, Vec<Wallet>) {
    let directory = tempfile::tempdir().unwrap();
    let world = World::new(5);
    let store = S::open(directory.path(), &world.genesis);
    let (chain, wallets) = sample(world, store);
    (directory, chain, wallets)
}

fn a_block_may_be_final_through_the_one_above<S: Shelf>() {
    let (directory, mut chain, wallets) = stored::<S>();
    let record = Query::Record(StateKey::Did(wallets[3].did));
    // Another chain of the same kind comes to the same blocks, and is ahead.
    let world = World::new(5);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let (mut ahead, _) = sample(world, store);
    let below = next(&mut ahead, &wallets[3]);
    ahead.store.commit(&below).unwrap();
    ahead.wait(BLOCK_MS);
    let above = next(&mut ahead, &wallets[4]);
    let proved = FinalBlock { finalization: above.finalization.clone(), ..below };
    let height = proved.header.height;
    chain.store.commit(&proved).unwrap();
    let refused = Err(BuildError::NotFinal(height));
    assert_eq!(build(&chain.store, &record).map(|_| ()), refused);
    chain.store = chain.store.reopen(directory.path(), &chain.world.genesis);
    assert_eq!(chain.store.finalization(height).unwrap(), Some(proved.finalization));
    chain.store.commit(&above).unwrap();
    assert!(build(&chain.store, &record).is_ok());
    check_blocks(&chain);
}

fn a_block_is_read_back_as_it_was_committed<S: Shelf>() {
    let (_directory, mut chain, wallets) = stored::<S>();
    let rotations: Vec<_> =
        wallets[2..5].iter().cloned().map(|mut wallet| wallet.rotate(&mut chain.world)).collect();
    let block = chain.extend(rotations);
    let height = block.header.height;
    assert_eq!(chain.store.header(height).unwrap(), Some(block.header.clone()));
    assert_eq!(chain.store.finalization(height).unwrap(), Some(block.finalization));
    assert_eq!(chain.store.body(height).unwrap(), Some(block.body));
    assert_eq!(chain.store.effects(height).unwrap(), block.outcome.effects);
    assert_eq!(chain.store.head().header, block.header);
    assert_eq!(tree::root(&chain.store).unwrap(), block.header.state_root);
    for (leaf, place) in block.outcome.leaves.iter().zip(0..) {
        assert_eq!(chain.store.locate(&leaf.id).unwrap(), Some(Location { height, place }));
    }
}

fn a_store_says_the_same_when_it_is_opened_again<S: Shelf>() {
    let (directory, chain, mut wallets) = stored::<S>();
    let (head, before) = (chain.store.head().clone(), see(&chain.store, &wallets));
    let store = chain.store.reopen(directory.path(), &chain.world.genesis);
    assert_eq!(store.head(), &head);
    assert_eq!(see(&store, &wallets), before);
    let mut chain = Chain { world: chain.world, store };
    let rotation = wallets[3].rotate(&mut chain.world);
    chain.extend([rotation]);
}

/// A final block above the head of `chain`, with one rotation.
fn next<S: Store>(chain: &mut Chain<S>, wallet: &Wallet) -> FinalBlock {
    let rotation = wallet.clone().rotate(&mut chain.world);
    let checked = chain.check(rotation).unwrap();
    chain.seal(chain.build([checked]))
}

fn a_block_that_does_not_follow_is_refused_and_leaves_no_trace<S: Shelf>() {
    let (_directory, mut chain, wallets) = stored::<S>();
    let before = see(&chain.store, &wallets);
    let good = next(&mut chain, &wallets[3]);
    let head = chain.store.head().header.height;
    let spoilt = |spoil: fn(&mut FinalBlock)| {
        let mut block = good.clone();
        spoil(&mut block);
        block.finalization = chain.world.finalization(&block.header);
        block
    };
    let root = Hash::from_bytes([7; 32]);
    let high = good.header.height.next();
    let cases = [
        (
            spoilt(|b| b.header.height = b.header.height.next()),
            WriteError::NotNext { head, got: high },
        ),
        (spoilt(|b| b.header.parent = Digest::default()), WriteError::NotChild("parent")),
        (spoilt(|b| b.header.state_root = Hash::default()), WriteError::NotChild("state root")),
        (spoilt(|b| b.body.transactions = BoundedVec::default()), WriteError::NotChild("body")),
    ];
    for (block, error) in cases {
        assert_eq!(chain.store.commit(&block), Err(error));
    }
    let mut other = good.clone();
    other.header.history_root = root;
    assert_eq!(chain.store.commit(&other), Err(WriteError::NotChild("history root")));
    other = good.clone();
    other.finalization.subject = Subject::Notarize(good.header.digest());
    assert_eq!(chain.store.commit(&other), Err(WriteError::NotChild("finalization")));
    other = good.clone();
    other.finalization.epoch = other.finalization.epoch.next();
    assert_eq!(chain.store.commit(&other), Err(WriteError::NotChild("finalization")));
    assert_eq!(see(&chain.store, &wallets), before);
    chain.store.commit(&good).unwrap();
    let again = WriteError::NotNext { head: good.header.height, got: good.header.height };
    assert_eq!(chain.store.commit(&good), Err(again));
}

/// An index read in pages of `count`.
fn paged(store: &impl Store, index: Index, count: usize) -> Vec<Location> {
    let mut all: Vec<Location> = Vec::new();
    loop {
        let page = store.search(index, all.last().copied(), count).unwrap();
        if page.is_empty() {
            return all;
        }
        assert!(page.len() <= count);
        all.extend(page);
    }
}

fn an_index_is_read_in_pages_in_the_order_of_the_chain<S: Shelf>() {
    let (_directory, chain, wallets) = stored::<S>();
    let indexes = [
        (Index::Organisation(MEMBER), 3),
        (Index::Organisation(REGISTRAR), 3),
        (Index::Kind(OperationKind::ControlRotate), 2),
        (Index::Kind(OperationKind::DidCreateBatch), 2),
        (Index::Kind(OperationKind::OrgAdmit), 0),
        (Index::Did(wallets[0].did), 5),
        (Index::Did(wallets[1].did), 2),
    ];
    for (index, length) in indexes {
        let all = chain.store.search(index, None, 100).unwrap();
        assert_eq!(all.len(), length, "{index:?}");
        assert!(all.is_sorted_by(|one, next| one < next), "{index:?}");
        for count in 1..4 {
            assert_eq!(paged(&chain.store, index, count), all, "{index:?} by {count}");
        }
    }
}

fn a_log_names_every_version_also_those_within_one_block<S: Shelf>() {
    let (_directory, chain, wallets) = stored::<S>();
    for wallet in &wallets[..5] {
        let record = state::did(&chain.store, &wallet.did).unwrap().unwrap();
        let log = chain.store.log(&wallet.did, 0, 100).unwrap();
        assert_eq!(LogHead::of(&log), record.log);
        for (entry, number) in log.iter().zip(0..) {
            let version = chain.store.version(&wallet.did, number).unwrap().unwrap();
            assert_eq!(version_hash(&version), entry.content);
            let page = chain.store.log(&wallet.did, number, 1).unwrap();
            assert_eq!(page, [*entry]);
        }
    }
    assert_eq!(chain.store.log(&wallets[0].did, 0, 100).unwrap().len(), 5);
}

fn what_is_unknown_is_absent<S: Shelf>() {
    let (_directory, mut chain, wallets) = stored::<S>();
    let store = &chain.store;
    let (high, nobody) = (store.head().child_height(), wallets[5].did);
    assert_eq!(store.header(high).unwrap(), None);
    assert_eq!(store.finalization(Height::ZERO).unwrap(), None);
    assert_eq!(store.finalization(high).unwrap(), None);
    assert_eq!(store.body(high).unwrap(), None);
    assert_eq!(store.effects(high).unwrap(), []);
    assert_eq!(store.locate(&TransactionId::default()).unwrap(), None);
    assert_eq!(store.log(&nobody, 0, 9).unwrap(), []);
    assert_eq!(store.log(&wallets[0].did, 5, 9).unwrap(), []);
    assert_eq!(store.version(&nobody, 0).unwrap(), None);
    assert_eq!(store.version(&wallets[0].did, 5).unwrap(), None);
    assert_eq!(store.search(Index::Did(nobody), None, 9).unwrap(), []);
    assert_eq!(store.key_holder(&super::key_hash(&wallets[5].login[0])).unwrap(), None);
    assert_eq!(store.node(9, 0).unwrap(), None);
    assert_eq!(chain.store.erase(&nobody), Err(WriteError::NotEnded(nobody)));
}

fn a_time_leads_to_the_last_block_before_it<S: Shelf>() {
    let (_directory, chain, _) = stored::<S>();
    let store = &chain.store;
    for height in (0..=store.head().header.height.get()).map(Height::new) {
        let time = store.header(height).unwrap().unwrap().time;
        assert_eq!(store.height_at(time).unwrap(), Some(height));
        let later = time.saturating_add(BLOCK_MS - 1);
        assert_eq!(store.height_at(later).unwrap(), Some(height));
        let before = height.get().checked_sub(1).map(Height::new);
        assert_eq!(store.height_at(time.saturating_sub(1)).unwrap(), before);
    }
}

fn a_key_leads_to_its_did_even_when_it_has_ended<S: Shelf>() {
    let (_directory, chain, wallets) = stored::<S>();
    for wallet in &wallets[..5] {
        for key in &wallet.login {
            let holder = chain.store.key_holder(&super::key_hash(key)).unwrap();
            assert_eq!(holder, Some(wallet.did));
        }
    }
}

fn several_keys_are_found_in_their_order<S: Shelf>() {
    let (_directory, chain, wallets) = stored::<S>();
    let login = wallets.iter().flat_map(|wallet| &wallet.login);
    let keys: Vec<_> = login.rev().map(super::key_hash).collect();
    let each: Vec<_> = keys.iter().map(|key| chain.store.key_holder(key).unwrap()).collect();
    assert!(each.contains(&None) && each.contains(&Some(wallets[0].did)));
    assert_eq!(chain.store.key_holders(&keys).unwrap(), each);
}

fn an_unfinal_block_hides_what_is_below<S: Shelf>() {
    let (_directory, mut chain, mut wallets) = stored::<S>();
    let (batch, rotation) = (chain.world.batch([&wallets[5]]), wallets[3].rotate(&mut chain.world));
    let made = [batch, rotation].map(|one| chain.check(one).unwrap());
    let built = chain.build(made);
    assert_eq!(built.left_out, []);
    let (root, outcomes) = (built.outcome.tree.root, [Arc::new(built.outcome)]);
    let layers = Layers { base: &chain.store, outcomes: &outcomes };
    let keys = [&wallets[5], &wallets[0]].map(|wallet| super::key_hash(&wallet.login[0]));
    let holders = vec![Some(wallets[5].did), Some(wallets[0].did)];
    assert_eq!(layers.key_holders(&keys).unwrap(), holders);
    for wallet in &wallets[..6] {
        let key = StateKey::Did(wallet.did).tree_key();
        let value = tree::prove(&layers, &key).unwrap().value_of(&root, &key).unwrap();
        let record = layers.record(&StateKey::Did(wallet.did)).unwrap();
        assert_eq!(value, record.map(|record| StateEntry::new(record).hash));
    }
}

fn what_a_block_makes_of_an_organisation_is_read_behind_it<S: Shelf>() {
    let (_directory, mut chain, _) = stored::<S>();
    for standing in [Standing::Suspended, Standing::Good] {
        let read = |chain: &Chain<S>| {
            state::organisation(&chain.store, REGISTRAR).unwrap().map(|found| found.standing)
        };
        assert_ne!(read(&chain), Some(standing));
        let update = OrgUpdate { standing: Some(standing), ..OrgUpdate::default() };
        let update = chain.world.update_organisation(&[MEMBER, OTHER_MEMBER], REGISTRAR, update);
        chain.extend([update]);
        assert_eq!(read(&chain), Some(standing));
    }
}

fn every_header_is_proved_by_the_history<S: Shelf>() {
    let (_directory, chain, _) = stored::<S>();
    let (store, head) = (&chain.store, &chain.store.head().header);
    for height in 0..head.height.get() {
        let size = head.height.get();
        let proof = merkle::inclusion_at(List::History, store, height, size).unwrap().unwrap();
        let header = store.header(Height::new(height)).unwrap().unwrap();
        let leaf = history_leaf(&header.digest());
        assert_eq!(proof.verify(List::History, &leaf, &head.history_root), Ok(()));
    }
}

/// Whether anything of a DID's payloads is left in a block's body.
fn is_left(store: &impl Store, did: &DidId) -> bool {
    let heights = (0..=store.head().header.height.get()).map(Height::new);
    let bodies = heights.filter_map(|height| store.body(height).unwrap());
    let transactions: Vec<_> = bodies.flat_map(|body| body.transactions.to_vec()).collect();
    transactions.iter().any(|one| match &one.body {
        Body::Single(sealed) => {
            let about = one.envelope.subject == hefu_ledger::transaction::Subject::Did(*did);
            about && matches!(sealed.as_ref(), Sealed::Open { .. })
        }
        Body::Batch(entries) => entries
            .iter()
            .any(|entry| entry.did == *did && matches!(entry.enrolment, Sealed::Open { .. })),
    })
}

/// Checks that every block still holds what its header says, as a replay sees it too.
fn check_blocks<S: Store>(chain: &Chain<S>) {
    let mut replay = Replay::new(&chain.world.genesis).unwrap();
    for height in (1..=chain.store.head().header.height.get()).map(Height::new) {
        let header = chain.store.header(height).unwrap().unwrap();
        let finalization = chain.store.finalization(height).unwrap().unwrap();
        let body = chain.store.body(height).unwrap().unwrap();
        let effects = chain.store.effects(height).unwrap();
        let pairs = body.transactions.iter().zip(&effects);
        let leaves: Vec<_> =
            pairs.map(|(one, effects)| TransactionLeaf::kept(one, effects).hash()).collect();
        assert_eq!(merkle::root(List::Transactions, &leaves), header.transaction_root);
        replay.block(&header, &finalization, &body, &effects, &Ed25519).unwrap();
    }
    replay.finish(&chain.store).unwrap();
}

fn what_is_erased_is_gone_and_leaves_every_root_provable<S: Shelf>() {
    let (directory, mut chain, wallets) = stored::<S>();
    let before = see(&chain.store, &wallets);
    // Created, rotated twice, registered, deactivated.
    assert_eq!(chain.store.erase(&wallets[0].did), Ok(5));
    // Two entries of batches, of which one was skipped, and the revocation.
    assert_eq!(chain.store.erase(&wallets[1].did), Ok(3));
    assert_eq!(chain.store.erase(&wallets[1].did), Ok(0));
    let mut chain = Chain {
        store: chain.store.reopen(directory.path(), &chain.world.genesis),
        world: chain.world,
    };
    let erased = wallets.iter().map(|wallet| !is_left(&chain.store, &wallet.did));
    assert!(erased.eq([true, true, false, false, false, true]));
    check_blocks(&chain);
    let after = see(&chain.store, &wallets);
    assert_eq!(after.root, before.root);
    for (after, before) in after.dids.iter().zip(&before.dids).take(2) {
        assert_eq!((&after.record, &after.log), (&before.record, &before.log));
        let current = before.log.len() - 1;
        for (number, version) in after.versions.iter().enumerate() {
            assert_eq!(version.is_some(), number == current, "{number}");
        }
    }
    assert_eq!(after.dids[2..], before.dids[2..]);
    let rotation = wallets[3].clone().rotate(&mut chain.world);
    chain.extend([rotation]);
}

fn only_a_did_that_has_ended_is_erased<S: Shelf>() {
    let (_directory, mut chain, wallets) = stored::<S>();
    let before = see(&chain.store, &wallets);
    let living = wallets[2].did;
    assert_eq!(chain.store.erase(&living), Err(WriteError::NotEnded(living)));
    assert_eq!(see(&chain.store, &wallets), before);
}

fn what_was_skipped_is_erased_though_its_did_never_came_to_be<S: Shelf>() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::with(5, |genesis| genesis.parameters.caps.enrolments = 1);
    let store = S::open(directory.path(), &world.genesis);
    let mut chain = Chain::new(world, store);
    let people = Wallet::people(&mut chain.world, 2);
    let batch = chain.world.batch(&people);
    let block = chain.extend([batch]);
    assert_eq!(*block.outcome.effects[0].outcome, [0b01]);
    assert_eq!(chain.store.erase(&people[0].did), Err(WriteError::NotEnded(people[0].did)));
    assert_eq!(chain.store.erase(&people[1].did), Ok(1));
    assert_eq!(chain.store.erase(&people[1].did), Ok(0));
    let nobody = DidId::default();
    assert_eq!(chain.store.erase(&nobody), Err(WriteError::NotEnded(nobody)));
    let body = chain.store.body(block.header.height).unwrap().unwrap();
    let Body::Batch(entries) = &body.transactions[0].body else { panic!("it is a batch") };
    let erased = entries.iter().map(|entry| matches!(entry.enrolment, Sealed::Erased(_)));
    assert_eq!(erased.collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_copy_of_a_store_in_memory_goes_its_own_way() {
    let (_directory, mut chain, wallets) = stored::<MemoryStore>();
    let copy = chain.store.clone();
    let before = see(&copy, &wallets);
    assert_eq!(chain.store.erase(&wallets[0].did), Ok(5));
    chain.extend([]);
    assert_eq!(see(&copy, &wallets), before);
}
