//! Tests of `header`: what the digest commits to, and what it leaves out.

use super::*;
use crate::testing::{Members, digest, genesis, hash, header};
use std::collections::BTreeSet;

#[test]
fn every_field_changes_the_digest() {
    let changes: [fn(&mut Header); 11] = [
        |h| h.protocol_version += 1,
        |h| h.genesis = genesis("another"),
        |h| h.epoch = h.epoch.next(),
        |h| h.height = h.height.next(),
        |h| h.parent = digest(99),
        |h| h.time = h.time.saturating_add(1),
        |h| h.transaction_root = hash(99),
        |h| h.state_root = hash(99),
        |h| h.history_root = hash(99),
        |h| h.validators = hash(99),
        |h| h.next_validators = hash(99),
    ];
    let mut digests = BTreeSet::from([header().digest()]);
    for change in changes {
        let mut header = header();
        change(&mut header);
        digests.insert(header.digest());
    }
    assert_eq!(digests.len(), 12);
}

#[test]
fn r12_a_block_proposed_again_keeps_its_digest() {
    let members = Members::new(4);
    let digest = header().digest();
    let (first, again) = (members.proposal(5, digest), members.proposal(6, digest));
    let leader = |view| members.committee.leader(view);
    assert_ne!(leader(first.statement.view), leader(again.statement.view));
    assert_eq!(first.statement.digest, again.statement.digest);
}

#[test]
fn r12_a_change_of_validators_is_the_boundary_of_an_epoch() {
    let mut header = header();
    assert!(header.is_boundary());
    header.next_validators = header.validators;
    assert!(!header.is_boundary());
}

#[test]
fn a_body_that_holds_nothing_has_a_root_of_its_own() {
    let mut header = header();
    assert!(!header.is_empty());
    header.transaction_root = Header::empty_transaction_root();
    assert!(header.is_empty());
    assert_ne!(Header::empty_transaction_root(), Hash::default());
}
