//! What bundles prove.

use super::scene::{Scene, key_bytes, nobody};
use hefu_fixtures::REGISTRAR;
use hefu_ledger::bundle::{At, BuildError, Carried, Fact, Holding, Operations, Query, build};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::OperationKind;
use hefu_ledger::record::{KeyRevocationReason, Status};
use hefu_ledger::state::{self, StateKey, StateReader};
use hefu_ledger::store::{MemoryStore, Store};
use hefu_ledger::transaction::{Body, Sealed, TransactionId};
use hefu_primitives::Height;

#[test]
fn a_did_has_its_record() {
    let scene = Scene::one_epoch();
    for did in [scene.alice.did, scene.bob.did, scene.carol.did, scene.dave.did] {
        let proven = scene.verify(&scene.prove_did(did)).unwrap();
        let record = state::did(&scene.chain.store, &did).unwrap().unwrap();
        assert_eq!(*proven.fact(), Fact::Did { did, record });
        assert_eq!(proven.checkpoint().header, scene.chain.store.head().header);
        assert_eq!(proven.checkpoint().age_ms, hefu_fixtures::BLOCK_MS);
    }
}

#[test]
fn a_did_that_is_not_there_is_absent() {
    let scene = Scene::one_epoch();
    let key = StateKey::Did(nobody());
    let proven = scene.verify(&scene.prove_did(nobody())).unwrap();
    assert_eq!(proven.into_fact(), Fact::Absent { key });
}

#[test]
fn every_shared_record_can_be_proved() {
    let scene = Scene::one_epoch();
    let organisation = StateKey::Organisation(REGISTRAR);
    let usage = StateKey::Usage(REGISTRAR);
    let others = [StateKey::Rules, StateKey::Parameters, StateKey::Validators, StateKey::Protocol];
    for key in others.into_iter().chain([organisation, usage]) {
        let proven = scene.verify(&scene.prove(Query::Record(key))).unwrap();
        let value = scene.chain.store.record(&key).unwrap().unwrap();
        assert_eq!(proven.into_fact(), Fact::Shared { key, value });
    }
}

#[test]
fn a_key_leads_to_its_holder_for_ever() {
    let scene = Scene::one_epoch();
    let holding = |key: KeyBytes| {
        let proven = scene.verify(&scene.prove(Query::KeyHolder(key))).unwrap();
        match proven.into_fact() {
            Fact::KeyHolder { key: proven, did, holding, .. } if proven == key => (did, holding),
            other => panic!("{other:?}"),
        }
    };
    let (did, current) = holding(key_bytes(&scene.alice.login[0]));
    assert_eq!(did, scene.alice.did);
    assert!(matches!(current, Holding::Method(_)));
    let (did, former) = holding(key_bytes(&scene.former));
    assert_eq!(did, scene.alice.did);
    let Holding::Former(former) = former else { panic!("{former:?}") };
    assert_eq!(former.reason, KeyRevocationReason::Superseded);
}

#[test]
fn a_transaction_is_in_its_block_with_what_it_did() {
    let scene = Scene::one_epoch();
    for height in [1, 2, 3, 4, 5, 6, 8] {
        let proven = scene.verify(&scene.prove_block(height)).unwrap();
        let Fact::Transaction(transaction) = proven.into_fact() else { panic!() };
        let height = Height::new(height);
        assert_eq!(Some(&transaction.header), scene.chain.store.header(height).unwrap().as_ref());
        let body = scene.chain.store.body(height).unwrap().unwrap();
        let Carried::Whole { body: carried, effects } = transaction.carried else { panic!() };
        assert_eq!(carried, body.transactions[0].body);
        assert_eq!(effects, scene.chain.store.effects(height).unwrap()[0]);
    }
}

#[test]
fn an_entry_of_a_batch_is_proved_alone() {
    let scene = Scene::one_epoch();
    for (place, did, applied) in
        [(0, scene.bob.did, true), (1, scene.carol.did, true), (2, scene.alice.did, false)]
    {
        let proven = scene.verify(&scene.prove_entry(did)).unwrap();
        let Fact::Transaction(transaction) = proven.into_fact() else { panic!() };
        assert_eq!(transaction.envelope.kind, OperationKind::DidCreateBatch);
        let Carried::Entry(entry) = &transaction.carried else { panic!() };
        assert_eq!(entry.entry.did, did);
        assert_eq!((entry.inclusion.index, entry.is_applied()), (place, applied));
        assert_eq!(transaction.carried.wrote(&did), applied);
    }
}

#[test]
fn a_history_is_complete() {
    let scene = Scene::one_epoch();
    let history = |operations| {
        let query = Query::History { did: scene.alice.did, operations };
        match scene.verify(&scene.prove(query)).unwrap().into_fact() {
            Fact::History(history) => history,
            other => panic!("{other:?}"),
        }
    };
    let proved = history(Operations::Proved);
    let heights: Vec<_> = proved.steps.iter().map(|step| step.entry.height.get()).collect();
    assert_eq!(heights, [1, 3, 4, 5, 8, 8]);
    let keys: Vec<_> =
        proved.steps.iter().map(|s| s.version.as_ref().unwrap().content.methods.len()).collect();
    assert_eq!(keys, [1, 2, 1, 1, 1, 1]);
    assert!(proved.steps.iter().all(|step| step.transaction.is_some()));
    assert!(history(Operations::Named).steps.iter().all(|step| step.transaction.is_none()));
}

#[test]
fn what_a_did_was_holds_from_one_operation_to_the_next() {
    let scene = Scene::one_epoch();
    for (height, number, until) in
        [(1, 0, Some(3)), (2, 0, Some(3)), (3, 1, Some(4)), (7, 3, Some(8)), (8, 5, None)]
    {
        let proven = scene.verify(&scene.prove_past(scene.alice.did, height)).unwrap();
        let Fact::Past(past) = proven.into_fact() else { panic!() };
        let step = past.step.unwrap();
        assert_eq!(step.number, number, "block {height}");
        assert!(step.version.is_some() && step.transaction.is_some());
        assert_eq!(past.span.until.map(|moment| moment.height.get()), until);
        assert!(past.span.has_height(Height::new(height)));
    }
}

#[test]
fn what_a_did_was_at_a_time_is_the_last_operation_by_then() {
    let scene = Scene::one_epoch();
    let of = |height: u64| scene.chain.store.header(Height::new(height)).unwrap().unwrap().time;
    let suspended = of(5);
    for (time, status) in [
        (suspended.saturating_sub(1), Status::Active),
        (suspended, Status::Suspended),
        (of(8).saturating_sub(1), Status::Suspended),
        (of(8), Status::Active),
    ] {
        let (did, operations) = (scene.alice.did, Operations::Named);
        let query = Query::Past { did, at: At::Time(time), operations };
        let proven = scene.verify(&scene.prove(query)).unwrap();
        assert_eq!(proven.check_answer(&query), Ok(()));
        let Fact::Past(past) = proven.into_fact() else { panic!() };
        assert_eq!(past.step.unwrap().version.unwrap().content.status(time), status, "{time}");
    }
}

#[test]
fn before_its_first_operation_a_did_was_not_there() {
    let scene = Scene::one_epoch();
    let proven = scene.verify(&scene.prove_past(scene.dave.did, 5)).unwrap();
    let Fact::Past(past) = proven.into_fact() else { panic!() };
    assert_eq!(past.step, None);
    assert!(past.span.has_height(Height::ZERO) && past.span.has_height(Height::new(5)));
    assert!(!past.span.has_height(Height::new(6)));
    let never = scene.verify(&scene.prove_past(nobody(), 5)).unwrap();
    assert_eq!(never.into_fact(), Fact::Absent { key: StateKey::Did(nobody()) });
}

#[test]
fn a_checkpoint_grew_out_of_every_older_one() {
    let scene = Scene::one_epoch();
    for height in 1..8 {
        let proven = scene.verify(&scene.prove_growth(height)).unwrap();
        let Fact::Consistent { older, digest } = proven.into_fact() else { panic!() };
        assert_eq!((older.height, older.digest()), (Height::new(height), digest));
    }
}

#[test]
fn an_erased_payload_is_proved_as_its_hash() {
    let mut scene = Scene::one_epoch();
    let end = scene.carol.deactivate(&mut scene.chain.world);
    scene.chain.extend([end]);
    scene.chain.store.erase(&scene.carol.did).unwrap();
    let proven = scene.verify(&scene.prove_history(scene.carol.did)).unwrap();
    let Fact::History(history) = proven.into_fact() else { panic!() };
    let [first, last] = &history.steps[..] else { panic!() };
    assert!(first.version.is_none() && last.version.is_some());
    let Carried::Entry(entry) = &first.transaction.as_ref().unwrap().carried else { panic!() };
    assert!(matches!(entry.entry.enrolment, Sealed::Erased(_)) && entry.is_applied());
    let Carried::Whole { body: Body::Single(payload), .. } =
        &last.transaction.as_ref().unwrap().carried
    else {
        panic!()
    };
    assert!(matches!(**payload, Sealed::Erased(_)));
}

#[test]
fn what_cannot_be_proved_is_not_built() {
    let scene = Scene::one_epoch();
    let (store, alice) = (&scene.chain.store, scene.alice.did);
    let newest = Height::new(8);
    let key = KeyBytes::from_bytes([1; 32]);
    assert_eq!(build(store, &Query::KeyHolder(key)), Err(BuildError::KeyUnknown(key)));
    let id = TransactionId::default();
    let unknown = Query::Transaction { id, of: None };
    assert_eq!(build(store, &unknown), Err(BuildError::TransactionUnknown(id)));
    let dave = Query::Transaction { id: scene.batch, of: Some(scene.dave.did) };
    assert_eq!(build(store, &dave), Err(BuildError::NotInBatch(scene.dave.did)));
    let at = At::Height(newest.next());
    let past = Query::Past { did: alice, at, operations: Operations::Named };
    assert_eq!(build(store, &past), Err(BuildError::Future { newest }));
    let growth = Query::Consistency { older: newest };
    assert_eq!(build(store, &growth), Err(BuildError::Future { newest }));
    let genesis = Query::Consistency { older: Height::ZERO };
    assert_eq!(build(store, &genesis), Err(BuildError::NotFinal(Height::ZERO)));
    let empty = MemoryStore::new(&scene.chain.world.genesis).unwrap();
    let record = Query::Record(StateKey::Rules);
    assert_eq!(build(&empty, &record), Err(BuildError::NotFinal(Height::ZERO)));
}
