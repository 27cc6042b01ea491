//! A second, naive ledger against the real one: the same random traffic, and after every block the
//! same verdicts and the same state.

mod model;
mod people;
mod shape;

use hefu_fixtures::{Sandbox, Sent, Traffic, soak};
use hefu_ledger::did::DidId;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::state::{self, StateKey, StateReader};
use hefu_ledger::transaction::Subject;
use model::Model;
use std::collections::BTreeSet;

/// Transactions of one run. Four runs take a few seconds.
const OPERATIONS: usize = 6_000;

/// The DIDs that a transaction may change.
fn touched(sent: &Sent) -> Vec<DidId> {
    let subject = match sent.transaction.envelope.subject {
        Subject::Did(did) => Some(did),
        Subject::Organisation(_) => None,
    };
    shape::entries(&sent.transaction).map(|(did, ..)| did).chain(subject).collect()
}

fn compare_did(model: &Model, sandbox: &Sandbox, did: &DidId) {
    let real = sandbox.content(*did).map(|content| people::view(&content, sandbox.last));
    let naive = model.people.get(did).map(|person| person.view(sandbox.last));
    assert_eq!(real, naive, "{did}");
}

fn compare_organisation(model: &Model, sandbox: &Sandbox, id: OrganisationId) {
    let real = state::organisation(&sandbox.state, id).unwrap();
    let naive = model.organisations.get(&id);
    let real = real.map(|real| (real.roles, real.standing, real.keys.to_vec()));
    assert_eq!(real, naive.map(|naive| (naive.roles, naive.standing, naive.keys.clone())), "{id}");
}

fn compare_all(model: &Model, sandbox: &Sandbox) {
    let mut dids = BTreeSet::new();
    for key in sandbox.state.records().keys() {
        match key {
            StateKey::Did(did) => drop(dids.insert(*did)),
            StateKey::Organisation(id) => compare_organisation(model, sandbox, *id),
            StateKey::Anchor(by, digest) => assert!(model.anchors.contains(&(*by, *digest))),
            _ => (),
        }
    }
    assert!(dids.iter().eq(model.people.keys()));
    for did in &dids {
        compare_did(model, sandbox, did);
    }
    for (key, owner) in &model.owners {
        assert_eq!(sandbox.state.key_holder(&key.hash()), Ok(Some(*owner)));
    }
}

/// Runs both, and tells how many transactions were refused.
fn run(seed: u64) -> usize {
    let mut sandbox = Sandbox::new(Traffic::world(seed));
    let mut model = Model::new(&sandbox.world.genesis);
    let (mut traffic, mut sent, mut refused) = (Traffic::default(), 0, 0);
    while sent < OPERATIONS {
        let round = traffic.round(&mut sandbox);
        for (one, verdict) in &round {
            let naive = !one.spoilt && model.apply(&one.transaction, sandbox.last);
            let kind = one.transaction.envelope.kind;
            assert_eq!(verdict.is_ok(), naive, "transaction {sent}, {kind}: {verdict:?}");
            (sent, refused) = (sent + 1, refused + usize::from(!naive));
        }
        for did in round.iter().flat_map(|(one, _)| touched(one)) {
            compare_did(&model, &sandbox, &did);
        }
    }
    compare_all(&model, &sandbox);
    refused
}

fn check(seed: u64) {
    let refused = run(seed);
    assert!(refused * 10 >= OPERATIONS * 3, "only {refused} were refused");
    assert!(refused * 10 <= OPERATIONS * 7, "as many as {refused} were refused");
}

#[test]
fn a_naive_ledger_agrees_with_the_real_one_1() {
    check(1);
}

#[test]
fn a_naive_ledger_agrees_with_the_real_one_2() {
    check(2);
}

#[test]
fn a_naive_ledger_agrees_with_the_real_one_3() {
    check(3);
}

#[test]
fn a_naive_ledger_agrees_with_the_real_one_4() {
    check(4);
}

/// The root that [`soak`] comes to, in every build and on every machine. It changes with every
/// encoding, rule or fixture; `hefu-ledger-soak --operations 10000` prints it.
const ROOT: &str = "c2e97a32f5600ebc4a0e6194675f637d42baafbec7b26426faffe9f7d388acc1";

#[test]
fn random_traffic_comes_to_one_root() {
    let soaked = soak(1, 10_000);
    assert_eq!(soaked.root.to_string(), ROOT);
    assert!(soaked.refusals() * 10 >= soaked.operations * 3, "{}", soaked.refusals());
}
