//! Transactions of all kinds, the same ones in every run.

use super::arbitrary::transaction;
use crate::json::{Json, Value};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// As many transactions as show every field of every kind.
const SAMPLES: usize = 400;

/// Their JSON trees.
pub(super) fn samples() -> Vec<Value> {
    let (mut runner, any) = (TestRunner::deterministic(), transaction());
    let sample = |_| any.new_tree(&mut runner).unwrap().current().write();
    (0..SAMPLES).map(sample).collect()
}
