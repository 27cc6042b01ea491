//! Replaying chains: whole ones, ones with erased payloads, and ones that lie.

mod misled;

use hefu_fixtures::{BLOCK_MS, Chain, MEMBER, OTHER_MEMBER, Plan, REGISTRAR, Wallet, World, list};
use hefu_ledger::block::BlockBody;
use hefu_ledger::effects::{Effects, TransactionLeaf, Write, Written};
use hefu_ledger::execute::InvalidBlock;
use hefu_ledger::merkle::{self, List};
use hefu_ledger::organisation::{OrganisationId, Role};
use hefu_ledger::replay::{LastRecordError, Replay, ReplayError, Report};
use hefu_ledger::state::{StateEntry, StateKey, StateReader, StateValue, Usage};
use hefu_ledger::store::{MemoryStore, Store};
use hefu_ledger::transaction::{BatchEntry, Body, Sealed, TransactionError};
use hefu_ledger::{DidId, Transaction, author, tree};
use hefu_primitives::{Certificate, Ed25519, Hash, Header, Height, Subject};
use std::sync::Arc;

type TestChain = Chain<MemoryStore>;

/// A block as a store gives it back.
struct Kept {
    header: Header,
    finalization: Certificate,
    body: BlockBody,
    effects: Vec<Effects>,
}

fn kept(chain: &TestChain) -> Vec<Kept> {
    let last = chain.store.head().header.height.get();
    (1..=last).map(|height| kept_at(&chain.store, Height::new(height))).collect()
}

fn kept_at(store: &MemoryStore, height: Height) -> Kept {
    Kept {
        header: store.header(height).unwrap().unwrap(),
        finalization: store.finalization(height).unwrap().unwrap(),
        body: store.body(height).unwrap().unwrap(),
        effects: store.effects(height).unwrap(),
    }
}

fn replay(chain: &TestChain, blocks: &[Kept]) -> Result<Report, ReplayError> {
    let mut replay = Replay::new(&chain.world.genesis).unwrap();
    for block in blocks {
        let Kept { header, finalization, body, effects } = block;
        replay.block(header, finalization, body, effects, &Ed25519)?;
    }
    assert_eq!(replay.head(), &chain.store.head().header);
    replay.finish(&chain.store)
}

/// A chain in which one DID was deactivated, one of a batch revoked, one is a controller of
/// another and has ended, and others go on. The ended ones are given.
fn sample() -> (TestChain, Vec<DidId>) {
    let world = World::new(11);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    let mut alone = Wallet::person(&mut chain.world);
    let mut guardian = Wallet::person(&mut chain.world);
    let many = Wallet::people(&mut chain.world, 5);
    let creates =
        [chain.world.create(&alone), chain.world.create(&guardian), chain.world.batch(&many)];
    chain.extend(creates);
    let plan =
        Plan { guardians: vec![guardian.guardian()], guardian_threshold: 1, ..Plan::default() };
    let mut child = Wallet::new(&mut chain.world, &plan);
    let create = chain.world.create(&child);
    chain.extend([create]);
    let acts = [
        alone.register(&mut chain.world),
        child.rotate(&mut chain.world),
        chain.world.suspend(&[REGISTRAR], many[1].did, 1_000_000),
    ];
    chain.extend(acts);
    let ends = [
        alone.deactivate(&mut chain.world),
        guardian.deactivate(&mut chain.world),
        chain.world.revoke(&[MEMBER, OTHER_MEMBER], many[2].did),
    ];
    chain.extend(ends);
    chain.extend([]);
    (chain, vec![alone.did, guardian.did, many[2].did])
}

#[test]
fn a_whole_chain_is_checked_in_full() {
    let (chain, _) = sample();
    let report = replay(&chain, &kept(&chain)).unwrap();
    let expected = Report { blocks: 5, executed: 10, ..Report::default() };
    assert_eq!(report, expected);
}

#[test]
fn erased_payloads_are_counted_and_every_root_still_holds() {
    let (mut chain, ended) = sample();
    for did in &ended {
        assert!(chain.store.erase(did).unwrap() > 0);
    }
    let report = replay(&chain, &kept(&chain)).unwrap();
    // Gone: creation, registration and end of one; creation and end of the guardian; the end of the
    // one in the batch. What the child did rests on its guardian's record.
    let expected =
        Report { blocks: 5, executed: 2, erased: 6, resting_on_erased: 2, erased_entries: 1 };
    assert_eq!(report, expected);
}

fn spoilt(spoil: impl FnOnce(&mut Vec<Kept>)) -> ReplayError {
    let (chain, _) = sample();
    let mut blocks = kept(&chain);
    spoil(&mut blocks);
    replay(&chain, &blocks).unwrap_err()
}

#[test]
fn a_block_without_its_finalization_is_refused() {
    let error = spoilt(|blocks| {
        let digest = blocks[1].header.digest();
        blocks[1].finalization.subject = Subject::Notarize(digest);
    });
    assert!(matches!(error, ReplayError::NotFinal { height, .. } if height == Height::new(2)));
    let error = spoilt(|blocks| {
        let votes = blocks[0].finalization.clone();
        let digest = blocks[1].header.digest();
        blocks[1].finalization = Certificate { subject: Subject::Finalize(digest), ..votes };
    });
    assert!(matches!(error, ReplayError::NotFinal { height, .. } if height == Height::new(2)));
}

#[test]
fn a_block_may_be_final_through_one_above() {
    let (chain, _) = sample();
    let through = |at: usize, by: usize| {
        let mut blocks = kept(&chain);
        blocks[at].finalization = blocks[by].finalization.clone();
        blocks
    };
    assert!(replay(&chain, &through(1, 3)).is_ok());
    // Then the one above must be there.
    let mut blocks = through(3, 4);
    blocks.truncate(4);
    let mut replay = Replay::new(&chain.world.genesis).unwrap();
    for Kept { header, finalization, body, effects } in &blocks {
        replay.block(header, finalization, body, effects, &Ed25519).unwrap();
    }
    let error = replay.finish(&chain.store).unwrap_err();
    assert!(matches!(error, ReplayError::NotProved { height } if height == Height::new(4)));
}

#[test]
fn a_block_that_is_left_out_is_missed() {
    let error = spoilt(|blocks| drop(blocks.remove(1)));
    assert!(matches!(error, ReplayError::Invalid { height, .. } if height == Height::new(3)));
}

#[test]
fn a_transaction_that_is_left_out_is_missed() {
    let error = spoilt(|blocks| {
        let kept = blocks[2].body.transactions.iter().skip(1).cloned();
        blocks[2].body = BlockBody { transactions: list(kept) };
        blocks[2].effects.remove(0);
    });
    let InvalidBlock::Commitment(what) = invalid(error) else { panic!("a root is missed") };
    assert_eq!(what, "transaction root");
}

fn invalid(error: ReplayError) -> InvalidBlock {
    match error {
        ReplayError::Invalid { error, .. } => error,
        other => panic!("{other}"),
    }
}

/// Puts another hash in place of the first record.
fn seal_first(effects: &mut Effects) {
    let mut writes = effects.writes.to_vec();
    writes[0].written = Written::Sealed(Hash::default());
    effects.writes = list(writes);
}

#[test]
fn effects_that_a_whole_transaction_does_not_have_are_refused() {
    let error = spoilt(|blocks| {
        seal_first(&mut blocks[2].effects[0]);
    });
    assert!(matches!(error, ReplayError::Effects { at: 0, .. }), "{error}");
}

#[test]
fn effects_of_an_erased_transaction_cannot_be_altered() {
    let (mut chain, ended) = sample();
    chain.store.erase(&ended[0]).unwrap();
    let mut blocks = kept(&chain);
    seal_first(&mut blocks[2].effects[0]);
    let error = invalid(replay(&chain, &blocks).unwrap_err());
    assert_eq!(error, InvalidBlock::Commitment("transaction root"));
}

#[test]
fn effects_are_as_many_as_transactions() {
    let error = spoilt(|blocks| blocks[0].effects.truncate(1));
    assert!(matches!(error, ReplayError::EffectCount { expected: 3, got: 1, .. }));
}

#[test]
fn a_forged_signature_is_found() {
    let error = spoilt(|blocks| {
        let mut transactions = blocks[2].body.transactions.to_vec();
        let mut forged = transactions[0].as_ref().clone();
        forged.signatures = transactions[1].signatures.clone();
        transactions[0] = Arc::new(forged);
        blocks[2].body = BlockBody { transactions: list(transactions) };
    });
    assert!(matches!(error, ReplayError::Transaction { at: 0, .. }), "{error}");
}

#[test]
fn an_erased_payload_cannot_come_back_as_another() {
    let (mut chain, ended) = sample();
    let whole = kept(&chain);
    chain.store.erase(&ended[0]).unwrap();
    let mut blocks = kept(&chain);
    let Body::Single(other) = &whole[1].body.transactions[0].body else { panic!("no batch") };
    let mut transactions = blocks[0].body.transactions.to_vec();
    let mut forged = transactions[0].as_ref().clone();
    assert!(
        matches!(&forged.body, Body::Single(payload) if matches!(**payload, Sealed::Erased(_)))
    );
    forged.body = Body::Single(other.clone());
    transactions[0] = Arc::new(forged);
    blocks[0].body = BlockBody { transactions: list(transactions) };
    let error = replay(&chain, &blocks).unwrap_err();
    assert!(matches!(error, ReplayError::Transaction { at: 0, .. }), "{error}");
}

/// A block of one transaction that is said to do more than it does, down to the state root. Its
/// validators have signed it all the same.
fn smuggle(chain: &mut TestChain, transaction: Transaction, key: StateKey, value: StateValue) {
    let checked = chain.check(transaction).unwrap();
    let mut built = chain.build([checked]);
    let entry = StateEntry::new(Arc::new(value));
    let written = match key {
        StateKey::Did(_) => Written::Sealed(entry.hash),
        _ => Written::Plain(Box::new(entry.value.as_ref().clone())),
    };
    let outcome = &mut built.outcome;
    let mut writes = outcome.effects[0].writes.to_vec();
    writes.push(Write { key, written });
    writes.sort_by_key(|write| write.key);
    outcome.effects[0].writes = list(writes);
    outcome.changes.records.insert(key, Some(Arc::clone(&entry.value)));
    outcome.entries.insert(key, Some(entry));
    let leaves = outcome.entries.iter();
    let leaves = leaves.map(|(key, entry)| (key.tree_key(), entry.as_ref().map(|one| one.hash)));
    outcome.tree = tree::update(&chain.store, leaves.collect()).unwrap();
    outcome.leaves[0] = TransactionLeaf::new(&built.transactions[0], &outcome.effects[0]);
    let leaf = outcome.leaves[0].hash();
    outcome.commitments.state_root = outcome.tree.root;
    outcome.commitments.transaction_root = merkle::root(List::Transactions, &[leaf]);
    let block = chain.seal(built);
    chain.store.commit(&block).unwrap();
    chain.wait(BLOCK_MS);
}

/// What each test of smuggling writes besides: the rules, another's record, a count of acts.
fn contraband(chain: &TestChain, other: DidId) -> Vec<(StateKey, StateValue)> {
    let record = chain.store.record(&StateKey::Did(other)).unwrap().unwrap();
    let rules = chain.world.genesis.rules.clone();
    vec![
        (StateKey::Rules, StateValue::Rules(rules)),
        (StateKey::Did(other), record.as_ref().clone()),
        (StateKey::Usage(REGISTRAR), StateValue::Usage(Usage::default())),
    ]
}

/// A chain with so many people, each enrolled alone.
fn peopled(count: usize) -> (TestChain, Vec<Wallet>) {
    let world = World::new(12);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    let people = Wallet::people(&mut chain.world, count);
    let creates: Vec<_> = people.iter().map(|one| chain.world.create(one)).collect();
    chain.extend(creates);
    (chain, people)
}

#[test]
fn an_erased_operation_writes_nothing_but_its_own_record() {
    let (chain, mut people) = peopled(2);
    let end = people[0].deactivate(&mut chain.world.clone());
    for (key, value) in contraband(&chain, people[1].did) {
        let mut chain = chain.clone();
        smuggle(&mut chain, end.clone(), key, value);
        chain.store.erase(&people[0].did).unwrap();
        let error = replay(&chain, &kept(&chain)).unwrap_err();
        assert!(matches!(error, ReplayError::Effects { at: 0, .. }), "{key:?}: {error}");
    }
}

#[test]
fn a_batch_with_erased_entries_writes_nothing_but_their_records() {
    let (chain, people) = peopled(1);
    let mut world = chain.world.clone();
    let mut many = Wallet::people(&mut world, 3);
    let batch = world.batch(&many);
    let end = many[0].deactivate(&mut world);
    for (key, value) in contraband(&chain, people[0].did) {
        let mut chain = chain.clone();
        smuggle(&mut chain, batch.clone(), key, value);
        chain.extend([end.clone()]);
        chain.store.erase(&many[0].did).unwrap();
        let error = replay(&chain, &kept(&chain)).unwrap_err();
        assert!(matches!(error, ReplayError::Effects { at: 0, .. }), "{key:?}: {error}");
    }
}

#[test]
fn what_is_about_no_did_is_never_erased() {
    let (mut chain, _) = peopled(1);
    let admit = chain.world.admit(&[MEMBER, OTHER_MEMBER], OrganisationId::new(20), Role::Auditor);
    chain.extend([admit]);
    let mut blocks = kept(&chain);
    let mut hidden = blocks[1].body.transactions[0].as_ref().clone();
    let Body::Single(sealed) = &hidden.body else { panic!("no batch") };
    hidden.body = Body::Single(Box::new(sealed.erased()));
    blocks[1].body = BlockBody { transactions: list([Arc::new(hidden)]) };
    let error = replay(&chain, &blocks).unwrap_err();
    let expected = TransactionError::Erased;
    assert!(matches!(&error, ReplayError::Transaction { error, .. } if *error == expected));
}

#[test]
fn organisations_are_held_to_what_they_signed_after_an_erasure_too() {
    let (chain, people) = peopled(2);
    let mut world = chain.world.clone();
    let revoke = world.revoke(&[MEMBER, OTHER_MEMBER], people[0].did);
    let other = world.revoke(&[MEMBER, OTHER_MEMBER], people[1].did);
    let mut chain = chain;
    chain.extend([revoke, other]);
    chain.store.erase(&people[0].did).unwrap();
    let mut blocks = kept(&chain);
    assert!(replay(&chain, &blocks).is_ok());
    let mut transactions = blocks[1].body.transactions.to_vec();
    let mut forged = transactions[0].as_ref().clone();
    forged.signatures = transactions[1].signatures.clone();
    transactions[0] = Arc::new(forged);
    blocks[1].body = BlockBody { transactions: list(transactions) };
    let error = replay(&chain, &blocks).unwrap_err();
    assert!(matches!(error, ReplayError::Transaction { at: 0, .. }), "{error}");
}

/// The chain without what its first block carries of somebody, whoever that is.
fn hide(blocks: &mut [Kept], place: usize) {
    let mut transactions = blocks[0].body.transactions.to_vec();
    let mut hidden = transactions[place].as_ref().clone();
    let Body::Single(sealed) = &hidden.body else { panic!("no batch") };
    hidden.body = Body::Single(Box::new(sealed.erased()));
    transactions[place] = Arc::new(hidden);
    blocks[0].body = BlockBody { transactions: list(transactions) };
}

/// What a replay says in which the payload of one person is hidden, and these records are shown.
fn hidden(chain: &TestChain, shown: &MemoryStore) -> LastRecordError {
    let mut blocks = kept(chain);
    hide(&mut blocks, 0);
    let mut replay = Replay::new(&chain.world.genesis).unwrap();
    for Kept { header, finalization, body, effects } in &blocks {
        replay.block(header, finalization, body, effects, &Ed25519).unwrap();
    }
    match replay.finish(shown).unwrap_err() {
        ReplayError::LastRecord { error, .. } => error,
        other => panic!("{other}"),
    }
}

#[test]
fn what_is_about_somebody_living_is_never_erased() {
    let (chain, _) = peopled(1);
    assert!(matches!(hidden(&chain, &chain.store), LastRecordError::Living));
}

#[test]
fn an_entry_of_somebody_living_is_never_erased() {
    let world = World::new(13);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    let people = Wallet::people(&mut chain.world, 3);
    let batch = chain.world.batch(&people);
    chain.extend([batch]);
    let mut blocks = kept(&chain);
    let mut hidden = blocks[0].body.transactions[0].as_ref().clone();
    let Body::Batch(entries) = &hidden.body else { panic!("a batch") };
    let without = |(place, entry): (usize, &BatchEntry)| match place {
        1 => BatchEntry { did: entry.did, enrolment: entry.enrolment.erased() },
        _ => entry.clone(),
    };
    hidden.body = Body::Batch(list(entries.iter().enumerate().map(without)));
    blocks[0].body = BlockBody { transactions: list([Arc::new(hidden)]) };
    let error = replay(&chain, &blocks).unwrap_err();
    let living = ReplayError::LastRecord { did: people[1].did, error: LastRecordError::Living };
    assert_eq!(error.to_string(), living.to_string());
}

#[test]
fn whose_payloads_are_missing_must_be_shown() {
    let (mut chain, mut people) = peopled(1);
    let before = chain.store.clone();
    let end = people[0].deactivate(&mut chain.world);
    chain.extend([end]);
    let nobody = MemoryStore::new(&chain.world.genesis).unwrap();
    assert!(matches!(hidden(&chain, &nobody), LastRecordError::Missing));
    assert!(matches!(hidden(&chain, &before), LastRecordError::Another));
}

#[test]
fn a_batch_that_skipped_a_key_of_an_erased_did_is_replayed() {
    let (mut chain, mut people) = peopled(1);
    let mut operation = people[0].request.operation.clone();
    operation.nonce = chain.world.seeds.bytes();
    let keys: Vec<_> = people[0].login.iter().collect();
    let again = author::request(&chain.world.hash, operation, &keys, vec![]);
    let fresh = Wallet::person(&mut chain.world);
    let batch = chain.world.batch_draft(REGISTRAR, [again, fresh.request]).sign();
    chain.extend([batch]);
    let end = people[0].deactivate(&mut chain.world);
    chain.extend([end]);
    let whole = replay(&chain, &kept(&chain)).unwrap();
    assert_eq!((whole.executed, whole.resting_on_erased), (3, 0));
    chain.store.erase(&people[0].did).unwrap();
    let report = replay(&chain, &kept(&chain)).unwrap();
    assert_eq!((report.executed, report.erased, report.resting_on_erased), (0, 2, 1));
}
