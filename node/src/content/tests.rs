//! A content belongs to one header and to no other.

use super::Content;
use hefu_fixtures::{Chain, Wallet, World};
use hefu_ledger::block::BlockBody;
use hefu_ledger::store::MemoryStore;
use hefu_ledger::transaction::{Body, Sealed};
use hefu_primitives::limits::BODY_BYTES_MAX;
use hefu_primitives::{BoundedVec, Header, codec};
use std::sync::Arc;

/// A block of three enrolments.
fn block() -> (Header, Content) {
    let world = World::new(3);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    let people = Wallet::people(&mut chain.world, 3);
    let creates: Vec<_> = people.iter().map(|one| chain.world.create(one)).collect();
    let block = chain.extend(creates);
    (block.header, Content::new(block.body, &block.outcome.effects))
}

/// The content after something was done to its transactions and effects.
fn altered(
    content: &Content,
    alter: impl FnOnce(&mut Vec<Arc<hefu_ledger::Transaction>>),
) -> Content {
    let mut transactions = content.body.transactions.to_vec();
    alter(&mut transactions);
    let body = BlockBody { transactions: BoundedVec::new(transactions).unwrap() };
    Content { body, effects: content.effects.clone() }
}

#[test]
fn a_content_belongs_to_its_header_only() {
    let (header, content) = block();
    assert!(content.belongs_to(&header));
    assert!(!Content::default().belongs_to(&header));
    let empty = Header { transaction_root: Content::default().root(), ..header };
    assert!(Content::default().belongs_to(&empty));
    assert!(!content.belongs_to(&empty));
}

#[test]
fn other_transactions_or_another_order_do_not_belong() {
    let (header, content) = block();
    let fewer = altered(&content, |list| drop(list.pop()));
    assert!(!fewer.belongs_to(&header));
    assert!(!altered(&content, |list| list.swap(0, 1)).belongs_to(&header));
    let effects = content.effects.iter().rev().copied();
    let swapped = Content { effects: BoundedVec::first_of(effects), ..content };
    assert!(!swapped.belongs_to(&header));
}

#[test]
fn other_signatures_do_not_belong() {
    let (header, content) = block();
    let other = altered(&content, |list| {
        let mut forged = list[0].as_ref().clone();
        forged.signatures = list[1].signatures.clone();
        list[0] = Arc::new(forged);
    });
    assert!(!other.belongs_to(&header));
}

/// The identifier of a transaction names its payload by hash, so the payload alone may be swapped.
#[test]
fn another_payload_does_not_belong() {
    let (header, content) = block();
    let other = altered(&content, |list| {
        let mut forged = list[0].as_ref().clone();
        forged.body = list[1].body.clone();
        list[0] = Arc::new(forged);
    });
    assert_eq!(other.root(), header.transaction_root);
    assert!(!other.belongs_to(&header));
}

#[test]
fn an_erased_payload_belongs() {
    let (header, content) = block();
    let erased = altered(&content, |list| {
        let mut without = list[0].as_ref().clone();
        let Body::Single(sealed) = &without.body else { panic!("no batch") };
        assert!(matches!(**sealed, Sealed::Open { .. }));
        without.body = Body::Single(Box::new(sealed.erased()));
        list[0] = Arc::new(without);
    });
    assert!(erased.belongs_to(&header));
}

#[test]
fn what_is_longer_than_a_body_does_not_belong() {
    let (header, content) = block();
    let (one, effects) = (&content.body.transactions[0], content.effects[0]);
    let repeated = |count: usize| {
        let transactions = std::iter::repeat_n(Arc::clone(one), count);
        let body = BlockBody { transactions: BoundedVec::first_of(transactions) };
        let effects = BoundedVec::first_of(std::iter::repeat_n(effects, count));
        Content { body, effects }
    };
    let each = codec::encode(&repeated(2)).len() - codec::encode(&repeated(1)).len();
    let most = BODY_BYTES_MAX as usize / each;
    for (count, belongs) in [(most - 1, true), (most + 1, false)] {
        let content = repeated(count);
        let header = Header { transaction_root: content.root(), ..header.clone() };
        assert_eq!(content.belongs_to(&header), belongs, "{count} of {each} bytes");
    }
}
