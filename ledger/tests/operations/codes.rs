//! Every reason for which a transaction is refused, each with a transaction that meets it.

mod rejections;
mod transactions;

use super::stage::{stage, verdict};
use hefu_fixtures::Sandbox;
use hefu_ledger::Transaction;
use std::collections::BTreeSet;

/// A code, and how to make a transaction that is refused with it. What must come before is
/// executed while it is made.
type Case = (&'static str, fn(&mut Sandbox) -> Transaction);

/// The codes that stand in the source.
fn codes(source: &str, family: &str) -> BTreeSet<String> {
    let quoted = source.split('"').skip(1).step_by(2);
    quoted.filter(|text| text.starts_with(family)).map(ToOwned::to_owned).collect()
}

fn check(cases: &[Case], source: &str, family: &str) {
    for (expected, make) in cases {
        let mut sandbox = stage();
        let transaction = make(&mut sandbox);
        assert_eq!(verdict(&mut sandbox, transaction), *expected);
    }
    let met: BTreeSet<_> = cases.iter().map(|case| case.0.to_owned()).collect();
    assert_eq!(met, codes(source, family), "each code has a case");
}

#[test]
fn each_code_of_a_transaction_is_met() {
    let source = include_str!("../../src/transaction/error.rs");
    check(transactions::CASES, source, "transaction.");
}

#[test]
fn each_code_of_a_rejection_is_met() {
    let source = include_str!("../../src/rejection.rs");
    check(rejections::CASES, source, "rejected.");
}
