//! Any sequence of appends, floors, failures and crashes, against the model.

use super::crash::Witness;
use super::memory::{Keep, Rest};
use super::samples::{act, append, certificate, floor, foreign, proposal};
use crate::acts::error::ActsError;
use crate::acts::log::Log;
use crate::acts::{Append, Floor};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use std::io::ErrorKind;

#[derive(Clone, Debug)]
enum Step {
    Append(Append),
    Floor(Floor),
    Commit,
    Prune,
    Close,
    Crash(Keep),
    /// An operation fails some time from now.
    Fail(usize),
}

fn record() -> impl Strategy<Value = Append> {
    let record = (0..4_u8, 1..30_u64, 1..30_u64).prop_map(|(kind, view, height)| match kind {
        0 => act(view),
        1 => certificate(view),
        _ => proposal(view, height),
    });
    let record = prop_oneof![30 => record, 1 => (1..30_u64).prop_map(foreign)];
    (0..4_u64, 1..100_u64, record).prop_map(|(epoch, number, record)| append(epoch, number, record))
}

fn keep() -> impl Strategy<Value = Keep> {
    let rest = prop_oneof![Just(Rest::Cut), Just(Rest::Zeros), Just(Rest::Hole)];
    (0..4_usize, 0..1_500_usize, rest).prop_map(|(names, bytes, rest)| Keep { names, bytes, rest })
}

fn step() -> impl Strategy<Value = Step> {
    let own = prop::option::of(1..30_u64);
    let floor =
        (0..4_u64, 1..30_u64, own).prop_map(|(epoch, height, own)| floor(epoch, height, own));
    prop_oneof![
        12 => record().prop_map(Step::Append),
        2 => floor.prop_map(Step::Floor),
        4 => Just(Step::Commit),
        2 => Just(Step::Prune),
        1 => Just(Step::Close),
        1 => keep().prop_map(Step::Crash),
        1 => (0..12_usize).prop_map(Step::Fail),
    ]
}

fn take(witness: &mut Witness, log: &mut Log, step: &Step) -> Result<(), ActsError> {
    match step {
        Step::Append(append) => {
            log.append(append);
            witness.now().append(append);
        }
        Step::Floor(floor) => {
            log.set_floor(*floor);
            witness.now().set_floor(*floor);
        }
        Step::Commit => {
            witness.commit(log)?;
            log.mark()?;
        }
        Step::Prune => {
            witness.commit(log)?;
            log.prune()?;
        }
        Step::Close => {
            witness.commit(log)?;
            log.close()?;
            *log = witness.open()?;
        }
        Step::Crash(keep) => {
            witness.crash(keep);
            *log = witness.open()?;
        }
        Step::Fail(after) => witness.memory.fail(*after, ErrorKind::Other),
    }
    Ok(())
}

proptest! {
    #![proptest_config(Config {
        cases: 400,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x6163_7473),
        ..Config::default()
    })]

    #[test]
    fn r7_what_was_durable_is_given_back(
        steps in prop::collection::vec(step(), 1..120),
        keep in keep(),
    ) {
        let mut witness = Witness::new();
        let mut log = witness.open().unwrap();
        for step in &steps {
            if take(&mut witness, &mut log, step).is_err() {
                witness.crash(&keep);
                log = witness.open().unwrap();
            }
        }
        witness.crash(&Keep::nothing());
        witness.open().unwrap();
    }
}
