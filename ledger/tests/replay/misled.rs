//! Chains of validators who do not keep to the rules, as replaying finds out, also when payloads are gone.

use super::{TestChain, kept, peopled, replay};
use hefu_fixtures::{BLOCK_MS, Chain, MEMBER, OTHER_MEMBER, Wallet, World};
use hefu_ledger::execute::{self, InvalidBlock};
use hefu_ledger::key::KeyHash;
use hefu_ledger::organisation::Role;
use hefu_ledger::rejection::Rejection;
use hefu_ledger::replay::{LastRecordError, ReplayError};
use hefu_ledger::rule::{Action, AuthRule, Rules};
use hefu_ledger::state::{self, StateKey, StateReader, StateValue};
use hefu_ledger::step::Moment;
use hefu_ledger::store::{MemoryStore, Store};
use hefu_ledger::tree::{Leaf, Page, Path, TreeKey, TreeReader};
use hefu_ledger::{DidId, ReadError, Transaction, author};
use hefu_primitives::Hash;
use std::sync::Arc;

/// A state to validators who do not care whose a key is, and think that these are the rules.
struct Misled<'a> {
    store: &'a MemoryStore,
    rules: Rules,
}

impl StateReader for Misled<'_> {
    fn record(&self, key: &StateKey) -> Result<Option<Arc<StateValue>>, ReadError> {
        let rules = || Ok(Some(Arc::new(StateValue::Rules(self.rules.clone()))));
        if *key == StateKey::Rules { rules() } else { self.store.record(key) }
    }

    fn key_holder(&self, _: &KeyHash) -> Result<Option<DidId>, ReadError> {
        Ok(None)
    }
}

impl TreeReader for Misled<'_> {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        self.store.page(path)
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        self.store.leaves(path)
    }

    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError> {
        self.store.value(key)
    }
}

fn rules(chain: &TestChain) -> Rules {
    state::rules(&chain.store).unwrap().unwrap()
}

/// Adds a block that is right by these rules, if no key is anybody's.
fn extend(chain: &mut TestChain, rules: Rules, transaction: Transaction) {
    let checked = chain.check(transaction).unwrap();
    let head = chain.store.head().header.clone();
    let moment = Moment { height: head.height.next(), time: chain.world.now };
    let misled = Misled { store: &chain.store, rules };
    let built = execute::build(&misled, moment, head.time, [checked]).unwrap();
    assert!(built.left_out.is_empty());
    let block = chain.seal(built);
    chain.store.commit(&block).unwrap();
    chain.wait(BLOCK_MS);
}

#[test]
fn a_key_is_not_taken_again_under_cover_of_an_erasure() {
    let (mut chain, mut people) = peopled(1);
    let end = people[0].deactivate(&mut chain.world);
    chain.extend([end]);
    let mut operation = people[0].request.operation.clone();
    operation.nonce = chain.world.seeds.bytes();
    let keys: Vec<_> = people[0].login.iter().collect();
    let again = author::request(&chain.world.hash, operation, &keys, vec![]);
    let did = again.operation.did(&chain.world.hash);
    let thief = Wallet { request: again, did, ..people[0].clone() };
    let taken = chain.world.create(&thief);
    let rules = rules(&chain);
    extend(&mut chain, rules, taken);
    assert!(matches!(replay(&chain, &kept(&chain)), Err(ReplayError::Invalid { .. })));
    chain.store.erase(&people[0].did).unwrap();
    let error = replay(&chain, &kept(&chain)).unwrap_err();
    let ReplayError::LastRecord { error: LastRecordError::SharedKey(other), .. } = error else {
        panic!("{error}")
    };
    assert_eq!(other, did);
}

#[test]
fn one_organisation_does_not_suspend_for_legal_reasons_under_cover_of_an_erasure() {
    let signed = |count, role| AuthRule::Signatures { count, role };
    let world = World::with(12, |genesis| {
        genesis.rules.suspend = signed(2, Role::Registrar);
        genesis.rules.suspend_legal = signed(1, Role::Member);
    });
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    let person = Wallet::person(&mut chain.world);
    let create = chain.world.create(&person);
    chain.extend([create]);
    let suspend = chain.world.suspend(&[MEMBER], person.did, 1_000_000);
    let lax = Rules { suspend: signed(1, Role::Member), ..rules(&chain) };
    extend(&mut chain, lax, suspend);
    let end = chain.world.revoke(&[MEMBER, OTHER_MEMBER], person.did);
    chain.extend([end]);
    for erased in [false, true] {
        if erased {
            chain.store.erase(&person.did).unwrap();
        }
        let error = replay(&chain, &kept(&chain)).unwrap_err();
        let ReplayError::Invalid { error: InvalidBlock::Transaction { rejection, .. }, .. } = error
        else {
            panic!("{error}")
        };
        assert_eq!(rejection, Rejection::Unauthorised(Action::Suspend), "erased: {erased}");
    }
}
