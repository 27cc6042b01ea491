//! R12: the last block of an epoch.

use super::sandbox::{
    Sandbox, child, empty_child, finalized, last_child, proposals_sent, view, votes_sent,
};
use crate::limits::UNFINAL_HEIGHTS_MAX;
use crate::{Input, Output, Timer};
use hefu_primitives::{Epoch, Header, Subject, Verified};
use std::sync::Arc;

/// The epoch's last block, notarized in view 1.
fn notarized_boundary(me: u8) -> (Sandbox, Header) {
    let mut sandbox = Sandbox::new(4, me);
    let boundary = last_child(&sandbox.root);
    sandbox.propose_valid(1, 0, &boundary);
    sandbox.certificate(1, Subject::Notarize(boundary.digest()));
    (sandbox, boundary)
}

#[test]
fn r12_above_the_last_block_its_leader_proposes_that_block_again() {
    let (mut sandbox, boundary) = notarized_boundary(2);
    let out = sandbox.pending();
    assert!(!out.iter().any(|o| matches!(o, Output::Build { .. })));
    let proposals = proposals_sent(&out);
    assert_eq!(proposals[0].header, boundary);
    let statement = &proposals[0].signed.statement;
    assert_eq!((statement.parent_view, statement.parent_digest), (view(1), boundary.digest()));
    assert_eq!(votes_sent(&out), [(2, Subject::Notarize(boundary.digest()))]);
}

/// A proposal of the boundary in `in_view` on itself.
fn again(sandbox: &Sandbox, in_view: u64, parent_view: u64, boundary: &Header) -> crate::Proposal {
    let as_child = Header { parent: boundary.digest(), ..boundary.clone() };
    let mut proposal = sandbox.proposal(in_view, parent_view, &as_child);
    proposal.header = boundary.clone();
    proposal.signed.statement.digest = boundary.digest();
    proposal
}

#[test]
fn r12_the_last_block_is_notarized_again_and_nothing_else_above_it() {
    let (mut sandbox, boundary) = notarized_boundary(0);
    sandbox.now = sandbox.now.saturating_add(1_000_000);
    let out = sandbox.propose(again(&sandbox, 2, 1, &boundary));
    assert_eq!(votes_sent(&out), [(2, Subject::Notarize(boundary.digest()))], "however old it is");
    assert!(!out.iter().any(|o| matches!(o, Output::Evidence(_))));

    let (mut sandbox, boundary) = notarized_boundary(0);
    let out = sandbox.propose_valid(2, 1, &child(&boundary, 3));
    assert_eq!(votes_sent(&out), [(2, Subject::Nullify)]);
}

#[test]
fn r12_another_block_cannot_be_proposed_on_itself() {
    let mut sandbox = Sandbox::new(4, 0);
    let first = sandbox.notarize_chain(1);
    let out = sandbox.propose(again(&sandbox, 2, 1, &first));
    assert_eq!(votes_sent(&out), [(2, Subject::Nullify)]);
}

#[test]
fn r12_the_repeated_block_may_stand_far_above_the_last_final_one() {
    let mut sandbox = Sandbox::new(4, 0);
    let count = UNFINAL_HEIGHTS_MAX + 1;
    let mut header = sandbox.root.clone();
    for number in 1..=count {
        header = empty_child(&header);
        sandbox.notarize_elsewhere(number, &header);
    }
    let boundary =
        Header { next_validators: last_child(&header).next_validators, ..empty_child(&header) };
    sandbox.notarize_elsewhere(count + 1, &boundary);
    let out = sandbox.propose(again(&sandbox, count + 2, count + 1, &boundary));
    assert_eq!(votes_sent(&out), [(count + 2, Subject::Notarize(boundary.digest()))]);
}

#[test]
fn r12_a_final_last_block_ends_the_epoch() {
    let (mut sandbox, boundary) = notarized_boundary(2);
    let out = sandbox.certificate(1, Subject::Finalize(boundary.digest()));
    assert_eq!(finalized(&out), [boundary.digest()]);
    assert!(sandbox.engine.has_ended());
    let mut out = sandbox.pending();
    out.extend(sandbox.give(Input::Timer(Timer::Heartbeat)));
    out.extend(sandbox.give(Input::Timer(Timer::View(view(2)))));
    assert_eq!((votes_sent(&out), proposals_sent(&out).len()), (vec![], 0));
}

#[test]
fn r12_the_same_block_final_in_a_later_view_is_delivered_once() {
    let (mut sandbox, boundary) = notarized_boundary(0);
    sandbox.propose(again(&sandbox, 2, 1, &boundary));
    sandbox.certificate(2, Subject::Notarize(boundary.digest()));
    let out = sandbox.certificate(2, Subject::Finalize(boundary.digest()));
    assert_eq!(finalized(&out), [boundary.digest()]);
    let out = sandbox.certificate(1, Subject::Finalize(boundary.digest()));
    assert_eq!(finalized(&out), []);
}

#[test]
fn r12_votes_and_certificates_of_another_epoch_do_not_count() {
    let mut sandbox = Sandbox::new(4, 0);
    let mut other = Sandbox::new(4, 0);
    let mut committee = (*other.committee).clone();
    committee.epoch = Epoch::new(1);
    other.committee = Arc::new(committee);
    for signer in 1..4 {
        let vote = other.sign(signer, 1, Subject::Nullify);
        let vote = Verified::new(vote, &other.committee, &Anyone).unwrap();
        sandbox.give(Input::Vote(vote));
    }
    let certificate = Verified::new(other.certify(1, Subject::Nullify), &other.committee, &Anyone);
    sandbox.give(Input::Certificate(certificate.unwrap()));
    assert_eq!(sandbox.engine.view(), view(1));
    assert_eq!(sandbox.engine.dropped(), 3);
}

struct Anyone;

impl hefu_primitives::Verifier for Anyone {
    fn verify(
        &self,
        _: &hefu_primitives::PublicKey,
        _: &[u8],
        _: &hefu_primitives::Signature,
    ) -> bool {
        true
    }
}
