//! Replaying chains: whole ones, ones with erased payloads, and ones that lie.

use hefu_fixtures::{Chain, MEMBER, OTHER_MEMBER, Plan, REGISTRAR, Wallet, World, list};
use hefu_ledger::DidId;
use hefu_ledger::block::BlockBody;
use hefu_ledger::effects::{Effects, Written};
use hefu_ledger::execute::InvalidBlock;
use hefu_ledger::replay::{Replay, ReplayError, Report};
use hefu_ledger::store::{MemoryStore, Store};
use hefu_ledger::transaction::{Body, Sealed};
use hefu_primitives::{Certificate, Ed25519, Hash, Header, Height};
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
    Ok(replay.report())
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
        let other = blocks[0].finalization.clone();
        blocks[1].finalization = other;
    });
    assert!(matches!(error, ReplayError::NotFinal { height, .. } if height == Height::new(2)));
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

#[test]
fn effects_that_a_whole_transaction_does_not_have_are_refused() {
    let error = spoilt(|blocks| {
        blocks[2].effects[0].writes[0].written = Written::Sealed(Hash::default());
    });
    assert!(matches!(error, ReplayError::Effects { at: 0, .. }), "{error}");
}

#[test]
fn effects_of_an_erased_transaction_cannot_be_altered() {
    let (mut chain, ended) = sample();
    chain.store.erase(&ended[0]).unwrap();
    let mut blocks = kept(&chain);
    let writes = &mut blocks[2].effects[0].writes;
    writes[0].written = Written::Sealed(Hash::default());
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
