//! To JSON and back, and from JSON and back.

use super::arbitrary::transaction;
use crate::json::{JsonError, Value, parse, parse_transaction, to_text, value};
use crate::limits::TRANSACTION_JSON_BYTES_MAX;
use crate::operation::OperationKind;
use crate::record::Relationships;
use crate::transaction::{Body, Sealed, Transaction};
use hefu_primitives::{BoundedVec, Hash, Purpose, codec};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use std::collections::BTreeSet;

/// One transaction of each kind as they must always be read, and written the same.
const GOLDEN: &str = include_str!("golden.json");

const GOLDEN_HASH: &str = "4f3a14d0dc89b0ad3b4820368fda376fb6e6621fb17566895017031bbb77a5e0";

type Golden = BoundedVec<Transaction, 13>;

/// The same cases in every run: a failure replays by running again.
fn cases(count: u32) -> Config {
    Config {
        cases: count,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x6865_6675),
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn a_transaction_comes_back_byte_for_byte(transaction in transaction()) {
        let text = to_text(&transaction);
        let back = parse_transaction(&text).unwrap();
        prop_assert_eq!(codec::encode(&back), codec::encode(&transaction));
        prop_assert_eq!(to_text(&back), text);
    }

    #[test]
    fn order_and_indentation_of_a_text_do_not_matter(transaction in transaction()) {
        let tree: serde_json::Value = serde_json::from_str(&to_text(&transaction)).unwrap();
        let back = parse_transaction(&tree.to_string());
        prop_assert_eq!(back, Ok(transaction));
    }
}

fn kind_of(transaction: &Transaction) -> OperationKind {
    match &transaction.body {
        Body::Batch(_) => OperationKind::DidCreateBatch,
        Body::Single(sealed) => match sealed.as_ref() {
            Sealed::Open { value, .. } => value.kind(),
            Sealed::Erased(_) => transaction.envelope.kind,
        },
    }
}

#[test]
fn the_golden_transactions_read_and_print_the_same_for_ever() {
    let golden: Golden = parse(GOLDEN, TRANSACTION_JSON_BYTES_MAX).unwrap();
    let kinds: BTreeSet<_> = golden.iter().map(kind_of).collect();
    assert_eq!(kinds.len(), OperationKind::NAMED.len());
    assert_eq!(to_text(&golden), GOLDEN);
    let hash = Hash::of(Purpose::Transaction, &codec::encode(&golden));
    assert_eq!(hash.to_string(), GOLDEN_HASH);
}

#[test]
fn a_set_with_unknown_bits_is_shown_as_its_number() {
    let set = Relationships::from_bits(33);
    assert_eq!(to_text(&set), "33\n");
    assert_eq!(parse("33", 10), Ok(set));
    let named: Result<Relationships, JsonError> = parse("1", 10);
    assert_eq!(named.unwrap_err().code(), "json.kind", "a set of words has one form");
}

#[test]
fn a_tree_prints_as_it_was_read() {
    let text = r#"{"a":[1,true,"x\"\n",[],{}],"a":18446744073709551615}"#;
    let tree: Value = value::parse(text, 100).unwrap();
    assert_eq!(serde_json::to_string(&tree).unwrap(), text);
}
